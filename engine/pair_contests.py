"""Contests: what is left of the counts once it is said what a tie and what "both bad" mean.

A tie is half a win for each side, no vote at all, or an outcome of its own; "both bad" is a tie, no vote at all, or an outcome of its own that says
nothing of who is better.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np

from recount.engine.choices.declaring import check_choice
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import BOTH_BAD_AS, TIES_AS
from recount.engine.kernels.folding import fold_by_merging, fold_on_triangle
from recount.engine.plurals import plural
from recount.engine.showing import Shown, listed
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE, Bools, Floats, Ints, PairCounts, freeze
from recount.engine.weighting import WeightedCounts

# Pairs that could have met, for each that was shown, above which most of a triangle is empty.
SPARSE = 4


@dataclass(frozen=True, slots=True, eq=False)
class VoteWeights:
    """Votes that do not count for one.

    Attributes
    ----------
    cell : (n_rows,) int64
        Cell of the votes of each row: pair + (0 won, 1 lost, 2 tied by the pair's first) x n_pairs.
    weight : (n_rows,) float64
    n_votes : (n_rows,) int64
        Votes that each row stands for.
    of_vote : (n_votes,) float64 or None
        Weights in the order of the log, all votes of it; None where the counts alone decide them.
    """

    cell: Ints
    weight: Floats
    n_votes: Ints
    of_vote: Floats | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Contests(Shown):
    """Votes between unordered pairs of competitors.

    Attributes
    ----------
    names : tuple of str
    first, second : (n_pairs,) int32
        The two competitors, first < second.
    wins, losses, ties : (n_pairs,) float64
        Votes that `first` won, lost, tied; sums of weights, if they are weighted.
    n_both_bad : float
        Votes that were both bad and are an outcome of their own, beside these; the sum of their weights, if they are weighted.
    both_bad_squares : float
        The sum of the squares of those weights; as many, if they are not weighted.
    weights : VoteWeights or None
        None where every vote counts for one.
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    wins: Floats
    losses: Floats
    ties: Floats
    n_both_bad: float = 0.0
    both_bad_squares: float = 0.0
    weights: VoteWeights | None = None

    def __post_init__(self) -> None:
        for array in (self.first, self.second, self.wins, self.losses, self.ties):
            freeze(array)

    @property
    def n_votes(self) -> float:
        """Number of votes that count; the sum of their weights, if they are weighted."""
        return float(self.wins.sum() + self.losses.sum() + self.ties.sum())

    @property
    def n_effective(self) -> float:
        """Effective number of votes: the square of the sum of the weights over the sum of their squares."""
        return self.n_votes**2 / float(self.weight_sums(2).sum())

    @property
    def n_effective_of_all(self) -> float:
        """The same of all votes, "both bad" as an outcome of its own among them."""
        return (self.n_votes + self.n_both_bad) ** 2 / (float(self.weight_sums(2).sum()) + self.both_bad_squares)

    def weight_sums(self, power: int) -> Floats:
        """Sums of the weights of votes to a power, (3, n_pairs): won, lost, tied by the pair's first; numbers of votes, if they are not weighted."""
        if self.weights is None:
            return np.stack([self.wins, self.losses, self.ties])
        return _sums(self.weights, power, self.first.size)

    def votes_of_each(self) -> Floats:
        """Number of votes that count for each competitor, (n_competitors,), whatever their weights."""
        votes = self.weight_sums(0).sum(axis=0)
        n = len(self.names)
        return np.asarray(np.bincount(self.first, votes, n) + np.bincount(self.second, votes, n), np.float64)

    def only(self, keep: Bools) -> "Contests":
        """Return the contests among the competitors where `keep` (n_competitors,) is true."""
        index = (np.cumsum(keep) - 1).astype(np.int32)
        inside = keep[self.first] & keep[self.second]
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        votes = (self.wins[inside], self.losses[inside], self.ties[inside])
        weights = None if self.weights is None else _renumbered(self.weights, inside)
        return Contests(names, index[self.first[inside]], index[self.second[inside]], *votes, self.n_both_bad, self.both_bad_squares, weights)

    def summary(self) -> str:
        """Say how many votes there are between whom."""
        decided, ties = self.weight_sums(0)[:2].sum(), self.weight_sums(0)[2].sum()
        bad = f"{self.n_both_bad:,.0f} both bad" if self.weights is None else f"both bad ones with a weight of {self.n_both_bad:,.0f}"
        apart = f"; apart from them {bad}" if self.n_both_bad else ""
        lines = [
            f"{plural(decided + ties, 'vote')} of {plural(self.first.size, 'pair')}: {decided:,.0f} decided, {ties:,.0f} tied{apart}",
            f"{plural(len(self.names), 'competitor')}: {listed(self.names)}",
        ]
        return "\n".join(lines if self.weights is None else [*lines, f"weighted, worth {plural(self.n_effective, 'vote')} that count alike"])


def contests(counts: PairCounts | WeightedCounts, *, ties: TieRule | str = TIES_AS, both_bad: BothBadRule = BOTH_BAD_AS) -> Contests:
    """Fold both orders of each pair and apply the tie rules.

    Parameters
    ----------
    counts : PairCounts or WeightedCounts
    ties : TieRule or its text
        "drop" leaves ties out; what they mean otherwise is for the fit to say.
    both_bad : {"tie", "drop", "outcome"}
        "Both bad" is treated as a tie is, is left out, or is an outcome of its own.

    Raises
    ------
    OptionError
        If a rule is not one of those named.
    """
    ties = TieRule(ties)
    check_choice("both_bad", both_bad, get_args(BothBadRule))
    if isinstance(counts, WeightedCounts):
        return _weighted_contests(counts, ties, both_bad)
    n, m = counts.n_competitors, counts.first.size
    n_possible = n * (n - 1) // 2
    most = min(m, n_possible)
    (low, high), votes = np.empty((2, most), np.int32), np.empty((3, most))
    shown, ties_count = (counts.first, counts.second), ties is not TieRule.DROP
    rules = int(ties_count), int(ties_count and both_bad == "tie")
    if n_possible <= m * SPARSE:
        n_pairs = fold_on_triangle(shown, counts.counts, n, rules, np.empty((3, n_possible)), low, high, votes)
    else:
        scratch = np.empty(n + 1, np.int64), np.empty(m, np.int64)
        n_pairs = fold_by_merging(shown, counts.counts, n, rules, scratch, low, high, votes)
    n_both_bad = float(counts.counts[:, BOTH_BAD].sum()) if both_bad == "outcome" else 0.0
    wins, losses, even = votes[:, :n_pairs]
    return Contests(counts.names, low[:n_pairs], high[:n_pairs], wins, losses, even, n_both_bad, n_both_bad)


def _weighted_contests(counts: WeightedCounts, ties: TieRule, both_bad: BothBadRule) -> Contests:
    n = len(counts.names)
    row_of_tie = -1 if ties is TieRule.DROP else 2
    row_of_outcome = {FIRST_WON: 0, SECOND_WON: 1, TIE: row_of_tie, BOTH_BAD: row_of_tie if both_bad == "tie" else -1}
    row = np.array([row_of_outcome[outcome] for outcome in range(4)])[counts.outcome]
    row = np.where((counts.first > counts.second) & (row >= 0) & (row < 2), 1 - row, row)
    counted = row >= 0
    low, high = np.minimum(counts.first, counts.second), np.maximum(counts.first, counts.second)
    pairs, pair = np.unique(low[counted].astype(np.int64) * n + high[counted], return_inverse=True)
    weights = VoteWeights(pair + row[counted] * pairs.size, counts.weight[counted], counts.n_votes[counted], counts.of_vote)
    wins, losses, even = _sums(weights, 1, pairs.size)
    bad = (counts.outcome == BOTH_BAD) & (both_bad == "outcome")
    n_both_bad, squares = (float((counts.n_votes * counts.weight**power)[bad].sum()) for power in (1, 2))
    return Contests(counts.names, (pairs // n).astype(np.int32), (pairs % n).astype(np.int32), wins, losses, even, n_both_bad, squares, weights)


def _sums(weights: VoteWeights, power: int, n_pairs: int) -> Floats:
    """Sums of the weights to a power, (3, n_pairs)."""
    sums = np.bincount(weights.cell, weights.n_votes * weights.weight**power, 3 * n_pairs).astype(np.float64)
    return sums.reshape(3, -1)


def _renumbered(weights: VoteWeights, inside: Bools) -> VoteWeights:
    """Weights of the pairs where `inside` (n_pairs,) is true, which are numbered anew."""
    outcome, pair = np.divmod(weights.cell, inside.size)
    kept = inside[pair]
    number = np.cumsum(inside) - 1
    return VoteWeights(number[pair[kept]] + outcome[kept] * int(inside.sum()), weights.weight[kept], weights.n_votes[kept], weights.of_vote)
