r"""Whether one number per competitor is enough, where votes of a voter depend on each other.

The statistic is that of `recount.engine.scrutiny.transitivity`, :math:`S = \sum (w r / V)^2` over pairs, with r the residuals of pairs after
strengths and a bent link have been fitted. That test simulates votes one by one, so that tastes of busy voters, who meet a pair again, count as
deviations of the pair. Here S is compared with what it is with random signs for what is independent (`recount.engine.scrutiny.sign_tests`): only
pairs on which different voters agree against the strengths speak against one number.
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from recount.engine.errors import InputError
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.scrutiny.effect_sizes import deviation_of_pairs
from recount.engine.scrutiny.pair_residuals import residuals
from recount.engine.scrutiny.sign_tests import independent_groups, random_signs, share_as_large, sums_of_groups
from recount.engine.scrutiny.transitivity import Transitive
from recount.engine.scrutiny.vote_residuals import CountedVotes
from recount.engine.votes import Floats, Ints

# Signs of so many draws are held at a time.
AT_ONCE = 100


class UnevenPairs(NamedTuple):
    """How surely, and how far, pairs deviate from one number.

    `deviation` is their standard deviation, log-odds: the one at which normal deviations would make S as large; 0 if it is no larger than by chance,
    infinite if none would.
    """

    p_value: float
    deviation: float


def uneven_pairs(counted: CountedVotes, labels: Ints, seed: int) -> UnevenPairs:
    """Test whether one number per competitor is enough.

    Parameters
    ----------
    counted : CountedVotes
    labels : (n,) int
        Whose votes are independent of others', as of `independent_groups`.
    seed : int

    Raises
    ------
    InputError
        If strengths fit any votes of these pairs, or all votes are ties.
    """
    of_fit = residuals(counted.fit)
    null = Transitive(of_fit, free_link=True)
    n_pairs = null.observed.size
    if null.degrees_of_freedom < 1:
        raise InputError(f"{plural(len(counted.fit.names), 'strength')} fit any votes of {plural(n_pairs, 'pair')}; give votes of more pairs")
    weight = (of_fit.slope / of_fit.variance) ** 2
    played, n = counted.fit.contests, len(counted.fit.names)
    keys = played.first.astype(np.int64) * n + played.second
    low, high = np.minimum(counted.first, counted.second), np.maximum(counted.first, counted.second)
    pair = np.searchsorted(keys, low * n + high)
    of_first = np.where(counted.first == low, counted.residual, -counted.residual) / np.sqrt(np.maximum(1e-6, 1 - counted.leverage))
    of_votes = csr_array((of_first, pair, np.arange(pair.size + 1)), shape=(pair.size, n_pairs))
    of_groups = sums_of_groups(of_votes, independent_groups(labels))
    signs = random_signs(of_groups.shape[1], seed)
    rng = np.random.default_rng([seed, 15])

    def statistic(values: Floats) -> Floats:
        """S of each column of points of pairs, (n_pairs, k)."""
        return np.asarray(weight @ null.left_over(values) ** 2)

    with one_thread():
        parts = range(0, signs.shape[1], AT_ONCE)
        by_chance = np.concatenate([statistic(of_groups @ np.ascontiguousarray(signs[:, start : start + AT_ONCE])) for start in parts])
        observed = float(weight @ null.observed**2)
        deviation = deviation_of_pairs(null, weight, observed - float(by_chance.mean()), rng.standard_normal((n_pairs, AT_ONCE)))
    return UnevenPairs(share_as_large(observed, by_chance), deviation)
