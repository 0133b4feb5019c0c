"""Contests: what is left of the counts once it is said what a tie and what "both bad" mean.

A tie is half a win for each side, no vote at all, or an outcome of its own; "both bad" is a tie, no vote at all, or an outcome of its own that says
nothing of who is better.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from engine.errors import OptionError
from engine.kernels.folding import fold_orders
from engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE, Bools, Floats, Ints, PairCounts, freeze

TieRule = Literal["half", "drop", "davidson", "rao-kupper"]
BothBadRule = Literal["tie", "drop", "outcome"]


def check_choice(label: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise `OptionError` unless `value` is one of `allowed`."""
    if value not in allowed:
        raise OptionError(f"{label} is {value!r}; allowed are {', '.join(map(repr, allowed))}")


@dataclass(frozen=True, slots=True, eq=False)
class Contests:
    """Votes between unordered pairs of competitors.

    Attributes
    ----------
    names : tuple of str
    first, second : (n_pairs,) int32
        The two competitors, first < second.
    wins, losses, ties : (n_pairs,) float64
        Votes that `first` won, lost, tied.
    n_both_bad : float
        Votes that were both bad and are an outcome of their own, beside these.
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    wins: Floats
    losses: Floats
    ties: Floats
    n_both_bad: float = 0.0

    def __post_init__(self) -> None:
        for array in (self.first, self.second, self.wins, self.losses, self.ties):
            freeze(array)

    @property
    def n_votes(self) -> float:
        """Number of votes that count."""
        return float(self.wins.sum() + self.losses.sum() + self.ties.sum())

    def votes_of_each(self) -> Floats:
        """Number of votes that count for each competitor, (n_competitors,)."""
        votes = self.wins + self.losses + self.ties
        n = len(self.names)
        return np.asarray(np.bincount(self.first, votes, n) + np.bincount(self.second, votes, n), np.float64)

    def only(self, keep: Bools) -> "Contests":
        """Return the contests among the competitors where `keep` (n_competitors,) is true."""
        index = (np.cumsum(keep) - 1).astype(np.int32)
        inside = keep[self.first] & keep[self.second]
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        votes = (self.wins[inside], self.losses[inside], self.ties[inside])
        return Contests(names, index[self.first[inside]], index[self.second[inside]], *votes, self.n_both_bad)


def contests(counts: PairCounts, *, ties: TieRule = "half", both_bad: BothBadRule = "tie") -> Contests:
    """Fold both orders of each pair and apply the tie rules.

    Parameters
    ----------
    counts : PairCounts
    ties : {"half", "drop", "davidson", "rao-kupper"}
        "drop" leaves ties out; what they mean otherwise is for the fit to say.
    both_bad : {"tie", "drop", "outcome"}
        "Both bad" is treated as a tie is, is left out, or is an outcome of its own.

    Raises
    ------
    OptionError
        If a rule is not one of those named.
    """
    check_choice("ties", ties, get_args(TieRule))
    check_choice("both_bad", both_bad, get_args(BothBadRule))
    n, m = counts.n_competitors, counts.first.size
    low, high = np.empty((2, m), np.int32)
    pair_of = np.empty(m, np.int64)
    n_pairs = fold_orders(counts.first, counts.second, n, np.empty(m, np.int64), np.empty(n + 1, np.int64), low, high, pair_of)
    won, lost, tied, bad = (counts.counts[:, outcome].astype(np.float64) for outcome in (FIRST_WON, SECOND_WON, TIE, BOTH_BAD))
    in_order = counts.first < counts.second
    even = np.zeros(m) if ties == "drop" else tied + bad if both_bad == "tie" else tied
    of_low = np.where(in_order, won, lost), np.where(in_order, lost, won), even
    wins, losses, ties_of_pair = (np.bincount(pair_of, votes, n_pairs).astype(np.float64) for votes in of_low)
    met = (wins + losses + ties_of_pair) > 0
    n_both_bad = float(bad.sum()) if both_bad == "outcome" else 0.0
    return Contests(counts.names, low[:n_pairs][met], high[:n_pairs][met], wins[met], losses[met], ties_of_pair[met], n_both_bad)
