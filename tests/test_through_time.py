"""Countries through time: made histories whose truth is known, traps of published boards, votes until the end of each month, and the real boards."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data.boards.series import read_boards
from recount.data.catalogue import read_catalogue
from recount.engine import InputError, OptionError
from recount.sims.presentation.leads_in_time import of_leads_in_time
from recount.sims.specification import Specification
from recount.sims.through_time.countries_by_date import countries_through_time
from tests.commands import one_line

US, CN, FR, CLOSED = "llama-3-70b-instruct", "qwen2-72b-instruct", "mixtral-8x22b-instruct-v0.1", "gpt-4o-2024-05-13"
WEAK = ("llama-2-7b-chat", "vicuna-7b", "qwen-14b-chat", "mistral-7b-instruct", "gemma-2b-it", "koala-13b", "alpaca-13b", "dolly-v2-12b")


def write_board(path, ratings, half=5.0, **columns):
    """A board with plain names of columns; `ratings` by model."""
    names, values = list(ratings), np.array(list(ratings.values()))
    ends = {} if half is None else {"lower": values - half, "upper": values + half}
    pd.DataFrame({"name": names, "rating": values, **ends, **columns}).to_csv(path, index=False)
    return path


def at(us, cn, **more):
    """Ratings of a whole board, of which the best models of two countries matter."""
    return {CLOSED: 1300.0, US: us, CN: cn, FR: 1100.0, **{name: 1000.0 - 10 * i for i, name in enumerate(WEAK)}, **more}


@pytest.fixture
def folder(tmp_path):
    """Five months in which China passes the United States."""
    (tmp_path / "boards").mkdir()
    for month, (us, cn) in enumerate(((1200, 1150), (1200, 1185), (1200, 1201), (1200, 1215), (1200, 1260)), 1):
        write_board(tmp_path / "boards" / f"2024-0{month}-10.csv", at(float(us), float(cn)))
    return tmp_path / "boards"


def first_of(table):
    """The leaders, a row a date."""
    return table.frame[table.frame["rank"] == 1].set_index("date")


def test_every_date_is_the_ranking_of_its_board(folder):
    """To the last bit, by any metric and group; and the headline says when the lead changed."""
    for group, metric in (("open weights", "best"), ("all", "number in top")):
        # Of a shorter top than the board, so that something is estimated.
        frame = countries_through_time(read_boards(folder), Specification(top=4), group=group, metric=metric).frame
        for path in sorted(folder.iterdir()):
            alone = recount.analyse(recount.read_board(path), top=4).countries().frame
            alone = alone[(alone["group"] == group) & (alone["metric"] == metric)].reset_index(drop=True)
            of_date = frame[frame["date"] == path.stem].reset_index(drop=True)
            assert of_date[["country", "estimate", "lower", "upper", "p_leads", "gap"]].equals(
                alone[["country", "estimate", "lower", "upper", "p_leads", "gap"]]
            )
    table = countries_through_time(read_boards(folder))
    leaders = first_of(table)
    assert leaders["country"].tolist() == ["US", "US", "CN", "CN", "CN"]
    assert leaders["best_model"].tolist() == [US, US, CN, CN, CN]
    p = table.frame[table.frame["country"] == "CN"].set_index("date")["p_leads"]
    assert p.is_monotonic_increasing
    assert p["2024-01-10"] < 0.001
    # One point apart, with standard errors of 2.6 each.
    assert 0.5 < p["2024-03-10"] < 0.65
    assert p["2024-04-10"] > 0.99
    said = table.headline
    assert said.startswith("CN has the best model with open weights at every date since 2024-03-10 (3 of 5).")
    assert ", and 0.95 or more since 2024-04-10, at both dates of which it is known." in said
    assert "Before, the US led, last on 2024-02-10 (P is" in said
    assert set(table.frame["n_listed"]) == {12}


def test_no_order_of_files_matters(folder):
    """The same bytes whatever the order in which files are named, and one that is named twice counts once."""
    files = sorted(folder.iterdir())
    one, other = (countries_through_time(read_boards(*paths)) for paths in ((folder,), (*reversed(files), files[0], folder)))
    assert one.frame.equals(other.frame)
    assert one.notes == other.notes


def test_frozen_boards_are_no_new_evidence(folder):
    """Named, and not in the table; nor does the same board twice on a day count twice. A board that goes back to earlier numbers is stale too."""
    for day in ("2024-05-17", "2024-05-24"):
        (folder / f"{day}.csv").write_bytes((folder / "2024-05-10.csv").read_bytes())
    (folder / "2024-06-01.csv").write_bytes((folder / "2024-01-10.csv").read_bytes())
    (folder / "copy of 2024-02-10.csv").write_bytes((folder / "2024-02-10.csv").read_bytes())
    table = countries_through_time(read_boards(folder))
    assert first_of(table).index.tolist() == [f"2024-0{month}-10" for month in range(1, 6)]
    notes = " ".join(table.notes)
    assert "the board of 2024-05-10 was captured again, unchanged, on 2 later dates, 2024-05-17 to 2024-05-24, which is no new evidence" in notes
    assert "the board of 2024-01-10 was captured again, unchanged, on 2024-06-01" in notes
    assert "the board of 2024-02-10 is given 2 times, and counts once" in notes
    assert table.headline.startswith("CN has the best model with open weights at every date since 2024-03-10 (3 of 5).")


def test_a_cut_off_board_says_who_leads_and_not_how_surely(folder):
    """The first four of twelve; by a share of the top it says nothing."""
    whole = at(1200.0, 1190.0)
    write_board(folder / "2024-06-10.csv", dict(itertools.islice(whole.items(), 4)))
    table = countries_through_time(read_boards(folder))
    last = table.frame[table.frame["date"] == "2024-06-10"]
    assert last["country"].tolist() == ["US", "CN", "FR"]
    assert last["estimate"].tolist() == [1200.0, 1190.0, 1100.0]
    assert last[["p_leads", "lower", "gap_lower"]].isna().all(axis=None)
    assert "1 board is cut off, and they say who leads, not how surely; the first, of 2024-06-10: 4 models" in " ".join(table.notes)
    by_number = countries_through_time(read_boards(folder), metric="number in top")
    assert "2024-06-10" not in set(by_number.frame["date"])
    assert any(note.startswith("at 5 of 5 dates, the last of them 2024-05-10, the group has fewer models than top=20") for note in by_number.notes)
    # Those after a cut one are compared with the last whole one.
    write_board(folder / "2024-06-20.csv", dict(itertools.islice(whole.items(), 5)))
    assert first_of(countries_through_time(read_boards(folder))).loc["2024-06-10":, "p_leads"].isna().tolist() == [True, True]
    # A board without models of any strength that went is whole.
    fewer = {name: rating + 1.0 for name, rating in whole.items() if name not in (FR, CLOSED, WEAK[2], WEAK[4])}
    write_board(folder / "2024-07-01.csv", fewer)
    assert first_of(countries_through_time(read_boards(folder))).loc["2024-07-01", "p_leads"] > 0.9


def test_all_boards_cut_off(tmp_path):
    pd.DataFrame({"model_name": [US, CN], "rating": [1002.0, 1001.0], "rating_lower": [1001.0, 1000.0], "rating_upper": [1003.0, 1002.0]}).to_json(
        tmp_path / "rows.json", orient="records"
    )
    rows = (tmp_path / "rows.json").read_text()
    (tmp_path / "2024-01-01.json").write_text(f'{{"meta": {{"n_models": 90}}, "rows": {rows}}}')
    boards = read_boards(tmp_path / "2024-01-01.json")
    assert countries_through_time(boards).frame["p_leads"].isna().all()
    with pytest.raises(InputError, match="every board is cut off, and the first models of a board do not say who leads by 'number in top'"):
        countries_through_time(boards, metric="number in top")


def test_without_intervals_nothing_is_sure(folder):
    for path in folder.iterdir():
        frame = pd.read_csv(path)
        frame.drop(columns=["lower", "upper"]).to_csv(path, index=False)
    table = countries_through_time(read_boards(folder))
    assert table.frame["p_leads"].isna().all()
    assert "How surely is known at none of these dates." in table.headline
    assert "5 of 5 boards do not state an interval of every rating: how sure their leads are is not known" in table.notes
    # Some intervals are as good as none.
    some = pd.read_csv(folder / "2024-05-10.csv").assign(lower=[1295.0, *[np.nan] * 11], upper=[1305.0, *[np.nan] * 11])
    some.to_csv(folder / "2024-05-10.csv", index=False)
    assert any("(1 of them have some, of which none is used)" in note for note in countries_through_time(read_boards(folder)).notes)


def test_a_change_of_the_scale_is_told(folder):
    """Gaps of a date stay what they are."""
    before = countries_through_time(read_boards(folder)).frame
    for day in ("2024-04-10", "2024-05-10"):
        frame = pd.read_csv(folder / f"{day}.csv")
        frame[["rating", "lower", "upper"]] += 90.0
        frame.to_csv(folder / f"{day}.csv", index=False)
    after = countries_through_time(read_boards(folder))
    assert any("all ratings move at once, on 2024-04-10 by +90 points" in note for note in after.notes)
    assert after.frame["gap"].to_numpy() == pytest.approx(before["gap"].to_numpy(), abs=1e-6, nan_ok=True)
    assert after.frame["p_leads"].to_numpy() == pytest.approx(before["p_leads"].to_numpy(), abs=1e-12)


def test_a_renamed_model_keeps_its_country(tmp_path):
    """By spellings that were valid on a day: the same name is another model's before it."""
    models = pd.DataFrame({"key": ["a-one", "b-two"], "country": ["CN", "US"], "licence_class": "open_source"})
    models["spellings"] = ["latest @ 2024-06-01..", "latest @ ..2024-05-31"]
    models.to_csv(tmp_path / "own.csv", index=False)
    for day in ("2024-05-01", "2024-07-01"):
        write_board(tmp_path / f"{day}.csv", {"latest": 1200.0 if day < "2024-06" else 1201.0, FR: 1100.0})
    boards = read_boards(tmp_path / "2024-05-01.csv", tmp_path / "2024-07-01.csv")
    assert first_of(countries_through_time(boards, catalogue=read_catalogue(tmp_path / "own.csv")))["country"].tolist() == ["US", "CN"]


