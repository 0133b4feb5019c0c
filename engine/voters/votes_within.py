"""Whether it may be chance that votes are in no cell more than others, as those of a part are, or nearly as many, as those of a copy are."""

import numpy as np
from scipy.special import bdtr, erfcx, gammaln, logsumexp

from recount.engine.votes import Floats, Ints

TILTS = np.geomspace(1e-3, 30, 40)
# Votes of which the law is summed.
LARGEST_EXACT = 200


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
    """Return a bound of the logarithm of the probability that independent votes are as near others, given the sums of both in each cell.

    Of the sum of the distances in all cells, by Chernoff; it is exact if there is none.

    Parameters
    ----------
    one, other : int arrays of one shape
        Votes of both in the same cells, as likely there.

    Returns
    -------
    float
        0 if there are none.
    """
    together, apart = (one + other).ravel(), float(np.abs(one - other).sum())
    sizes, n_of_size = np.unique(together[together > 0], return_counts=True)
    bounds = TILTS * apart + _log_of_tilted(sizes) @ n_of_size
    return min(0.0, float(bounds.min()))


def _log_of_tilted(sizes: Ints) -> Floats:
    """Return the logarithm of the mean of exp(-tilt d), d the distance of both parts of so many votes, (n_tilts, n_sizes)."""
    # Of many votes the parts are nearly normal.
    found = np.log(erfcx(np.multiply.outer(TILTS, np.sqrt(sizes / 2))))
    for place in np.flatnonzero(sizes <= LARGEST_EXACT):
        size = int(sizes[place])
        part = np.arange(size + 1)
        log_chance = gammaln(size + 1) - gammaln(part + 1) - gammaln(size - part + 1) - size * np.log(2.0)
        found[:, place] = logsumexp(log_chance - np.multiply.outer(TILTS, np.abs(2 * part - size)), axis=1)
    return found
