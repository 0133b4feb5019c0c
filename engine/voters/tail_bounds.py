r"""Bounds of the probability that a sum of votes is as large as it is (Chernoff 1952).

The sum of a voter is :math:`S = \sum_i a_i x_i + Z`, with :math:`x_i` 1 with probability :math:`q_i` and 0 otherwise, independent, and Z normal with
mean 0 and variance t, for tastes. For every :math:`\lambda \ge 0`

.. math:: \log P(S \ge s) \le -\lambda s + \sum_i \log(1 - q_i + q_i e^{\lambda a_i}) + \lambda^2 t / 2,

and the smallest of these is taken. It is never below the probability, also of one vote, where a normal approximation is far off.
"""

import numpy as np

from recount.engine.votes import Floats, Ints

N_STEPS = 30
# Gains are in log-odds, or 1.
LARGEST = 50.0


def log_tail_bounds(sums: Floats, variances: Floats, gains: Floats, chances: Floats, starts: Ints) -> Floats:
    """Bound the probability of each sum, or a larger one.

    Parameters
    ----------
    sums : (n_sums,) float64
    variances : (n_sums,) float64
        Of the normal part.
    gains, chances : (n_votes,) float64
        Votes of one sum side by side.
    starts : (n_sums,) int
        First vote of each sum.

    Returns
    -------
    (n_sums,) float64
        Natural logarithms; 0 where the sum is no larger than expected.
    """
    if not sums.size:
        return np.zeros(0)
    n_votes = np.diff(np.append(starts, gains.size))
    low, high = np.zeros(sums.size), np.full(sums.size, LARGEST)
    best, tilt = np.zeros(sums.size), np.zeros(sums.size)
    for _ in range(N_STEPS):
        of_vote = np.repeat(tilt, n_votes)
        grown = chances * np.exp(of_vote * gains)
        total = 1 - chances + grown
        tilted = grown / total
        value = -tilt * sums + np.add.reduceat(np.log(total), starts) + tilt**2 * variances / 2
        slope = -sums + np.add.reduceat(gains * tilted, starts) + tilt * variances
        curve = np.add.reduceat(gains**2 * tilted * (1 - tilted), starts) + variances
        best = np.minimum(best, value)
        low, high = np.where(slope < 0, tilt, low), np.where(slope < 0, high, tilt)
        tilt = tilt - slope / np.maximum(curve, 1e-12)
        # Newton's step, or the middle where it leaves what is left.
        tilt = np.where((tilt > low) & (tilt < high), tilt, (low + high) / 2)
    return best
