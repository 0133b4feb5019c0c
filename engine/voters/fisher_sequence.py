r"""Chiang et al.'s sequential test of a user (2024, arXiv 2403.04132, section 5.1), as published.

An action is a pair of competitors; a rating h is 1 for a vote for the one that comes later in the alphabet, 0 for the other, 1/2 for a tie. A vote H'
of a user on the pair a is compared with the votes :math:`H_a` of all others on that pair,

.. math:: p_i = \frac{1 + \#\{h \in H_a : h \ge H'_i\}}{1 + |H_a|},

which is a p-value if they are exchangeable. After vote j of the user :math:`M_j = -2 \sum_{i \le j} \log p_i` is compared with the quantile of
:math:`\chi^2_{2j}` (Fisher's combination) at 1 - alpha / 5, at five values of j drawn at random from 1 to 100 for each user; those beyond the user's
votes have not come. The smallest alpha at which a user is called anomalous is the p-value here: five times the smallest of the five, at most 1.

It takes votes of a user for independent given the pairs, so that tastes make it reject too often; it looks at one direction only, as published.
"""

import numpy as np
from scipy.special import chdtrc

from recount.engine.choices.usual import SEED
from recount.engine.votes import FIRST_WON, SECOND_WON, Floats, Ints, Votes

N_TIMES = 5
LAST_TIME = 100


def sequential_p_values(votes: Votes, voter: Ints, n_voters: int, seed: int = SEED) -> Floats:
    """P-value of each voter, (n_voters,).

    Parameters
    ----------
    votes : Votes
        In the order in which they were cast; names in any order.
    voter : (n_votes,) int
        Voter of each vote; negative where there is none, whose vote is one of the others.
    n_voters : int
    seed : int
        Of the times at which voters are looked at.
    """
    log_p = np.log(_exchangeable_p_values(votes, voter, n_voters))
    rows = np.flatnonzero(voter >= 0)
    rows = rows[np.argsort(voter[rows], kind="stable")]
    n_votes = np.bincount(voter[rows], minlength=n_voters)
    starts = np.cumsum(n_votes) - n_votes
    total = np.append(0.0, np.cumsum(-2 * log_p[rows]))
    p_values = np.ones(n_voters)
    for times in np.random.default_rng([seed, 2]).integers(1, LAST_TIME + 1, (N_TIMES, n_voters)):
        come = np.flatnonzero(times <= n_votes)
        statistic = total[starts[come] + times[come]] - total[starts[come]]
        p_values[come] = np.minimum(p_values[come], N_TIMES * chdtrc(2 * times[come], statistic))
    return p_values


def _exchangeable_p_values(votes: Votes, voter: Ints, n_voters: int) -> Floats:
    """P-value of each vote among those of others on its pair, (n_votes,)."""
    by_name = np.empty(len(votes.names), np.int64)
    by_name[sorted(range(len(votes.names)), key=votes.names.__getitem__)] = np.arange(len(votes.names))
    first, second = by_name[votes.first], by_name[votes.second]
    _, pair = np.unique(np.minimum(first, second) * len(votes.names) + np.maximum(first, second), return_inverse=True)
    # Twice the rating, 0 to 2.
    rating = np.where(votes.outcome == FIRST_WON, 2 * (first > second), np.where(votes.outcome == SECOND_WON, 2 * (second > first), 1))
    counts = np.bincount(pair * 3 + rating, minlength=3 * (int(pair.max(initial=-1)) + 1)).reshape(-1, 3)
    # Of a voter alone on a pair, likewise; votes without a voter are all of others.
    named = voter >= 0
    key = pair[named].astype(np.int64) * n_voters + voter[named]
    _, own = np.unique(key, return_inverse=True)
    of_own = np.bincount(own * 3 + rating[named], minlength=3 * (int(own.max(initial=-1)) + 1)).reshape(-1, 3)
    as_large = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1][pair, rating].astype(np.float64)
    n_others = counts.sum(axis=1)[pair].astype(np.float64)
    as_large[named] -= np.cumsum(of_own[:, ::-1], axis=1)[:, ::-1][own, rating[named]]
    n_others[named] -= of_own.sum(axis=1)[own]
    p_values: Floats = (1 + as_large) / (1 + n_others)
    return p_values
