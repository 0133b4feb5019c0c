"""Stretches of votes, one after the other, by which they are known again in another log: the same competitors and outcomes in the same order.

A vote is a number of its two names and its outcome (`recount.data.places.copies.numbers_of`), so that the form it was read from does not matter; a
stretch is a number of its votes in their order.
"""

import math

import numpy as np
from numpy.typing import NDArray

from recount.engine.votes import Ints

Numbers = NDArray[np.uint64]
# Votes in a stretch, a power of 2.
LENGTH = 32
# Stretches that stand for a log, beside its first and its last: those of which the numbers are smallest, as good as drawn at random (Broder 1997).
N_KEPT = 64
# Probability with which a stretch may stand elsewhere by chance; and how many are tried.
BY_CHANCE, N_TRIED = 1e-6, 100
# Odd, so that the number of a stretch depends on the order of its votes.
MULTIPLIER = 0x9E3779B97F4A7C15


def stretch_numbers(votes: Numbers) -> Numbers:
    """Return a number of the stretch that begins with each vote, (n_votes - 31,)."""
    found, length = votes, 1
    while length < LENGTH:
        found = found[: max(0, found.size - length)] * np.uint64(pow(MULTIPLIER, length, 2**64)) + found[length:]
        length *= 2
    return found


def kept_stretches(votes: Numbers) -> list[int]:
    """Return stretches that stand for a log, sorted: the first, the last, and some of those between."""
    found = stretch_numbers(votes)
    smallest = found if found.size <= N_KEPT else np.partition(found, N_KEPT)[:N_KEPT]
    return sorted({*found[:1].tolist(), *found[-1:].tolist(), *smallest.tolist()})


def first_not_by_chance(votes: Numbers, places: Ints) -> int | None:
    """Return the first of some places in votes where a stretch begins that would hardly stand elsewhere by chance, too; None if there is none."""
    if not places.size:
        return None
    alone, pairs = (dict(zip(*map(np.ndarray.tolist, np.unique(of, return_counts=True)), strict=True)) for of in (votes, _followed(votes)))
    for place in places[:N_TRIED].tolist():
        some = votes[place : place + LENGTH]
        # Each vote follows the one before as often as there; but for once. So votes that are sorted, or go round, are not known again by their order.
        chance = math.log(alone[int(some[0])])
        for before, vote, both in zip(some[:-1].tolist(), some[1:].tolist(), _followed(some).tolist(), strict=True):
            chance += math.log((pairs[both] - 1 + alone[vote] / votes.size) / alone[before])
        if chance < math.log(BY_CHANCE):
            return int(place)
    return None


def _followed(votes: Numbers) -> Numbers:
    """Return a number of each vote with the next one, (n - 1,), which hardly any others share."""
    return np.asarray(votes[:-1] * np.uint64(MULTIPLIER) + votes[1:])
