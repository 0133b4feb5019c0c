"""Slow, obvious twins of what the engine computes."""

import math

import numpy as np
from scipy.optimize import minimize

from engine import Contests, PairCounts


def pair_counts(names, rows):
    """Counts from (first, second, first won, second won, ties, both bad)."""
    index = {name: i for i, name in enumerate(names)}
    first = np.array([index[row[0]] for row in rows], int)
    second = np.array([index[row[1]] for row in rows], int)
    return PairCounts(tuple(names), first, second, np.array([row[2:] for row in rows], int).reshape(-1, 4))


def negative_log_likelihood(contests: Contests, theta) -> float:
    """Sum over pairs, one at a time."""
    total = 0.0
    for i, j, w, x, t in zip(contests.first, contests.second, contests.wins, contests.losses, contests.ties, strict=True):
        p = 1 / (1 + math.exp(theta[j] - theta[i]))
        total -= (w + t / 2) * math.log(p) + (x + t / 2) * math.log1p(-p)
    return total


def fitted_by_scipy(contests: Contests):
    """Maximum likelihood by scipy's trust-region Newton on vectorised formulas of its own, mean 0."""
    n = len(contests.names)
    i, j = contests.first, contests.second
    w, x = contests.wins + contests.ties / 2, contests.losses + contests.ties / 2

    def value(theta):
        d = theta[i] - theta[j]
        return float(np.sum(w * np.logaddexp(0, -d) + x * np.logaddexp(0, d))) + 0.5 * theta.sum() ** 2

    def gradient(theta):
        p = 1 / (1 + np.exp(theta[j] - theta[i]))
        r = w * (1 - p) - x * p
        g = np.zeros(n)
        np.add.at(g, i, -r)
        np.add.at(g, j, r)
        return g + theta.sum()

    def hessian(theta):
        p = 1 / (1 + np.exp(theta[j] - theta[i]))
        v = (w + x) * p * (1 - p)
        h = np.ones((n, n))
        np.add.at(h, (i, i), v)
        np.add.at(h, (j, j), v)
        np.add.at(h, (i, j), -v)
        np.add.at(h, (j, i), -v)
        return h

    theta = minimize(value, np.zeros(n), jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-6}).x
    # scipy stops where the value no longer changes; two plain Newton steps take the gradient to rounding.
    for _ in range(2):
        theta = theta - np.linalg.solve(hessian(theta), gradient(theta))
    return theta - theta.mean()


def covariance_by_definition(contests: Contests, theta, method):
    """Pseudo-inverse of the information; for the sandwich, with the score products of every vote between."""
    n = len(contests.names)
    information, meat = np.zeros((n, n)), np.zeros((n, n))
    for i, j, w, x, t in zip(contests.first, contests.second, contests.wins, contests.losses, contests.ties, strict=True):
        p = 1 / (1 + math.exp(theta[j] - theta[i]))
        e = np.zeros(n)
        e[i], e[j] = 1, -1
        information += (w + x + t) * p * (1 - p) * np.outer(e, e)
        for n_votes, y in ((w, 1.0), (x, 0.0), (t, 0.5)):
            meat += n_votes * (y - p) ** 2 * np.outer(e, e)
    inverse = np.linalg.pinv(information)
    return inverse if method == "fisher" else inverse @ meat @ inverse


def rank_bounds_by_definition(lower, upper):
    """Marginal rank bounds, one pair at a time."""
    n = len(lower)
    best = [1 + sum(lower[j] > upper[i] for j in range(n) if j != i) for i in range(n)]
    worst = [n - sum(upper[j] < lower[i] for j in range(n) if j != i) for i in range(n)]
    return best, worst
