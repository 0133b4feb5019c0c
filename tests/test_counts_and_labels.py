"""Input that could be taken for something else: counts for votes, labels for other labels."""

import itertools
import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine import ELO, InputError, OptionError, fit
from recount.engine.voters.even_counts import chance_of_none_above
from recount.engine.votes import OUTCOMES
from tests.logs import HEADER, cells, cells_of, in_bytes, some_votes

VOTES = some_votes(300)
SAVED = [(*cell, n) for cell, n in cells(VOTES).items()]
CASES = Path(__file__).parents[2] / "shared" / "cases"
KINDS = [".parquet", ".csv", ".jsonl"]


def ratings(source, **columns):
    """Ratings by competitor, mean 1000."""
    fitted = fit(read_counts(source, columns=Columns(**columns))[0])
    return dict(zip(fitted.names, 1000 + ELO * fitted.strengths, strict=True))


def case(name):
    if not (CASES / name).exists():
        pytest.skip("the cases are not beside the checkout")
    return CASES / name


def tally_of(labels):
    """Votes of a and b, first and second alternately, with these outcomes."""
    rows = [("a", "b", label) if i % 2 else ("b", "a", label) for i, label in enumerate(labels)]
    return pd.DataFrame(rows, columns=list(HEADER))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["count", "Count", "COUNTS"])
def test_a_column_of_counts_is_used(write, kind, name):
    """Whatever its case, and whatever stands beside it: an index, a language."""
    for further in ((), ("",), ("index",), ("language",)):
        rows = [(*row, *("x" for _ in further)) for row in SAVED]
        file = write(f"saved{kind}", in_bytes(kind, rows, (*HEADER, name, *further)))
        assert cells_of(read_counts(file)[0]) == cells(VOTES)
        with pytest.raises(InputError, match=r"holds counts.*--count none if every row is one vote"):
            read_votes(file)
    assert read_counts(file, columns=Columns(count="none"))[0].n_votes == len(SAVED)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["n", "votes", "N_votes", "freq", "0", "count_star()"])
def test_a_column_that_may_be_counts_has_to_be_named(write, kind, name):
    file = write(f"saved{kind}", in_bytes(kind, SAVED, (*HEADER, name)))
    with pytest.raises(InputError, match=r"which may say how many votes a row stands for; name the column with --count .*--count none"):
        read_counts(file)
    assert cells_of(read_counts(file, columns=Columns(count=name))[0]) == cells(VOTES)
    assert read_counts(file, columns=Columns(count="none"))[0].n_votes == len(SAVED)
    # A column that is asked for by name is what it was asked for.
    assert read_votes(file, keep=[name])[0].n_votes == len(SAVED)


def test_counts_of_frames():
    """After grouping the columns of the vote are the index."""
    rows = pd.DataFrame([(a, b, o) for a, b, o in VOTES], columns=list(HEADER))
    for frame in (
        rows.value_counts().to_frame(),
        rows.groupby(list(HEADER)).size().rename("count").to_frame(),
        rows.value_counts().reset_index().set_index("count"),
        rows.value_counts().reset_index().sample(frac=1, random_state=0),
        pa.Table.from_pandas(rows.value_counts().reset_index().sample(frac=1, random_state=0)),
    ):
        assert cells_of(read_counts(frame)[0]) == cells(VOTES)
    with pytest.raises(InputError, match=r"column 'size'"):
        read_counts(rows.groupby(list(HEADER), as_index=False).size())


def test_two_columns_of_counts_or_none(write):
    file = write("saved.csv", in_bytes(".csv", [(*row, 1) for row in SAVED], (*HEADER, "count", "counts")))
    with pytest.raises(InputError, match="column 'count'"):
        read_counts(file)
    assert cells_of(read_counts(file, columns=Columns(count="count"))[0]) == cells(VOTES)
    with pytest.raises(InputError, match="has no column 'number', which --count names"):
        read_counts(file, columns=Columns(count="number"))
    with pytest.raises(InputError, match="name one column twice"):
        Columns(count="winner")


def test_counts_that_begin_late_in_json_lines(write, monkeypatch):
    monkeypatch.setattr("recount.data.formats.text_streams.BLOCK", 300)
    lines = [{"model_a": "a", "model_b": "b", "winner": "tie"} for _ in range(20)]
    lines.append(lines[0] | {"count": 3})
    with pytest.raises(InputError, match=r"lines up to .* have no 'count', and later ones have"):
        read_counts(write("log.jsonl", "".join(json.dumps(line) + "\n" for line in lines)))
    # Inside a nested value it says nothing of votes.
    lines[-1] = lines[0] | {"usage": {"count": 3, "n": 2}}
    assert read_counts(write("log.jsonl", "".join(json.dumps(line) + "\n" for line in lines)))[0].n_votes == 21


