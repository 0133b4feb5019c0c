r"""Influence: what one vote, or one cluster of votes, adds to a contrast of the strengths.

A vote with score u moves the estimate of :math:`c^T \theta` by :math:`l = c^T H^+ u` to first order (the infinitesimal jackknife). The sum of squares
of l is the sandwich variance; its skewness is the acceleration of BCa intervals, :math:`a = \sum l^3 / (6 (\sum l^2)^{3/2})` (Efron 1987).
"""

import numpy as np
from scipy.special import expit

from engine.bradley_terry import Fit, Likelihood
from engine.clusters import ClusteredVotes
from engine.errors import OptionError
from engine.kernels.influence import cluster_moments, vote_moments
from engine.linear_algebra import one_thread, regular, solve
from engine.triangle import on_triangle
from engine.votes import Floats


def bread(fit: Fit) -> Floats:
    """Inverse of the information at the estimate, (n, n): without a prior its pseudo-inverse, whose rows sum to 0."""
    information = Likelihood(fit.contests, fit.prior_votes, fit.prior_strength).slopes(fit.strengths)[1]
    identity = np.eye(len(fit.names))
    with one_thread():
        if fit.prior_votes:
            return solve(information, identity)
        inverse = solve(regular(information), identity)
    inverse -= inverse.mean(axis=0)
    inverse -= inverse.mean(axis=1, keepdims=True)
    return inverse


def scores(fit: Fit) -> Floats:
    """Derivative of a vote's log-likelihood by the strength of its pair's first, (3, n_pairs) on the triangle: won, lost, tied."""
    first, second = np.triu_indices(len(fit.names), 1)
    lead = fit.strengths[first] - fit.strengths[second]
    p, q = expit(lead), expit(-lead)
    return np.stack([q, -p, (q - p) / 2])


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
    inverse = bread(fit)
    # Influence on a strength is taken from the mean of all.
    inverse -= inverse.mean(axis=1, keepdims=True)
    rows = inverse if contrasts is None else np.ascontiguousarray(inverse @ contrasts.T)
    second, third, of_cell = np.empty(rows.shape[1]), np.empty(rows.shape[1]), scores(fit)
    if clusters is None:
        votes = on_triangle(fit.contests)
        vote_moments(rows, (votes * of_cell**2).sum(axis=0), (votes * of_cell**3).sum(axis=0), second, third)
    else:
        if len(clusters.columns) != 1:
            raise OptionError("BCa intervals know clusters by one column; take percentile intervals where two columns cross")
        start, cell = clusters.grouped(0)
        i, j = (index.astype(np.int32) for index in np.triu_indices(len(fit.names), 1))
        cluster_moments(rows, start, cell, i, j, of_cell.ravel(), np.empty(rows.shape[1]), second, third)
    return third / np.where(second > 0, 6 * second**1.5, 1.0)
