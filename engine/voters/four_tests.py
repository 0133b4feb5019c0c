r"""Voters who vote as honest ones would not: four tests, each by bounds that hold for any number of votes, and one rule for all voters.

against
    Votes against the stronger competitor, each counted by its lead (up to `LARGEST_LEAD`): the score for a slope below 1 of the voter's votes on the
    leads. Voters at random have slope 0, those who turn every vote around -1.
favourite
    Wins, or losses, of one competitor beyond what its strength and usual tastes explain; the smallest p-value over competitors and both directions,
    times their number.
focus
    Votes in which one competitor stands, beyond its share of the votes around them; the smallest p-value over competitors, times the number of those
    in the log. A sum of votes with different chances has a tail no larger than that of the binomial distribution with their mean (Hoeffding 1956).
side
    Decided votes for the side shown first, against the share of all decided votes, two-sided, by the binomial distribution. Only where the order is
    by chance; then it does not depend on strengths and tastes.

The first two allow for tastes (`recount.engine.voters.against_strengths`) and use bounds of Chernoff's kind (`recount.engine.voters.tail_bounds`).
The p-value of a voter is the smallest of the tests times their number. Over all voters Benjamini and Hochberg's (1995) adjustment is made: of those
whose adjusted p-value is at most 5 % no more than 5 % are honest on average, and where all are honest, in no more than 5 % of logs anybody is named.

Many voters with one aim move the strengths and shares that the others are tested by. So the tests are repeated by the votes of those who were not
named, until the list stays as it is, at most `N_ROUNDS` times.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrc

from recount.engine.kernels.voters import expected_meetings
from recount.engine.voters.against_strengths import LARGEST_LEAD, DecidedVotes, decided_votes
from recount.engine.voters.tail_bounds import log_tail_bounds
from recount.engine.votes import Bools, Floats, Ints, Votes

# Standard deviations below which no bound is worth its time: the p-value counts as 1.
CLEARLY_USUAL = 2.0
# Share of the honest among those who are named.
FALSE_ALARMS = 0.05
N_ROUNDS = 4
# Votes around a vote, by which shares are taken.
BLOCK, A_COMPETITOR = 2000, 50
TESTS = ("against", "favourite", "focus", "side")


@dataclass(frozen=True, slots=True, eq=False)
class Suspicion:
    """What speaks against each voter.

    Attributes
    ----------
    p_values : dict of str to (n_voters,) float64
        By test; 1 where nothing speaks against a voter. Without `side` where the order is not by chance.
    favourite, focus : (n_voters,) int64
        The competitor that the test is about; -1 where there is none.
    favoured : (n_voters,) bool
        Whether the favourite wins more than expected; otherwise it loses more.
    p_value, adjusted : (n_voters,) float64
    taste_variance : float
        Of the voters, log-odds squared.
    """

    p_values: dict[str, Floats]
    favourite: Ints
    focus: Ints
    favoured: Bools
    p_value: Floats
    adjusted: Floats
    taste_variance: float


def suspicion(votes: Votes, voter: Ints, n_voters: int, *, by_chance: bool, when: Ints | Floats | None = None) -> Suspicion:
    """Test each voter.

    Parameters
    ----------
    votes : Votes
    voter : (n_votes,) int
        Voter of each vote; negative where there is none.
    n_voters : int
    by_chance : bool
        Whether it is chance who is shown first; see `recount.engine.voters.fair_coins`.
    when : (n_votes,) array, optional
        Times by which votes are near each other; the order of the log by default.
    """
    trusted = np.ones(n_voters, np.bool_)
    for _ in range(N_ROUNDS):
        found = _suspicion(votes, voter, trusted, by_chance, when)
        others = found.adjusted > FALSE_ALARMS
        if bool((others == trusted).all()) or others.sum() < n_voters / 2:
            break
        trusted = others
    return found


def _suspicion(votes: Votes, voter: Ints, trusted: Bools, by_chance: bool, when: Ints | Floats | None) -> Suspicion:
    """Test each voter by what those who are trusted did."""
    n_voters = trusted.size
    decided = decided_votes(votes, voter, trusted)
    p_favourite, favourite, favoured = _favourite(decided, n_voters)
    p_focus, focus = _focus(votes, voter, trusted, when)
    p_values = {"against": _against(decided, n_voters), "favourite": p_favourite, "focus": p_focus}
    if by_chance:
        p_values["side"] = _side(decided, trusted)
    p_value = np.minimum(1.0, len(p_values) * np.min(list(p_values.values()), axis=0))
    return Suspicion(p_values, favourite, focus, favoured, p_value, adjusted(p_value), decided.taste_variance)


def adjusted(p_values: Floats) -> Floats:
    """Adjust p-values for their number by Benjamini and Hochberg (1995): the smallest false discovery rate at which each is named."""
    order = np.argsort(-p_values, kind="stable")
    rank = np.arange(p_values.size, 0, -1)
    found = np.empty(p_values.size)
    found[order] = np.minimum(1.0, np.minimum.accumulate(p_values[order] * p_values.size / rank)) if p_values.size else 0.0
    return found


def _against(decided: DecidedVotes, n_voters: int) -> Floats:
    gain = np.minimum(decided.lead, LARGEST_LEAD)
    pull = gain * decided.variance
    cells = decided.cells
    by_taste = cells.sums(-pull, pull) ** 2 - cells.sums(pull**2, pull**2)
    variance = decided.taste_variance * np.maximum(0.0, np.bincount(cells.voter, by_taste, n_voters))
    total = np.asarray(np.bincount(decided.voter, gain * decided.upset, n_voters), np.float64)
    mean = np.bincount(decided.voter, gain * decided.chance, n_voters)
    deviation = np.sqrt(np.bincount(decided.voter, gain * pull, n_voters) + variance)
    odd = np.flatnonzero(total - mean > CLEARLY_USUAL * np.maximum(deviation, 1e-12))
    p_values = np.ones(n_voters)
    n_votes = np.bincount(decided.voter, minlength=n_voters)
    rows = np.flatnonzero(np.isin(decided.voter, odd))
    starts = np.cumsum(n_votes[odd]) - n_votes[odd]
    p_values[odd] = np.exp(log_tail_bounds(total[odd], variance[odd], gain[rows], decided.chance[rows], starts))
    return p_values


def _favourite(decided: DecidedVotes, n_voters: int) -> tuple[Floats, Ints, Bools]:
    cells = decided.cells
    variance = decided.taste_variance * np.maximum(0.0, decided.taste_weights)
    deviation = np.sqrt(decided.variances + variance)
    residuals = decided.residuals
    odd = np.flatnonzero(np.abs(residuals) > CLEARLY_USUAL * np.maximum(deviation, 1e-12))
    # Votes of these cells side by side; chance and win of the competitor, or of the other where it loses too often.
    place = np.full(cells.voter.size, -1)
    place[odd] = np.arange(odd.size)
    of_vote = place[cells.of_vote]
    side, vote = np.nonzero(of_vote >= 0)
    cell = of_vote[side, vote]
    order = np.argsort(cell, kind="stable")
    side, vote, cell = side[order], vote[order], cell[order]
    for_weaker = (side == 1) == (residuals[odd][cell] > 0)
    chance = np.where(for_weaker, decided.chance[vote], 1 - decided.chance[vote])
    happened = np.where(for_weaker, decided.upset[vote], 1 - decided.upset[vote])
    starts = np.searchsorted(cell, np.arange(odd.size))
    sums = np.asarray(np.bincount(cell, happened, odd.size), np.float64)
    bounds = log_tail_bounds(sums, variance[odd], np.ones(cell.size), chance, starts)
    n_met = np.bincount(cells.voter, minlength=n_voters)
    p_of_cell = np.minimum(1.0, 2 * n_met[cells.voter[odd]] * np.exp(bounds))
    p_values, at = _smallest(p_of_cell, cells.voter[odd], n_voters)
    known = at >= 0
    return p_values, np.where(known, cells.competitor[odd][at] if odd.size else -1, -1), known & (residuals[odd][at] > 0 if odd.size else known)


def _focus(votes: Votes, voter: Ints, trusted: Bools, when: Ints | Floats | None) -> tuple[Floats, Ints]:
    n, n_names, n_voters = votes.n_votes, len(votes.names), trusted.size
    of_trusted = np.append(trusted, True)[voter].astype(np.float64)
    place = np.arange(n) if when is None else np.argsort(np.argsort(when, kind="stable"), kind="stable")
    n_blocks = max(1, n // max(BLOCK, A_COMPETITOR * n_names))
    block = place * n_blocks // max(1, n)
    stand = sum(np.bincount(block * n_names + side, of_trusted, n_blocks * n_names) for side in (votes.first, votes.second))
    size = np.bincount(block, of_trusted, n_blocks)
    # A standard deviation more, and one vote, because shares are counted, too.
    shares = np.minimum(1.0, (stand + np.sqrt(stand) + 1).reshape(n_blocks, n_names) / np.maximum(1, size)[:, None])
    rows = np.flatnonzero(voter >= 0)
    rows = rows[np.argsort(voter[rows], kind="stable")]
    of_voter = voter[rows].astype(np.int64)
    keys = np.concatenate([of_voter * n_names + votes.first[rows], of_voter * n_names + votes.second[rows]])
    cells, n_stands = np.unique(keys, return_counts=True)
    edges = np.arange(n_voters + 1)
    expected = np.empty(cells.size)
    cell_voter, competitor = cells // n_names, cells % n_names
    starts, cell_starts = np.searchsorted(of_voter, edges), np.searchsorted(cell_voter, edges)
    expected_meetings(starts, block[rows].astype(np.int64), cell_starts, competitor, shares, expected)
    n_votes = np.diff(starts)[cell_voter]
    odd = np.flatnonzero(n_stands >= expected + 1)
    p_of_cell = np.minimum(1.0, n_names * bdtrc(n_stands[odd] - 1.0, n_votes[odd], np.minimum(1.0, expected[odd] / n_votes[odd])))
    p_values, at = _smallest(p_of_cell, cell_voter[odd], n_voters)
    return p_values, np.where(at >= 0, competitor[odd][at] if odd.size else -1, -1)


def _side(decided: DecidedVotes, trusted: Bools) -> Floats:
    n_votes = np.bincount(decided.voter, minlength=trusted.size)
    n_first = np.bincount(decided.voter, decided.first_won, trusted.size)
    share = (n_first[trusted].sum() + 0.5) / (n_votes[trusted].sum() + 1)
    at_least = np.where(n_first > 0, bdtrc(np.maximum(n_first - 1, 0), n_votes, share), 1.0)
    at_most = bdtr(n_first, n_votes, share)
    p_values: Floats = np.where(n_votes > 0, np.minimum(1.0, 2 * np.minimum(at_least, at_most)), 1.0)
    return p_values


def _smallest(p_values: Floats, voter: Ints, n_voters: int) -> tuple[Floats, Ints]:
    """Return the smallest p-value of each voter, 1 if there is none, and its place, -1 if there is none."""
    order = np.lexsort((p_values, voter))
    firsts = order[np.flatnonzero(np.diff(voter[order], prepend=-1))] if order.size else order
    found, at = np.ones(n_voters), np.full(n_voters, -1)
    found[voter[firsts]], at[voter[firsts]] = p_values[firsts], firsts
    return found, at
