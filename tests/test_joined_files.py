"""Files that overlap, were joined, or are kept by a log of a table: votes that would count twice, or be misread, are told or stop the reading."""

import json

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine.choices.sequential import Elo, Glicko2
from recount.engine.errors import InputError
from recount.sims.analysis.log import read
from recount.sims.analysis.sequential import in_one_order

HEADER = ["model_a", "model_b", "winner", "tstamp"]


def votes(n=300, seed=1):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 4, n)
    second = (first + rng.integers(1, 4, n)) % 4
    times = 1_700_000_000 + np.sort(rng.integers(0, 10_000_000, n))
    return pd.DataFrame({"model_a": first, "model_b": second, "winner": rng.choice(["model_a", "model_b", "tie"], n), "tstamp": times}).replace(
        {"model_a": dict(enumerate("pqrs")), "model_b": dict(enumerate("pqrs"))}
    )


@pytest.fixture
def write_rows(tmp_path):
    def write(name, rows, header=True):
        path = tmp_path / name
        rows.to_csv(path, index=False, header=header)
        return path

    return write


@pytest.mark.parametrize("reader", [read_counts, read_votes])
def test_exports_that_grow_and_parts_that_overlap_are_told(write_rows, reader):
    rows = votes()
    early, late, all_of_it, apart = (write_rows(f"{i}.csv", part) for i, part in enumerate((rows[:200], rows[150:], rows, votes(200, 2))))
    said = "stand in"
    for one, other in ((early, late), (early, all_of_it), (late, all_of_it)):
        (doubt,) = reader(one, other)[1].doubts
        assert said in doubt
        assert f"{one}" in doubt
        assert f"{other}" in doubt
    assert reader(early, apart)[1].doubts == ()
    # A copy is told as one.
    again = reader(early, write_rows("again.csv", rows[:200]))[1]
    assert again.doubts == ()
    assert len(again.copies) == 1


@pytest.mark.parametrize("endings", [("csv.gz", "csv"), ("jsonl", "csv.gz"), ("parquet", "parquet"), ("parquet", "jsonl"), ("frame", "csv")])
def test_overlaps_are_told_in_any_form(tmp_path, endings):
    rows = votes()
    kinds = {"csv": "to_csv", "csv.gz": "to_csv", "jsonl": "to_json", "parquet": "to_parquet"}
    sources = []
    for i, (part, ending) in enumerate(zip((rows[:250], rows[150:].reset_index(drop=True)), endings, strict=True)):
        path = tmp_path / f"{i}.{ending}"
        if ending != "frame":
            getattr(part, kinds[ending])(path, **({"orient": "records", "lines": True} if ending == "jsonl" else {}))
        sources.append(part if ending == "frame" else path)
    (doubt,) = read_counts(*sources)[1].doubts
    assert "stand in" in doubt


@pytest.mark.parametrize("endings", [("csv", "csv"), ("parquet", "csv"), ("jsonl", "parquet")])
@pytest.mark.parametrize("told_by", ["question_id", "tstamp", "nothing"])
def test_rows_in_common_in_another_order(tmp_path, endings, told_by):
    """By an id, or by times, of which few are equal; without them votes that are alike are no sign."""
    rows = votes().assign(question_id=np.random.default_rng(1).permutation(300))
    rows = rows.drop(columns=[{"question_id": "tstamp", "tstamp": "question_id"}[told_by]] if told_by != "nothing" else ["question_id", "tstamp"])
    sources = []
    for i, (share, ending) in enumerate(zip((rows[:200], rows[120:]), endings, strict=True)):
        path = tmp_path / f"{i}.{ending}"
        part = share.sample(frac=1, random_state=i)
        if ending == "csv":
            part.to_csv(path, index=False)
        elif ending == "parquet":
            part.to_parquet(path, index=False)
        else:
            part.to_json(path, orient="records", lines=True)
        sources.append(path)
    assert [doubt for doubt in read_counts(*sources)[1].doubts if "stand in" in doubt] == [
        f"rows of {sources[1]} stand in {sources[0]}, too: what is in both counts twice; leave it out of one"
    ][: told_by != "nothing"]


