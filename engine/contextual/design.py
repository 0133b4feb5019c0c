"""The design: votes with their covariates as rows, sorted by pair (`recount.engine.contextual.rows` makes them).

A row is a vote, or, where every covariate has few levels, all votes that are alike. Its lead is that of the competitor with the lower index; where
that one was shown second, covariates change their sign.
"""

from dataclasses import dataclass, replace

import numpy as np

from recount.engine.choices.covariates import Covariate
from recount.engine.kernels.row_order import votes_of_pairs
from recount.engine.likelihood import Effect
from recount.engine.pair_contests import Contests
from recount.engine.plurals import plural
from recount.engine.showing import Shown, listed
from recount.engine.votes import Bools, Floats, Ints, Votes, freeze

# Rows that are worked on at once: with five covariates, half a megabyte.
ROWS_IN_A_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Design(Shown):
    """Rows of votes with covariates.

    Attributes
    ----------
    log : Votes
        Where they come from.
    covariates : tuple of Covariate
        As declared.
    contests : Contests
        What the rows add up to, without covariates; it can be rated.
    dropped : tuple of str
        Competitors left out by the existence policy.
    effects : tuple of Effect
    pair_start : (n_pairs + 1,) int64
        First row of each pair of the contests.
    blocks : (n_blocks + 1,) int64
        First pair of each block.
    result : (n_rows,) int8
        0 won, 1 lost, 2 tied by the pair's first.
    votes : (n_rows,) float64
        That a row stands for.
    weight : (n_rows,) float64, or None
        Of one vote of each row; None where every vote counts for one.
    x : (m, n_rows) float64
        Covariates.
    row_of_vote : (n_votes,) int32
        Row of each vote of the log; -1 if it does not count.
    """

    log: Votes
    covariates: tuple[Covariate, ...]
    contests: Contests
    dropped: tuple[str, ...]
    effects: tuple[Effect, ...]
    pair_start: Ints
    blocks: Ints
    result: Ints
    votes: Floats
    weight: Floats | None
    x: Floats
    row_of_vote: Ints

    def __post_init__(self) -> None:
        for array in (self.pair_start, self.blocks, self.result, self.votes, self.x, self.row_of_vote):
            freeze(array)
        if self.weight is not None:
            freeze(self.weight)

    @property
    def n_effects(self) -> int:
        """Number of effects."""
        return len(self.effects)

    def weighted(self, power: int = 1) -> Floats:
        """Sum of the weights, to a power, of the votes of each row, (n_rows,); their number, if they are not weighted."""
        return self.votes if self.weight is None else self.votes * self.weight**power

    def pair_of_row(self) -> Ints:
        """Pair of each row, (n_rows,) int32."""
        return np.repeat(np.arange(self.contests.first.size, dtype=np.int32), np.diff(self.pair_start))

    def with_votes(self, votes: Floats) -> "Design":
        """Return the same rows, standing for other votes, sums of their weights (n_rows,); pairs without votes stay."""
        by_result = np.empty((3, self.contests.first.size))
        votes_of_pairs(self.pair_start, self.result, freeze(votes), by_result)
        played = Contests(self.contests.names, self.contests.first, self.contests.second, *by_result)
        return replace(self, votes=votes, weight=None, contests=played)

    def with_results(self, n_results: int) -> "Design":
        """Return a row for each result, 0 won, 1 lost, and 2 tied if there are three, in place of each row; the one it had stands for its votes."""
        start, n_rows = self.pair_start * n_results, self.result.size
        votes = np.zeros((n_rows, n_results))
        votes[np.arange(n_rows), self.result] = self.votes
        return replace(
            self,
            pair_start=start,
            blocks=blocks_of(start),
            result=np.tile(np.arange(n_results, dtype=np.int8), n_rows),
            votes=votes.ravel(),
            weight=None if self.weight is None else np.repeat(self.weight, n_results),
            x=np.repeat(self.x, n_results, axis=1),
            row_of_vote=np.empty(0, np.int32),
        )

    def only(self, keep: Bools) -> "Design":
        """Return the rows among the competitors where `keep` (n_competitors,) is true; rows are numbered anew, votes of the log are not."""
        inside = keep[self.contests.first] & keep[self.contests.second]
        sizes = np.diff(self.pair_start)
        rows = np.repeat(inside, sizes)
        start = np.append(0, np.cumsum(sizes[inside]))
        return replace(
            self,
            contests=self.contests.only(keep),
            pair_start=start,
            blocks=blocks_of(start),
            result=self.result[rows],
            votes=self.votes[rows],
            weight=None if self.weight is None else self.weight[rows],
            x=np.ascontiguousarray(self.x[:, rows]),
        )

    def summary(self) -> str:
        """Say how many votes and rows there are, with which effects."""
        return (
            f"{plural(self.votes.sum(), 'vote')} in {plural(self.result.size, 'row')}, of {plural(self.contests.first.size, 'pair')} of "
            f"{plural(len(self.contests.names), 'competitor')}\neffects: {listed([effect.name for effect in self.effects])}"
        )


def blocks_of(start: Ints) -> Ints:
    """First pair of each block of about `ROWS_IN_A_BLOCK` rows."""
    edges = np.searchsorted(start, np.arange(0, start[-1], ROWS_IN_A_BLOCK))
    return np.unique(np.append(edges, start.size - 1)).astype(np.int64)