@pytest.mark.parametrize(
    ("labels", "outcomes", "meant"),
    [
        ("1 1 2 0".split(), "1=first,2=second,0=tie", (2, 1, 1, 0)),
        ([1, 1, 2, 0], "1=first,2=second,0=tie", (2, 1, 1, 0)),
        ([1.0, 1.5, 2.0, 1.5], "1=first,2=second,1.5=tie", (1, 1, 2, 0)),
        (["model_a", "tie(all bad)", "", "invalid"], "tie(all bad)=both_bad,=skip,invalid=skip", (1, 0, 0, 1)),
        (["A>>B", "A=B", "B>A", " a>b "], "A>>B=first,A>B=first,A=B=tie,B>A=second", (2, 1, 1, 0)),
        ([True, False, True, True], "True=first,False=second", (3, 1, 0, 0)),
    ],
)
def test_labels_are_given_a_meaning(labels, outcomes, meant):
    log = tally_of(labels)
    with pytest.raises(InputError, match=r"the labels in column 'winner' are .*--outcomes"):
        read_counts(log)
    counts, quarantine = read_counts(log, columns=Columns(outcomes=outcomes))
    assert counts.counts.sum(axis=0).tolist() == [meant[i] for i in (0, 1, 2, 3)]
    assert quarantine.share == 0
    assert counts.n_votes + len(quarantine.rejects) == 4


def test_a_number_with_a_meaning_is_no_score():
    """Where 0 is a tie, 1 and 0.5 mean nothing until it is said."""
    with pytest.raises(InputError, match=r"are '1' 2, '0' 1, '2' 1: .*; say what they mean with --outcomes 0=tie,1=MEANING,2=MEANING"):
        read_counts(tally_of("1 1 0 2".split()), columns=Columns(outcomes="0=tie"))


def test_the_tally_shows_every_label_and_not_the_rows():
    with pytest.raises(InputError) as raised:
        read_counts(tally_of(["model_a"] * 50 + ["x"] * 30 + ["y"] * 20 + [""] * 7))
    assert (
        "'model_a' 50, 'x' 30, 'y' 20, (empty) 7: not all of them are outcomes; say what they mean with --outcomes x=MEANING,y=MEANING,=MEANING"
        in str(raised.value)
    )
    assert "max_rejected" not in str(raised.value)


def test_the_winner_by_name():
    rows = [("gpt", "yi", "gpt"), ("yi", "gpt", "gpt"), ("gpt", "yi", "yi"), ("yi", "gpt", "tie"), ("gpt", "yi", "gpt")]
    log = pd.DataFrame(rows, columns=list(HEADER))
    with pytest.raises(InputError, match=r"'gpt' 3, .*if they name the winner, give --outcomes names"):
        read_counts(log)
    votes, _ = read_votes(log, columns=Columns(outcomes="names"))
    assert [OUTCOMES[code] for code in votes.outcome] == ["model_a", "model_b", "model_b", "tie", "model_a"]
    assert read_counts(log, columns=Columns(outcomes="names"))[0].counts.sum() == 5
    # A name that did not play won nothing.
    with pytest.raises(InputError, match="'qwen' 1"):
        read_counts(pd.DataFrame([*rows, ("qwen", "yi", "tie"), ("gpt", "yi", "qwen")], columns=list(HEADER)), columns=Columns(outcomes="names"))


def test_a_label_that_is_a_side_and_a_name():
    log = pd.DataFrame([("A", "B", "A"), ("B", "A", "A"), ("A", "B", "B")], columns=list(HEADER))
    with pytest.raises(InputError, match=r": 'A' may be the side that won or the competitor of that name; give --outcomes sides or"):
        read_counts(log)
    by_name, by_side = (read_counts(log, columns=Columns(outcomes=word))[0] for word in ("names", "sides"))
    won = {name: cells_of(by_name)[name] for name in cells_of(by_name)}
    assert won == {("A", "B", "model_a"): 1, ("B", "A", "model_b"): 1, ("A", "B", "model_b"): 1}
    assert cells_of(by_side)[("B", "A", "model_a")] == 1


