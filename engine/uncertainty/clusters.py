"""Clusters of votes: by voter, prompt, session, day, or any column of the log.

Votes of one cluster may depend on each other in any way; clusters are independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.votes import Floats, Ints, Votes, freeze, labels_of

# Of two, the difference is one number.
FEWEST_CLUSTERS = 3
# Clusters of equal size that unequal ones are worth: of fewer, one or two hold nearly all votes.
LEAST_WORTH = 2.25


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClusteredVotes(Shown):
    """The votes that a fit counts, each with its cell and its cluster.

    Attributes
    ----------
    columns : tuple of str
        One column of the log, or two that cross.
    row : (n_votes,) int64
        Row of each vote in the log.
    cell : (n_votes,) int32
        Cell of each vote: on the triangle, pair + (0 won, 1 lost, 2 tied by the pair's first) x n_pairs; with covariates, its row of the design.
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

    def summary(self) -> str:
        """Say how many clusters there are."""
        lines = [
            f"{plural(n, 'cluster')} by {column!r}" + (f", {alone:,} of them votes without a label" if alone else "")
            for column, n, alone in zip(self.columns, self.n_clusters, self.n_alone, strict=True)
        ]
        return "\n".join([f"{plural(self.row.size, 'vote')}", *lines])


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
    columns = (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(columns) <= 2 or len(set(columns)) != len(columns):
        raise OptionError(f"clusters are by {columns}; name one column, or two different ones")
    rows, cell, weight = fit.likelihood.cells_of(votes, fit.both_bad)
    # By cell and label, so that the order of the log has no effect on clusters of single votes either.
    order = np.lexsort((*(_of_labels(votes, name, rows) for name in columns), cell))
    rows, cell, weight = rows[order], cell[order], weight[order]
    codes, n_clusters, n_alone = zip(*(labels_of(votes, name, rows) for name in columns), strict=True)
    for name, n in zip(columns, n_clusters, strict=True):
        if n < 2:
            raise OptionError(f"all votes have one {name!r}, so there is nothing to compare; cluster by another column")
    return ClusteredVotes(columns, freeze(rows), freeze(cell), freeze(weight), codes, n_clusters, n_alone)


def _of_labels(votes: Votes, column: str, rows: Ints) -> Ints:
    """Number the labels of a column in some rows, all votes without one alike."""
    codes, n_labels, n_alone = labels_of(votes, column, rows)
    return np.minimum(codes, n_labels - n_alone)


def check_enough_clusters(clusters: ClusteredVotes) -> None:
    """Raise `OptionError` if a column has so few clusters that nothing can be learned of how they differ."""
    for name, n in zip(clusters.columns, clusters.n_clusters, strict=True):
        if n < FEWEST_CLUSTERS:
            raise OptionError(
                f"the votes have {plural(n, 'different value')} of {name!r}, too few to learn from how votes with one differ from votes "
                f"with another; "
                f"cluster by a column with at least {FEWEST_CLUSTERS}, and see whether the ratings by each {name!r} agree"
            )


def check_worth(column: str, n_equal: float) -> None:
    """Raise `OptionError` if the clusters of a column are worth hardly more than two of equal size, as where one holds most votes."""
    if n_equal < LEAST_WORTH:
        raise OptionError(
            f"the values of {column!r} are so unequal that they are worth {n_equal:.1f} of equal size, too few to learn from how votes with one "
            "differ from votes with another; cluster by another column, or see whether the ratings without the largest agree"
        )
