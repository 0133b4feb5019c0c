"""Votes that belong together: by voter, prompt, session, day, or any column of the log.

Votes of one cluster may depend on each other in any way; clusters are independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.engine.bradley_terry.fitting import Fit
from recount.engine.errors import InputError, OptionError
from recount.engine.triangle import cell_on_triangle, on_triangle, pair_place
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, Floats, Ints, Votes, freeze, labels_of


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredVotes:
    """The votes that a fit counts, each with its cell and its cluster.

    Attributes
    ----------
    columns : tuple of str
        One column of the log, or two that cross.
    row : (n_votes,) int64
        Row of each vote in the log.
    cell : (n_votes,) int32
        Cell of each vote on the triangle: pair + (0 won, 1 lost, 2 tied by the pair's first) x n_pairs.
    weight : (n_votes,) float64
    codes : tuple of (n_votes,) int32
        Cluster of each vote, for each column.
    n_clusters : tuple of int
        Number of clusters of each column.
    n_alone : tuple of int
        Votes without a label in each column; each of them is a cluster by itself.
    """

    columns: tuple[str, ...]
    row: Ints
    cell: Ints
    weight: Floats
    codes: tuple[Ints, ...]
    n_clusters: tuple[int, ...]
    n_alone: tuple[int, ...]

    def order(self, column: int) -> tuple[Ints, Ints]:
        """Return an order of the votes that puts clusters of a column side by side, and where each begins, (n_clusters + 1,) int64."""
        order = np.argsort(self.codes[column], kind="stable")
        return order, np.searchsorted(self.codes[column][order], np.arange(self.n_clusters[column] + 1)).astype(np.int64)

    def grouped(self, column: int) -> tuple[Ints, Ints, Floats]:
        """Return where each cluster of a column begins, and the cells and weights of the votes in that order."""
        order, start = self.order(column)
        return start, self.cell[order], self.weight[order]

    def intersection(self) -> "ClusteredVotes":
        """Return the same votes by the clusters that share both columns."""
        pairs, codes = np.unique(self.codes[0].astype(np.int64) * self.n_clusters[1] + self.codes[1], return_inverse=True)
        codes = freeze(codes.astype(np.int32))
        return ClusteredVotes((" x ".join(self.columns),), self.row, self.cell, self.weight, (codes,), (pairs.size,), (0,))


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
        If there are not one or two columns, or the log lacks one, or one holds a single cluster.
    InputError
        If the votes are not those that were fitted.
    """
    return cluster_by(votes, by, *_cells(votes, fit))


def cluster_by(votes: Votes, by: str | Sequence[str], rows: Ints, cell: Ints, weight: Floats) -> ClusteredVotes:
    """Assign `rows` of a log, each with a cell and a weight, to clusters by one or two of its columns; raise `OptionError` as `clustered` does."""
    columns = (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(columns) <= 2 or len(set(columns)) != len(columns):
        raise OptionError(f"clusters are by {columns}; name one column, or two different ones")
    codes, n_clusters, n_alone = zip(*(labels_of(votes, name, rows) for name in columns), strict=True)
    for name, n in zip(columns, n_clusters, strict=True):
        if n < 2:
            raise OptionError(f"all votes have one {name!r}, and nothing to compare it with; cluster by another column")
    return ClusteredVotes(columns, freeze(rows), freeze(cell), freeze(weight), codes, n_clusters, n_alone)


def _cells(votes: Votes, fit: Fit) -> tuple[Ints, Ints, Floats]:
    """Return the rows of the votes that the fit counts, and the cell and the weight of each of them."""
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
    expected, weights = on_triangle(fit.contests).ravel(), fit.contests.weights
    if weights is None:
        weight = np.ones(rows.size)
    elif weights.of_vote is None:
        of_cell = np.zeros(expected.size)
        of_cell[cell_on_triangle(fit.contests, weights.cell)] = weights.weight
        weight = of_cell[cell]
    else:
        weight = weights.of_vote[rows] if weights.of_vote.size == votes.n_votes else np.zeros(rows.size)
    # Sums of weights in another order differ by rounding.
    if not np.allclose(np.bincount(cell, weight, expected.size), expected, rtol=1e-9, atol=0):
        raise InputError("the votes are not those that were fitted; give the log from which the counts of the fit were made")
    return rows, cell.astype(np.int32), weight