def test_a_model_of_which_the_licence_is_not_known_is_a_choice(folder, tmp_path):
    """Named where it would count, and counted where a catalogue says so."""
    write_board(folder / "2024-05-10.csv", at(1200.0, 1260.0, **{"Llama-4-Maverick-03-26-Experimental": 1290.0}))
    boards = read_boards(folder)
    table = countries_through_time(boards)
    assert first_of(table).loc["2024-05-10", "country"] == "CN"
    (note,) = (note for note in table.notes if "Experimental" in note)
    assert note.startswith("1 model does not count, though rated above some that do, because the licence is not known")
    assert "'Llama-4-Maverick-03-26-Experimental' (2024-05-10)" in note
    (tmp_path / "own.csv").write_text("key,licence_class\nllama-4-maverick-03-26-experimental,open_weights\n")
    counted = countries_through_time(boards, catalogue=read_catalogue(tmp_path / "own.csv"))
    assert first_of(counted).loc["2024-05-10", ["country", "best_model"]].tolist() == ["US", "Llama-4-Maverick-03-26-Experimental"]
    assert not any("Experimental" in note for note in counted.notes)


def test_boards_of_several_forms_are_one_history(folder, tmp_path):
    """Subsets have to be named; who states none is taken as it is, and who is of another one is left out, and both are told."""
    arena = {"model_name": [US, CN, CLOSED], "rating": [1200.0, 1250.0, 1300.0], "rating_lower": [1195.0, 1245.0, 1295.0]}
    arena |= {"rating_upper": [1205.0, 1255.0, 1305.0], "category": "overall", "leaderboard_publish_date": "2024-06-15"}
    for subset in ("text", "vision"):
        pd.DataFrame(arena).assign(subset=subset).to_parquet(tmp_path / f"{subset}.parquet", index=False)
    paths = folder, tmp_path / "text.parquet", tmp_path / "vision.parquet"
    with pytest.raises(OptionError, match="subset is not given, and there are boards of text, vision"):
        read_boards(*paths)
    with pytest.raises(OptionError, match="subset is 'txt'; there are boards of text, vision"):
        read_boards(*paths, subset="txt")
    boards = read_boards(*paths, subset="text")
    assert [len(one.boards) for one in boards.series] == [5, 1]
    assert "1 file is left out, of other subsets: vision" in boards.told
    assert any(told.startswith("no subset is stated by a board with plain names of columns") for told in boards.told)
    with pytest.raises(OptionError, match="category is 'coding'"):
        read_boards(*paths, subset="text", category="coding")
    # A category that began later: its dates alone, and it is told.
    coding = pd.DataFrame(arena).assign(category="coding", leaderboard_publish_date="2024-07-01")
    pd.concat([pd.DataFrame(arena), coding]).to_parquet(tmp_path / "full.parquet", index=False)
    later = read_boards(tmp_path / "full.parquet", category="coding")
    assert [board.date for _, board in later.by_date] == ["2024-07-01"]
    assert any("left out 1 date without category 'coding', the last of them 2024-06-15" in told for told in later.told)
    # What is measured in something else is no board of ratings.
    pd.DataFrame({"key": [US], "MT-bench (score)": [9.0], "Organization": "", "License": ""}).to_csv(folder / "2024-01-02.csv", index=False)
    assert any("2024-01-02.csv is left out: it has points of MT-bench, not Elo points" in told for told in read_boards(folder).told)
    with pytest.raises(InputError, match="points of MT-bench, not Elo points; give boards of ratings"):
        read_boards(folder / "2024-01-02.csv")