@pytest.mark.parametrize("kind", [*KINDS, "frame"])
@pytest.mark.parametrize("yes", [("1", "0"), (1, 0), (True, False), ("True", "False")])
def test_one_column_an_outcome(write, kind, yes):
    rows = [("a", "b", 1, 0, 0), ("b", "a", 1, 0, 0), ("a", "b", 0, 0, 1), ("b", "a", 0, 1, 0), ("a", "b", 1, 0, 0)]
    rows = [(*row[:2], *(yes[0] if flag else yes[1] for flag in row[2:])) for row in rows]
    header = ("model_a", "model_b", "winner_model_a", "winner_model_b", "winner_tie")
    source = pd.DataFrame(rows, columns=list(header)) if kind == "frame" else write(f"log{kind}", in_bytes(kind, rows, header))
    columns = Columns(outcome=",".join(header[2:]))
    assert read_counts(source, columns=columns)[0].counts.sum(axis=0).tolist() == [3, 1, 1, 0]
    assert [OUTCOMES[code] for code in read_votes(source, columns=columns)[0].outcome] == ["model_a", "model_a", "tie", "model_b", "model_a"]
    if kind != ".jsonl":
        with pytest.raises(InputError, match="with --winner winner_model_a,winner_model_b,winner_tie"):
            read_counts(source)


def test_flags_that_contradict_each_other():
    rows = [("a", "b", 1, 1, 0), ("a", "b", 0, 0, 0), ("a", "b", 1, 0, 0), ("b", "a", 1, None, 0), ("b", "a", 1, "lost", 0), ("b", "a", 0, "kept", 1)]
    log = pd.DataFrame(rows, columns=["model_a", "model_b", "x", "y", "z"])
    counts, quarantine = read_counts(log, columns=Columns(outcome="x,y,z"), max_rejected=1)
    assert counts.n_votes == 1
    assert quarantine.rejects["value"].tolist() == ["x,y,z='1,1,0'", "x,y,z='0,0,0'", "x,y,z='1,,0'", "x,y,z='1,lost,0'", "x,y,z='0,kept,1'"]


@pytest.mark.parametrize(
    ("outcomes", "message"),
    [
        ("1=won", "outcomes is '1=won', where '1=won' is no LABEL=MEANING; give the meaning as one of 'first', 'second'"),
        ("tie", "where 'tie' is no LABEL=MEANING"),
        ("1=first,1=second", "gives '1' two meanings; give one"),
        ("1=first,1.0=tie", "gives '1' two meanings"),
        ("names,sides", "both 'names' and 'sides'"),
    ],
)
def test_meanings_that_cannot_be(outcomes, message):
    with pytest.raises(OptionError, match=message):
        Columns(outcomes=outcomes)


def test_the_cases():
    """Right values beside the checkout; the file in Parquet has no row of ties, and so 200 votes."""
    for name in ("counts.csv", "counts.jsonl", "counts_index.csv", "counts_lang.csv"):
        assert ratings(case(f"saved_counts/{name}")) == pytest.approx({"x": 1185.957, "z": 986.056, "y": 827.988}, abs=1e-3)
    assert read_counts(case("saved_counts/counts_shuffled.parquet"))[0].n_votes == 200
    assert ratings(case("outcomes/ab.csv"), outcomes="names") == pytest.approx({"A": 1139.8, "B": 860.2}, abs=0.1)
    right = {"m1": 1146.621, "m2": 960.059, "m3": 893.320}
    of_pandalm = {"first": "first", "second": "second", "outcome": "annotator1", "outcomes": "1=first,2=second,0=tie"}
    assert ratings(case("outcomes/pandalm.jsonl"), **of_pandalm) == pytest.approx(right, abs=1e-3)
    for name, column, outcomes in (("alpaca", "preference", "1=first,2=second,1.5=tie"), ("qlora", "score", "1=first,2=second,3=tie")):
        assert ratings(case(f"outcomes/{name}.csv"), outcome=column, outcomes=outcomes) == pytest.approx(right, abs=1e-3)
        with pytest.raises(InputError, match="--outcomes"):
            read_counts(case(f"outcomes/{name}.csv"), columns=Columns(outcome=column))
    assert np.isfinite(list(ratings(case("elobench/battled_pairs.csv"), outcomes="tie(all bad)=both_bad,=skip,invalid=skip").values())).all()


def test_a_length_is_no_count():
    """polars calls counts len, where nothing stands beside them; other logs have lengths there."""
    assert read_counts(case("jsonl/arena_score.jsonl"))[0].n_votes > 0
    log = pd.DataFrame([("a", "b", "tie", 7), ("b", "a", "tie", 9)], columns=["model_a", "model_b", "winner", "len"])
    with pytest.raises(InputError, match=r"has a column 'len', which may say how many votes.*--count len"):
        read_counts(log)
    assert read_counts(log.assign(judge="v"))[0].n_votes == 2
    assert read_counts(log, columns=Columns(count="len"))[0].n_votes == 16


