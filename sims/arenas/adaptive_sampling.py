"""Which pairs meet next, given the votes so far; one function a rule."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import expit

from recount.engine.counting import count
from recount.engine.fitting import fit
from recount.engine.linear_algebra import one_thread
from recount.engine.votes import Bools, Floats, Ints, PairCounts, Votes
from recount.sims.kernels import give_votes

# Votes for each side that a pair is taken to have had before any: Jeffreys' prior.
BEFORE = 0.5
# Parts in which the votes of a round are given to pairs.
N_STEPS = 100


def shares_after(rule: str, votes: Votes, n_next: int, first: Ints, second: Ints, can_meet: Bools) -> Floats:
    """Shares of ordered pairs in the next votes.

    Parameters
    ----------
    rule : {"ci-width", "a-optimal"}
    votes : Votes
        Those so far.
    n_next : int
        Number of votes before they are looked at again.
    first, second : (m,) int32
        The pairs.
    can_meet : (m,) bool

    Returns
    -------
    (m,) float64
        0 where a pair cannot meet; the same for both orders of a pair, as far as both can.
    """
    n = len(votes.names)
    can = np.zeros((n, n), np.bool_)
    can[first[can_meet], second[can_meet]] = True
    share = RULES[rule](votes, n_next, can | can.T)
    return np.asarray(share[first, second] * can_meet / (1.0 + can[second, first]))


def shares_by_interval(votes: Votes, n_next: int, can_meet: Bools) -> Floats:
    """Shares of pairs, (n, n), in proportion to how much a vote narrows the interval of their win rate.

    That is sqrt(v / k) - sqrt(v / (k + 1)) after k votes of variance v: Chiang et al. (2024), section 5, the rule by which LMArena draws pairs.
    """
    k, wins = votes_and_wins(count(votes), votes.names)
    rate = (wins + BEFORE) / (k + 2 * BEFORE)
    k = np.maximum(k, 1.0)
    narrower = np.sqrt(rate * (1 - rate)) * (1 / np.sqrt(k) - 1 / np.sqrt(k + 1)) * can_meet
    return np.asarray(2 * narrower / narrower.sum())


def shares_by_variance(votes: Votes, n_next: int, can_meet: Bools) -> Floats:
    """Shares of pairs, (n, n), that lower the sum of the variances of all strengths most (Liu et al. 2026, "Fewer Battles, More Gain").

    A-optimality, step by step: a part of the votes to come goes to the pair that lowers the sum most, then the next part. A vote of i and j adds
    w (e_i - e_j)(e_i - e_j)^T to the information, w = p (1 - p); the covariance V loses w u u^T / (1 + w (u_i - u_j)) by it, u = V (e_i - e_j)
    (Sherman and Morrison 1950), and its trace w u^T u / (1 + w (u_i - u_j)). Each strength has a tied vote before any, so that it and V exist.
    """
    n, counts = len(votes.names), count(votes)
    strengths = np.zeros(n)
    fitted = fit(counts, existence="prior")
    strengths[[votes.names.index(name) for name in fitted.names]] = fitted.strengths
    p = expit(strengths[:, None] - strengths[None, :])
    w = p * (1 - p)
    information = -(votes_and_wins(counts, votes.names)[0] * w)
    np.fill_diagonal(information, -information.sum(axis=1) + 0.25)
    with one_thread():
        covariance: Floats = np.linalg.inv(information).astype(np.float64, copy=False)
        square: Floats = covariance @ covariance
        picks = np.empty((N_STEPS, 2), np.int64)
        give_votes(max(1.0, n_next / N_STEPS), w, can_meet, covariance, square, picks)
    shares = np.zeros((n, n))
    np.add.at(shares, (picks, picks[:, ::-1]), 1 / N_STEPS)
    return shares


def votes_and_wins(counts: PairCounts, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Votes of each pair, and wins of the first over the second with ties as halves, (n, n) each, in the order of `names`."""
    number = {name: k for k, name in enumerate(names)}
    place = np.array([number[name] for name in counts.names], np.int64)
    met, won = np.zeros((2, len(names), len(names)))
    pairs = place[counts.first], place[counts.second]
    met[pairs] = counts.counts.sum(axis=1)
    won[pairs] = counts.counts @ [1.0, 0.0, 0.5, 0.5]
    return met + met.T, won + (met - won).T


RULES: dict[str, Callable[[Votes, int, Bools], Floats]] = {"ci-width": shares_by_interval, "a-optimal": shares_by_variance}
