"""Contests: what is left of the counts once it is said what a tie and what "both bad" mean.

Bradley-Terry knows wins only. A tie is half a win for each side or no vote at all; "both bad" is a tie or no vote at all.
"""

from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np

from engine.errors import OptionError
from engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE, Bools, Floats, Ints, PairCounts, freeze

TieRule = Literal["half", "drop"]
BothBadRule = Literal["tie", "drop"]


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
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    wins: Floats
    losses: Floats
    ties: Floats

    def __post_init__(self) -> None:
        for array in fields(self)[1:]:
            freeze(getattr(self, array.name))

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
        return Contests(names, index[self.first[inside]], index[self.second[inside]], *votes)


def contests(counts: PairCounts, *, ties: TieRule = "half", both_bad: BothBadRule = "tie") -> Contests:
    """Fold both orders of each pair and apply the tie rules.

    Parameters
    ----------
    counts : PairCounts
    ties : {"half", "drop"}
        A tie is half a win for each side, or is left out.
    both_bad : {"tie", "drop"}
        "Both bad" is treated as a tie is, or is left out.

    Raises
    ------
    OptionError
        If a rule is not one of those named.
    """
    check_choice("ties", ties, get_args(TieRule))
    check_choice("both_bad", both_bad, get_args(BothBadRule))
    n = counts.n_competitors
    won, lost, tied = np.zeros((3, n, n))
    cells = counts.first, counts.second
    won[cells] = counts.counts[:, FIRST_WON]
    lost[cells] = counts.counts[:, SECOND_WON]
    if ties == "half":
        tied[cells] = counts.counts[:, TIE] + (counts.counts[:, BOTH_BAD] if both_bad == "tie" else 0)
    wins, losses, ties_of_pair = won + lost.T, lost + won.T, tied + tied.T
    first, second = np.nonzero(np.triu(wins + losses + ties_of_pair))
    votes = (table[first, second] for table in (wins, losses, ties_of_pair))
    return Contests(counts.names, first.astype(np.int32), second.astype(np.int32), *votes)
