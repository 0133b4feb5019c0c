r"""Votes that are there twice: runs of votes of one voter that another voter casts too, on the same pairs in the same order, with the same outcomes.

A run is of so many consecutive votes of a voter that its pairs hardly ever are those of another run by chance: the smallest L for which
:math:`\binom{n}{2} Q^L` is at most `BY_CHANCE`, Q the chance that two votes are of one ordered pair. Votes in runs of equal pairs are matched, each
with one other. That pairs come again proves nothing, for the same questions may have been put to several voters in the same order; but then these
agree in some of their votes only. Of people who judged the same two answers 81 % agreed where both decided (Zheng et al. 2023, on MT-bench); so the
number of matched votes that agree is compared with the binomial distribution of `MOST_AGREEMENT`, which is more.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import bdtrc

from recount.engine.votes import Bools, Ints, Votes

# Runs expected to agree by chance, and the share of outcomes in which honest voters may agree on the same answers.
BY_CHANCE, MOST_AGREEMENT = 0.1, 0.85
MOST_IN_A_RUN = 64
ODD, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


class RepeatedRuns(NamedTuple):
    """Matched votes.

    Attributes
    ----------
    length : int
        Votes of a run.
    first, second : (m,) int64
        Matched votes of the log, each in one match.
    agree : (m,) bool
        Whether both have the same outcome.
    p_value : float
        Of as many that agree, among honest votes on the same answers.
    """

    length: int
    first: Ints
    second: Ints
    agree: Bools
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
    one, other = _matches(pair[row], of_voter[row], length, within=voter is None)
    first, second = row[one], row[other]
    agree = votes.outcome[first] == votes.outcome[second]
    n_agree = int(agree.sum())
    p_value = float(bdtrc(n_agree - 1, agree.size, MOST_AGREEMENT)) if n_agree else 1.0
    return RepeatedRuns(length, first, second, agree, p_value)


def _length(pair: Ints) -> int:
    """Votes of a run whose pairs hardly ever are another's by chance."""
    n_runs = pair.size * (pair.size - 1) / 2
    _, n_of_pair = np.unique(pair, return_counts=True)
    same = float(np.sum((n_of_pair / max(1, pair.size)) ** 2))
    if n_runs <= BY_CHANCE or same >= 1:
        return MOST_IN_A_RUN
    return int(np.clip(np.ceil(np.log(BY_CHANCE / n_runs) / np.log(same)), 2, MOST_IN_A_RUN))


def _matches(pair: Ints, voter: Ints, length: int, *, within: bool) -> tuple[Ints, Ints]:
    """Places of matched votes, of two voters or, `within` one sequence, of two runs that do not overlap; each vote in one match."""
    n_runs, none = pair.size - length + 1, np.zeros(0, np.int64)
    if n_runs < 2:
        return none, none
    code = np.zeros(n_runs, np.uint64)
    for step in range(length):
        code = (code ^ (code >> SHIFT)) * ODD + pair[step : step + n_runs].astype(np.uint64)
    start = np.flatnonzero(voter[:n_runs] == voter[length - 1 :])
    start = start[np.argsort(code[start], kind="stable")]
    _, first_of, n_of = np.unique(code[start], return_index=True, return_counts=True)
    # The occurrences of a run two by two, in their order.
    place = np.concatenate([none, *(first_of[n_of > k + 1] + k for k in range(0, int(n_of.max(initial=0)) - 1, 2))])
    one, other = start[place], start[place + 1]
    apart = other - one >= length if within else voter[one] != voter[other]
    steps = np.arange(length)
    matched = np.column_stack([(side[apart][:, None] + steps).ravel() for side in (one, other)])
    for side in (0, 1):
        matched = matched[np.unique(matched[:, side], return_index=True)[1]]
    matched = matched[~np.isin(matched[:, 0], matched[:, 1])]
    return matched[:, 0], matched[:, 1]
