"""Whether it may be chance that votes are in no cell more than others, as those of a part are, or nearly as many, as those of a copy are."""

import math

import numpy as np
from scipy.special import bdtr, gammaln

from recount.engine.votes import Floats, Ints

# Nearer than chance by fewer standard deviations is not worth a bound.
DEVIATIONS = 3.0
# At which Chernoff's bound is tried; it holds at each.
SLOPES = 2.0 ** np.arange(-8, 5)


def log_chance_within(few: Ints, many: Ints) -> float:
    """Return the logarithm of the probability that independent votes have in no cell more than others, given the sums of both in each cell.

    The votes of a cell that are of the smaller log are then binomial.

    Parameters
    ----------
    few, many : (n_cells,) int array
        Votes of both logs in the same cells.

    Returns
    -------
    float
        0 if the first one has more in some cell, or as many in all.
    """
    n_few, n_many = int(few.sum()), int(many.sum())
    if n_few >= n_many or (few > many).any():
        return 0.0
    together = few + many
    return float(np.log(bdtr(together // 2, together, n_few / (n_few + n_many))).sum())


def log_chance_alike(one: Ints, other: Ints) -> float:
    """Return a bound of the logarithm of the probability that independent votes are as near others, all cells together, given the sums in each.

    The distance is the sum over cells of how many votes one has more than the other; each cell is binomial with a half, and the bound is Chernoff's.

    Parameters
    ----------
    one, other : int arrays of one shape
        Votes of both in the same cells, as likely there.

    Returns
    -------
    float
        0 if there are none, or if they are about as far apart as by chance.
    """
    together, distance = (one + other).ravel(), float(np.abs(one - other).sum())
    sums, n_cells = np.unique(together[together > 0], return_counts=True)
    # Of binomial variables of many votes, the mean distance and its variance; it is no more for few.
    usual, spread = n_cells @ np.sqrt(2 * sums / np.pi), math.sqrt(n_cells @ (sums * (1 - 2 / np.pi)))
    if distance > usual - DEVIATIONS * spread:
        return 0.0
    bounds = SLOPES * distance
    for n, n_of_sum in zip(sums.tolist(), n_cells.tolist(), strict=True):
        # What is farther out adds nothing.
        far = min(n, 2 * math.ceil(5 * math.sqrt(n)) + n % 2)
        apart = np.arange(n % 2, far + 1, 2)
        probable = np.where(apart > 0, 2.0, 1.0) * binomial(n, (n - apart) // 2)
        bounds += n_of_sum * np.log(np.exp(-np.outer(SLOPES, apart)) @ probable)
    return float(bounds.min())


def binomial(n: int, k: Ints) -> Floats:
    """Probability of each of k successes in n tries of a half."""
    return np.asarray(np.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) - n * math.log(2)))
