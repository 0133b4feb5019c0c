r"""Votes that are there twice: runs of votes of one voter that another voter casts too, on the same pairs in the same order, with the same outcomes.

A run is of so many consecutive votes of a voter that its pairs hardly ever are those of another run by chance: the smallest L for which
:math:`\binom{n}{2} Q^L` is at most `BY_CHANCE`, Q the chance that two votes are of one ordered pair. Votes in runs of equal pairs are matched, each
with one other. That pairs come again proves nothing, for the same questions may have been put to several voters in the same order; but then these
agree in some of their votes only. Of people who judged the same two answers 81 % agreed where both decided (Zheng et al. 2023, on MT-bench); so the
number of matched votes that agree is compared with the binomial distribution of `MOST_AGREEMENT`, which is more; once of all votes, each matched
once, for many who are there twice with few votes, and once of the two voters who agree most, of all that share runs.

Where a log is sorted by pair, or by pair and outcome, votes on one pair stand together, and stretches of them agree because they are sorted. So only
runs count in which the pair changes in half of the steps or more.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import bdtrc

from recount.engine.votes import Bools, Floats, Ints, Votes

# Runs expected to agree by chance, and the share of outcomes in which honest voters may agree on the same answers.
BY_CHANCE, MOST_AGREEMENT = 0.1, 0.85
MOST_IN_A_RUN = 64
# Occurrences of a run, in their order, that each is set beside; fewer where there are many.
NEAR = 20
# Matched votes, of which memory for twice as many is taken.
MOST_MATCHES = 20_000_000
ODD, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


class RepeatedRuns(NamedTuple):
    """Votes in runs of equal pairs.

    Attributes
    ----------
    length : int
        Votes of a run.
    n_matched, n_agree : int
        Votes that are matched with another, each once; and with the same outcome.
    p_value : float
        Of as many that agree, of all together or of the two voters who agree most, among honest votes on the same answers.
    """

    length: int
    n_matched: int
    n_agree: int
    p_value: float


def repeated_runs(votes: Votes, voter: Ints | None = None) -> RepeatedRuns:
    """Look for runs of votes that are there twice.

    Parameters
    ----------
    votes : Votes
    voter : (n_votes,) int, optional
        Voter of each vote, -1 for none; runs are of two voters. Without it the whole log is one sequence, and runs do not overlap.
    """
    pair = votes.first.astype(np.int64) * len(votes.names) + votes.second
    of_voter = np.zeros(pair.size, np.int64) if voter is None else voter.astype(np.int64)
    row = np.argsort(of_voter, kind="stable")
    row = row[of_voter[row] >= 0]
    length = _length(pair[row])
    one, other = (row[side] for side in _matches(pair[row], of_voter[row], length, within=voter is None))
    once = _each_once(one, other)
    agree = votes.outcome[one] == votes.outcome[other]
    n_matched, n_agree = int(once.sum()), int(agree[once].sum())
    p_values = [_as_many(np.array([n_agree]), np.array([n_matched]))[0]]
    if voter is not None and one.size:
        _, couple = np.unique(of_voter[one] * (int(of_voter.max()) + 1) + of_voter[other], return_inverse=True)
        each = _as_many(np.bincount(couple, agree), np.bincount(couple))
        p_values.append(min(1.0, each.size * each.min()))
    return RepeatedRuns(length, n_matched, n_agree, float(min(1.0, len(p_values) * min(p_values))))


def _as_many(n_agree: Ints | Floats, n: Ints) -> Floats:
    """Probability that of n votes as many or more agree, if honest voters agree in as many as they may."""
    return np.asarray(np.where(n_agree > 0, bdtrc(np.maximum(n_agree - 1, 0), n, MOST_AGREEMENT), 1.0))


def _length(pair: Ints) -> int:
    """Votes of a run whose pairs hardly ever are another's by chance."""
    n_runs = pair.size * (pair.size - 1) / 2
    _, n_of_pair = np.unique(pair, return_counts=True)
    same = float(np.sum((n_of_pair / max(1, pair.size)) ** 2))
    if n_runs <= BY_CHANCE or same >= 1:
        return MOST_IN_A_RUN
    return int(np.clip(np.ceil(np.log(BY_CHANCE / n_runs) / np.log(same)), 2, MOST_IN_A_RUN))


def _matches(pair: Ints, voter: Ints, length: int, *, within: bool) -> tuple[Ints, Ints]:
    """Places of votes, the earlier and the later one, in runs of equal pairs of two voters or, `within` one sequence, that do not overlap."""
    n_runs, none = pair.size - length + 1, np.zeros(0, np.int64)
    if n_runs < 2:
        return none, none
    code = np.zeros(n_runs, np.uint64)
    for step in range(length):
        code = (code ^ (code >> SHIFT)) * ODD + pair[step : step + n_runs].astype(np.uint64)
    changes = np.append(0, np.cumsum(pair[1:] != pair[:-1]))
    turning = 2 * (changes[length - 1 :] - changes[:n_runs]) >= length - 1
    start = np.flatnonzero((voter[:n_runs] == voter[length - 1 :]) & turning)
    start = start[np.argsort(code[start], kind="stable")]
    _, first_of, n_of = np.unique(code[start], return_index=True, return_counts=True)
    # Every two occurrences of a run, of very frequent ones those near each other.
    near = max(1, min(NEAR, MOST_MATCHES // (n_runs * length)))
    apart_by = [(k, far) for k in range(1, int(n_of.max(initial=0))) for far in range(1, min(k, near) + 1)]
    places = [first_of[n_of > k] + k for k, _ in apart_by]
    one = start[np.concatenate([none, *(place - far for place, (_, far) in zip(places, apart_by, strict=True))])]
    other = start[np.concatenate([none, *places])]
    apart = other - one >= length if within else voter[one] != voter[other]
    steps = np.arange(length)
    of_votes = np.column_stack([(side[apart][:, None] + steps).ravel() for side in (one, other)])
    matched = np.unique(of_votes, axis=0)
    return matched[:, 0], matched[:, 1]


def _each_once(one: Ints, other: Ints) -> Bools:
    """Say which matches to take so that every vote is in one at most, (m,)."""
    taken = np.ones(one.size, np.bool_)
    for side in (one, other):
        rows = np.flatnonzero(taken)
        taken[:] = False
        taken[rows[np.unique(side[rows], return_index=True)[1]]] = True
    return taken & ~np.isin(one, other[taken])