def test_bad_boards(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="has no file that ends in"):
        read_boards(tmp_path / "empty")
    with pytest.raises(InputError, match="says no date; put it in the name of the file"):
        read_boards(write_board(tmp_path / "undated.csv", {US: 1200.0}))
    boards = read_boards(folder)
    with pytest.raises(OptionError, match="metric is 'bets'; give one of 'best'"):
        countries_through_time(boards, metric="bets")
    with pytest.raises(OptionError, match="group is 'open'; give one of 'all'"):
        countries_through_time(boards, group="open")
    with pytest.raises(OptionError, match=r"source is \[\]; give a Boards, or a Log"):
        countries_through_time([])
    with pytest.raises(InputError, match="no date has a model of a known country in group 'open weights'"):
        countries_through_time(read_boards(write_board(tmp_path / "2024-01-01.csv", {CLOSED: 1200.0, "gpt-4-0613": 1100.0})))


def leads(*dates):
    """A table through time: date, leader, P(leads) of it; a runner-up beside it."""
    rows = []
    for date, country, p in dates:
        base = {"date": date, "source": "boards", "group": "open weights", "metric": "best", "unit": "points"}
        rows.append({**base, "rank": 1, "country": country, "p_leads": p})
        rows.append({**base, "rank": 2, "country": "ZA", "p_leads": 1 - p})
    return pd.DataFrame(rows)


