r"""Votes of voters that are no ties, beside what the strengths of all votes expect of them.

Strengths are those of Bradley and Terry's model of the decided votes of those who are trusted, with a prior so that they exist. Vote i has the lead
:math:`l_i \ge 0` of the stronger competitor, the chance :math:`q_i = 1 / (1 + e^{l_i})` that the weaker one wins, and the variance :math:`v_i =
q_i (1 - q_i)`.

Honest voters differ in taste: a voter adds to each strength a normal deviation with variance :math:`\tau^2`. The residuals :math:`W_{gc}` of voter g
about competitor c then have, beyond :math:`\sum v_i`, the variance :math:`\tau^2 T_{gc}`, to first order with

.. math:: T_{gc} = (\sum_{i \ni c} v_i)^2 + \sum_o (\sum_{i = (c, o)} v_i)^2 - 2 \sum_{i \ni c} v_i^2,

because what a taste does to one vote alone is part of its chance. The moment estimate of :math:`\tau^2` is the mean over voters of :math:`\sum_c
(W_{gc}^2 - \sum v_i) / \sum_c T_{gc}`, each weighted by its precision up to a limit, so that no single voter decides. Voters with bad intent make it
larger, which makes the tests milder, never too sharp.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices import Prior, TieRule
from recount.engine.counting import count
from recount.engine.fitting import fit
from recount.engine.votes import FIRST_WON, TIE, Bools, Floats, Ints, Votes

# Log-odds; a vote against a larger lead counts no more, for everybody errs now and then.
LARGEST_LEAD = 3.0
# Variance of a voter's own estimate of the variance of tastes, beyond that of votes: limits the weight of the busy.
SPREAD_OF_VOTERS = 0.1
# Below is rounding.
NOTHING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Votes of a voter in which one competitor stands.

    Attributes
    ----------
    voter, competitor : (n_cells,) int64
        In order of both.
    of_vote : (2, n_votes) int64
        The cells of the stronger and the weaker competitor of each vote.
    """

    voter: Ints
    competitor: Ints
    of_vote: Ints

    def sums(self, of_stronger: Floats, of_weaker: Floats) -> Floats:
        """Add up over the votes of each cell, (n_cells,), what they are for the stronger and for the weaker competitor."""
        n = self.voter.size
        return np.asarray(np.bincount(self.of_vote[0], of_stronger, n) + np.bincount(self.of_vote[1], of_weaker, n), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class DecidedVotes:
    """Decided votes of voters.

    Attributes
    ----------
    voter : (n_votes,) int64
        In order.
    first_won : (n_votes,) bool
    upset : (n_votes,) float64
        1 where the weaker competitor won.
    lead, chance, variance : (n_votes,) float64
        Of the stronger, log-odds; of an upset; its variance.
    cells : Cells
    taste_weights : (n_cells,) float64
        T.
    taste_variance : float
        Log-odds squared.
    """

    voter: Ints
    first_won: Bools
    upset: Floats
    lead: Floats
    chance: Floats
    variance: Floats
    cells: Cells
    taste_weights: Floats
    taste_variance: float

    @property
    def residuals(self) -> Floats:
        """Wins of the competitor of each cell beyond what is expected, (n_cells,)."""
        surprise = self.upset - self.chance
        return self.cells.sums(-surprise, surprise)

    @property
    def variances(self) -> Floats:
        """Of the residuals, without tastes, (n_cells,)."""
        return self.cells.sums(self.variance, self.variance)


def decided_votes(votes: Votes, voter: Ints, trusted: Bools) -> DecidedVotes:
    """Set the decided votes of voters beside the strengths of the votes of those who are trusted.

    Parameters
    ----------
    votes : Votes
    voter : (n_votes,) int
        Voter of each vote; negative where there is none, whose vote is used for the strengths only.
    trusted : (n_voters,) bool
        Whose votes strengths and the variance of tastes are taken from.
    """
    of_trusted = np.append(trusted, True)[voter]
    strengths = _strengths(votes if of_trusted.all() else votes.only(of_trusted))
    rows = np.flatnonzero((voter >= 0) & (votes.outcome < TIE))
    rows = rows[np.argsort(voter[rows], kind="stable")]
    first, second = votes.first[rows].astype(np.int64), votes.second[rows].astype(np.int64)
    lead = strengths[first] - strengths[second]
    first_won = votes.outcome[rows] == FIRST_WON
    stronger, weaker = np.where(lead >= 0, first, second), np.where(lead >= 0, second, first)
    upset = (first_won != (lead >= 0)).astype(np.float64)
    lead = np.abs(lead)
    chance = 1 / (1 + np.exp(lead))
    variance = chance * (1 - chance)
    of_voter = voter[rows].astype(np.int64)
    cells = _cells(of_voter, stronger, weaker, len(votes.names))
    weights = _taste_weights(cells, variance)
    made = DecidedVotes(of_voter, first_won, upset, lead, chance, variance, cells, weights, 0.0)
    return DecidedVotes(of_voter, first_won, upset, lead, chance, variance, cells, weights, _taste_variance(made, trusted))


def _strengths(votes: Votes) -> Floats:
    """Strength of each competitor in the decided votes, (n_names,) log-odds; 0 where there is none."""
    if not (votes.outcome < TIE).any():
        return np.zeros(len(votes.names))
    fitted = fit(count(votes), ties=TieRule.DROP, both_bad="drop", prior=Prior("votes"))
    strength = dict(zip(fitted.names, fitted.strengths, strict=True))
    return np.array([strength[name] for name in votes.names])


def _cells(voter: Ints, stronger: Ints, weaker: Ints, n_competitors: int) -> Cells:
    keys = np.concatenate([voter * n_competitors + stronger, voter * n_competitors + weaker])
    known, place = np.unique(keys, return_inverse=True)
    return Cells(known // n_competitors, known % n_competitors, place.reshape(2, -1))


def _taste_weights(cells: Cells, variance: Floats) -> Floats:
    # Both cells of a vote say whose it is, and between whom.
    pairs = cells.of_vote.min(axis=0) * np.int64(cells.voter.size) + cells.of_vote.max(axis=0)
    _, earliest, pair = np.unique(pairs, return_index=True, return_inverse=True)
    of_pairs = np.bincount(pair, variance) ** 2
    in_cells = sum(np.bincount(side[earliest], of_pairs, cells.voter.size) for side in cells.of_vote)
    return np.asarray(cells.sums(variance, variance) ** 2 + in_cells - 2 * cells.sums(variance**2, variance**2))


def _taste_variance(decided: DecidedVotes, trusted: Bools) -> float:
    cells, weights = decided.cells, decided.taste_weights
    if not cells.voter.size:
        return 0.0
    excess, variances = decided.residuals**2 - decided.variances, decided.variances
    n = trusted.size
    of_voter, weight_of_voter = np.bincount(cells.voter, excess, n), np.bincount(cells.voter, weights, n)
    noise = 2 * np.bincount(cells.voter, variances**2, n)
    known = (weight_of_voter > NOTHING) & trusted
    if not known.any():
        return 0.0
    estimate = of_voter[known] / weight_of_voter[known]
    precision = 1 / (noise[known] / weight_of_voter[known] ** 2 + SPREAD_OF_VOTERS)
    return max(0.0, float(np.average(estimate, weights=precision)))
