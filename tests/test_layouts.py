"""Logs whose rows are not votes."""

import json

import numpy as np
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.data.choices import Reading
from recount.engine import OptionError, fit
from recount.engine.weighting import weighted
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from tests.logs import rows_of
from tests.test_counts_and_labels import case

ARENA_HARD = Columns(layout="arena-hard:base")
ROWS = [
    {"question_id": "q1", "model": "new", "judge": "j", "games": [{"score": "A>>B"}, {"score": "A>B"}]},
    {"question_id": "q2", "model": "new", "judge": "k", "games": [{"score": "A=B"}, {"score": "B>>A"}]},
    {"question_id": "q3", "model": "old", "judge": "k", "games": [{"score": "B>A"}]},
    {"question_id": "q4", "model": "old", "judge": "k", "games": [{"score": "B>A"}, {}]},
]


def in_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_two_games_with_the_sides_swapped(write):
    """The baseline is A in the first, B in the second; >> counts three times; a row without two verdicts is no vote, or one."""
    votes, quarantine = read_votes(write("judged.jsonl", in_lines(ROWS)), columns=ARENA_HARD, keep=["judge", "question_id"], max_rejected=1)
    assert rows_of(votes) == [
        ("base", "new", "model_a"),
        ("new", "base", "model_a"),
        ("base", "new", "tie"),
        ("new", "base", "model_b"),
        ("base", "old", "model_b"),
    ]
    assert votes.weight.tolist() == [3, 1, 1, 3, 1]
    judges = votes.columns["judge"]
    assert [judges.levels[code] for code in judges.codes] == ["j", "j", "k", "k", "k"]
    assert quarantine.rejects[["row", "reason"]].values.tolist() == [[3, "missing outcome"], [4, "missing outcome"]]
    assert quarantine.n_rows == 7
    said = Columns(layout="arena-hard:base", outcomes="A>>B=first,A>B=first,A=B=tie,B>A=second,B>>A=second,=skip")
    assert read_counts(write("judged.jsonl", in_lines(ROWS)), columns=said)[0].n_votes == 5


def test_what_is_no_layout(write):
    for layout, ways in (("arena-hard", "arena-hard:BASELINE"), ("arena-hard:", "arena-hard:BASELINE"), ("mt-bench:x", "mt-bench")):
        with pytest.raises(OptionError, match=f"layout is '{layout}'; give {ways}$"):
            Columns(layout=layout)
    with pytest.raises(OptionError, match="layout is 'chess'; give one of arena-hard:BASELINE, mt-bench, judges:COLUMN,"):
        Columns(layout="chess")
    for layout in ("ranks:a", "ranks:a,a", "ranks:a,", "wins:a"):
        with pytest.raises(OptionError, match=f"layout is '{layout}'"):
            Columns(layout=layout)
    for wrong in ({"outcome": "score"}, {"first": "one"}, {"count": "n"}):
        with pytest.raises(OptionError, match="competitors and outcome are; leave out the names of columns"):
            Columns(layout="arena-hard:base", **wrong)
    with pytest.raises(OptionError, match="says where outcomes are"):
        Columns(layout="judges:a,b", first="one", outcome="score")


def test_the_case(recount):
    """As one takes the file apart by hand, with a weight of 3 for >>; and by one option of the command."""
    path = case("arena_hard/judgment.jsonl")
    names, cells, weights = ("baseline", "new-model", "other-model"), [], []
    for row in map(json.loads, path.read_text().splitlines()):
        for number, game in enumerate(row["games"]):
            first, second = (names[0], row["model"]) if number == 0 else (row["model"], names[0])
            sign = game["score"].strip("AB")
            first_won = (game["score"][0] == "A") == (">" in sign)
            cells.append((names.index(first), names.index(second), 2 if sign == "=" else 0 if first_won else 1))
            weights.append(3.0 if ">>" in sign else 1.0)
    votes, _ = read_votes(path, columns=Columns(layout="arena-hard:baseline"))
    assert [(votes.names[i], votes.names[j], k) for i, j, k in zip(votes.first, votes.second, votes.outcome, strict=True)] == [
        (names[i], names[j], k) for i, j, k in cells
    ]
    first, second, outcome = np.array(cells).T
    expected = fit(weighted(type(votes)(names, first, second, outcome), np.array(weights)))
    found = analyse(read(path, reading=Reading(Columns(layout="arena-hard:baseline")))).fit
    assert dict(zip(found.names, found.strengths, strict=True)) == pytest.approx(dict(zip(names, expected.strengths, strict=True)), abs=1e-9)
    said = recount("rate", path, "--layout", "arena-hard:baseline")
    assert said.code == 0
    assert sorted(said.frame().index) == sorted(names)
