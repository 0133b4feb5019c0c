"""Who meets whom how often: the expected votes of every ordered pair.

Votes come in groups, each of a fixed number of votes: one among the established competitors, and one of each newcomer or private variant, whose
opponents are established, stay all the time, and come in proportion to the votes that they have among themselves.
"""

from dataclasses import dataclass, replace

import numpy as np

from recount.engine.errors import OptionError
from recount.engine.votes import Bools, Floats, Ints, PairCounts
from recount.sims.arenas.parts import Pairs
from recount.sims.arenas.sampling_choices import Providers
from recount.sims.arenas.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Ordered pairs that can meet, by group.

    Attributes
    ----------
    first, second : (m,) int32
        Who is shown first and second.
    expected : (m,) float64
        Expected votes; where sampling looks at votes, as many as there would be if it did not.
    group_start : (n_groups + 1,) int64
        First pair of each group; group 0 is of the established competitors.
    votes_of_groups : (n_groups,) int64
    shares : (group_start[1],) float64
        Of the pairs of group 0, were all there.
    timeline : Timeline
    """

    first: Ints
    second: Ints
    expected: Floats
    group_start: Ints
    votes_of_groups: Ints
    shares: Floats
    timeline: Timeline

    def shares_in(self, period: int) -> Floats:
        """Shares of the pairs of group 0 in a period, (group_start[1],): in proportion, as far as both are there.

        Raises
        ------
        OptionError
            If no pair can meet.
        """
        there = self.timeline.there(period)
        if there.all():
            return self.shares
        n = self.group_start[1]
        shares = self.shares * (there[self.first[:n]] & there[self.second[:n]])
        if not shares.any():
            raise OptionError(
                f"late_share and retired_share leave no two competitors that meet in votes {self.timeline.bounds[period] + 1:,} to "
                f"{self.timeline.bounds[period + 1]:,}; give smaller shares, or more competitors"
            )
        return np.asarray(shares / shares.sum())

    def expected_in(self, period: int) -> Floats:
        """Expected votes of all pairs in a period, (m,)."""
        share, n = self.timeline.shares[period], self.group_start[1]
        return np.concatenate([self.shares_in(period) * (self.votes_of_groups[0] * share), self.expected[n:] * share])

    def among(self, keep: Bools) -> "Meetings":
        """Those of the competitors where `keep` (n,) is true, numbered anew; groups without a pair are left out."""
        pairs, number = keep[self.first] & keep[self.second], (np.cumsum(keep) - 1).astype(np.int32)
        group = np.repeat(np.arange(self.votes_of_groups.size), np.diff(self.group_start))
        sizes = np.bincount(group[pairs], minlength=self.votes_of_groups.size)
        left = sizes > 0
        return Meetings(
            number[self.first[pairs]],
            number[self.second[pairs]],
            self.expected[pairs],
            np.cumsum([0, *sizes[left]]),
            self.votes_of_groups[left],
            self.shares[pairs[: self.shares.size]],
            self.timeline.of(keep, int(self.votes_of_groups[left].sum())),
        )


def meetings_of(
    choice: Pairs, providers: Providers, n: int, n_votes: int, votes_of_others: tuple[int, ...], timeline: Timeline, rng: np.random.Generator
) -> Meetings:
    """Say how often pairs of n established competitors, and others numbered after them, meet in `n_votes`."""
    first, second, weight = _as_in(choice.counts) if choice.kind == "like" else _by_popularity(choice, n, rng)
    if providers.favoured:
        favour = shown_as_often(providers, n)
        weight = weight * favour[first] * favour[second]
    share = weight / weight.sum()
    n_established = n_votes - sum(votes_of_others)
    groups = [(first, second, share * n_established)]
    met = np.bincount(first, share, n) + np.bincount(second, share, n)
    opponents = np.flatnonzero((met > 0) & timeline.stayed[:n]).astype(np.int32)
    if votes_of_others and not opponents.size:
        raise OptionError("newcomers and published variants meet those who stay all the time, and nobody does; give a smaller late_share")
    for k, votes in enumerate(votes_of_others):
        other = np.full(opponents.size, n + k, np.int32)
        # Shown first as often as second.
        half = votes * met[opponents] / met[opponents].sum() / 2
        groups.append((np.concatenate([other, opponents]), np.concatenate([opponents, other]), np.concatenate([half, half])))
    sizes = [group[0].size for group in groups]
    first, second, expected = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    made = Meetings(first, second, expected, np.cumsum([0, *sizes]), np.array([n_established, *votes_of_others]), share, timeline)
    if timeline.stayed.all():
        return made
    return replace(made, expected=np.asarray(sum(made.expected_in(period) for period in range(timeline.n_periods))))


def shown_as_often(providers: Providers, n: int) -> Floats:
    """How many times as often each of n competitors is shown, (n,): they belong to providers in turn, of whom the first are favoured."""
    return np.where(np.arange(n) % providers.n < providers.favoured, providers.factor, 1.0)


def _by_popularity(choice: Pairs, n: int, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """All ordered pairs, weighed by the product of popularities."""
    popularity = np.exp(choice.popularity * rng.normal(size=n)) if choice.kind == "skewed" else np.ones(n)
    first, second = np.nonzero(~np.eye(n, dtype=np.bool_))
    return first.astype(np.int32), second.astype(np.int32), popularity[first] * popularity[second]


def _as_in(counts: PairCounts) -> tuple[Ints, Ints, Floats]:
    """Ordered pairs of a log, weighed by their votes."""
    weight = counts.counts.sum(axis=1).astype(np.float64)
    return counts.first[weight > 0], counts.second[weight > 0], weight[weight > 0]