GROUPED = [(a, b, w, 3 + (7 * i) % 11) for i, (a, b, w) in enumerate(itertools.product("abcd", "abcd", ("model_a", "model_b", "tie"))) if a != b]


@pytest.mark.parametrize("name", ["Mengen", "wins", "w", "sample_size", "plays total"])
@pytest.mark.parametrize("kind", [".csv", ".parquet", ".jsonl"])
def test_counts_under_a_name_that_nobody_knows(tmp_path, recount, name, kind):
    """No row repeats another, which votes would; the run stops, also of single votes, and check proposes what reads it."""
    frame = pd.DataFrame(GROUPED, columns=["model_a", "model_b", "winner", name])
    path = tmp_path / f"log{kind}"
    {".csv": lambda: frame.to_csv(path, index=False), ".parquet": lambda: frame.to_parquet(path)}.get(
        kind, lambda: frame.to_json(path, orient="records", lines=True)
    )()
    for command in ("rate", "elo"):
        said = recount(command, path)
        assert (said.code, f"--count {shlex.quote(name)}" in said.err) == (2, True)
    assert recount("rate", path, "--count", name).code == 0
    assert recount("rate", path, "--count", "none").code == 0
    proposed = [line for line in recount("check", path).out.splitlines() if line.startswith("proposal,")]
    assert any(f"--count {shlex.quote(name)}" in line for line in proposed)


def test_votes_that_happen_not_to_repeat(recount, tmp_path):
    """Few votes, an index, times, flags, or a text beside them: nothing to ask."""
    few = pd.DataFrame([("a", "b", "model_a", 3), ("b", "c", "tie", 5), ("c", "a", "model_b", 9)], columns=["model_a", "model_b", "winner", "length"])
    assert read_counts(few)[0].n_votes == 3
    frame = pd.DataFrame([row[:3] for row in GROUPED], columns=["model_a", "model_b", "winner"])
    for name, values in (
        ("row", range(len(frame))),
        ("day", range(20240101, 20240101 + 2 * len(frame), 2)),
        ("flag", [0, 1] * 18),
        ("text", ["x"] * 36),
    ):
        assert read_counts(frame.assign(**{name: values}))[0].n_votes == 36, name
    repeated = pd.concat([frame, frame]).assign(tokens=np.arange(72) % 17)
    assert read_counts(repeated)[0].n_votes == 72


def test_the_chance_that_no_vote_repeats_another():
    """Of three votes of a pair with four outcomes, by hand and by trying."""
    assert chance_of_none_above(np.array([3]), 4, 1) == pytest.approx(1 * 3 / 4 * 2 / 4)
    assert chance_of_none_above(np.array([2, 2, 1]), 4, 1) == pytest.approx((3 / 4) ** 2)
    drawn = np.random.default_rng(1).integers(0, 4, (100_000, 3))
    assert np.mean([len(set(row)) == 3 for row in drawn.tolist()]) == pytest.approx(3 / 8, abs=0.01)


@pytest.mark.parametrize("by", [["language"], ["language", "kind"], ["kind"]])
def test_counts_by_further_columns(recount, tmp_path, by):
    """Rows of a pair and outcome for each language are counts too, whatever their column is called; what is proposed reads them."""
    rng = np.random.default_rng(5)
    votes = pd.DataFrame(some_votes(3000, seed=9), columns=HEADER).assign(
        language=rng.choice(["de", "en", "fr", "zh"], 3000), kind=rng.choice(["code", "talk"], 3000, p=[0.8, 0.2])
    )
    counted = votes.groupby([*HEADER, *by]).size().rename("nb").reset_index()
    with pytest.raises(InputError, match=r"no row repeats competitors and outcome, '.*'nb' holds whole numbers, .*--count nb"):
        read_counts(counted)
    counted.to_csv(tmp_path / "log.csv", index=False)
    assert "--count nb" in recount("check", tmp_path / "log.csv").out
    assert cells_of(read_counts(counted, columns=Columns(count="nb"))[0]) == cells(some_votes(3000, seed=9))
    # Votes repeat each other, and with prompts and times beside them they need not.
    for further in ({}, {"tokens": rng.integers(1, 900, 3000)}, {"tokens": rng.integers(1, 900, 3000), "prompt_id": np.arange(3000) % 500}):
        assert read_counts(votes.assign(**further))[0].n_votes == 3000
