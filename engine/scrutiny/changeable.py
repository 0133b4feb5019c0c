"""How a log can be changed, vote by vote or by clusters, and what is left then.

A vote is *dropped*; or *flipped*, so that its loser is its winner (a tie has neither, and stays); or one is *added* between any two rated
competitors, whether they met or not, that one of them wins, of weight 1. With covariates an added vote is like one that the log has, whoever wins it.
Whole clusters can be dropped.
"""

import math
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from recount.engine.bradley_terry.existence import check_joined, rateable
from recount.engine.choices.vote_change import VoteChange
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.fitting import Fit, certified
from recount.engine.likelihood import Kinds, Likelihood
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.votes import Floats, Ints

# Elo, of a refit.
TOLERANCE = 1e-8


class Changeable:
    """The votes of a fit, in kinds of units that are changed as a whole: votes of one cell and weight, or a cluster.

    Attributes
    ----------
    fit : Fit
        Whose likelihood has cells for all votes that there can be.
    change : {"drop", "flip", "add"}
    clusters : ClusteredVotes or None
        Which units are; None if they are votes.
    n_votes : (n_units,) float64
        Votes of each kind that the log has; of a cluster 1.
    available : (n_units,) float64
        How many units of each kind can be changed; infinitely many can be added.
    cell, weight : (n_units,)
        Of votes: the cell before the change, or of an added one, int64, and the weight of one, float64.
    by_weight : bool
        Whether they are votes with weights.
    largest : float
        Largest weight of a unit.

    Raises
    ------
    OptionError
        If the clusters are by two columns, or are not to be dropped.
    """

    def __init__(self, fit: Fit, change: VoteChange, clusters: ClusteredVotes | None = None) -> None:
        self.change, self.clusters = change, clusters
        if clusters is not None and len(clusters.columns) != 1:
            raise OptionError(f"clusters are dropped by one column, and these are by {' and '.join(clusters.columns)}; name one of them")
        if clusters is not None and change != "drop":
            raise OptionError(
                f"change is {change!r}, and values of {clusters.columns[0]!r} can only be dropped; leave out the clusters, or take 'drop'"
            )
        likelihood, kinds = fit.likelihood, fit.likelihood.kinds()
        if change != "drop" and fit.design is not None:
            likelihood, kinds = _with_other_results(fit)
        self.fit = fit if likelihood is fit.likelihood else replace(fit, likelihood=likelihood)
        self.by_weight = clusters is None and kinds.weight is not None
        if clusters is not None:
            self.cell, self.weight = clusters.cell, clusters.weight
            self.n_votes = self.available = np.ones(clusters.n_clusters[0])
            self._of_votes(clusters.codes[0], self.cell, None)
            return
        result = self.results()
        if change == "add":
            # Votes of several weights in a cell are one kind.
            self.cell = np.flatnonzero(result < 2)
            self.n_votes = np.bincount(kinds.cell, kinds.n_votes, result.size)[self.cell].astype(np.float64)
            self.weight, self.available = np.ones(self.cell.size), np.full(self.cell.size, math.inf)
            self.by_weight = False
            self._of_votes(np.arange(self.cell.size), None, self.cell)
            return
        used = np.flatnonzero((kinds.n_votes > 0) & ((result[kinds.cell] < 2) | (change == "drop")))
        self.cell, self.n_votes = kinds.cell[used], kinds.n_votes[used]
        self.available = self.n_votes
        self.weight = np.ones(used.size) if kinds.weight is None else kinds.weight[used]
        self._of_votes(np.arange(used.size), self.cell, self._reversed(self.cell, result[self.cell]) if change == "flip" else None)

    def _of_votes(self, unit: Ints, taken: Ints | None, put: Ints | None) -> None:
        """Note from which cells the votes of units are taken, and in which they are put."""
        shape = (self.available.size, math.prod(self.fit.likelihood.shape))
        nothing = csr_array(shape, dtype=np.float64)
        before = nothing if taken is None else csr_array((self.weight, (unit, taken)), shape=shape)
        after = nothing if put is None else csr_array((self.weight, (unit, put)), shape=shape)
        # Votes of a unit in each cell, before the change or of added ones; and by how much a unit changes the sums of their weights.
        self._votes = csr_array((np.ones(unit.size), (unit, self.cell)), shape=shape)
        self._change = csr_array(after - before)
        self._whole = self.fit.likelihood.sums_of_weights(1)
        self.largest = float(np.bincount(unit, self.weight).max(initial=0.0))

    def results(self) -> Ints:
        """Return the result of each cell, (n_cells,): 0 won, 1 lost, 2 tied by the first of its pair."""
        design = self.fit.design
        return np.repeat(np.arange(3), self.fit.likelihood.shape[-1]) if design is None else design.result.astype(np.int64)

    def _reversed(self, cell: Ints, result: Ints) -> Ints:
        """Return the cell of a vote whose winner is the loser, of decided votes in cells (k,) with these results."""
        step = self.fit.likelihood.shape[-1] if self.fit.design is None else 1
        return np.asarray(cell + np.where(result == 0, step, -step), np.int64)

    def votes_of(self, taken: Floats | Ints) -> Ints:
        """Return the votes of `taken` units (n_units,) in each cell, before the change or as added, int64, in the likelihood's shape."""
        votes: Ints = np.rint(np.asarray(self._votes.T @ taken)).astype(np.int64)
        return votes.reshape(self.fit.likelihood.shape)

    def net(self, taken: Floats) -> Floats:
        """Return by how much a change of `taken` units (n_units,) raises the sum of weights in each cell, (n_cells,)."""
        return np.asarray(self._change.T @ taken)

    def weights_after(self, taken: Floats) -> Floats:
        """Return the sum of weights in each cell, (n_cells,), after a change of `taken` units (n_units,)."""
        left = self._whole + self.net(taken)
        # Sums of weights leave rounding where nothing is left.
        left[np.abs(left) < 1e-9 * self.largest] = 0.0
        return left

    def changes_of_units(self) -> Floats:
        """Return by how much one unit of each kind raises the sum of weights in each cell, (n_units, n_cells)."""
        return np.asarray(self._change.toarray())

    def on_units(self, of_cells: Floats) -> Floats:
        """Add up values (k, n_cells) of one vote more of weight 1 in each cell over what a unit changes, (k, n_units)."""
        return np.ascontiguousarray((self._change @ of_cells.T).T)

    def after(self, taken: Floats) -> Fit | None:
        """Fit the log after a change of `taken` units (n_units,), under the existence policy of the fit; None if there are no ratings."""
        fit = self.fit
        left = fit.likelihood.with_votes(self.weights_after(taken))
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
        """Return the strengths of a fit of the changed log, (n,), by the competitors of the whole log; NaN for those that it does not rate."""
        strengths = dict(zip(left.names, left.strengths.tolist(), strict=True))
        return np.array([strengths.get(name, np.nan) for name in self.fit.names])


def _with_other_results(fit: Fit) -> tuple[Likelihood, Kinds]:
    """Return a likelihood with covariates that has cells for every result of its votes, and its votes by these."""
    trials = fit.likelihood.trials(fit.parameters)
    kinds, (n_results, n_rows) = fit.likelihood.kinds(), trials.cell.shape
    assert fit.design is not None
    cell = trials.cell[fit.design.result, np.arange(n_rows)]
    assert cell.size * n_results == trials.likelihood.shape[0]
    return trials.likelihood, Kinds(cell, kinds.weight, kinds.n_votes)