def test_sentences_on_leads():
    """Since when, how surely at first, since when for sure, and what was before."""
    nan = float("nan")
    said = of_leads_in_time(
        leads(("2024-01-01", "CN", nan), ("2024-02-01", "US", 0.9), ("2024-03-01", "CN", nan), ("2024-04-01", "CN", 0.7), ("2024-05-01", "CN", 0.97)),
        "95 %",
    )
    assert said == (
        "CN has the best model with open weights at every date since 2024-03-01 (3 of 5). P(leads) is 0.70 on 2024-04-01, "
        "and 0.95 or more since 2024-05-01, at the one date of which it is known. Before, the US led, last on 2024-02-01 (P is 0.90); the lead had "
        "changed 1 time by then, and CN led first on 2024-01-01 (how surely is not known)."
    )
    # Sure for a while, and then no more, is not sure since.
    back = of_leads_in_time(leads(("2024-01-01", "CN", 0.99), ("2024-02-01", "CN", 0.6)), "95 %")
    assert back.startswith("By the estimates CN has the best model with open weights at both dates")
    assert back.endswith("at both dates since 2024-01-01. P(leads) is 0.99 on 2024-01-01, and 0.60 on 2024-02-01, which is below 0.95.")
    # Between the first and the last it was less sure.
    dipped = of_leads_in_time(leads(("2024-01-01", "CN", 0.9), ("2024-02-01", "CN", 0.3), ("2024-03-01", "CN", 0.94)), "95 %")
    assert "P(leads) is 0.90 on 2024-01-01, 0.30, the lowest, on 2024-02-01, and 0.94 on 2024-03-01, which is below 0.95." in dipped
    assert of_leads_in_time(leads(("2024-01-01", "CN", 0.99)), "95 %") == "CN has the best model with open weights on 2024-01-01 (P is 0.99)."
    shared = leads(("2024-01-01", "CN", 0.5))
    shared["rank"] = 1
    assert of_leads_in_time(shared, "95 %") == "CN and ZA share the best model with open weights on 2024-01-01 (P is 0.50)."


