r"""What is believed before the votes, so that ratings exist and few votes do not carry far.

*votes*: every competitor has some tied votes against one imagined opponent at the origin. *gaussian*: strengths are normal around the origin. *firth*
(Firth 1993; Jeffreys' prior): the root of the determinant of the information, which removes the bias of the estimate to first order; as a gradient,
each pair's leverage h is that many tied votes: :math:`\sum_j h_{ij} (1/2 - p_{ij})`.
"""

import numpy as np

from recount.engine.choices.prior import Prior
from recount.engine.linear_algebra import regular, solve
from recount.engine.pair_contests import Contests
from recount.engine.scale import ELO
from recount.engine.votes import Floats


def slopes_of_prior(prior: Prior, strengths: Floats, origin: float) -> tuple[Floats, Floats]:
    """Gradient (n,) and negative second derivatives (n,) of the logarithm of a prior that pins."""
    assert prior.amount is not None
    if prior.kind == "votes":
        half = np.tanh((strengths - origin) / 2) / 2
        return -prior.amount * half, prior.amount * (0.25 - half * half)
    precision = (ELO / prior.amount) ** 2
    return precision * (origin - strengths), np.full(strengths.size, precision)


def firth_slopes(contests: Contests, strengths: Floats, information: Floats) -> tuple[Floats, Floats]:
    """Gradient (n,) of half the log determinant of the `information` (n, n) of Bradley-Terry, and the information (n, n) of its tied votes.

    The latter is the negative derivative of the former, with leverages that stay.
    """
    inverse = solve(regular(information), np.eye(strengths.size))
    i, j = contests.first, contests.second
    p = 1 / (1 + np.exp(strengths[j] - strengths[i]))
    spread = inverse[i, i] + inverse[j, j] - 2 * inverse[i, j]
    leverage = (contests.wins + contests.losses + contests.ties) * p * (1 - p) * spread
    pull, weight, n = leverage * (0.5 - p), leverage * p * (1 - p), strengths.size
    added = np.zeros((n, n))
    for row, column, sign in ((i, j, -1.0), (j, i, -1.0), (i, i, 1.0), (j, j, 1.0)):
        np.add.at(added, (row, column), sign * weight)
    return np.asarray(np.bincount(i, pull, n) - np.bincount(j, pull, n), np.float64), added
