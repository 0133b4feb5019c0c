"""The compiled functions by themselves."""

import numpy as np
import pytest

from engine.kernels.connectivity import reaches_all
from engine.kernels.counting import count_cells, take_pairs
from engine.kernels.ranking import largest_standardised_difference


@pytest.fixture
def cells(votes):
    """Offsets of competitors and outcomes, and an empty table of cells."""
    n = len(votes.names)
    offsets = (np.arange(n) * 4 * n, np.arange(n) * 4, np.arange(4))
    return *(offset.astype(np.uint32) for offset in offsets), np.zeros(n * n * 4 + 1, np.uint32)


def test_count_cells(benchmark, votes, cells):
    benchmark(count_cells, votes.first, votes.second, votes.outcome, *cells)


def test_take_pairs(benchmark, votes, cells):
    count_cells(votes.first, votes.second, votes.outcome, *cells)
    n = len(votes.names)
    out = np.empty(n * n, np.int32), np.empty(n * n, np.int32), np.empty((n * n, 4), np.int64)
    benchmark(take_pairs, cells[-1], n, np.arange(n, dtype=np.int32), *out)


def test_reaches_all(benchmark, fitted):
    played = fitted.contests
    benchmark(reaches_all, played.first, played.second, played.wins, played.losses, np.empty(len(played.names), np.bool_))


def test_largest_standardised_difference(benchmark, uncertainty):
    better, worse = (index.astype(np.int32) for index in np.nonzero(uncertainty.difference_errors()))
    inverse_errors = 1 / uncertainty.difference_errors()[better, worse]
    deviations = np.ascontiguousarray((uncertainty.draws(4000, 0) - uncertainty.strengths).T)
    benchmark(largest_standardised_difference, deviations, better, worse, inverse_errors, np.empty(4000))
