r"""Votes one by one against a fit to all of them: points s, what is expected of the lead, and the residual :math:`r = s - e(d)`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from recount.engine.choices.ties import TieRule
from recount.engine.fitting import Fit
from recount.engine.likelihood import inverse_information
from recount.engine.scrutiny.pair_residuals import expected_points
from recount.engine.votes import BOTH_BAD, SECOND_WON, TIE, Floats, Ints, Votes, freeze


@dataclass(frozen=True, eq=False)
class CountedVotes:
    """Votes that count in a fit, in the order of the log.

    Attributes
    ----------
    fit : Fit
    row : (n,) int64
        Which votes of the log they are.
    first, second : (n,) int64
        As indices into the names of the fit.
    residual : (n,) float64
        Points of the first beyond those expected.
    slope : (n,) float64
        Derivative of the expected points by the lead.
    inverse : (n_names, n_names) float64
        Inverse of the information of the strengths about the expected points; its rows sum to 0.
    """

    fit: Fit
    row: Ints
    first: Ints
    second: Ints
    residual: Floats
    slope: Floats
    inverse: Floats

    @cached_property
    def incidence(self) -> csr_array:
        """+1 for the first, -1 for the second of each vote, (n, n_names)."""
        n = self.first.size
        # A row a vote, in the form of a sparse matrix, which is quicker than to put one together.
        sides = np.column_stack([self.first, self.second]).ravel()
        return csr_array((np.tile([1.0, -1.0], n), sides, 2 * np.arange(n + 1)), shape=(n, len(self.fit.names)))

    @property
    def leverage(self) -> Floats:
        """Share of each vote's own surprise that the strengths take up, (n,)."""
        own = np.diagonal(self.inverse)
        return np.asarray(self.slope * (own[self.first] + own[self.second] - 2 * self.inverse[self.first, self.second]))


def counted_votes(fit: Fit, votes: Votes) -> CountedVotes:
    """Set the votes of a log beside a fit to it, without weights and covariates.

    Raises
    ------
    OptionError
        If each pair has a parameter of ties of its own.
    """
    place = {name: k for k, name in enumerate(fit.names)}
    number = np.array([place.get(name, -1) for name in votes.names], np.int64)
    counts = (number[votes.first] >= 0) & (number[votes.second] >= 0)
    if fit.ties is TieRule.DROP:
        counts &= votes.outcome < TIE
    elif fit.both_bad != "tie":
        counts &= votes.outcome != BOTH_BAD
    row = np.flatnonzero(counts)
    first, second, outcome = number[votes.first[row]], number[votes.second[row]], votes.outcome[row]
    n = len(fit.names)
    pair = first * n + second
    if row.size > n * n:
        # Once a pair, not once a vote.
        expected, slope = (of[pair] for of in expected_points(fit, np.subtract.outer(fit.strengths, fit.strengths).ravel()))
    else:
        expected, slope = expected_points(fit, fit.strengths[first] - fit.strengths[second])
    points = np.where(outcome >= TIE, 0.5, np.where(outcome == SECOND_WON, 0.0, 1.0))
    of_pairs = np.bincount(pair, slope, n * n).reshape(n, n)
    of_pairs += of_pairs.T
    inverse = inverse_information(np.diag(of_pairs.sum(axis=1)) - of_pairs, n, pinned=False)
    return CountedVotes(fit, row, first, second, freeze(points - expected), freeze(slope), freeze(inverse))
