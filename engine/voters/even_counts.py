"""Whether it may be chance that no outcome of a pair has more than so many rows, as in counts that are grouped by so many labels."""

import numpy as np
from scipy.special import gammaln

from recount.engine.votes import Floats, Ints


def chance_of_none_above(sizes: Ints, n_outcomes: int, most: int) -> float:
    """Return the probability that no outcome of a pair has more than `most` votes, if all are equally likely; if they are not, it is smaller.

    Votes of a pair are multinomial, which are independent Poisson counts given their sum.

    Parameters
    ----------
    sizes : (n_pairs,) int array
        Votes of each pair.
    n_outcomes, most : int

    Returns
    -------
    float
    """
    chance = 1.0
    different, n_alike = np.unique(sizes[sizes > most], return_counts=True)
    for size, n_pairs in zip(different[::-1], n_alike[::-1], strict=True):
        chance *= _of_one_pair(int(size), n_outcomes, most) ** int(n_pairs)
        if chance == 0:
            break
    return chance


def _of_one_pair(size: int, n_outcomes: int, most: int) -> float:
    if size > n_outcomes * most:
        return 0.0
    mean = size / n_outcomes
    votes = np.arange(most + 1)
    power, total, left = np.exp(votes * np.log(mean) - mean - gammaln(votes + 1)), np.ones(1), n_outcomes
    while left:
        if left % 2:
            total = _sum_of(total, power, size)
        left //= 2
        power = _sum_of(power, power, size) if left else power
    return float(min(total[size] / np.exp(size * np.log(size) - size - gammaln(size + 1)), 1.0))


def _sum_of(one: Floats, other: Floats, largest: int) -> Floats:
    """Return the law of the sum of two numbers of votes, up to the largest."""
    return np.convolve(one, other)[: largest + 1]
