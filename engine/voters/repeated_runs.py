r"""Votes that are there twice: runs of votes of one voter that another voter casts too, on the same pairs in the same order, with the same outcomes.

A run is of so many consecutive votes of a voter that pairs alone would hardly ever agree by chance: the smallest L for which :math:`\binom{n}{2} Q^L`
is at most `BY_CHANCE`, Q the chance that two votes are of one ordered pair. Votes in runs of equal pairs are matched, each with one other. Where
the runs are chance, or pairs were assigned to voters in a fixed order, the outcomes of two matched votes agree only as often as those of any two
votes on the pair, which the votes that are not matched say; and if the log names prompts, as those on the pair and the prompt, which agree more.
The number that agree is a sum of independent events; its tail is bounded (`recount.engine.voters.tail_bounds`).
"""

from typing import NamedTuple

import numpy as np

from recount.engine.voters.tail_bounds import log_tail_bounds
from recount.engine.votes import Floats, Ints, Votes

BY_CHANCE = 10.0
MOST_IN_A_RUN = 64
# Votes by which the agreement on a pair is drawn toward that on all pairs; and pairs of votes without which prompts are not looked at.
SMOOTHING, ENOUGH = 20.0, 100
ODD = np.uint64(0x9E3779B97F4A7C15)


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
        Of as many that agree, by chance.
    """

    length: int
    first: Ints
    second: Ints
    agree: Ints
    p_value: float


def repeated_runs(votes: Votes, voter: Ints | None, prompt: Ints | None = None) -> RepeatedRuns:
    """Look for runs of votes that are there twice.

    Parameters
    ----------
    votes : Votes
    voter : (n_votes,) int, optional
        Voter of each vote, -1 for none; without voters the whole log is one sequence.
    prompt : (n_votes,) int, optional
    """
    pair = votes.first.astype(np.int64) * len(votes.names) + votes.second
    of_voter = np.zeros(pair.size, np.int64) if voter is None else voter.astype(np.int64)
    row = np.argsort(of_voter, kind="stable")
    row = row[of_voter[row] >= 0]
    length = _length(pair[row])
    one, other = _matches(pair[row], of_voter[row], length, within=voter is None)
    first, second = row[one], row[other]
    agree = votes.outcome[first] == votes.outcome[second]
    if not first.size:
        return RepeatedRuns(length, first, second, agree, 1.0)
    chance = _agreement(votes, pair, prompt, first, second)
    bound = log_tail_bounds(np.array([float(agree.sum())]), np.zeros(1), np.ones(chance.size), chance, np.zeros(1, np.int64))
    return RepeatedRuns(length, first, second, agree, float(np.exp(bound[0])))


def _length(pair: Ints) -> int:
    """Votes of a run whose pairs hardly ever agree by chance with another's."""
    n = pair.size
    _, n_of_pair = np.unique(pair, return_counts=True)
    same = float(np.sum((n_of_pair / max(1, n)) ** 2))
    expected = n * (n - 1) / 2
    if expected <= BY_CHANCE or same >= 1:
        return MOST_IN_A_RUN if same >= 1 else 2
    return int(np.clip(np.ceil(np.log(BY_CHANCE / expected) / np.log(same)), 2, MOST_IN_A_RUN))


def _matches(pair: Ints, voter: Ints, length: int, *, within: bool) -> tuple[Ints, Ints]:
    """Places of matched votes, of two voters or, `within` one sequence, of two runs that do not overlap; each vote in one match."""
    n_runs = pair.size - length + 1
    none = np.zeros(0, np.int64)
    if n_runs < 2:
        return none, none
    code = np.zeros(n_runs, np.uint64)
    for step in range(length):
        code = code * ODD + pair[step : step + n_runs].astype(np.uint64) + np.uint64(1)
        code ^= code >> np.uint64(29)
    start = np.flatnonzero(voter[:n_runs] == voter[length - 1 :])
    start = start[np.argsort(code[start], kind="stable")]
    _, first_of, n_of = np.unique(code[start], return_index=True, return_counts=True)
    # The occurrences of a run two by two, in their order.
    twos = [(first_of[n_of > k + 1] + k) for k in range(0, int(n_of.max(initial=0)) - 1, 2)]
    place = np.concatenate([none, *twos])
    one, other = start[place], start[place + 1]
    apart = other - one >= length if within else voter[one] != voter[other]
    one, other = one[apart], other[apart]
    steps = np.arange(length)
    matched = np.column_stack([(one[:, None] + steps).ravel(), (other[:, None] + steps).ravel()])
    for side in (0, 1):
        matched = matched[np.unique(matched[:, side], return_index=True)[1]]
    matched = matched[~np.isin(matched[:, 0], matched[:, 1])]
    return matched[:, 0], matched[:, 1]


def _agreement(votes: Votes, pair: Ints, prompt: Ints | None, first: Ints, second: Ints) -> Floats:
    """Chance that two votes on the pair of each match agree, by the votes that are not matched, (m,)."""
    others = np.ones(votes.n_votes, np.bool_)
    others[first] = others[second] = False
    same, possible = _agreeing(pair, votes.outcome, others)
    overall = same.sum() / possible.sum() if possible.sum() > 0 else 1.0
    of_pair = (same + SMOOTHING * overall) / (possible + SMOOTHING)
    _, code = np.unique(pair, return_inverse=True)
    chance = of_pair[code]
    if prompt is not None:
        item = pair * (int(prompt.max(initial=0)) + 2) + prompt
        same, possible = _agreeing(item, votes.outcome, others)
        _, place, code = np.unique(item, return_index=True, return_inverse=True)
        if possible.sum() >= ENOUGH:
            chance = chance * max(1.0, float(same.sum() / (possible @ chance[place])))
    return np.asarray(np.minimum(1.0, chance[first]), np.float64)


def _agreeing(item: Ints, outcome: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """Ordered pairs of different votes on each item, of those that count, that agree, and all of them, (n_items,) each."""
    known, code = np.unique(item, return_inverse=True)
    n = np.bincount(code[counts] * 4 + outcome[counts], minlength=4 * known.size).reshape(-1, 4).astype(np.float64)
    total = n.sum(axis=1)
    return np.sum(n * (n - 1), axis=1), total * (total - 1)
