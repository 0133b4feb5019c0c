r"""What can be removed from a log, single votes or clusters, and what removing it does to the strengths to first order.

At the fit without some votes, a vote of the pair (i, j) with score u moves the contrast :math:`c^T \theta` by :math:`-c^T H^+ (e_i - e_j) u` if it is
removed, and by as much in the other direction if it is put back; H is the information of the votes that are left.
"""

import numpy as np
from scipy.sparse import csr_array

from recount.engine.bradley_terry.existence import connected_by_wins
from recount.engine.bradley_terry.fitting import Fit, fit_contests
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.scrutiny.conclusion import LEAST_LEAD, Way, slopes, values
from recount.engine.triangle import cell_on_triangle, off_triangle, on_triangle
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.influence import bread, effects_at, scores
from recount.engine.votes import Floats, Ints

# Elo, of a refit.
TOLERANCE = 1e-8


class Removable:
    """The votes of a fit, in kinds of units that are removed as a whole: votes of one cell and weight, or a cluster.

    Attributes
    ----------
    fit : Fit
    available : (n_units,) float64
        How many units there are of each kind.
    clustered : bool
        Whether units are clusters.
    by_weight : bool
        Whether they are votes with weights.
    largest : float
        Largest weight of a unit.

    Raises
    ------
    OptionError
        If the clusters are by two columns.
    """

    def __init__(self, fit: Fit, clusters: ClusteredVotes | None) -> None:
        self.fit = fit
        self.clustered = clusters is not None
        self.by_weight = clusters is None and fit.contests.weights is not None
        if clusters is not None:
            if len(clusters.columns) != 1:
                raise OptionError(f"clusters are removed by one column, and these are by {' and '.join(clusters.columns)}; name one of them")
            unit, cell, weight = clusters.codes[0], clusters.cell, clusters.weight
            self.available = np.ones(clusters.n_clusters[0])
        elif (weights := fit.contests.weights) is not None:
            unit, cell, weight = np.arange(weights.cell.size), cell_on_triangle(fit.contests, weights.cell), weights.weight
            self.available = weights.n_votes.astype(np.float64)
        else:
            votes = on_triangle(fit.contests).ravel()
            cell = np.flatnonzero(votes)
            unit, weight, self.available = np.arange(cell.size), np.ones(cell.size), votes[cell]
        n = len(fit.names)
        shape = (self.available.size, 3 * (n * (n - 1) // 2))
        # Votes of a unit in each cell of the triangle, and the sums of their weights.
        self._votes = csr_array((np.ones(cell.size), (unit, cell)), shape=shape)
        self._weights = csr_array((weight, (unit, cell)), shape=shape)
        self.largest = float(self._weights.sum(axis=1).max())

    def votes_of(self, taken: Floats) -> Ints:
        """Return the votes of `taken` units (n_units,) in each cell of the triangle, (3, n_pairs) int64."""
        votes: Ints = np.rint(np.asarray(self._votes.T @ taken)).astype(np.int64)
        return votes.reshape(3, -1)

    def weight_of(self, taken: Floats) -> Floats:
        """Return the weight of the votes of `taken` units (n_units,) in each cell of the triangle, (3, n_pairs)."""
        return np.asarray(self._weights.T @ taken).reshape(3, -1)

    def on_units(self, of_cells: Floats) -> Floats:
        """Add up values (m, 3, n_pairs) of a vote of weight 1 in each cell over the votes of each unit, (m, n_units)."""
        return np.ascontiguousarray((self._weights @ of_cells.reshape(len(of_cells), -1).T).T)

    def without(self, taken: Floats) -> Fit | None:
        """Fit what is left without `taken` units (n_units,); None if its ratings do not exist."""
        fit = self.fit
        left = off_triangle(fit.names, self.weight_of(self.available - taken))
        if fit.prior.kind == "none" and not connected_by_wins(left):
            return None
        try:
            return fit_contests(left, ties=fit.ties, prior=fit.prior, tolerance=TOLERANCE)
        except (ExistenceError, ConvergenceError):
            return None


class FirstOrder:
    """What removing units from the whole log does, to first order at the fit without `taken` units (n_units,).

    Attributes
    ----------
    inverse : (p, p) float64
        Of the information.
    start : (n,) float64
        Strengths without any removal, as they look from here.
    """

    def __init__(self, log: Removable, fit: Fit, taken: Floats) -> None:
        self.log, self.fit, self.taken = log, fit, taken
        self.inverse, self.scores = bread(fit), scores(fit)
        self.start = fit.strengths + self._loss(taken)

    def _loss(self, taken: Floats) -> Floats:
        n, p = len(self.fit.names), len(self.inverse)
        by_lead, by_tie = (self.log.weight_of(taken) * score for score in self.scores)
        first, second = np.triu_indices(n, 1)
        gradient = np.full(p, by_tie.sum() if p > n else 0.0)
        gradient[:n] = np.bincount(first, by_lead.sum(axis=0), n) - np.bincount(second, by_lead.sum(axis=0), n)
        return np.asarray(self.inverse[:n] @ gradient)

    def needed(self, way: Way) -> tuple[Floats, Floats]:
        """Return the contrasts of a way of changing, (m, n), and how far removal has to bring them down, (m,)."""
        strengths = self.fit.strengths
        contrasts = slopes(way, strengths)
        return contrasts, values(way, strengths) + contrasts @ (self.start - strengths) + LEAST_LEAD

    def falls(self, contrasts: Floats) -> Floats:
        """Return how far contrasts (m, n) come down if one unit of each kind is removed, (m, n_units)."""
        return self.log.on_units(effects_at(contrasts, self.inverse, self.scores))
