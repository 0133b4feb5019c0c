r"""Newton's method as the best public implementations have it, written for speed: a rival for `recount.engine.fit` that shares no code with it.

The votes are dense matrices; a gradient takes n exponentials, because :math:`p_{ij} = w_i / (w_i + w_j)` with :math:`w = e^\theta`, and an iteration
one Cholesky factorisation. Nothing is checked: neither that ratings exist nor that votes make sense. The last step is taken, and its size returned.
"""

import math

import numba
import numpy as np
from scipy.linalg import get_lapack_funcs

from recount.engine.votes import PairCounts

ELO = 400 / math.log(10)
MOST_STEPS = 50


def dense_votes(counts: PairCounts) -> tuple[np.ndarray, np.ndarray, float]:
    """Return points of each competitor (n,), votes between two (n, n), and the number of all ties; "both bad" is a tie."""
    n = counts.n_competitors
    points, votes = np.zeros(n), np.zeros((n, n))
    return points, votes, _add_up(counts.first, counts.second, counts.counts, points, votes)


@numba.njit(cache=True)
def _add_up(first, second, counts, points, votes):
    n_ties = 0.0
    for k in range(first.size):
        i, j = first[k], second[k]
        even = counts[k, 2] + counts[k, 3]
        points[i] += counts[k, 0] + 0.5 * even
        points[j] += counts[k, 1] + 0.5 * even
        total = counts[k, 0] + counts[k, 1] + even
        votes[i, j] += total
        votes[j, i] += total
        n_ties += even
    return n_ties


def bradley_terry(points: np.ndarray, votes: np.ndarray, tolerance: float = 1e-7) -> tuple[np.ndarray, float]:
    """Return strengths (n,), mean 0, and the last step, at most `tolerance`, in Elo; from `points` (n,) of each and symmetric `votes` (n, n)."""
    start = np.log((points + 0.5) / (votes.sum(axis=1) - points + 0.5))
    return _newton(start - start.mean(), lambda theta, gradient, hessian: _slopes(theta, points, votes, gradient, hessian), tolerance)


def davidson(points: np.ndarray, votes: np.ndarray, n_ties: float, tolerance: float = 1e-7) -> tuple[np.ndarray, float]:
    """Return strengths (n,), mean 0, with ln nu after them, and the last step, as `bradley_terry`; `n_ties` is the number of all ties."""
    start = np.log((points + 0.5) / (votes.sum(axis=1) - points + 0.5))
    odds = n_ties / (votes.sum() / 2 - n_ties)
    theta = np.append(start - start.mean(), math.log(2 * odds))
    return _newton(theta, lambda theta, gradient, hessian: _davidson_slopes(theta, points, votes, n_ties, gradient, hessian), tolerance)


def _newton(theta, slopes, tolerance):
    """Go uphill from `theta` until the step is below the tolerance; the constant vector is fixed by adding a multiple of 11^T to the Hessian."""
    n = theta.size
    gradient, hessian = np.empty(n), np.empty((n, n), order="F")
    factor, substitute = get_lapack_funcs(("potrf", "potrs"), (hessian,))
    for _ in range(MOST_STEPS):
        slopes(theta, gradient, hessian)
        cholesky, failed = factor(hessian, lower=True, overwrite_a=True, clean=False)
        if failed:
            raise ArithmeticError("the Hessian is not positive definite")
        step, _ = substitute(cholesky, gradient, lower=True)
        theta = theta + step
        size = ELO * np.abs(step).max()
        if size <= tolerance:
            return theta, size
    raise ArithmeticError(f"no maximum in {MOST_STEPS} steps")


@numba.njit(cache=True)
def _slopes(theta, points, votes, gradient, hessian):
    """Fill the gradient and the lower triangle of the negative Hessian (column by column in memory), plus a multiple of 11^T."""
    n = points.size
    weight, diagonal = np.exp(theta), np.zeros(n)
    gradient[:] = points
    for j in range(n):
        expected_j, curvature_j = 0.0, 0.0
        for i in range(j + 1, n):
            p = weight[i] / (weight[i] + weight[j])
            expected = votes[j, i] * p
            curvature = expected * (1.0 - p)
            gradient[i] -= expected
            expected_j += votes[j, i] - expected
            hessian[i, j] = -curvature
            diagonal[i] += curvature
            curvature_j += curvature
        gradient[j] -= expected_j
        diagonal[j] += curvature_j
    _close(hessian, diagonal)


@numba.njit(cache=True)
def _close(hessian, diagonal):
    n = diagonal.size
    shift = diagonal.mean() / n
    for j in range(n):
        hessian[j, j] = diagonal[j] + shift
        for i in range(j + 1, n):
            hessian[i, j] += shift


@numba.njit(cache=True)
def _davidson_slopes(theta, points, votes, n_ties, gradient, hessian):
    """As `_slopes`; the last parameter is ln nu, and a tie between i and j has the weight nu sqrt(w_i w_j)."""
    n = points.size
    root, nu, diagonal = np.exp(theta[:n] / 2), math.exp(theta[n]), np.zeros(n)
    gradient[:n] = points
    hessian[n, :n] = 0.0
    expected_ties, curvature_of_ties = 0.0, 0.0
    for j in range(n):
        expected_j, curvature_j, mixed_j = 0.0, 0.0, 0.0
        for i in range(j + 1, n):
            up, down, even = root[i] * root[i], root[j] * root[j], nu * root[i] * root[j]
            scale = 1.0 / (up + down + even)
            p, q, t = up * scale, down * scale, even * scale
            expected = votes[j, i] * (p + 0.5 * t)
            curvature = votes[j, i] * (p * q + 0.25 * t * (p + q))
            mixed = 0.5 * votes[j, i] * (q - p) * t
            gradient[i] -= expected
            expected_j += votes[j, i] - expected
            hessian[i, j] = -curvature
            diagonal[i] += curvature
            curvature_j += curvature
            hessian[n, i] += mixed
            mixed_j -= mixed
            expected_ties += votes[j, i] * t
            curvature_of_ties += votes[j, i] * t * (p + q)
        gradient[j] -= expected_j
        diagonal[j] += curvature_j
        hessian[n, j] += mixed_j
    gradient[n] = n_ties - expected_ties
    hessian[n, n] = curvature_of_ties
    _close(hessian[:n, :n], diagonal)
