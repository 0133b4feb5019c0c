"""Scores and ranks such as -1, 99 or 0 that may stand for none are told; numbers that scores and ranks have are not."""

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read


def matches(numbers):
    return pd.DataFrame(numbers, columns=["al", "bo", "cy", "di", "ed"][: numbers.shape[1]])


def scores(*further, n=60, seed=1):
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, 9, (n, 3)).astype(float)
    for place, number in enumerate(further):
        numbers[place::7, place % 3] = number
    return numbers


def ranks(*further, n=60, seed=1):
    numbers = np.stack([np.random.default_rng(seed).permutation(3) + 1 for _ in range(n)]).astype(float)
    for place, number in enumerate(further):
        numbers[place::7][numbers[place::7] == 3] = number
    return numbers


ODD = {
    "below all": ("scores", scores(-1), "-1, in 9 of the first 60 rows, may stand for no score, because no other score is below 0"),
    "far above": ("scores", scores(999), "999, in 9 of the first 60 rows, may stand for no score, because no other score is half as high"),
    "more than took part": ("ranks", ranks(99), "99, in 9 of the first 60 rows, may stand for no rank, because no more than 3 took part"),
    "before the first": ("ranks", ranks(0), "0, in 9 of the first 60 rows, may stand for no rank, because ranks of other rows begin with 1"),
}
# As of an answer form that asks for the best three of five, and of judges who were asked about three of five.
ASKED = np.array([np.random.default_rng(seed).permutation([0, 0, 1, 2, 3]) for seed in range(60)], float)
ODD["the best three"] = ("ranks", ASKED, "0, in 60 of the first 60 rows, may stand for no rank, because the others of a row are 1, 2, ...")
SCORED = np.where(ASKED > 0, ASKED + 4.5, 0)
ODD["three were asked about"] = (
    "scores",
    SCORED,
    "0, in 60 of the first 60 rows, may stand for no score, because 40 % of scores are that, and no other",
)
PLAIN = {
    "of three kinds": ("scores", scores() % 3 - 1),
    "below 0": ("scores", scores() - 3),
    "points up to 99": ("scores", scores() * 11 + 11),
    "ranks": ("ranks", ranks()),
    "ranks from 0": ("ranks", ranks() - 1),
    "few rows": ("scores", scores(-1, n=9)),
}


@pytest.mark.parametrize("reader", [read_counts, read_votes])
@pytest.mark.parametrize("which", ODD)
def test_numbers_that_may_stand_for_none(reader, which):
    layout, numbers, told = ODD[which]
    found = reader(matches(numbers), columns=Columns(layout=f"{layout}:{','.join(matches(numbers))}"))[1].doubts
    assert len(found) == 1
    assert told in found[0]


@pytest.mark.parametrize("which", PLAIN)
def test_numbers_that_scores_and_ranks_have(which):
    layout, numbers = PLAIN[which]
    assert read_counts(matches(numbers), columns=Columns(layout=f"{layout}:{','.join(matches(numbers))}"))[1].doubts == ()


def test_two_columns_of_scores():
    log = matches(scores(999)).rename(columns={"al": "one", "bo": "two"}).assign(model_a="p", model_b="q")
    assert "999, in 9 of" in read_counts(log, columns=Columns(outcome="one,two"))[1].doubts[0]
    assert read_counts(log.replace(999, 8), columns=Columns(outcome="one,two"))[1].doubts == ()


@pytest.mark.parametrize(("yes", "no"), [(True, False), ("TRUE", "FALSE"), (1, 0)])
def test_ties_that_the_outcome_does_not_say(yes, no):
    def doubts(flags):
        log = pd.DataFrame({"model_a": "p", "model_b": "q", "winner": ["model_a", "model_b", "tie"] * 20, "is_tie": flags})
        return check(read(log)).frame.query("item == 'may be something else'")["value"].tolist()

    (doubt,) = doubts([yes, no, yes] * 20)
    assert "'is_tie' says of 20 of the first 60 rows that they are ties, where 'winner' has a winner" in doubt
    assert doubts([no, no, yes] * 20) == []


def test_scores_that_are_equal_but_for_rounding():
    sums = [(0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2), (1 / 3, 0.333), (2.0, 1.0)]
    log = pd.DataFrame(sums, columns=["one", "two"]).assign(model_a="p", model_b="q")
    assert read_counts(log, columns=Columns(outcome="one,two"))[0].counts.sum(axis=0).tolist() == [2, 0, 2, 0]
    matches_of_two = read_counts(log[["one", "two"]], columns=Columns(layout="scores:one,two"))[0].counts.sum(axis=0)
    assert matches_of_two.tolist() == [2, 0, 2, 0]
