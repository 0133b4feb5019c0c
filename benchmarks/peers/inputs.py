"""What the contestants are given, and what judges their answers.

A log comes as the Parquet file, as encoded votes and as counted cells (first, second, outcome); `benchmarks.peers.logs` writes them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ELO = 400 / math.log(10)
# What a job returns: the call that is timed, and the judge of what that call returns.
Task = tuple[Callable[[], Any], Callable[[Any], "Verdict"]]

# The rule of online Elo: every competitor begins at 1000, K = 4.
START, K = 1000.0, 4.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer compares with the truth.

    Attributes
    ----------
    error : float, optional
        Largest error, if it can be known.
    unit : str
        Of the error.
    remark : str
        What else is to be said.
    n_replicates : int
        The time is given for one of these.
    """

    error: float | None = None
    unit: str = "Elo"
    remark: str = ""
    n_replicates: int = 1


class Inputs:
    """A log in every form that a contestant may take; arrays are read when asked for."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._arrays = np.load(log.with_suffix(".npz"))
        self.names: list[str] = self._arrays["names"].tolist()
        self.n = len(self.names)

    def votes(self) -> tuple[Array, Array, Array]:
        """First and second (n_votes,) int32, and the points of first (n_votes,) float64: 1, 1/2 or 0; in the order of the log."""
        return self._arrays["first"], self._arrays["second"], self._arrays["points"] / 2

    def cells(self) -> tuple[Array, Array, Array, Array]:
        """First, second, points of first and number of votes of each kind of vote that occurs, (n_cells,) each."""
        return self._arrays["cell_first"], self._arrays["cell_second"], self._arrays["cell_points"], self._arrays["cell_votes"]

    def half_wins(self) -> Array:
        """Wins of row against column, a tie being half of one for each, (n, n)."""
        return half_wins(self.n, *self.cells())

    def pairs(self) -> tuple[Array, Array, Array, Array, Array]:
        """First < second, and votes that first won, lost and tied, (n_pairs,) each."""
        first, second, points, votes = self.cells()
        table = np.zeros((3, self.n, self.n))
        for row, of in enumerate((1.0, 0.0, 0.5)):
            won = points == of
            table[row, first[won], second[won]] = votes[won]
        wins, losses, ties = table[0] + table[1].T, table[1] + table[0].T, table[2] + table[2].T
        i, j = np.nonzero(np.triu(wins + losses + ties))
        return i, j, wins[i, j], losses[i, j], ties[i, j]

    def judge_counts(self, names: list[str], *cells: Array) -> Verdict:
        """Compare counted cells (as from `cells`) with the truth, in votes."""
        order = [names.index(name) for name in self.names]
        found = half_wins(len(names), *cells)[np.ix_(order, order)]
        return Verdict(float(np.abs(found - self.half_wins()).max()), "votes")

    def judge(self, strengths: Array, names: list[str] | None = None, truth: str = "strengths", remark: str = "") -> Verdict:
        """Compare strengths (n,), log-odds, with the truth, in Elo; the truth's own names are assumed where none are given."""
        if names is not None:
            found = dict(zip(names, np.asarray(strengths).tolist(), strict=True))
            strengths = np.array([found[name] for name in self.names])
        right = self._arrays[truth]
        rated = np.isfinite(right)
        difference = strengths[rated] - right[rated]
        if not rated.all():
            gap = ELO * float(strengths[~rated][0] - strengths[rated].max())
            remark = ", ".join(filter(None, [f"puts the unbeaten {gap:+.0f} Elo from the best of the others", remark]))
        return Verdict(ELO * float(np.abs(difference - difference.mean()).max()), "Elo", remark)

    def judge_errors(self, standard_errors: Array, remark: str = "") -> Verdict:
        """Compare standard errors (n,), log-odds, with the truth, in per cent."""
        return Verdict(100 * float(np.abs(standard_errors / self._arrays["standard_errors"] - 1).max()), "%", remark)

    def judge_elo(self, ratings: Array) -> Verdict:
        """Compare ratings (n,) after one pass with the truth."""
        return Verdict(float(np.abs(ratings - self._arrays["elo"]).max()))

    def spread(self, replicates: Array) -> str:
        """Say how the replicates (n_replicates, n), log-odds, spread against the sandwich."""
        centred = replicates - replicates.mean(axis=1, keepdims=True)
        return f"SD / sandwich SE {np.median(centred.std(axis=0, ddof=1) / self._arrays['standard_errors']):.2f} in the median"


def half_wins(n: int, first: Array, second: Array, points: Array, votes: Array) -> Array:
    """Return the matrix of wins, ties as halves, (n, n)."""
    wins = np.bincount(first * n + second, votes * points, n * n).reshape(n, n)
    return wins + np.bincount(second * n + first, votes * (1 - points), n * n).reshape(n, n)
