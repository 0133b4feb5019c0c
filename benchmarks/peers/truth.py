r"""The truth that answers are held against, converged by a dense Newton method that shares nothing with `engine`.

It is :math:`\theta` for Bradley-Terry with ties as half-wins, its sandwich standard errors, :math:`(\theta, \log \nu)` for Davidson (1970), and the
ratings after one pass of Elo's rule. Votes come as cells: first, second, points of first (1, 1/2 or 0) and the number of votes, (n_cells,) each.
"""

from collections.abc import Callable

import numpy as np
from scipy.linalg import pinvh, solve

from benchmarks.peers.inputs import START, Array, K


def truth(n: int, unbeaten: int | None, first: Array, second: Array, points: Array, votes: Array) -> dict[str, Array]:
    """Return converged strengths, standard errors and Davidson's strengths; of the others, and infinity for one that is unbeaten."""
    if unbeaten is not None:
        others = (first != unbeaten) & (second != unbeaten)
        relabelled = (side - (side > unbeaten) for side in (first[others], second[others]))
        return {name: np.insert(values, unbeaten, np.inf) for name, values in truth(n - 1, None, *relabelled, points[others], votes[others]).items()}
    strengths = bradley_terry(n, first, second, points, votes)
    p = 1 / (1 + np.exp(strengths[second] - strengths[first]))
    bread, meat = (_laplacian(n, first, second, weight) for weight in (votes * p * (1 - p), votes * (points - p) ** 2))
    standard_errors = np.sqrt(np.diagonal(pinvh(bread) @ meat @ pinvh(bread)))
    return {"strengths": strengths, "standard_errors": standard_errors, "davidson": davidson(n, first, second, points, votes)}


def elo_pass(n: int, first: Array, second: Array, points: Array) -> Array:
    """Return the ratings (n,) after one pass over the votes by Elo's rule."""
    ratings = [START] * n
    for i, j, point in zip(first.tolist(), second.tolist(), points.tolist(), strict=True):
        gain = K * (point - 1 / (1 + 10 ** ((ratings[j] - ratings[i]) / 400)))
        ratings[i] += gain
        ratings[j] -= gain
    return np.array(ratings)


def bradley_terry(n: int, first: Array, second: Array, points: Array, votes: Array) -> Array:
    """Return converged strengths (n,), log-odds, mean 0."""

    def slopes(theta: Array) -> tuple[Array, Array]:
        p = 1 / (1 + np.exp(theta[second] - theta[first]))
        return _difference(n, first, second, votes * (points - p)), _laplacian(n, first, second, votes * p * (1 - p))

    return _newton(slopes, n, n)


def davidson(n: int, first: Array, second: Array, points: Array, votes: Array) -> Array:
    """Return Davidson's converged strengths (n,), log-odds, mean 0."""

    def slopes(x: Array) -> tuple[Array, Array]:
        lead = x[first] - x[second]
        win, loss, tie = np.exp(lead / 2), np.exp(-lead / 2), np.exp(x[n])
        total = win + loss + tie
        win, loss, tie = win / total, loss / total, tie / total
        gradient, information = np.empty(n + 1), np.zeros((n + 1, n + 1))
        gradient[:n] = _difference(n, first, second, votes * (points - 0.5 - (win - loss) / 2))
        gradient[n] = np.sum(votes * ((points == 0.5) - tie))
        information[:n, :n] = _laplacian(n, first, second, votes * ((win + loss) / 4 - ((win - loss) / 2) ** 2))
        information[n, :n] = information[:n, n] = _difference(n, first, second, -votes * tie * (win - loss) / 2)
        information[n, n] = np.sum(votes * tie * (1 - tie))
        return gradient, information

    return _newton(slopes, n + 1, n)[:n]


def _newton(slopes: Callable[[Array], tuple[Array, Array]], n_parameters: int, n: int) -> Array:
    """Climb from 0 with steps of at most 1 to where the next step is below 1e-11; the first n parameters have mean 0."""
    x = np.zeros(n_parameters)
    for _ in range(200):
        gradient, information = slopes(x)
        information[:n, :n] += np.trace(information) / n**2
        step = solve(information, gradient, assume_a="pos")
        largest = np.abs(step).max()
        x += step / max(1.0, largest)
        if largest < 1e-11:
            x[:n] -= x[:n].mean()
            return x
    raise ArithmeticError("the truth does not converge")


def _difference(n: int, first: Array, second: Array, values: Array) -> Array:
    return np.bincount(first, values, n) - np.bincount(second, values, n)


def _laplacian(n: int, first: Array, second: Array, weights: Array) -> Array:
    off = np.bincount(first * n + second, weights, n * n).reshape(n, n)
    off = off + off.T
    return np.diag(off.sum(axis=1)) - off
