"""Columns beside the votes that say that rows do not count, are swapped, or are ties: told, with a remedy that is taken; others say nothing."""

import re
import shlex

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts
from recount.data.recognition.proposing import recognised
from recount.sims.analysis.log import read

N = 60
RNG = np.random.default_rng(5)
VOTES = pd.DataFrame(
    [(*RNG.permutation(list("xyz"))[:2], ["model_a", "model_b"][k]) for k in RNG.integers(2, size=N)], columns=["model_a", "model_b", "winner"]
)
SOME = np.arange(N) % 4 == 0


def told(frame, **columns):
    return [one for one in read_counts(frame, columns=Columns(**columns))[1].doubts if " says of " in one]


@pytest.mark.parametrize(
    ("name", "labels", "only"),
    [
        ("deleted", (True, False), "--where deleted=False"),
        ("is_spam", ("1", "0"), "--where is_spam=0"),
        ("vote_valid", ("no", "yes"), "--where vote_valid=yes"),
        ("status", ("deleted", "ok"), "--where status=ok"),
        ("status", ("rejected", "approved"), "--where status=approved"),
        ("is_test", ("true", "false"), "--where is_test=false"),
        ("attention_check", ("failed", "passed"), "--where attention_check=passed"),
        ("Finished", (0, 1), "--where Finished=1"),
        ("deleted_at", ("2024-05-01 10:00:00", None), None),
    ],
)
def test_rows_that_are_not_to_count(name, labels, only):
    (said,) = told(VOTES.assign(**{name: np.where(SOME, *map(np.array, labels)) if None not in labels else np.where(SOME, labels[0], None)}))
    rest = "" if only is None else f"; {re.escape(only)} leaves them out"
    assert re.fullmatch(rf".*: '{name}' says of 15 of the first 60 rows that they may not be meant to count{rest}", said)


@pytest.mark.parametrize(
    "further",
    [{"deleted": False}, {"deleted": True}, {"flags": SOME}, {"rejected": "text"}, {"order": "ABBA"}, {"status": "ok"}, {"tie": 0}, {"swap": 0}],
)
def test_columns_that_say_nothing_of_single_rows(further):
    """Nor where all rows are said not to count, as a column may mean something else."""
    assert told(VOTES.assign(**further)) == []


@pytest.mark.parametrize(("name", "labels"), [("swapped", (True, False)), ("order", ("BA", "AB")), ("shown_order", ("B-A", "A-B"))])
def test_sides_that_were_swapped(name, labels):
    (said,) = told(VOTES.assign(**{name: np.where(SOME, *labels)}))
    assert f"{name!r} says of 15 of the first 60 rows that their sides were swapped; outcomes are taken to be of the sides as they stand" in said


@pytest.mark.parametrize(("name", "labels"), [("tie", (1, 0)), ("is_draw", ("true", "false")), ("outcome", ("Draw", "decisive"))])
def test_ties_beside_a_winner(name, labels):
    (said,) = told(VOTES.assign(**{name: np.where(SOME, *labels)}))
    assert f"'{name}' says of 15 of the first 60 rows that they are ties, where 'winner' has a winner; write them as ties, if they are" in said
    assert told(VOTES.assign(**{name: np.where(SOME, *labels), "winner": np.where(SOME, "tie", VOTES["winner"])})) == []


@pytest.mark.parametrize("labels", [("tie", "model_b"), ("draw", "x")])
def test_the_verdict_of_another_judge_says_nothing(labels):
    assert told(VOTES.assign(second_judge=np.where(SOME, *labels))) == []


def test_ties_beside_a_winner_and_a_loser(tmp_path):
    won = VOTES["winner"] == "model_a"
    sides = {"winner": VOTES["model_a"].where(won, VOTES["model_b"]), "loser": VOTES["model_b"].where(won, VOTES["model_a"])}
    frame = pd.DataFrame(sides).assign(draw=SOME)
    (said,) = told(frame, layout="order:winner,loser")
    words = shlex.split(said.split(" with ")[1])
    asked = dict(zip(words[::2], words[1::2], strict=True))
    columns = Columns(asked["--model-a"], asked["--model-b"], asked["--winner"], asked["--outcomes"])
    assert read_counts(frame, columns=columns)[0].counts.sum(axis=0)[2] == 15
    frame.to_csv(tmp_path / "log.csv", index=False)
    (sight,) = recognised(tmp_path / "log.csv", Columns()).sights
    assert (sight.columns, sight.doubt) == (columns, "")


def test_votes_that_were_corrected():
    """An eighth of the votes stand there again, as ties."""
    rng, n = np.random.default_rng(6), 480
    votes = [(*rng.permutation(list("xyzuvw"))[:2], ["model_a", "model_b"][k]) for k in rng.integers(2, size=n)]
    numbered = pd.DataFrame(votes, columns=["model_a", "model_b", "winner"]).assign(vote_id=np.arange(n))
    later = numbered[numbered.index % 8 == 0].assign(winner="tie")
    _, left_out = read_counts(pd.concat([numbered, later], ignore_index=True))
    (said,) = [one for one in left_out.doubts if "earlier row" in one]
    assert "60 rows have the 'vote_id' of an earlier row, 60 of them with another outcome or pair; if they correct it, leave out" in said
    assert not [one for one in read_counts(numbered)[1].doubts if "earlier row" in one]


def test_a_column_that_names_who_was_shown_first():
    (said,) = told(VOTES.assign(left_model=VOTES["model_a"].where(~SOME, VOTES["model_b"])))
    assert "'left_model' says of 15 of the first 60 rows that 'model_b' was shown first; outcomes are taken to be of the sides as they stand" in said
    assert told(VOTES.assign(left_model=VOTES["model_a"])) == []


def test_files_of_a_folder_that_are_left_out_for_their_names(tmp_path):
    for name in ("a.csv", "_b.csv", "_old/c.csv", "_SUCCESS", ".hidden.csv", "_b.csv.manifest.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        VOTES.to_csv(tmp_path / name, index=False)
    said = "2 files, whose names begin with _, are not read: '_b.csv', '_old/c.csv'"
    assert [one for one in read(tmp_path).quarantine.doubts if "not read" in one] == [f"{tmp_path}: {said}"]
    assert not [one for one in read(tmp_path / "a.csv").quarantine.doubts if "not read" in one]


def test_as_many_rows_as_a_sheet_holds():
    rows = pd.concat([VOTES] * 1093, ignore_index=True)
    assert any("65,535 rows, as many as a spreadsheet holds" in one for one in read_counts(rows.iloc[:65_535])[1].doubts)
    assert not any("spreadsheet" in one for one in read_counts(rows.iloc[:65_534])[1].doubts)