def write_votes(path, seed=1):
    """Votes over four months, in the third of which a stronger Chinese model comes."""
    rng = np.random.default_rng(seed)
    strength, rows = {US: 1.0, CN: 0.6, CLOSED: 2.0, FR: 0.5, "deepseek-v3": 1.8}, []
    for day in pd.date_range("2024-05-10", "2024-08-20"):
        there = [name for name in strength if name != "deepseek-v3" or day >= pd.Timestamp("2024-07-15")]
        for _ in range(40):
            one, other = rng.choice(there, 2, replace=False)
            wins = rng.random() < 1 / (1 + np.exp(strength[other] - strength[one]))
            rows.append((one, other, "model_a" if wins else "model_b", f"{day:%Y-%m-%d}T{rng.integers(24):02}:30:00"))
    rng.shuffle(rows)
    pd.DataFrame(rows, columns=["model_a", "model_b", "winner", "tstamp"]).to_csv(path, index=False)
    return path


def test_votes_until_the_end_of_each_month(tmp_path):
    """Each date is the ranking of the votes until then, and the last date is the last day with a vote."""
    log = recount.read(write_votes(tmp_path / "log.csv"))
    table = countries_through_time(log)
    leaders = first_of(table)
    assert leaders.index.tolist() == ["2024-05-31", "2024-06-30", "2024-07-31", "2024-08-20"]
    assert leaders["country"].tolist() == ["US", "US", "CN", "CN"]
    assert any("each date has all votes until then" in note for note in table.notes)
    until = recount.analyse(tmp_path / "log.csv", window=recount.Window(until="2024-07-31")).countries().frame
    until = until[(until["group"] == "open weights") & (until["metric"] == "best")].reset_index(drop=True)
    of_date = table.frame[table.frame["date"] == "2024-07-31"].reset_index(drop=True)
    assert of_date[["estimate", "lower", "upper", "p_leads"]].equals(until[["estimate", "lower", "upper", "p_leads"]])
    since = countries_through_time(log, recount.Specification(window=recount.Window(since="2024-07-15")))
    assert first_of(since).index.tolist() == ["2024-07-31", "2024-08-20"]


