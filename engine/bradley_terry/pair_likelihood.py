"""The log-likelihood of contests under a tie model, with a prior.

Its cells are the outcomes of every pair of the triangle (`recount.engine.triangle`).
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.engine.bradley_terry.priors import firth_slopes, slopes_of_prior
from recount.engine.choices.prior import Prior
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import TIES_AS
from recount.engine.errors import InputError
from recount.engine.kernels.influence import vote_moments
from recount.engine.kernels.likelihood import (
    log_likelihood,
    make_regular,
    mirror,
    points,
    rao_kupper_scores_by_pair,
    score_and_information,
    vote_information,
    vote_scores,
)
from recount.engine.kernels.models import FIRST_WITH_GAMMA, RAO_KUPPER_BY_PAIR
from recount.engine.kernels.refitting import connected_on_triangle, refit
from recount.engine.likelihood import (
    Cells,
    CountedCells,
    Effect,
    Kinds,
    Trials,
    inverse_information,
    leads_of_names,
    longest_step,
    model_of,
    start_of_gamma,
    tie_at,
)
from recount.engine.linear_algebra import is_positive, regular
from recount.engine.pair_contests import Contests
from recount.engine.scale import ELO
from recount.engine.triangle import cell_on_triangle, off_triangle, on_triangle, pair_place
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, Bools, Floats, Ints, Votes, freeze

MAX_STEPS = 25
# Log-odds.
LONGEST_STEP = 1.0


class PairLikelihood:
    """The penalised log-likelihood of contests; see `recount.engine.likelihood.Likelihood` for what it says.

    Parameters
    ----------
    contests : Contests
    ties : TieRule or its text
    prior : Prior, optional
    origin : float
        Strength at which a prior that pins has its origin.
    """

    ridge = 0.0
    effects: tuple[Effect, ...] = ()
    design = None

    def __init__(self, contests: Contests, ties: TieRule | str = TIES_AS, prior: Prior | None = None, origin: float = 0.0) -> None:
        self.contests = contests
        self.ties = TieRule(ties)
        self.model = model_of(contests, self.ties)
        self.prior = prior or Prior()
        self.origin = origin

    @cached_property
    def votes(self) -> Floats:
        """Votes, or sums of their weights, on the triangle, (3, n_pairs)."""
        return freeze(on_triangle(self.contests))

    @property
    def shape(self) -> tuple[int, int]:
        """(3, n_pairs): won, lost and tied by the first of each pair of the triangle."""
        n = len(self.contests.names)
        return 3, n * (n - 1) // 2

    @property
    def cells(self) -> Cells:
        """The pair of each cell."""
        first, second = (np.tile(index.astype(np.int32), 3) for index in np.triu_indices(len(self.contests.names), 1))
        return Cells(first, second, np.empty((0, first.size)))

    def moved(self, origin: float) -> "PairLikelihood":
        """Return the same with the origin elsewhere."""
        return PairLikelihood(self.contests, self.ties, self.prior, origin)

    def on_one_thread(self) -> "PairLikelihood":
        """Return this one, which takes no other."""
        return self

    def with_votes(self, votes: Floats) -> "PairLikelihood":
        """Return that of other votes, sums of their weights (n_cells,)."""
        return PairLikelihood(off_triangle(self.contests.names, votes.reshape(self.shape)), self.ties, self.prior, self.origin)

    def only(self, keep: Bools) -> "PairLikelihood":
        """Return that of the votes among the competitors where `keep` (n,) is true."""
        return PairLikelihood(self.contests.only(keep), self.ties, self.prior, self.origin)

    def start(self) -> Floats:
        """Log-odds of each competitor's share of points, and the tie parameter that fits the share of ties among equals."""
        won, lost, *scratch = np.empty((4, len(self.contests.names)))
        points(self.votes, scratch[0], scratch[1], won, lost)
        strengths = np.log((won + 0.5) / (lost + 0.5))
        strengths -= strengths.mean()
        return np.append(strengths, start_of_gamma(self.model, self.contests)) if self.model >= FIRST_WITH_GAMMA else strengths

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) at `parameters` (p,).

        Where Firth's prior makes the latter no information, far from the maximum, it is that of the prior's tied votes, which leads uphill.
        """
        gradient, information = self._slopes_of_votes(parameters)
        if self.prior.kind == "none":
            return gradient, information
        if self.prior.kind == "firth":
            by_prior, hessian, of_tied_votes = firth_slopes(self.contests, parameters, information)
            observed = information + hessian
            return gradient + by_prior, observed if is_positive(regular(observed, len(self.contests.names))) else information + of_tied_votes
        by_prior, added = self._slopes_of_prior(parameters, information)
        return gradient + by_prior, information + added

    def regular_slopes(self, parameters: Floats, information: Floats) -> Floats:
        """Return the gradient (p,), and fill the upper triangle of `information` (p, p), made positive definite (see `Concave`)."""
        n = len(self.contests.names)
        if self.prior.kind == "none":
            gradient = self._score_and_information(parameters, information)
        else:
            gradient, information[:] = self.slopes(parameters)
        if not self.prior.pins:
            make_regular(information, n, float(np.trace(information[:n, :n])) / n**2)
        return gradient

    def longest_step(self, parameters: Floats, step: Floats) -> float:
        """Share of `step` that keeps the parameters possible, and Firth's prior where its information is not lost to rounding."""
        if self.prior.kind == "firth":
            return min(1.0, LONGEST_STEP / float(np.abs(step).max()))
        return longest_step(self.model, parameters, step)

    def of_votes(self, parameters: Floats) -> float:
        """Return the log-likelihood of the votes, without the prior."""
        c, n = self.contests, len(self.contests.names)
        tie = tie_at(self.model, parameters)
        return float(log_likelihood(self.model, c.first, c.second, c.wins, c.losses, c.ties, parameters[:n], tie))

    def leads(self, parameters: Floats, votes: Votes) -> Floats:
        """Lead of who is shown first in any votes, (n_votes,); NaN where one of the two is not rated."""
        return leads_of_names(self.contests.names, parameters[: len(self.contests.names)], votes)

    def scores(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Score of one vote in each cell, (n_cells,) each: by the lead of its pair's first, and by gamma."""
        first, second = (index.astype(np.int32) for index in np.triu_indices(len(self.contests.names), 1))
        by_lead, by_tie = self._scores_of_pairs(parameters, first, second, self.votes)
        return by_lead.ravel(), by_tie.ravel()

    def information_of_cells(self, parameters: Floats) -> Floats:
        """Information of one vote in each cell, (3, n_cells): by the lead of its pair's first, by lead and gamma, by gamma."""
        first, second = (index.astype(np.int32) for index in np.triu_indices(len(self.contests.names), 1))
        return self._information_of_pairs(parameters, first, second, self.votes).reshape(3, -1)

    def counted_cells(self, parameters: Floats) -> CountedCells:
        """What the votes say, by outcomes of the pairs that met."""
        c = self.contests
        votes, weights = c.weight_sums(1), c.weights
        cells = Cells(np.tile(c.first, 3), np.tile(c.second, 3), np.empty((0, votes.size)))
        scores = np.stack(self._scores_of_pairs(parameters, c.first, c.second, votes)).reshape(2, -1)
        information = self._information_of_pairs(parameters, c.first, c.second, votes).reshape(3, -1)
        if weights is None:
            return CountedCells(cells, scores, information, Kinds(np.arange(votes.size), None, votes.ravel()))
        return CountedCells(cells, scores, information, Kinds(weights.cell, weights.weight, weights.n_votes.astype(np.float64)))

    def influence_moments(self, parameters: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Sums over votes of the second and third powers of their influence, (k,) each, through `rows` (p, k)."""
        n, k = len(self.contests.names), rows.shape[1]
        by_lead, by_tie = (score.reshape(self.shape) for score in self.scores(parameters))
        votes = {power: on_triangle(self.contests, power) for power in (2, 3)}
        powers = ((2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))
        moments = np.stack([(votes[a + b] * by_lead**a * by_tie**b).sum(axis=0) for a, b in powers])
        second, third = np.empty(k), np.empty(k)
        vote_moments(rows[:n], rows[n] if rows.shape[0] > n else np.zeros(k), moments, second, third)
        return second, third

    def information_of_priors(self, parameters: Floats) -> Floats:
        """Information of the prior, (p, p)."""
        if self.prior.kind == "none":
            return np.zeros((parameters.size, parameters.size))
        return self._slopes_of_prior(parameters, self._slopes_of_votes(parameters)[1])[1]

    def bread(self, parameters: Floats) -> Floats:
        """Inverse information for covariances, (p, p); Firth's prior has no part in it, as in what is printed of such fits elsewhere."""
        slopes = self._slopes_of_votes if self.prior.kind == "firth" else self.slopes
        return inverse_information(slopes(parameters)[1], len(self.contests.names), self.prior.pins)

    def sums_of_weights(self, power: int) -> Floats:
        """Sums over the votes of each cell of their weights to a power, (n_cells,)."""
        return on_triangle(self.contests, power).ravel()

    def kinds(self) -> Kinds:
        """Votes alike in cell and weight; without weights, all cells."""
        weights = self.contests.weights
        if weights is None:
            votes = self.votes.ravel()
            return Kinds(np.arange(votes.size), None, votes)
        return Kinds(cell_on_triangle(self.contests, weights.cell), weights.weight, weights.n_votes.astype(np.float64))

    def cells_of(self, votes: Votes, both_bad: BothBadRule) -> tuple[Ints, Ints, Floats]:
        """Rows of the log that was fitted that count, and the cell and the weight of each; raise `InputError` if it is another log."""
        n = len(self.contests.names)
        index = {name: i for i, name in enumerate(self.contests.names)}
        rated = np.array([index.get(name, -1) for name in votes.names], np.int32)
        first, second = rated[votes.first], rated[votes.second]
        rows = np.flatnonzero((first >= 0) & (second >= 0) & _counted(votes, self.ties, both_bad))
        first, second, outcome = first[rows], second[rows], votes.outcome[rows]
        first_won = (outcome == FIRST_WON) == (first < second)
        result = np.where(outcome > SECOND_WON, 2, np.where(first_won, 0, 1))
        cell = pair_place(np.minimum(first, second), np.maximum(first, second), n) + result * (n * (n - 1) // 2)
        expected, weights = self.votes.ravel(), self.contests.weights
        if weights is None:
            weight = np.ones(rows.size)
        elif weights.of_vote is None:
            of_cell = np.zeros(expected.size)
            of_cell[cell_on_triangle(self.contests, weights.cell)] = weights.weight
            weight = of_cell[cell]
        else:
            weight = weights.of_vote[rows] if weights.of_vote.size == votes.n_votes else np.zeros(rows.size)
        # Sums of weights in another order differ by rounding.
        if not np.allclose(np.bincount(cell, weight, expected.size), expected, rtol=1e-9, atol=0):
            raise InputError("the votes are not those that were fitted; give the log from which the counts of the fit were made")
        return rows, cell.astype(np.int32), weight

    def trials(self, parameters: Floats) -> Trials:
        """The votes of each pair of the triangle."""
        first, second = np.triu_indices(len(self.contests.names), 1)
        n_votes = np.rint(self.votes.sum(axis=0)).astype(np.int64)
        return Trials(self, parameters[first] - parameters[second], n_votes, np.arange(3 * first.size).reshape(self.shape))

    def refits(self, parameters: Floats, tolerance: float) -> "PairRefits":
        """Fits of other votes, from these parameters, to a tolerance in log-odds."""
        return PairRefits(self, parameters, tolerance)

    def _slopes_of_votes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) of the votes, without the prior."""
        information = np.empty((parameters.size, parameters.size))
        gradient = self._score_and_information(parameters, information)
        mirror(information)
        return gradient, information

    def _score_and_information(self, parameters: Floats, information: Floats) -> Floats:
        """Return the gradient (p,) of the votes, and fill the upper triangle of their `information` (p, p)."""
        gradient, scratch = np.empty(parameters.size), np.empty((7, len(self.contests.names)))
        # A copy can be written to, so that the kernel is compiled for one kind of array only.
        score_and_information(self.model, self.votes, parameters.copy(), scratch, gradient, information)
        return gradient

    def _slopes_of_prior(self, parameters: Floats, information: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the information (p, p) of the prior, given that of the votes (p, p); of Firth's, that of its tied votes."""
        n = len(self.contests.names)
        gradient, added = np.zeros(parameters.size), np.zeros((parameters.size, parameters.size))
        if self.prior.pins:
            gradient[:n], added[np.arange(n), np.arange(n)] = slopes_of_prior(self.prior, parameters[:n], self.origin)
        elif self.prior.kind == "firth":
            gradient[:n], _, added[:n, :n] = firth_slopes(self.contests, parameters[:n], information[:n, :n])
        return gradient, added

    def _scores_of_pairs(self, parameters: Floats, first: Ints, second: Ints, votes: Floats) -> tuple[Floats, Floats]:
        """Score of a vote that the first of each pair won, lost, tied, (3, n_pairs) each: by its lead, and by gamma.

        Where each pair has such a parameter, fitted to its `votes` (3, n_pairs), the score by the lead is what that leaves of it (the efficient
        score), and the other is 0.
        """
        strengths = parameters[: len(self.contests.names)]
        by_lead, by_tie = np.zeros((2, 3, first.size))
        if self.model == RAO_KUPPER_BY_PAIR:
            rao_kupper_scores_by_pair(first, second, strengths, votes, by_lead, np.empty(first.size))
        else:
            vote_scores(self.model, first, second, strengths, tie_at(self.model, parameters), by_lead, by_tie)
        return by_lead, by_tie

    def _information_of_pairs(self, parameters: Floats, first: Ints, second: Ints, votes: Floats) -> Floats:
        """Information of a vote that the first of each pair won, lost, tied, (3, 3, n_pairs): by the lead, by lead and gamma, by gamma.

        Where each pair has such a parameter, the first is what that leaves of it, on average over the pair's `votes`, and the others are 0.
        """
        strengths, information = parameters[: len(self.contests.names)], np.zeros((3, 3, first.size))
        if self.model == RAO_KUPPER_BY_PAIR:
            by_pair = np.empty(first.size)
            rao_kupper_scores_by_pair(first, second, strengths, votes, np.empty((3, first.size)), by_pair)
            information[0] = by_pair
        else:
            vote_information(self.model, first, second, strengths, tie_at(self.model, parameters), information)
        return information


class PairRefits:
    """Fits of other votes on the triangle, from parameters that are nearly right; see `recount.engine.kernels.refitting`."""

    def __init__(self, likelihood: PairLikelihood, parameters: Floats, tolerance: float) -> None:
        prior = likelihood.prior
        self.likelihood = likelihood
        self.tolerance = tolerance
        curvature = np.ascontiguousarray(np.diagonal(likelihood.slopes(parameters)[1]))
        self._usual = parameters, likelihood.bread(parameters), curvature
        votes, deviation = (prior.amount if prior.kind == kind else None for kind in ("votes", "gaussian"))
        self._prior = votes or 0.0, (ELO / deviation) ** 2 if deviation else 0.0, likelihood.origin
        self._hub = int(np.argmax(likelihood.contests.votes_of_each()))

    def joined(self, votes: NDArray[Any]) -> bool:
        """Whether chains of wins join all competitors, in `votes` (n_cells,)."""
        waiting, queue = np.empty((2, len(self.likelihood.contests.names)), np.int32)
        on_pairs = votes.reshape(self.likelihood.shape)
        return bool(connected_on_triangle(on_pairs, not self.likelihood.ties.by_pair, self._hub, waiting, queue))

    def maximum(self, votes: NDArray[Any]) -> tuple[Floats, float] | None:
        """Parameters (p,) at the maximum for `votes` (n_cells,) and their largest error, log-odds; None where that does not get there."""
        # Firth's prior has no gradient that is quick to take.
        if self.likelihood.prior.kind == "firth":
            return None
        p = self._usual[0].size
        found, scratch = np.empty(p), np.empty((9, p))
        on_pairs = votes.reshape(self.likelihood.shape)
        error = refit(self.likelihood.model, on_pairs, self._usual, self._prior, self.tolerance, MAX_STEPS, scratch, found)
        return (found, error) if error >= 0 else None


def _counted(votes: Votes, ties: TieRule, both_bad: BothBadRule) -> Bools:
    """Which votes stand in a cell, (n_votes,)."""
    if ties is TieRule.DROP:
        return np.asarray((votes.outcome == FIRST_WON) | (votes.outcome == SECOND_WON))
    return np.asarray(votes.outcome != BOTH_BAD) if both_bad != "tie" else np.ones(votes.n_votes, np.bool_)
