"""Votes that belong together: by voter, prompt, session, day, or any column of the log.

Votes of one cluster may depend on each other in any way; clusters are independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.bradley_terry import Fit
from engine.errors import InputError, OptionError
from engine.triangle import on_triangle, pair_place
from engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, Factor, Ints, Votes, freeze


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredVotes:
    """The votes that a fit counts, each with its cell and its cluster.

    Attributes
    ----------
    columns : tuple of str
        One column of the log, or two that cross.
    cell : (n_votes,) int32
        Cell of each vote on the triangle: pair + (0 won, 1 lost, 2 tied by the pair's first) x n_pairs.
    codes : tuple of (n_votes,) int32
        Cluster of each vote, for each column.
    n_clusters : tuple of int
        Number of clusters of each column.
    n_alone : tuple of int
        Votes without a label in each column; each of them is a cluster by itself.
    """

    columns: tuple[str, ...]
    cell: Ints
    codes: tuple[Ints, ...]
    n_clusters: tuple[int, ...]
    n_alone: tuple[int, ...]

    def order(self, column: int) -> tuple[Ints, Ints]:
        """Return an order of the votes that puts clusters of a column side by side, and where each begins, (n_clusters + 1,) int64."""
        order = np.argsort(self.codes[column], kind="stable")
        return order, np.searchsorted(self.codes[column][order], np.arange(self.n_clusters[column] + 1)).astype(np.int64)

    def grouped(self, column: int) -> tuple[Ints, Ints]:
        """Return where each cluster of a column begins, and the cells of the votes in that order."""
        order, start = self.order(column)
        return start, self.cell[order]

    def intersection(self) -> "ClusteredVotes":
        """Return the same votes by the clusters that share both columns."""
        pairs, codes = np.unique(self.codes[0].astype(np.int64) * self.n_clusters[1] + self.codes[1], return_inverse=True)
        return ClusteredVotes((" x ".join(self.columns),), self.cell, (freeze(codes.astype(np.int32)),), (pairs.size,), (0,))


def clustered(votes: Votes, fit: Fit, by: str | Sequence[str]) -> ClusteredVotes:
    """Assign the votes of a fit to clusters.

    Parameters
    ----------
    votes : Votes
        The log that was fitted.
    fit : Fit
    by : str or two str
        Columns of the log whose values are the clusters; with two, votes that share either are taken to depend on each other.

    Raises
    ------
    OptionError
        If there are not one or two columns, or the log lacks one.
    InputError
        If the votes are not those that were fitted.
    """
    columns = (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(columns) <= 2 or len(set(columns)) != len(columns):
        raise OptionError(f"clusters are by {columns}; name one column, or two different ones")
    for name in columns:
        if name not in votes.columns:
            raise OptionError(f"the votes have no column {name!r} to cluster by; there are {', '.join(map(repr, votes.columns)) or 'none'}")
    counts, cell = _cells(votes, fit)
    codes, n_clusters, n_alone = zip(*(_codes(votes.columns[name], counts) for name in columns), strict=True)
    return ClusteredVotes(columns, freeze(cell), codes, n_clusters, n_alone)


def _cells(votes: Votes, fit: Fit) -> tuple[Ints, Ints]:
    """Return the rows of the votes that the fit counts, and the cell of each of them."""
    n = len(fit.names)
    index = {name: i for i, name in enumerate(fit.names)}
    rated = np.array([index.get(name, -1) for name in votes.names], np.int32)
    first, second = rated[votes.first], rated[votes.second]
    counts = (first >= 0) & (second >= 0)
    if fit.ties == "drop":
        counts &= (votes.outcome == FIRST_WON) | (votes.outcome == SECOND_WON)
    elif fit.both_bad != "tie":
        counts &= votes.outcome != BOTH_BAD
    rows = np.flatnonzero(counts)
    first, second, outcome = first[rows], second[rows], votes.outcome[rows]
    first_won = (outcome == FIRST_WON) == (first < second)
    result = np.where(outcome > SECOND_WON, 2, np.where(first_won, 0, 1))
    cell = pair_place(np.minimum(first, second), np.maximum(first, second), n) + result * (n * (n - 1) // 2)
    expected = on_triangle(fit.contests).ravel()
    if not np.array_equal(np.bincount(cell, minlength=expected.size), expected):
        raise InputError("the votes are not those that were fitted; give the log from which the counts of the fit were made")
    return rows, cell.astype(np.int32)


def _codes(column: NDArray[Any] | Factor, rows: Ints) -> tuple[Ints, int, int]:
    """Return the cluster of each row, from 0 without gaps, the number of clusters, and how many rows have no label."""
    if isinstance(column, Factor):
        labels: NDArray[Any] = column.codes[rows]
        missing = labels < 0
    else:
        labels = column[rows]
        missing = np.isnan(labels) if labels.dtype.kind == "f" else np.isnat(labels) if labels.dtype.kind in "mM" else np.zeros(labels.size, np.bool_)
    codes = np.empty(labels.size, np.int64)
    values, codes[~missing] = np.unique(labels[~missing], return_inverse=True)
    n_alone = int(missing.sum())
    codes[missing] = values.size + np.arange(n_alone)
    return freeze(codes.astype(np.int32)), values.size + n_alone, n_alone
