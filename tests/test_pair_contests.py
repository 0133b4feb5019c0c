"""Folding both orders of each pair against one vote at a time, where most pairs met and where few did."""

from collections import Counter

import numpy as np
import pytest

from recount.engine import Prior, contests, count
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.linear_algebra import regular
from recount.engine.pair_contests import SPARSE
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, Votes

DENSE, FEW_MET = (9, 400), (60, 200)


def random_counts(n, n_votes):
    rng = np.random.default_rng(n)
    first = rng.integers(0, n, n_votes).astype(np.int32)
    second = ((first + rng.integers(1, n, n_votes)) % n).astype(np.int32)
    # The last two met, and their votes were both bad.
    outcome = np.where(np.minimum(first, second) == n - 2, BOTH_BAD, rng.integers(0, 4, n_votes)).astype(np.int8)
    return count(Votes(tuple(f"c{i:02d}" for i in range(n)), first, second, outcome))


def by_vote(counts, ties, both_bad):
    """Votes of (low, high, 0 won, 1 lost, 2 tied by low)."""
    cells = Counter()
    for i, j, votes in zip(counts.first.tolist(), counts.second.tolist(), counts.counts.tolist(), strict=True):
        for outcome, n_votes in enumerate(votes):
            if outcome in (FIRST_WON, SECOND_WON):
                cells[min(i, j), max(i, j), int((outcome == FIRST_WON) != (i < j))] += n_votes
            elif ties != "drop" and (outcome != BOTH_BAD or both_bad == "tie"):
                cells[min(i, j), max(i, j), 2] += n_votes
    return +cells


@pytest.mark.parametrize("size", [DENSE, FEW_MET])
@pytest.mark.parametrize("both_bad", ["tie", "drop", "outcome"])
@pytest.mark.parametrize("ties", ["half", "drop", "davidson"])
def test_both_orders_are_one_pair(size, ties, both_bad):
    counts = random_counts(*size)
    n = counts.n_competitors
    assert (n * (n - 1) / 2 > SPARSE * counts.first.size) == (size == FEW_MET)
    played = contests(counts, ties=ties, both_bad=both_bad)
    cells = Counter()
    for i, j, *votes in zip(played.first.tolist(), played.second.tolist(), played.wins, played.losses, played.ties, strict=True):
        assert i < j
        cells.update({(i, j, outcome): int(n_votes) for outcome, n_votes in enumerate(votes)})
        assert sum(votes) > 0
    assert +cells == by_vote(counts, ties, both_bad)
    places = played.first.astype(int) * n + played.second
    assert (np.diff(places) > 0).all()
    assert played.n_both_bad == (counts.counts[:, BOTH_BAD].sum() if both_bad == "outcome" else 0)


@pytest.mark.parametrize(
    ("ties", "prior"),
    [("half", Prior("firth")), *((ties, prior) for ties in ("half", "davidson", "rao-kupper") for prior in (Prior(), Prior("votes")))],
)
def test_what_newton_solves_is_the_regular_information(ties, prior):
    """Digit by digit, in the upper triangle."""
    likelihood = PairLikelihood(contests(random_counts(*DENSE)), ties, prior)
    parameters = likelihood.start()
    gradient, information = likelihood.slopes(parameters)
    assert (information == information.T).all()
    expected = information if prior.pins else regular(information, len(likelihood.contests.names))
    found = np.empty_like(information)
    assert (likelihood.regular_slopes(parameters, found) == gradient).all()
    assert (np.triu(found) == np.triu(expected)).all()
