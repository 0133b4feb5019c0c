r"""Influence: what one vote, or one cluster of votes, adds to a contrast of the strengths.

A vote with score u moves the estimate of :math:`c^T \theta` by :math:`l = c^T H^+ u` to first order (the infinitesimal jackknife). The sum of squares
of l is the sandwich variance; its skewness is the acceleration of BCa intervals, :math:`a = \sum l^3 / (6 (\sum l^2)^{3/2})` (Efron 1987).
"""

import numpy as np

from recount.engine.bradley_terry.fitting import Fit, check_plain
from recount.engine.errors import OptionError
from recount.engine.kernels.influence import cluster_moments, vote_moments
from recount.engine.kernels.likelihood import rao_kupper_scores_by_pair, vote_information, vote_scores
from recount.engine.kernels.tie_models import RAO_KUPPER_BY_PAIR
from recount.engine.triangle import on_triangle
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.votes import Floats, Ints


def bread(fit: Fit) -> Floats:
    """Inverse of the information at the estimate, (p, p); without a prior that pins, its strengths' rows sum to 0 over strengths.

    Firth's prior has no part in it, as in what is printed of such fits elsewhere. Raise `OptionError` if the fit is of another kind.
    """
    check_plain(fit)
    likelihood = fit.likelihood()
    slopes = likelihood.slopes_of_votes if fit.prior.kind == "firth" else likelihood.slopes
    return likelihood.inverse(slopes(fit.parameters)[1])


def prior_information(fit: Fit) -> Floats:
    """Information of the prior at the estimate, (p, p)."""
    likelihood = fit.likelihood()
    return likelihood.slopes_of_prior(fit.parameters, likelihood.slopes_of_votes(fit.parameters)[1])[1]


def scores(fit: Fit) -> tuple[Floats, Floats]:
    """Score of a vote in each cell of the triangle, (3, n_pairs) each: by the lead of its pair's first, and by the parameter of ties."""
    first, second = (index.astype(np.int32) for index in np.triu_indices(len(fit.names), 1))
    return scores_of_pairs(fit, first, second, on_triangle(fit.contests))


def scores_of_pairs(fit: Fit, first: Ints, second: Ints, votes: Floats) -> tuple[Floats, Floats]:
    """Score of a vote that the first of each pair won, lost, tied, (3, n_pairs) each: by its lead, and by the parameter of ties.

    Where each pair has such a parameter, fitted to its `votes` (3, n_pairs), the score by the lead is what that leaves of it (the efficient score),
    and the other is 0.
    """
    by_lead, by_tie = np.zeros((2, 3, first.size))
    likelihood = fit.likelihood()
    if likelihood.model == RAO_KUPPER_BY_PAIR:
        rao_kupper_scores_by_pair(first, second, fit.strengths, votes, by_lead)
    else:
        vote_scores(likelihood.model, first, second, fit.strengths, likelihood.tie(fit.parameters), by_lead, by_tie)
    return by_lead, by_tie


def information_of_votes(fit: Fit) -> Floats:
    """Information that a vote in each cell of the triangle has on the lead of its pair's first, (3, n_pairs)."""
    first, second = (index.astype(np.int32) for index in np.triu_indices(len(fit.names), 1))
    information, likelihood = np.empty((3, first.size)), fit.likelihood()
    vote_information(likelihood.model, first, second, fit.strengths, likelihood.tie(fit.parameters), information)
    return information


def effects(fit: Fit, contrasts: Floats) -> Floats:
    """First-order effect on contrasts (m, n) of the strengths of one vote more in each cell of the triangle, (m, 3, n_pairs), log-odds."""
    return effects_at(contrasts, bread(fit), scores(fit))


def effects_at(contrasts: Floats, inverse: Floats, scores_of_cells: tuple[Floats, Floats]) -> Floats:
    """`effects` from what `bread` and `scores` return."""
    n = contrasts.shape[1]
    first, second = np.triu_indices(n, 1)
    by_lead, by_tie = scores_of_cells
    rows = contrasts @ inverse[:n]
    effect: Floats = by_lead * (rows[:, first] - rows[:, second])[:, None]
    return effect + by_tie * rows[:, n][:, None, None] if rows.shape[1] > n else effect


def acceleration(fit: Fit, contrasts: Floats | None = None, clusters: ClusteredVotes | None = None) -> Floats:
    """Acceleration of the BCa interval of each contrast, (m,).

    Parameters
    ----------
    fit : Fit
    contrasts : (m, n) float64, optional
        Weights of the strengths, each row summing to 0; the strengths themselves (mean 0) if none are given.
    clusters : ClusteredVotes, optional
        What is independent, by one column; single votes if none are given.

    Raises
    ------
    OptionError
        If the clusters are by two columns.
    """
    n = len(fit.names)
    rows = bread(fit)[:, :n]
    # Influence on a strength is taken from the mean of all.
    rows = np.ascontiguousarray(rows - rows.mean(axis=1, keepdims=True) if contrasts is None else rows @ contrasts.T)
    m = rows.shape[1]
    tie_row = rows[n] if rows.shape[0] > n else np.zeros(m)
    second, third, (by_lead, by_tie) = np.empty(m), np.empty(m), scores(fit)
    if clusters is None:
        votes = {power: on_triangle(fit.contests, power) for power in (2, 3)}
        powers = ((2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))
        moments = [(votes[a + b] * by_lead**a * by_tie**b).sum(axis=0) for a, b in powers]
        vote_moments(rows[:n], tie_row, np.stack(moments), second, third)
    else:
        if len(clusters.columns) != 1:
            raise OptionError("BCa intervals know clusters by one column; take percentile intervals where two columns cross")
        start, cell, weight = clusters.grouped(0)
        i, j = (index.astype(np.int32) for index in np.triu_indices(n, 1))
        cluster_moments(rows[:n], tie_row, start, cell, weight, i, j, by_lead.ravel(), by_tie.ravel(), np.empty(m), second, third)
    return third / np.where(second > 0, 6 * second**1.5, 1.0)
