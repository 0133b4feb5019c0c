"""Counts whose votes may all be among those of another source: an earlier export beside the log that has grown, in whatever order."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from recount.data.places.copies import BY_CHANCE, numbers_of
from recount.engine.voters.votes_within import log_chance_within
from recount.engine.votes import Ints


class Cells(NamedTuple):
    """The votes of a source by pair and outcome: a number that tells the cell, sorted, and how many votes it has; whether they came as counts."""

    number: Ints
    n_votes: Ints
    are_counts: bool


def cells_of(names: Sequence[str], first: Ints, second: Ints, counts: Ints, *, are_counts: bool) -> Cells:
    """Return the cells with votes of the pairs first, second (n_pairs,), as places in `names`, by outcome (n_pairs, 4)."""
    pair, outcome = np.nonzero(counts)
    number = numbers_of(names, first[pair], second[pair], outcome)[:, 0]
    order = np.argsort(number)
    return Cells(number[order], counts[pair, outcome][order], are_counts)


def parts_among(held: Mapping[str, Cells]) -> Iterator[str]:
    """Say of which sources all votes may be among those of another, where either came as counts; of two logs their order tells.

    It is told if another source has at least as many votes in every cell, though that would hardly be so of independent votes.
    """
    for (part, few), (whole, many) in permutations(held.items(), 2):
        if (few.are_counts or many.are_counts) and np.isin(few.number, many.number, assume_unique=True).all():
            in_few = np.zeros_like(many.n_votes)
            in_few[np.searchsorted(many.number, few.number)] = few.n_votes
            if log_chance_within(in_few, many.n_votes) < math.log(BY_CHANCE):
                said = f"{whole} has at least as many votes as {part} of every pair and outcome, and may hold them"
                yield f"{said}, so that they count twice; leave one out"
