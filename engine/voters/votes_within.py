"""Whether it may be chance that a log has in no cell more votes than a larger one, as it has if it is a part of it."""

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
