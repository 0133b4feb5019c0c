r"""What is believed before the votes, so that ratings exist and few votes do not carry far.

*votes*: every competitor has some tied votes against one imagined opponent at the origin. *gaussian*: strengths are normal around the origin. *firth*
(Firth 1993; Jeffreys' prior): the root of the determinant of the information, which removes the bias of the estimate to first order; as a gradient,
each pair's leverage h is that many tied votes: :math:`\sum_j h_{ij} (1/2 - p_{ij})`.

With V the inverse information, :math:`v_{ij}` the variance of a lead, and n w, w = p (1 - p), the information of a pair on it, w' and w'' derivatives
by the lead, the negative Hessian of Jeffreys' prior is half of

.. math:: \operatorname{tr}(V D_k V D_l) - \sum_{ij} n_{ij} w''_{ij} v_{ij} \partial_k d_{ij} \partial_l d_{ij},
          \quad D_k = \sum_j n_{kj} w'_{kj} (e_k - e_j) (e_k - e_j)^T .

The prior is not concave everywhere.
"""

import numpy as np

from recount.engine.choices.prior import Prior
from recount.engine.linear_algebra import one_thread, regular, solve
from recount.engine.pair_contests import Contests
from recount.engine.scale import ELO
from recount.engine.votes import Floats, Ints


def slopes_of_prior(prior: Prior, strengths: Floats, origin: float) -> tuple[Floats, Floats]:
    """Gradient (n,) and negative second derivatives (n,) of the logarithm of a prior that pins."""
    assert prior.amount is not None
    if prior.kind == "votes":
        half = np.tanh((strengths - origin) / 2) / 2
        return -prior.amount * half, prior.amount * (0.25 - half * half)
    precision = (ELO / prior.amount) ** 2
    return precision * (origin - strengths), np.full(strengths.size, precision)


def firth_slopes(contests: Contests, strengths: Floats, information: Floats) -> tuple[Floats, Floats, Floats]:
    """Gradient (n,) of half the log determinant of the `information` (n, n) of Bradley-Terry, its negative Hessian, and that of its tied votes.

    The latter, (n, n), is the negative derivative of the gradient with leverages that stay; it is positive everywhere.
    """
    inverse = solve(regular(information), np.eye(strengths.size))
    i, j = contests.first, contests.second
    p = 1 / (1 + np.exp(strengths[j] - strengths[i]))
    weight = p * (1 - p)
    n_votes = contests.wins + contests.losses + contests.ties
    variance = inverse[i, i] + inverse[j, j] - 2 * inverse[i, j]
    leverage = n_votes * weight * variance
    pull, n = leverage * (0.5 - p), strengths.size
    gradient = np.asarray(np.bincount(i, pull, n) - np.bincount(j, pull, n), np.float64)
    # The derivative by the lead of the information of a pair, which changes sign with the sides.
    slope = np.zeros((n, n))
    slope[i, j] = n_votes * weight * (1 - 2 * p)
    slope -= slope.T
    hessian = _traces(inverse, slope) / 2 - _laplacian(i, j, leverage * (1 - 6 * weight) / 2, n)
    return gradient, hessian, _laplacian(i, j, leverage * weight, n)


def _traces(inverse: Floats, slope: Floats) -> Floats:
    """tr(V D_k V D_l) of all k and l, (n, n), the sum over j and m of C_kj C_lm ((e_k - e_j)' V (e_l - e_m))^2, its square multiplied out.

    V, `inverse`, is symmetric, and C, `slope`, antisymmetric.
    """
    sums = slope.sum(axis=1)
    with one_thread():
        through = slope @ inverse
        squares = slope @ inverse**2
        crossed = (inverse * through) @ slope.T
        both = through @ slope.T
        last = squares @ slope.T
    own = sums[:, None] * squares.T + through * through.T - 2 * inverse * sums[:, None] * through.T - 2 * crossed
    traces: Floats = inverse**2 * np.outer(sums, sums) + own + own.T + last + 2 * inverse * both
    return traces


def _laplacian(i: Ints, j: Ints, weight: Floats, n: int) -> Floats:
    """Sum over pairs of weight (e_i - e_j) (e_i - e_j)^T, (n, n)."""
    out = np.zeros((n, n))
    out[i, j] = -weight
    out += out.T
    out[np.arange(n), np.arange(n)] = -out.sum(axis=1)
    return out