def test_votes_without_dates(tmp_path):
    frame = pd.read_csv(write_votes(tmp_path / "log.csv"))
    frame.drop(columns="tstamp").to_csv(tmp_path / "none.csv", index=False)
    with pytest.raises(InputError, match="tstamp"):
        countries_through_time(recount.read(tmp_path / "none.csv"))
    with pytest.raises(OptionError, match="the bundled Arena votes have no times"):
        countries_through_time(recount.read())
    # A month that cannot be rated is told, and the others are.
    early = pd.DataFrame({"model_a": [US], "model_b": [CN], "winner": ["model_a"], "tstamp": ["2024-03-02T00:00:00"]})
    pd.concat([early, frame]).to_csv(tmp_path / "early.csv", index=False)
    table = countries_through_time(recount.read(tmp_path / "early.csv"))
    assert first_of(table).index[0] == "2024-05-31"
    assert any(note.startswith("1 of 5 dates cannot be rated; 2024-03-31: ") for note in table.notes)


def test_the_command(recount, folder, tmp_path):
    said = recount("countries", "--through-time", "--board", folder, "-o", "t.csv")
    assert said.code == 0, said.err
    frame = pd.read_csv("t.csv")
    assert frame.equals(pd.read_csv("t.csv"))
    assert frame[frame["rank"] == 1]["country"].tolist() == ["US", "US", "CN", "CN", "CN"]
    shown = recount("countries", "--through-time", "--board", folder, "--format", "markdown", "--ahead", "1")
    assert "| 2024-03-10 | CN |" in shown.out
    assert "too few" in one_line(recount("countries", "--through-time", "--board", sorted(folder.iterdir())[0], "--ahead", "1").err)
    files = sorted(folder.iterdir())
    for arguments, message in (
        (
            ("--through-time", "--board", folder, "--group", "all", "--group", "large"),
            "--group is all, large, and dates are ranked by one metric in one group; name one",
        ),
        (
            ("--through-time", "--board", folder, "--top", "5"),
            "--top is 5, which has no effect with --through-time by metric 'best' in group 'open w",
        ),
        (("--ahead", "3"), "--ahead is 3.0, which has no effect without --through-time; leave it out"),
        (
            ("--through-time", "--board", folder, "--date", "latest"),
            "--date is latest, which has no effect where all dates of the boards are taken",
        ),
        (("--through-time", "--board", folder, "--specifications", "grid"), "--specifications is grid, which has no effect with --through-time"),
        (("--through-time", "--board", folder, "--since", "2024-01-01"), "--since is 2024-01-01, which has no effect with --board"),
        (("--through-time", "--subset", "text"), "--subset is text, which has no effect without --board"),
        (("--board", files[0], "--board", files[1]), "--board is given 2 times"),
    ):
        assert message in one_line(recount("countries", *arguments).err)


def test_survivors_of_today_are_told(folder, tmp_path):
    """A history that was published at once lacks the model that led; boards taken at the time have it."""
    dates = [f"2024-0{month}-10" for month in range(1, 6)]
    ratings = {CLOSED: 1300.5, CN: [1100.5, 1101.5, 1102.5, 1103.5, 1104.5], FR: 1000.5}
    pd.DataFrame({"date": [day.replace("-", "") for day in dates], **ratings}).to_csv(tmp_path / "h.csv", index=False)
    alone = countries_through_time(read_boards(tmp_path / "h.csv"))
    assert any("published at once, so that it may leave out models that are no longer listed" in note for note in alone.notes)
    both = countries_through_time(read_boards(tmp_path / "h.csv", folder))
    assert any("boards taken at the time show it at 5 dates" in note for note in both.notes)


def test_repeats_are_of_all_numbers(folder):
    """A board with the ratings of another and other intervals is another board."""
    frame = pd.read_csv(folder / "2024-05-10.csv")
    frame.assign(lower=frame["lower"] - 1, upper=frame["upper"] + 1).to_csv(folder / "2024-05-17.csv", index=False)
    boards = read_boards(folder)
    assert len(boards.by_date) == 6
    assert replace(boards, told=()).by_date[-1][1].date == "2024-05-17"