def test_two_judges_of_the_same_games_have_no_rows_in_common(write_rows):
    rows = votes().assign(question_id=range(300)).drop(columns="tstamp")
    other = rows.assign(winner=rows["winner"].where(np.arange(300) % 6 > 0, "model_b")).sample(frac=1, random_state=1)
    assert not [doubt for doubt in read_counts(write_rows("a.csv", rows), write_rows("b.csv", other))[1].doubts if "stand in" in doubt]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_counts_of_a_part_beside_the_whole_are_told(write_rows, tmp_path, ending):
    """And no counts of other votes, of few or of many; nor a fifth of a season beside all of the next one."""
    rng = np.random.default_rng(6)

    def season(n):
        first = rng.integers(0, 30, n)
        second = (first + rng.integers(1, 30, n)) % 30
        return pd.DataFrame({"model_a": first, "model_b": second, "winner": rng.choice(["model_a", "model_b", "tie"], n)}).astype(str)

    def counts(rows, name):
        table, path = rows.value_counts().rename("count").reset_index(), tmp_path / f"{name}.{ending}"
        getattr(table, f"to_{ending}")(path, index=False)
        return path

    rows = season(3000)
    whole = write_rows("whole.csv", rows)
    part = counts(rows[:1000].sample(frac=1, random_state=1), "part")
    (doubt,) = read_counts(part, whole)[1].doubts
    assert doubt.startswith(f"{whole} has at least as many votes as {part} of every pair and outcome, and may hold them")
    assert read_counts(counts(season(1000), "other"), whole)[1].doubts == ()
    assert read_counts(counts(season(20), "few"), whole)[1].doubts == ()
    assert read_counts(counts(season(600), "fifth"), write_rows("next.csv", season(60_000)))[1].doubts == ()


def test_logs_that_are_sorted_alike_do_not_overlap(write_rows):
    """Two judges of the same games, sorted by pair: of both the first pair has the same winner 50 times, as often as elsewhere."""
    pairs = [(f"m{i}", f"m{j}") for i in range(8) for j in range(i)]
    rows = pd.DataFrame([pair for pair in pairs for _ in range(50)], columns=["model_a", "model_b"]).assign(winner="model_a")
    other = rows.assign(winner=np.where(np.arange(len(rows)) % 50 == 49, "model_b", "model_a"))
    other.loc[49, "winner"] = "model_a"
    assert not [doubt for doubt in read_counts(write_rows("a.csv", rows), write_rows("b.csv", other))[1].doubts if "stand in" in doubt]


def test_rows_that_are_alike_are_no_overlap(write_rows):
    """Of hundred equal rows nobody knows which they are."""
    rows = pd.DataFrame({"model_a": ["p", "q"] * 100, "model_b": ["q", "p"] * 100, "winner": "tie"})
    assert not [doubt for doubt in read_counts(write_rows("a.csv", rows), write_rows("b.csv", rows[:150]))[1].doubts if "stand in" in doubt]


@pytest.mark.parametrize("reader", [read_counts, read_votes])
@pytest.mark.parametrize("order", [["model_b", "model_a", "winner", "tstamp"], ["tstamp", "winner", "model_a", "model_b"]])
def test_joined_files_whose_columns_stand_in_another_order(tmp_path, reader, order):
    rows, path = votes(), tmp_path / "joined.csv"
    path.write_text(rows.to_csv(index=False) + rows[order].to_csv(index=False))
    with pytest.raises(InputError, match=f"has its names of columns again in another order, '{','.join(order)}'; cut the file there"):
        reader(path, columns=Columns(outcomes="sides"), max_rejected=1)
    path.write_text(rows.to_csv(index=False) + rows.to_csv(index=False))
    assert reader(path)[0].n_votes == 2 * len(rows)


