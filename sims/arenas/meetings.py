"""Who meets whom how often: the expected votes of every ordered pair.

Votes come in groups, each of a fixed number of votes: one among the established competitors, and one of each newcomer, whose opponents are
established and come in proportion to the votes that they have among themselves.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.votes import Floats, Ints, PairCounts
from recount.sims.arenas.parts import Pairs


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Ordered pairs that can meet, by group.

    Attributes
    ----------
    first, second : (m,) int32
        Who is shown first and second.
    expected : (m,) float64
        Expected votes.
    group_start : (n_groups + 1,) int64
        First pair of each group; group 0 is of the established competitors.
    votes_of_groups : (n_groups,) int64
    """

    first: Ints
    second: Ints
    expected: Floats
    group_start: Ints
    votes_of_groups: Ints


def meetings_of(choice: Pairs, n: int, n_votes: int, votes_of_newcomers: tuple[int, ...], rng: np.random.Generator) -> Meetings:
    """Say how often pairs of n established competitors, and newcomers numbered after them, meet in `n_votes`."""
    first, second, weight = _as_in(choice.counts) if choice.kind == "like" else _by_popularity(choice, n, rng)
    share = weight / weight.sum()
    groups = [(first, second, share * (n_votes - sum(votes_of_newcomers)))]
    met = np.bincount(first, share, n) + np.bincount(second, share, n)
    opponents = np.flatnonzero(met).astype(np.int32)
    for k, votes in enumerate(votes_of_newcomers):
        newcomer = np.full(opponents.size, n + k, np.int32)
        # Shown first as often as second.
        half = votes * met[opponents] / met.sum() / 2
        groups.append((np.concatenate([newcomer, opponents]), np.concatenate([opponents, newcomer]), np.concatenate([half, half])))
    sizes = [group[0].size for group in groups]
    first, second, expected = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    return Meetings(first, second, expected, np.cumsum([0, *sizes]), np.array([n_votes - sum(votes_of_newcomers), *votes_of_newcomers]))


def _by_popularity(choice: Pairs, n: int, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """All ordered pairs, weighed by the product of popularities."""
    popularity = np.exp(choice.popularity * rng.normal(size=n)) if choice.kind == "skewed" else np.ones(n)
    first, second = np.nonzero(~np.eye(n, dtype=np.bool_))
    return first.astype(np.int32), second.astype(np.int32), popularity[first] * popularity[second]


def _as_in(counts: PairCounts) -> tuple[Ints, Ints, Floats]:
    """Ordered pairs of a log, weighed by their votes."""
    weight = counts.counts.sum(axis=1).astype(np.float64)
    return counts.first[weight > 0], counts.second[weight > 0], weight[weight > 0]
