"""Which pairs meet next, given the votes so far; one function a rule.

A rule says for each pair what one more vote would gain; pairs are drawn in proportion to it.
"""

from collections.abc import Callable

import numpy as np

from recount.engine.counting import count
from recount.engine.fitting import fit
from recount.engine.linear_algebra import one_thread
from recount.engine.votes import TIE, Bools, Floats, Ints, Votes

# Votes for each side that a pair is taken to have had before any: Jeffreys' prior.
BEFORE = 0.5


def shares_after(rule: str, votes: Votes, first: Ints, second: Ints, can_meet: Bools) -> Floats:
    """Shares of ordered pairs in the next round.

    Parameters
    ----------
    rule : {"ci-width", "a-optimal"}
    votes : Votes
        Those so far.
    first, second : (m,) int32
        The pairs.
    can_meet : (m,) bool

    Returns
    -------
    (m,) float64
        0 where a pair cannot meet; the same for both orders of a pair.
    """
    n = len(votes.names)
    can = np.zeros((n, n), np.bool_)
    can[first[can_meet], second[can_meet]] = True
    gain = RULES[rule](votes)
    of_pairs = gain[first, second] * can_meet
    # Of two orders, of which one may be all that meets.
    both = 1.0 + can[second, first]
    return np.asarray(of_pairs / both / (of_pairs / both).sum())


def narrowing_of_intervals(votes: Votes) -> Floats:
    """How much a vote narrows the interval of the win rate of each pair, (n, n): sqrt(v / k) - sqrt(v / (k + 1)) after k votes of variance v.

    Chiang et al. (2024), section 5: the rule by which LMArena draws pairs.
    """
    k, wins = votes_and_wins(votes)
    rate = (wins + BEFORE) / (k + 2 * BEFORE)
    deviation = np.sqrt(rate * (1 - rate))
    k = np.maximum(k, 1.0)
    return np.asarray(deviation * (1 / np.sqrt(k) - 1 / np.sqrt(k + 1)))


def loss_of_variance(votes: Votes) -> Floats:
    """How much a vote lowers the sum of the variances of all strengths, (n, n): A-optimality (Liu et al. 2026, "Fewer Battles, More Gain").

    A vote of i and j adds w (e_i - e_j)(e_i - e_j)^T to the information, w = p (1 - p). With the covariance V and u = V (e_i - e_j) the trace of V
    falls by w u^T u / (1 + w (u_i - u_j)) (Sherman and Morrison 1950). Each strength has a tied vote before any, so that it and V exist.
    """
    n = len(votes.names)
    strengths = np.zeros(n)
    fitted = fit(count(votes), existence="prior")
    strengths[[votes.names.index(name) for name in fitted.names]] = fitted.strengths
    p = 1 / (1 + np.exp(strengths[None, :] - strengths[:, None]))
    w = p * (1 - p)
    information = -(votes_and_wins(votes)[0] * w)
    np.fill_diagonal(information, -information.sum(axis=1) + 0.25)
    with one_thread():
        covariance = np.linalg.inv(information)
        square = covariance @ covariance
    gained = np.diag(square)[:, None] + np.diag(square)[None, :] - 2 * square
    variance = np.diag(covariance)[:, None] + np.diag(covariance)[None, :] - 2 * covariance
    return np.asarray(w * gained / (1 + w * variance))


def votes_and_wins(votes: Votes) -> tuple[Floats, Floats]:
    """Votes of each pair, and wins of the first over the second with ties as halves, (n, n) each."""
    n = len(votes.names)
    points = np.where(votes.outcome >= TIE, 0.5, np.where(votes.outcome == 0, 1.0, 0.0))
    place = votes.first.astype(np.int64) * n + votes.second
    met = np.bincount(place, minlength=n * n).reshape(n, n)
    won = np.bincount(place, points, n * n).reshape(n, n)
    return (met + met.T).astype(np.float64), won + (met - won).T


RULES: dict[str, Callable[[Votes], Floats]] = {"ci-width": narrowing_of_intervals, "a-optimal": loss_of_variance}