def test_a_competitor_may_be_called_as_a_column_is(write_rows):
    rows = votes().replace({"p": "winner", "q": "tstamp"})
    assert read_counts(write_rows("odd.csv", rows))[0].n_votes == len(rows)


@pytest.mark.parametrize("name", ["_delta_log", ".hoodie"])
def test_tables_in_which_files_of_earlier_versions_remain(tmp_path, write_rows, name):
    (tmp_path / "table" / name).mkdir(parents=True)
    write_rows("table/part-0.csv", votes())
    for source in (tmp_path / "table", tmp_path, tmp_path / "table" / "*.csv"):
        with pytest.raises(InputError, match="table, where files of earlier versions remain; write its present rows as Parquet"):
            read_counts(source)
    # A file that is named is what it is.
    assert read_counts(tmp_path / "table" / "part-0.csv")[0].n_votes == 300


def test_two_columns_of_which_the_lower_is_better(write_rows):
    rng = np.random.default_rng(3)
    rows = votes().assign(rank_a=rng.integers(1, 3, 300))
    path = write_rows("ranks.csv", rows.assign(rank_b=3 - rows["rank_a"], won=2 - rows["rank_a"]))
    with pytest.raises(
        InputError, match=r"of which the lower is better, .* --winner rank_b,rank_a --outcomes scores; if the higher should, --outcomes"
    ):
        read_counts(path, columns=Columns(outcome="rank_a,rank_b"))
    swapped = read_counts(path, columns=Columns(outcome="rank_b,rank_a", outcomes="scores"))[0].counts.sum(axis=0)
    assert swapped.tolist() == read_counts(path, columns=Columns(outcome="won", outcomes="scores"))[0].counts.sum(axis=0).tolist()


@pytest.mark.parametrize("backwards", [True, False])
@pytest.mark.parametrize("form", ["seconds", "text", "times"])
def test_a_log_that_is_rated_in_its_own_order_and_not_in_time(write_rows, backwards, form):
    rows = votes()[::-1] if backwards else votes().sample(frac=1, random_state=1)
    times = pd.to_datetime(rows["tstamp"], unit="s")
    rows = {"seconds": rows, "text": rows.assign(tstamp=times.dt.strftime("%Y-%m-%d %H:%M:%S")), "times": rows.assign(tstamp=times)}[form]
    table, _ = in_one_order(read(write_rows("log.csv", rows)), Elo())
    said = "it runs backwards" if backwards else "% of its steps go back"
    assert any(said in note and "`order` tstamp rates them in time" in note for note in table.notes)
    assert not any("rated in the order" in note for note in in_one_order(read(write_rows("log.csv", rows)), Elo(), "tstamp")[0].notes)
    assert not any("rated in the order" in note for note in in_one_order(read(write_rows("log.csv", votes())), Elo())[0].notes)


