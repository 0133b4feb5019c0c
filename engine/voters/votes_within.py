"""Whether it may be chance that votes are in no cell more than others, as those of a part are, or nearly as many, as those of a copy are."""

import numpy as np
from scipy.special import bdtr

from recount.engine.votes import Ints


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
    """Return the logarithm of the probability that independent votes are at least as near others in each cell, given the sums of both in each.

    Parameters
    ----------
    one, other : int arrays of one shape
        Votes of both in the same cells, as likely there.

    Returns
    -------
    float
        0 if there are none.
    """
    together, apart = (one + other).ravel(), np.abs(one - other).ravel()
    together, apart = together[together > 0], apart[together > 0]
    least = (together - apart) // 2
    # The binomial law of a half is symmetric.
    outside = np.where(least > 0, 2 * bdtr(np.maximum(least - 1, 0), together, 0.5), 0.0)
    return float(np.log1p(-np.minimum(outside, 1.0)).sum())
