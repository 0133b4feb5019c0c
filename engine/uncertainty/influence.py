r"""Influence: what one vote, or one cluster of votes, adds to a contrast of the strengths.

A vote with score u moves the estimate of :math:`c^T \theta` by :math:`l = c^T H^+ u` to first order (the infinitesimal jackknife). The sum of squares
of l is the sandwich variance; its skewness is the acceleration of BCa intervals, :math:`a = \sum l^3 / (6 (\sum l^2)^{3/2})` (Efron 1987).
"""

import numpy as np

from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.kernels.influence import cluster_moments
from recount.engine.likelihood import Cells
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.votes import Floats


def effects(fit: Fit, contrasts: Floats) -> Floats:
    """First-order effect on contrasts (k, n) of the strengths of one vote more in each cell, log-odds.

    Shaped (k, 3, n_pairs), by the cells of the triangle; with covariates (k, n_rows), by the rows of the design.
    """
    likelihood = fit.likelihood
    at = effects_at(contrasts, likelihood.bread(fit.parameters), likelihood.cells, likelihood.scores(fit.parameters))
    return at.reshape(len(contrasts), *likelihood.shape)


def effects_at(contrasts: Floats, inverse: Floats, cells: Cells, scores: tuple[Floats, Floats]) -> Floats:
    """As `effects`, (k, n_cells), from the inverse information and what a likelihood says of its cells and their scores."""
    n, m = contrasts.shape[1], cells.x.shape[0]
    by_lead, by_tie = scores
    rows = contrasts @ inverse[:n]
    moved = rows[:, cells.first] - rows[:, cells.second]
    if m:
        moved += rows[:, n : n + m] @ cells.x
    effect: Floats = by_lead * moved
    return effect + by_tie * rows[:, n + m, None] if rows.shape[1] > n + m else effect


def gradient_of(cells: Cells, by_lead: Floats, by_tie: Floats, n: int, p: int) -> Floats:
    """Gradient (p,) by all parameters, n of them strengths, of votes whose scores in each cell sum to `by_lead` and `by_tie` (n_cells,)."""
    strengths = np.bincount(cells.first, by_lead, n) - np.bincount(cells.second, by_lead, n)
    gradient = np.concatenate([strengths, cells.x @ by_lead])
    return np.append(gradient, by_tie.sum()) if p > gradient.size else gradient


def acceleration(fit: Fit, contrasts: Floats | None = None, clusters: ClusteredVotes | None = None) -> Floats:
    """Acceleration of the BCa interval of each contrast, (k,).

    Parameters
    ----------
    fit : Fit
    contrasts : (k, n) float64, optional
        Weights of the strengths, each row summing to 0; if none are given, the strengths themselves (mean 0), and after them the effects.
    clusters : ClusteredVotes, optional
        What is independent, by one column; single votes if none are given.

    Raises
    ------
    OptionError
        If the clusters are by two columns.
    """
    likelihood, n = fit.likelihood, len(fit.names)
    inverse = likelihood.bread(fit.parameters)
    if contrasts is None:
        rows = inverse[:, : n + len(fit.effects)].copy()
        # Influence on a strength is measured from the mean of all.
        rows[:, :n] -= rows[:, :n].mean(axis=1, keepdims=True)
    else:
        rows = np.ascontiguousarray(inverse[:, :n] @ contrasts.T)
    if clusters is None:
        second, third = likelihood.influence_moments(fit.parameters, rows)
    else:
        if len(clusters.columns) != 1:
            raise OptionError("BCa intervals know clusters by one column; take percentile intervals where two columns cross")
        second, third, scratch = np.empty((3, rows.shape[1]))
        cells = (*likelihood.cells, *likelihood.scores(fit.parameters))
        cluster_moments(clusters.grouped(0), cells, rows, n, scratch, second, third)
    return third / np.where(second > 0, 6 * second**1.5, 1.0)