@pytest.mark.parametrize("name", ["date", "season", "vote_id"])
def test_a_log_that_falls_along_what_should_grow(write_rows, name):
    rows = votes().drop(columns="tstamp")
    n = len(rows)
    days = (pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n) // 4, unit="D")).strftime("%d.%m.%Y")
    rows = rows.assign(**{name: {"date": days, "season": 2000 + 5 * np.arange(n) // n, "vote_id": np.arange(n)}[name]})

    def told(frame):
        return [note for note in in_one_order(read(write_rows("log.csv", frame)), Elo())[0].notes if "falls" in note]

    (said,) = told(rows[::-1])
    assert f"votes are rated in the order of the log, along which {name!r} falls; if its last row is the first vote, turn it round" in said
    assert told(rows) == told(rows.sample(frac=1, random_state=1)) == []


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"outcome": "win_a,win_b", "count": "total"}, "'total' is the sum of 'win_a', 'win_b', 'ties' in every row"),
        ({"outcome": "share_a,share_b"}, "'share_a', 'share_b' add up to 100 in every row"),
    ],
)
def test_two_columns_that_hold_the_votes_of_a_pair(columns, said):
    rng = np.random.default_rng(4)
    wins = rng.integers(1, 50, (6, 3))
    pairs = [("p", "q"), ("p", "r"), ("q", "r"), ("q", "p"), ("r", "p"), ("r", "q")]
    shares = (100 * wins[:, 0] / (wins[:, 0] + wins[:, 1])).round(1)
    table = pd.DataFrame(pairs, columns=["model_a", "model_b"]).assign(win_a=wins[:, 0], win_b=wins[:, 1], ties=wins[:, 2], total=wins.sum(axis=1))
    table = table.assign(share_a=shares, share_b=100 - shares)
    if "count" not in columns:
        table = table.drop(columns=["win_a", "win_b", "ties", "total"])
    for reader in (read_counts,) if "count" in columns else (read_counts, read_votes):
        with pytest.raises(InputError, match=said):
            reader(table, columns=Columns(**columns))
    if "count" not in columns:
        assert read_counts(table, columns=Columns(**columns, count="none"))[0].n_votes == 6
        # Of a judge who meets each pair again and again they are scores.
        assert read_counts(pd.concat([table] * 5), columns=Columns(**columns))[0].n_votes == 30


@pytest.mark.parametrize("corner", ["loser", "Losers \\ winners", "lost", "column beat row", "cols > rows", "row lost to column"])
def test_a_table_whose_rows_lost(corner):
    table = pd.DataFrame([["p", 0, 3], ["q", 5, 0]], columns=[corner, "p", "q"])
    with pytest.raises(InputError, match="in its corner, so that rows lost, and --layout wins counts how often the row won; turn the table"):
        read_counts(table, columns=Columns(layout="wins"))
    assert read_counts(table.rename(columns={corner: "winner"}), columns=Columns(layout="wins"))[0].n_votes == 8


def test_totals_so_far_are_told_and_counts_by_day_are_not():
    rng = np.random.default_rng(5)
    cells = pd.MultiIndex.from_product([list("pq"), list("rst"), ["model_a", "model_b"]], names=["model_a", "model_b", "winner"])
    by_day = pd.concat([pd.DataFrame({"count": rng.poisson(4.0, len(cells)), "day": f"2024-01-0{day}"}, cells).reset_index() for day in range(1, 6)])
    assert read_counts(by_day)[1].doubts == ()
    so_far = by_day.assign(count=by_day.groupby(["model_a", "model_b", "winner"])["count"].cumsum())
    (doubt,) = read_counts(so_far)[1].doubts
    assert "never fall from one 'day' to the next" in doubt


def test_votes_that_were_rated_are_not_rated_again(recount, write_rows, tmp_path):
    """In another form, in another order, or as the beginning of a longer log; also after several turns."""
    rows = votes(600)
    first, second, whole = (write_rows(f"{name}.csv", part) for name, part in (("first", rows[:400]), ("second", rows[400:]), ("whole", rows)))
    turned = write_rows("turned.csv", rows[:400][::-1])
    rows[:400].to_parquet(tmp_path / "first.parquet")
    once, twice = tmp_path / "once.parquet", tmp_path / "twice.parquet"
    assert recount("elo", first, "-o", once).code == 0
    for again in (turned, tmp_path / "first.parquet"):
        assert "these votes are already in the ratings of" in recount("elo", again, "--resume", once).err
    assert "the first 400 votes are already in the ratings of" in recount("elo", whole, "--resume", once).err
    assert recount("elo", second, "--resume", once, "-o", twice).code == 0
    assert "the first 600 votes are already in the ratings of" in recount("elo", whole, "--resume", twice).err
    assert recount("elo", write_rows("later.csv", votes(300, 9)), "--resume", twice).code == 0
    # Of the votes that were rated, and not of all.
    few = write_rows("few.csv", pd.concat([rows[:400], rows[:2].assign(model_a="seldom")]))
    assert recount("elo", few, "--minimum-votes", "5", "-o", tmp_path / "few.parquet").code == 0
    assert "are already in the ratings of" in recount("elo", turned, "--resume", tmp_path / "few.parquet").err


