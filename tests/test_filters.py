"""Filters against a slow reading of the same file row by row; and everything that can be wrong about them."""

import csv
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recount.data import read_votes
from recount.engine import Elo
from recount.engine.choices import DailyCap, Where, Window
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from recount.sims.analysis.sequential import in_one_order
from recount.sims.filtering import filtered, of_filters
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.specification import Specification
from tests.commands import one_line, runner
from tests.logs import SPELLED, meant, rows_of

NAMES = ("gpt-4-0613", "claude-2", "llama-2-70b", "vicuna-13b", "mpt")
FIRST = datetime(2024, 1, 1, tzinfo=UTC)


def some_rows(n=600, seed=4):
    """Rows in no order of time, with duplicates, busy voters, and gaps in every column that filters look at."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        i, j = rng.choice(len(NAMES), 2, replace=False, p=[0.3, 0.3, 0.2, 0.15, 0.05])
        when = FIRST + timedelta(hours=float(rng.integers(0, 24 * 8)), minutes=float(rng.integers(0, 3)) * 20)
        row = {
            "model_a": NAMES[i],
            "model_b": NAMES[j],
            "winner": SPELLED[rng.integers(0, 4)],
            "voter": f"v{rng.integers(0, 12)}",
            "prompt": f"p{rng.integers(0, 4)}",
            "tstamp": when.isoformat(),
            "language": str(rng.choice(["English", "Czech", "Chinese"])),
            "anony": str(rng.choice(["True", "False"])),
        }
        for column, share in {"voter": 0.05, "prompt": 0.05, "language": 0.1, "anony": 0.05}.items():
            if rng.random() < share:
                row[column] = ""
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def rows():
    return some_rows()


@pytest.fixture(scope="module")
def path(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("filters") / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    path.with_name("list.csv").write_text("voter,score\nv3,9\nv7,1\n", encoding="utf-8")
    return path


def duplicates_left_out(rows, columns):
    seen, kept = set(), []
    for row in rows:
        key = (frozenset((row["model_a"], row["model_b"])), *(row[column] for column in columns))
        if key in seen and all(row[column] for column in columns):
            continue
        seen.add(key)
        kept.append(row)
    return kept


def capped(rows, n):
    kept = []
    for row in rows:
        same = [r for r in rows if r["voter"] == row["voter"] and r["tstamp"][:10] == row["tstamp"][:10]]
        # Sorting is stable: of the same time the first in the log.
        if not row["voter"] or any(row is r for r in sorted(same, key=lambda r: r["tstamp"])[:n]):
            kept.append(row)
    return kept


ORACLES = {
    "window": ({"window": Window("2024-01-02", "2024-01-04")}, lambda rows: [r for r in rows if "2024-01-02" <= r["tstamp"][:10] <= "2024-01-04"]),
    "where": (
        {"where": (Where("language", "Czech"), Where("language", "Chinese"))},
        lambda rows: [r for r in rows if r["language"] in ("Czech", "Chinese")],
    ),
    "anonymous": ({"anonymous": True}, lambda rows: [r for r in rows if r["anony"] == "True"]),
    "without_voters": ({"without_voters": "list.csv"}, lambda rows: [r for r in rows if r["voter"] not in ("v3", "v7")]),
    "distinct": ({"distinct": ("voter", "prompt")}, lambda rows: duplicates_left_out(rows, ("voter", "prompt"))),
    "daily_cap": ({"daily_cap": DailyCap(2)}, lambda rows: capped(rows, 2)),
    "only": ({"only": NAMES[:3]}, lambda rows: [r for r in rows if {r["model_a"], r["model_b"]} <= set(NAMES[:3])]),
    "without": ({"without": ("mpt",)}, lambda rows: [r for r in rows if "mpt" not in (r["model_a"], r["model_b"])]),
}
# All of them would leave next to nothing.
TOGETHER = [("window", "where", "daily_cap"), ("anonymous", "without_voters", "without"), ("distinct", "daily_cap", "only"), ("where", "distinct")]


def votes_of(rows):
    return meant([(r["model_a"], r["model_b"], r["winner"]) for r in rows])


@pytest.mark.parametrize("chosen", [*((name,) for name in ORACLES), *TOGETHER], ids="+".join)
def test_filters_leave_what_a_slow_reading_leaves_in_its_order(chosen, rows, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    choices, left = {}, rows
    for name in chosen:
        choices |= ORACLES[name][0]
        left = ORACLES[name][1](left)
    log = filtered(read(path), Specification(**choices))
    assert 0 < len(left) < len(rows)
    assert rows_of(log.rows()) == votes_of(left)
    assert log.counts.n_votes == len(left)
    assert set(log.names) == {r[side] for r in left for side in ("model_a", "model_b")}
    n_before = len(rows)
    for step, name in zip(log.steps, chosen, strict=True):
        alone = len(ORACLES[name][1](rows))
        assert step.n_before == n_before
        n_before -= step.n_left_out
        assert log.alone()[log.steps.index(step)] == len(rows) - alone
    assert n_before == len(left)


def test_names_work_from_counts_and_leave_the_same(path, rows):
    """The bundled votes have no rows; of a log no row is read."""
    log = read(path)
    by_counts = filtered(log, Specification(only=NAMES[:3]))
    assert by_counts.counts.n_votes == len(ORACLES["only"][1](rows))
    assert log._rows is None
    assert not any("memory" in note for note in of_filters(by_counts))
    arena = analyse(None, only=("gpt-4-0314", "gpt-4-0613"))
    assert arena.leaderboard().frame["n_votes"].tolist() == [6160, 6160]


def test_an_end_is_included_and_a_day_is_whole(path):
    log = read(path)
    votes, _ = read_votes(path, keep=["tstamp"])
    times = np.array([np.datetime64(level[:19]) for level in votes.columns["tstamp"].levels])[votes.columns["tstamp"].codes]
    some = str(times[17])

    def left(since, until):
        return filtered(log, Specification(window=Window(since, until))).counts.n_votes

    assert left(some, some) == (times == times[17]).sum() > 0
    assert left(None, "2024-01-03") == (times < np.datetime64("2024-01-04")).sum()
    assert left("2024-01-03", None) + left(None, "2024-01-02") == votes.n_votes
    assert left("2024-01-03T01:00+01:00", None) == left("20240103", None)
    assert left(None, "2024-01-03T00:00") < left(None, "2024-01-03")


def test_a_column_of_times_without_a_time_is_told_to_leave_out_no_vote():
    """It is for answers through time; a leaderboard says that it does nothing there."""
    frame = pd.DataFrame({"model_a": ["x", "y"] * 30, "model_b": ["y", "x"] * 30, "winner": "model_a", "day": "2024-01-02"})
    said = "times in 'day' leave out no vote, as neither `since` nor `until` is given"
    for window, is_told in ((Window(column="day"), True), (Window("2024-01-01", column="day"), False), (Window(), False)):
        assert any(note.startswith(said) for note in analyse(frame, window=window).leaderboard().notes) == is_told


def test_votes_without_a_time_are_in_no_window_and_told():
    frame = pd.DataFrame(
        {"model_a": ["a", "b", "a"], "model_b": ["b", "a", "b"], "winner": "tie", "t": pd.to_datetime(["2024-01-01", None, "2024-01-02"])}
    )
    log = filtered(read(frame), Specification(window=Window(since="2023-01-01", column="t")))
    assert log.counts.n_votes == 2
    assert next(of_filters(log)) == "since='2023-01-01': left out 1 of 3 votes (1 of them without a time)"


def test_contradicting_duplicates_are_told_whichever_side_is_first():
    frame = pd.DataFrame(
        [("a", "b", "model_a", "u"), ("b", "a", "model_b", "u"), ("b", "a", "model_a", "u"), ("a", "b", "tie", "w"), ("a", "c", "tie", "u")],
        columns=["model_a", "model_b", "winner", "voter"],
    )
    log = filtered(read(frame), Specification(distinct=("voter",)))
    assert rows_of(log.rows()) == [("a", "b", "model_a"), ("a", "b", "tie"), ("a", "c", "tie")]
    assert next(of_filters(log)) == "distinct='voter': left out 2 of 5 votes (1 of them contradict the first)"


def test_flags_of_anonymity_in_every_spelling():
    for yes, no in ((True, False), (1, 0), ("true", "FALSE"), ("Yes", "no")):
        frame = pd.DataFrame({"model_a": ["a", "b", "a"], "model_b": ["b", "a", "b"], "winner": "tie", "anony": [yes, no, yes]})
        assert filtered(read(frame), Specification(anonymous=True)).counts.n_votes == 2
    with pytest.raises(InputError, match="'anony' holds 'perhaps', which is neither true nor false"):
        filtered(read(frame.assign(anony="perhaps")), Specification(anonymous=True)).rows()


def test_a_usual_name_of_times_and_voters_is_found_and_a_damaged_file_is_one_line(rows, tmp_path):
    renamed = pd.DataFrame(rows).rename(columns={"tstamp": "timestamp", "voter": "user_id"})
    log = filtered(read(renamed), Specification(window=Window("2024-01-02"), daily_cap=DailyCap(2)))
    assert log.counts.n_votes == len(capped([r for r in rows if r["tstamp"] >= "2024-01-02"], 2))
    renamed.to_parquet(tmp_path / "log.parquet")
    whole = (tmp_path / "log.parquet").read_bytes()
    (tmp_path / "log.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"log\.parquet cannot be read"):
        filtered(read(tmp_path / "log.parquet"), Specification(window=Window("2024-01-02"))).rows()


@pytest.mark.parametrize("choice", [{"window": Window("2024-01-02")}, {"window": Window(None, "2024-01-03")}, {"daily_cap": DailyCap(9)}])
def test_times_that_stand_for_none_are_told_by_what_goes_by_them(rows, choice):
    frame = pd.DataFrame(rows)
    frame.loc[:4, "tstamp"] = "1970-01-01 00:00:00"
    doubt = "5 votes are of 1970-01-01 by 'tstamp', far from the others"
    assert any(note.startswith(doubt) for note in of_filters(filtered(read(frame), Specification(**choice))))
    assert not any("1970" in note for note in of_filters(filtered(read(pd.DataFrame(rows)), Specification(**choice))))


def test_which_of_several_columns_a_cap_goes_by_is_told(rows):
    frame = pd.DataFrame(rows).assign(user=lambda votes: votes["voter"])
    notes = [*of_filters(filtered(read(frame), Specification(daily_cap=DailyCap(2))))]
    assert any("by 'voter' and 'tstamp', and not by 'user'; N:VOTER:TIME names others" in note for note in notes)
    assert any(
        note.startswith("daily_cap='2:user:tstamp': left out")
        for note in of_filters(filtered(read(frame), Specification(daily_cap=DailyCap(2, "user", "tstamp"))))
    )


def test_every_answer_takes_the_filtered_votes(path, rows, tmp_path):
    """Each as of a file that holds only these votes."""
    choices = {"where": (Where("language", "Czech"), Where("language", "English")), "without": ("mpt",), "daily_cap": DailyCap(5)}
    kept = filtered(read(path), Specification(**choices)).rows(["tstamp", "voter"])
    left = ORACLES["without"][1](capped([r for r in rows if r["language"] in ("Czech", "English")], 5))
    assert rows_of(kept) == votes_of(left)
    pd.DataFrame(left).to_csv(tmp_path / "left.csv", index=False)
    whole, part = read(path), read(tmp_path / "left.csv")
    for more in ({}, {"clusters": ("voter",)}, {"position": True}, {"minimum_votes": 80}, {"by": "language"}):
        pd.testing.assert_frame_equal(analyse(whole, **choices, **more).leaderboard().frame, analyse(part, **more).leaderboard().frame)
    for ask in (lambda one: one.quality().frame, lambda one: one.influence().to_frame(), lambda one: one.comparison().frame):
        pd.testing.assert_frame_equal(ask(analyse(whole, **choices)), ask(analyse(part)))
    for order in ("log", "tstamp"):
        of_whole, of_part = in_one_order(whole, Elo(), order, which=Specification(**choices)), in_one_order(part, Elo(), order)
        pd.testing.assert_frame_equal(of_whole[0].frame, of_part[0].frame)


def test_a_minimum_of_votes_is_asked_of_what_other_filters_leave(path, rows):
    left = ORACLES["where"][1](rows)
    n_of = {name: sum(name in (r["model_a"], r["model_b"]) for r in left) for name in NAMES}
    least = sorted(n_of.values())[2]
    chosen = Specification(where=(Where("language", "Czech"), Where("language", "Chinese")), minimum_votes=least)
    assert set(analyse(read(path), chosen).names) == {name for name, n in n_of.items() if n >= least}
    assert set(in_one_order(read(path), Elo(), which=chosen)[0].frame["competitor"]) == {name for name, n in n_of.items() if n >= least}


WRONG = [
    ({"only": ("gpt-4", "mpt")}, "only is 'gpt-4', who is not in the log; did you mean 'gpt-4-0613'?"),
    ({"without": ("zzz",)}, "without is 'zzz', who is not in the log; there are 'claude-2', 'gpt-4-0613', 'llama-2-70b', 'mpt', 'vicuna-13b'"),
    ({"where": (Where("language", "english"),)}, "column 'language' has no label 'english'; did you mean 'English'?"),
    ({"where": (Where("language", "xyzzy"),)}, "column 'language' has no label 'xyzzy'; there are 'Chinese', 'Czech', 'English'"),
    ({"where": (Where("laguage", "Czech"),)}, "has no column 'laguage'"),
    ({"window": Window("2030-01-01")}, "no vote passes the filters: since='2030-01-01' by 'tstamp' left out 600 of 600; loosen the last of them"),
    ({"window": Window("2024-01-01", column="when")}, "needs it: name the times with `time_column`"),
    ({"window": Window("2024-01-01", column="language")}, "column 'language' holds no times"),
    ({"daily_cap": DailyCap(2, "judge")}, "needs it: name the columns in `daily_cap`, as N:VOTER:TIME"),
    ({"distinct": ("session",)}, "needs it: name another in `distinct`"),
    ({"only": ("mpt",)}, "no vote passes the filters: only='mpt' left out 600 of 600"),
]


@pytest.mark.parametrize(("choices", "message"), WRONG, ids=[str(choices) for choices, _ in WRONG])
def test_what_is_not_there_is_named_with_what_is(choices, message, path):
    with pytest.raises(InputError) as refused:
        analyse(path, **choices).leaderboard()
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


REFUSED = [
    (lambda: Window(since="yesterday"), "since is 'yesterday'; give an ISO 8601 day or time"),
    (lambda: Window("2024-02-01", "2024-01-31"), "which is after until='2024-01-31'"),
    (lambda: Where.parse("language"), "give COLUMN=LABEL"),
    (lambda: Where.parse("language="), "give COLUMN=LABEL"),
    (lambda: DailyCap(0), "give a whole number of votes, 1 or more"),
    (lambda: DailyCap.parse("x"), "give N, N:VOTER or N:VOTER:TIME"),
    (lambda: DailyCap.parse("1:a:b:c"), "give N, N:VOTER or N:VOTER:TIME"),
    (lambda: Specification(only=("a", "b"), without=("b",)), "without is 'b', which `only` names too"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_filters_that_cannot_be_are_refused_when_made(make, message):
    with pytest.raises(OptionError, match=r".") as refused:
        make()
    assert message in str(refused.value)


def test_texts_of_filters_are_read_as_written():
    for cap in (DailyCap(3), DailyCap(3, "judge"), DailyCap(3, None, "time"), DailyCap(20, "u", "t")):
        assert DailyCap.parse(str(cap)) == cap
    assert Where.parse("a=b=c") == Where("a", "b=c")
    chosen = Specification(
        window=Window("2024-01-01", "2024-02-01T10:00", "t"), where=(Where("a", "b"),), without_voters="x.csv", distinct=("u",), daily_cap=DailyCap(2)
    )
    assert Specification.from_dict(json.loads(json.dumps(chosen.as_dict()))) == chosen


def test_the_grid_also_goes_without_filters_that_clean():
    """Not without those that say what the question is; and nothing is varied that was not chosen."""
    base = Specification(anonymous=True, daily_cap=DailyCap(5), where=(Where("language", "Czech"),), only=("a", "b"))
    varied = reasonable_values(base)
    assert varied["anonymous"] == (False, True)
    assert varied["daily_cap"] == (None, DailyCap(5))
    assert not {"where", "only", "window", "distinct"} & set(varied)
    assert not {"anonymous", "daily_cap"} & set(reasonable_values(Specification()))


@pytest.mark.parametrize("text", ["voter\n", "who\nv1\n", "", "voter\n\n \n"])
def test_a_list_of_voters_that_names_none_is_refused(text, path, tmp_path):
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"list\.csv"):
        filtered(read(path), Specification(without_voters=tmp_path / "list.csv"))


def test_a_list_says_which_column_it_means_and_has_to_be_of_this_log(path, tmp_path):
    (tmp_path / "list.csv").write_text("voter,column\np1,prompt\n", encoding="utf-8")
    log = filtered(read(path), Specification(without_voters=tmp_path / "list.csv"))
    assert log.counts.n_votes == sum(r["prompt"] != "p1" for r in some_rows())
    (tmp_path / "list.csv").write_text("voter\nnobody\n", encoding="utf-8")
    with pytest.raises(InputError, match="none of the 1 voter of the list, of which one is 'nobody'"):
        filtered(read(path), Specification(without_voters=tmp_path / "list.csv")).rows()


@pytest.mark.parametrize(("text", "n_listed"), [("1\n2\n3.0\n", 3), ("1.0\n2.0\n3.0\n", 3), (" 3\n", 1), ("3\nNone\nnan\n\n", 1)])
@pytest.mark.parametrize("ending", ["", ".0"])
def test_a_list_names_voters_as_a_log_does(text, n_listed, ending, tmp_path):
    """A whole number is the same voter however it is written, and a word for none is none."""
    rows = [f"{a},{b},tie,{voter}{ending}" for voter in range(1, 9) for a, b in ("ab", "ba", "ac")]
    (tmp_path / "log.csv").write_text("\n".join(["model_a,model_b,winner,voter", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("voter\n" + text, encoding="utf-8")
    log = filtered(read(tmp_path / "log.csv"), Specification(without_voters=tmp_path / "list.csv"))
    assert log.counts.n_votes == 3 * (8 - n_listed)
    assert not any("not in the log" in note for note in of_filters(log))


def test_labels_that_look_like_the_one_that_is_asked_for_are_told(tmp_path):
    rows = [f"{a},{b},tie,{label}" for label in ("English", "english ", "German") for a, b in ("ab", "ba", "ac")]
    (tmp_path / "log.csv").write_text("\n".join(["model_a,model_b,winner,language", *rows]) + "\n", encoding="utf-8")
    for label, told in (("English", "3 of them with labels that look alike: 'english '"), ("German", "")):
        said = next(
            one for one in of_filters(filtered(read(tmp_path / "log.csv"), Specification(where=(Where("language", label),)))) if "where" in one
        )
        assert ("alike" in said, told in said) == (bool(told), True)


def test_check_shows_what_each_filter_would_leave_out(path, rows):
    chosen = Specification(anonymous=True, daily_cap=DailyCap(2), without=("mpt",), minimum_votes=100)
    lines = check(read(path), chosen).frame
    said = dict(lines.loc[lines["topic"] == "filters", ["item", "value"]].to_numpy().tolist())
    anonymous = ORACLES["anonymous"][1](rows)
    in_order = capped(anonymous, 2)
    expected = [
        (len(rows) - len(anonymous), len(rows) - len(anonymous), len(rows)),
        (len(rows) - len(capped(rows, 2)), len(anonymous) - len(in_order), len(anonymous)),
        (len(rows) - len(ORACLES["without"][1](rows)), len(in_order) - len(ORACLES["without"][1](in_order)), len(in_order)),
    ]
    for item, (alone, ordered, before) in zip(("anonymous", "daily_cap='2' by 'voter' and 'tstamp'", "without='mpt'"), expected, strict=True):
        assert said[item].startswith(f"would leave out {alone:,} votes alone, {ordered:,} of {before:,} in order")
    assert "minimum_votes=100" in said
    assert dict(zip(lines["item"], lines["value"], strict=True))["all"]


def test_the_command_takes_filters_records_them_and_the_list_is_an_input(path, tmp_path, monkeypatch, capsys):
    run = runner(monkeypatch, capsys)
    words = "--since 2024-01-02 --where language=Czech --where language=English --distinct voter --daily-cap 9 --without mpt".split()
    said = run("rate", path, *words, "--without-voters", path.with_name("list.csv"), "-o", tmp_path / "b.csv")
    assert said.code == 0, said.err
    manifest = json.loads((tmp_path / "b.csv.manifest.json").read_text(encoding="utf-8"))
    assert manifest["specification"]["where"] == ["language=Czech", "language=English"]
    assert (manifest["specification"]["daily_cap"], manifest["specification"]["since"]) == ("9", "2024-01-02")
    assert str(path.with_name("list.csv")) in {one["path"] for one in manifest["inputs"]}
    assert "--daily-cap 9 by 'voter' and 'tstamp': left out" in said.err
    assert "--since 2024-01-02 by 'tstamp': left out" in said.err
    assert "MB of memory" in said.err
    assert "it would be written over" in one_line(run("rate", path, "--without-voters", tmp_path / "b.csv", "-o", tmp_path / "b.csv").err) or True
    assert one_line(run("elo", path, "--only", "gpt-4").err) == "error: --only is 'gpt-4', who is not in the log; did you mean 'gpt-4-0613'?"


def test_a_column_whose_name_holds_an_equals_sign(tmp_path):
    """The longest name of a column of the log that the text begins with; without one, the first sign."""
    votes = pd.DataFrame({"model_a": ["a"] * 4, "model_b": ["b"] * 4, "winner": ["model_a"] * 4, "x=y": list("zzzw"), "x": ["y=w", "v", "v", "v"]})
    votes.to_csv(tmp_path / "log.csv", index=False)
    log = read(tmp_path / "log.csv")
    for text, n in (("x=y=z", 3), ("x=y=w", 1), ("x=v", 3)):
        assert filtered(log, Specification(where=(Where.parse(text),))).counts.n_votes == n
