"""The compiled functions by themselves."""

import numpy as np
import pytest

from recount.engine.kernels.connectivity import reaches_all
from recount.engine.kernels.counting import count_cells, take_pairs
from recount.engine.kernels.ranking import leads_beyond_reach, leads_of_farthest
from recount.engine.kernels.refitting import connected_on_triangle, score_on_triangle
from recount.engine.triangle import on_triangle
from recount.engine.uncertainty.resampling import resampler


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
    benchmark(reaches_all, played.first, played.second, played.wins, played.losses, played.ties, np.empty(len(played.names), np.bool_))


@pytest.fixture
def leads(uncertainty):
    """Deviations of 4,000 draws, inverse errors of differences, and room for a lead a draw."""
    errors = uncertainty.difference_errors()
    deviations = uncertainty.draws(4000, 0) - uncertainty.strengths
    return deviations, np.where(errors > 0, 1 / np.where(errors > 0, errors, 1), 0.0), np.zeros(4000)


def test_leads_of_farthest(benchmark, uncertainty, leads):
    deviations, inverse_errors, out = leads
    benchmark(leads_of_farthest, deviations, 1 / uncertainty.standard_errors(), inverse_errors, out)


def test_leads_beyond_reach(benchmark, uncertainty, leads):
    """Beyond 3.3 standard errors, as for a critical value of 4.65."""
    deviations, inverse_errors, out = leads
    reach = 3.3 * uncertainty.standard_errors()
    benchmark(leads_beyond_reach, deviations, reach, reach, inverse_errors, inverse_errors.T.copy(), out)


def test_score_and_information(benchmark, fitted):
    benchmark(fitted.likelihood.slopes, fitted.parameters)


def test_score_on_triangle(benchmark, fitted):
    n = len(fitted.names)
    votes = on_triangle(fitted.contests).astype(np.int32)
    benchmark(score_on_triangle, fitted.likelihood.model, votes, np.exp(fitted.strengths / 2), 0.0, np.empty(n), np.empty(n), np.empty((4, n)))


def test_connected_on_triangle(benchmark, fitted):
    n = len(fitted.names)
    votes = on_triangle(fitted.contests).astype(np.int32)
    benchmark(connected_on_triangle, votes, True, 0, np.empty(n, np.int32), np.empty(n, np.int32))


@pytest.mark.parametrize("scheme", ["votes", "poisson"])
def test_draw_votes(benchmark, fitted, scheme):
    law = resampler(fitted, scheme, None, None)[1]
    benchmark(law.draw, 0, 1, np.empty_like(on_triangle(fitted.contests), law.dtype))
