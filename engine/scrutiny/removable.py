r"""What can be removed from a log, single votes or clusters, and how that changes the strengths to first order.

At the fit without some votes, a vote of the pair (i, j) with score u moves the contrast :math:`c^T \theta` by :math:`-c^T H^+ (e_i - e_j) u` if it is
removed, and by as much in the other direction if it is put back; H is the information of the votes that are left.
"""

import math

import numpy as np
from scipy.sparse import csr_array

from recount.engine.bradley_terry.existence import check_joined, rateable
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.fitting import Fit, certified
from recount.engine.scrutiny.conclusion import Way, resolution, slopes, values
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.influence import effects_at, gradient_of
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
        kinds = fit.likelihood.kinds()
        self.by_weight = clusters is None and kinds.weight is not None
        if clusters is not None:
            if len(clusters.columns) != 1:
                raise OptionError(f"clusters are removed by one column, and these are by {' and '.join(clusters.columns)}; name one of them")
            unit, cell, weight = clusters.codes[0], clusters.cell, clusters.weight
            self.available = np.ones(clusters.n_clusters[0])
        else:
            used = np.flatnonzero(kinds.n_votes)
            cell, self.available = kinds.cell[used], kinds.n_votes[used]
            unit, weight = np.arange(cell.size), np.ones(cell.size) if kinds.weight is None else kinds.weight[used]
        shape = (self.available.size, math.prod(fit.likelihood.shape))
        # Votes of a unit in each cell, and the sums of their weights.
        self._votes = csr_array((np.ones(cell.size), (unit, cell)), shape=shape)
        self._weights = csr_array((weight, (unit, cell)), shape=shape)
        self.largest = float(self._weights.sum(axis=1).max())

    def votes_of(self, taken: Floats) -> Ints:
        """Return the votes of `taken` units (n_units,) in each cell, int64, in the likelihood's shape."""
        votes: Ints = np.rint(np.asarray(self._votes.T @ taken)).astype(np.int64)
        return votes.reshape(self.fit.likelihood.shape)

    def weight_of(self, taken: Floats) -> Floats:
        """Return the weight of the votes of `taken` units (n_units,) in each cell, (n_cells,)."""
        return np.asarray(self._weights.T @ taken)

    def weights_of_units(self) -> Floats:
        """Return the weight of the votes of one unit of each kind in each cell, (n_units, n_cells)."""
        return np.asarray(self._weights.toarray())

    def on_units(self, of_cells: Floats) -> Floats:
        """Add up values (k, n_cells) of a vote of weight 1 in each cell over the votes of each unit, (k, n_units)."""
        return np.ascontiguousarray((self._weights @ of_cells.T).T)

    def without(self, taken: Floats) -> Fit | None:
        """Fit what is left without `taken` units (n_units,), under the existence policy of the fit; None if there are no ratings."""
        fit = self.fit
        left = fit.likelihood.with_votes(self.weight_of(self.available - taken))
        try:
            if fit.prior.kind == "firth":
                check_joined(left.contests)
            rated = rateable(left.contests, fit.existence)
            if rated.dropped:
                dropped = set(rated.dropped)
                left = left.only(np.array([name not in dropped for name in fit.names]))
            return certified(left, both_bad=fit.both_bad, existence=fit.existence, dropped=rated.dropped, tolerance=TOLERANCE)
        except (ExistenceError, ConvergenceError):
            return None

    def strengths_of(self, left: Fit) -> Floats:
        """Return the strengths of a fit of what is left, (n,), by the competitors of the whole log; NaN for those that it does not rate."""
        strengths = dict(zip(left.names, left.strengths.tolist(), strict=True))
        return np.array([strengths.get(name, np.nan) for name in self.fit.names])


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
        self.inverse = fit.likelihood.bread(fit.parameters)
        self.cells, self.scores = fit.likelihood.cells, fit.likelihood.scores(fit.parameters)
        n, weight = len(fit.names), log.weight_of(taken)
        gradient = gradient_of(self.cells, weight * self.scores[0], weight * self.scores[1], n, len(self.inverse))
        self.start = fit.strengths + self.inverse[:n] @ gradient

    def needed(self, way: Way) -> tuple[Floats, Floats]:
        """Return the contrasts of a way of changing, (m, n), and how far removal has to bring them down, (m,)."""
        strengths = self.fit.strengths
        contrasts = slopes(way, strengths)
        return contrasts, values(way, strengths) + contrasts @ (self.start - strengths) + resolution(way, strengths)

    def falls(self, contrasts: Floats) -> Floats:
        """Return how far contrasts (m, n) come down if one unit of each kind is removed, (m, n_units)."""
        return self.log.on_units(effects_at(contrasts, self.inverse, self.cells, self.scores))