def test_times_with_and_without_a_zone_are_told(write_rows):
    rows = votes()
    times = pd.to_datetime(rows["tstamp"], unit="s")
    naive, aware = rows.assign(tstamp=times.astype(str)), rows.assign(tstamp=times.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo").astype(str))
    a, b = write_rows("naive.csv", naive[:100]), write_rows("aware.csv", aware[100:])
    said = "times of 100 votes by 'tstamp' name no zone, beside others that do; they are read as UTC"
    assert any(said in note for note in in_one_order(read(a, b), Elo(), "tstamp")[0].notes)
    for alone in (a, b):
        assert not any("zone" in note for note in in_one_order(read(alone), Elo(), "tstamp")[0].notes)


@pytest.mark.parametrize("name", ["strokes", "time", "wer", "latency_ms"])
def test_numbers_of_which_the_lower_wins(write_rows, name):
    rows = votes().assign(**{f"{name}_a": range(300), f"{name}_b": range(300, 0, -1)})
    with pytest.raises(InputError, match="are called as numbers are of which the lower is better"):
        read_counts(write_rows("log.csv", rows), columns=Columns(outcome=f"{name}_a,{name}_b"))


def test_files_that_are_named_in_another_order_than_their_times(write_rows):
    rows = votes()
    early, late = write_rows("b.csv", rows[:150]), write_rows("a.csv", rows[150:])
    assert any(
        "(150 votes stand after much later ones); `order` tstamp rates them in time" in note
        for note in in_one_order(read(late, early), Elo())[0].notes
    )
    assert not any("rated in the order" in note for note in in_one_order(read(early, late), Elo())[0].notes)


def test_baselines_that_rows_name(tmp_path):
    """Of Arena-Hard, whose later rows name theirs; one that no row names is none."""
    games = [{"model": "m", "baseline": name, "games": [{"score": "A>B"}, {"score": "B>A"}]} for name in ("old", "new", "new")]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, games)))
    rows, _ = read_votes(tmp_path / "log.jsonl", columns=Columns(layout="arena-hard:old"))
    assert dict(zip(rows.names, np.bincount(np.append(rows.first, rows.second)).tolist(), strict=True)) == {"old": 2, "m": 6, "new": 4}
    with pytest.raises(InputError, match="name their baselines, 'new', 'old', and none of them is 'other'; give one of them"):
        read_votes(tmp_path / "log.jsonl", columns=Columns(layout="arena-hard:other"))


@pytest.mark.parametrize(("weeks", "is_told"), [((50, 51, 52, 1, 2), True), ((1, 2, 3, 4, 5), False)])
def test_weeks_over_new_year(write_rows, weeks, is_told):
    """Their numbers are no order of periods; votes in no order at all are only sorted."""
    rows = votes(1000).assign(week=np.repeat(weeks, 200))
    table, _ = in_one_order(read(write_rows("log.csv", rows)), Glicko2(period="week"))
    assert any("periods by 'week' go back 1 time in the log" in note for note in table.notes) == is_told
    mixed, _ = in_one_order(read(write_rows("mixed.csv", rows.sample(frac=1, random_state=1))), Glicko2(period="week"))
    assert not any("go back" in note and "periods" in note for note in mixed.notes)


def test_a_column_without_values_hides_no_overlap(tmp_path):
    """Of JSON lines, which cannot be read with a column that no line has a value of."""
    rows, sources = votes().assign(voter=None), [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path, part in zip(sources, (rows[:200], rows[100:]), strict=True):
        part.to_json(path, orient="records", lines=True)
    assert any("stand in" in doubt for doubt in read_counts(*sources)[1].doubts)
