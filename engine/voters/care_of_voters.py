r"""Whether some voters follow the strengths less than others do.

Vote i of a voter has the surprise :math:`a_i = l_i (x_i - q_i)`, l the lead of the stronger competitor, x 1 if the weaker one won, q its chance
(`recount.engine.voters.against_strengths`). A voter at random has surprises above 0 on average, and then all others below 0, because strengths are
fitted to the votes of all. So products of two surprises of one voter are above 0 on average if voters differ in care. Tastes make two votes depend on
each other only if a competitor stands in both; so products are summed over votes i, j of a voter that have none in common,

.. math:: U_g = \tfrac{1}{2} \left[ (\textstyle\sum a)^2 - \sum_c (\sum_{i \ni c} a_i)^2 + \sum_{c < d} (\sum_{i = (c, d)} a_i)^2 \right] ,

which has mean 0 for every voter if all are alike, and is independent between voters. With the information :math:`I = \sum l^2 q (1 - q)` of a
voter's slope, U varies as :math:`I + \tau^2 I^2` if slopes have the variance :math:`\tau^2`; so voters are weighted by :math:`(1 + \tau^2 I)^{-2}`,
that the busy do not decide alone. The sum over voters, over the root of the sum of squares, is compared with a normal variable. If a share c of votes
is cast at random, fitted chances q lie between the true ones and 1/2, and products have the mean :math:`c / (1 - c)` times the product of the two
means :math:`l_i (1/2 - q_i)` of a voter at random.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from recount.engine.voters.against_strengths import DecidedVotes
from recount.engine.votes import Floats

# Variance of slopes at which the test is most powerful: of one voter in six at random.
SLOPES = 0.2
# Voters whose sum is taken for normal.
FEWEST = 20


class UnevenCare(NamedTuple):
    """P-value of as much agreement of the surprises of a voter, by chance; and the share of votes at random that would explain it."""

    p_value: float
    share: float


def uneven_care(decided: DecidedVotes, n_voters: int) -> UnevenCare | None:
    """Test whether voters differ in how far they follow the strengths; None if fewer than `FEWEST` of them have votes that can be compared."""
    surprises = decided.lead * (decided.upset - decided.chance)
    information = decided.lead**2 * decided.variance
    weight = (1 + SLOPES * np.bincount(decided.voter, information, n_voters)) ** -2.0
    products = weight * _of_strangers(decided, surprises, n_voters)
    expected = weight * _of_strangers(decided, decided.lead * (0.5 - decided.chance), n_voters)
    spread, possible = float(np.sqrt(products @ products)), float(expected.sum())
    if np.count_nonzero(products) < FEWEST:
        return None
    ratio = max(0.0, float(products.sum()) / possible)
    return UnevenCare(float(ndtr(-products.sum() / spread)), ratio / (1 + ratio))


def _of_strangers(decided: DecidedVotes, values: Floats, n_voters: int) -> Floats:
    """Sum of products of values (n_votes,) over every two votes of a voter that have no competitor in common, (n_voters,)."""
    cells = decided.cells
    of_cells = cells.sums(values, values)
    pairs = cells.of_vote.min(axis=0) * np.int64(cells.voter.size) + cells.of_vote.max(axis=0)
    _, earliest, pair = np.unique(pairs, return_index=True, return_inverse=True)
    of_pairs = np.bincount(pair, values) ** 2
    total = np.bincount(decided.voter, values, n_voters) ** 2
    shared = np.bincount(cells.voter, of_cells**2, n_voters)
    twice = np.bincount(decided.voter[earliest], of_pairs, n_voters)
    return np.asarray((total - shared + twice) / 2)
