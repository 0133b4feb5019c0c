r"""Single votes that are there twice: votes of one voter at one time on one pair, with one outcome.

Two honest votes may be of one voter, one time and one pair, where times are days, or several votes are sent at once; but then they do not always
agree. So votes that are alike in all this are matched, each with one other at random, and the matches that agree are counted. Two votes on a pair
differ with the chance d, over the whole log; and so do two votes of a voter, whatever the pair. Of people who judged the same two answers 19 %
differed where both decided, and coins do in 50 % (Zheng et al. 2023, on MT-bench): less by a factor of 0.38. Here honest votes are taken to differ at
least with the chance `LEAST_DIFFERENCE` d, d the smaller of both. Matches have unequal chances; the tail of the number that agree is no larger than
that of the binomial distribution with their mean (Hoeffding 1956). So the p-value is too large rather than too small.

Both d are drawn toward those of the whole log, as by `KNOWN` further matches. Copies are among the votes that they are counted from, which makes d
smaller, and the p-value larger.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import bdtrc

from recount.engine.votes import FIRST_WON, SECOND_WON, TIE, Floats, Ints, Votes

LEAST_DIFFERENCE = 0.3
KNOWN = 10.0


class EqualVotes(NamedTuple):
    """Votes beside others of the same occasion and pair.

    Attributes
    ----------
    n_again : int
        Votes with the occasion, pair and outcome of an earlier one.
    n_matched, n_agree : int
        Matches of two votes of one occasion and pair, each vote in one at most; and those with one outcome.
    p_value : float
        Of as many that agree among honest votes.
    """

    n_again: int
    n_matched: int
    n_agree: int
    p_value: float


def equal_votes(votes: Votes, occasion: Ints, voter: Ints | None = None, *, seed: int) -> EqualVotes:
    """Look for votes that are there twice.

    Parameters
    ----------
    votes : Votes
    occasion : (n_votes,) int
        Equal where votes are alike in all that tells them apart, but for pair and outcome: voter, time, question. -1 where that is not known.
    voter : (n_votes,) int, optional
        Voter of each vote, -1 for none.
    seed : int
        Of the matches.
    """
    pair, outcome = _pairs_and_outcomes(votes)
    rows = np.random.default_rng([seed, 17]).permutation(np.flatnonzero(occasion >= 0))
    rows = rows[np.lexsort((pair[rows], occasion[rows]))]
    starts = np.flatnonzero(np.append(True, (np.diff(occasion[rows]) != 0) | (np.diff(pair[rows]) != 0))[: rows.size])
    place = np.arange(rows.size) - np.repeat(starts, np.diff(np.append(starts, rows.size)))
    later = np.flatnonzero(place % 2)
    one, other = rows[later - 1], rows[later]
    n_agree = int((outcome[one] == outcome[other]).sum())
    differ = _chance_to_differ(pair, outcome)[one]
    if voter is not None:
        differ = np.minimum(differ, np.where(voter[one] >= 0, _chance_to_differ(voter + 1, outcome)[one], 1.0))
    agree = 1 - LEAST_DIFFERENCE * float(differ.mean()) if one.size else 1.0
    p_value = float(bdtrc(n_agree - 1, one.size, agree)) if n_agree else 1.0
    parts = [held[rows[np.lexsort((outcome[rows], pair[rows], occasion[rows]))]] for held in (occasion, pair, outcome)]
    n_again = int(np.logical_and.reduce([np.diff(part) == 0 for part in parts]).sum())
    return EqualVotes(n_again, one.size, n_agree, p_value)


def _pairs_and_outcomes(votes: Votes) -> tuple[Ints, Ints]:
    """Pair of each vote, from 0 without gaps, and its outcome: as shown, or turned to one order of the pair if one side wins all votes."""
    first, second, outcome = votes.first.astype(np.int64), votes.second.astype(np.int64), votes.outcome.astype(np.int64)
    if not {FIRST_WON, SECOND_WON} <= {*np.unique(outcome).tolist()}:
        outcome = np.where((first > second) & (outcome < TIE), SECOND_WON - outcome, outcome)
        first, second = np.minimum(first, second), np.maximum(first, second)
    return np.unique(first * len(votes.names) + second, return_inverse=True)[1], outcome


def _chance_to_differ(group: Ints, outcome: Ints) -> Floats:
    """Chance that two votes of the group (0 or more) of each vote have different outcomes, (n_votes,)."""
    counts = np.zeros((int(group.max(initial=-1)) + 1, 4))
    np.add.at(counts, (group, outcome), 1.0)
    n = counts.sum(axis=1)
    matches, alike = n * (n - 1) / 2, (counts * (counts - 1) / 2).sum(axis=1)
    usual = 1 - alike.sum() / max(1.0, matches.sum())
    of_group: Floats = (matches - alike + KNOWN * usual) / (matches + KNOWN)
    return of_group[group]
