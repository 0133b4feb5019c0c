"""Counts that grow while a log is read, so that a log of any length needs the memory of its cells only."""

import numpy as np

from engine.kernels.counting import count_coded_votes
from engine.votes import LARGEST_TABLE, Ints, PairCounts, cells_by_sorting, cells_of_table

LARGEST_COUNT = 2**32 - 1


class Tally:
    """Votes counted so far, over competitors that may still become more."""

    def __init__(self) -> None:
        self._table = np.zeros((0, 0, 4), np.uint32)
        self._n_in_table = 0
        self._finished: list[tuple[Ints, Ints, Ints]] = []

    def add(self, first: Ints, second: Ints, outcome: Ints, first_code: Ints, second_code: Ints, outcome_code: Ints, n_names: int) -> int:
        """Count rows, and return how many were not counted.

        Parameters
        ----------
        first, second, outcome : (n_rows,) int32
            Indices into the code arrays.
        first_code, second_code : int32 array
            Competitors, below `n_names`; -1 for no competitor.
        outcome_code : int8 array
            Outcomes; -1 for none.
        n_names : int
            Number of competitors so far; never less than before.

        Returns
        -------
        int
            Rows with a code of -1 or one competitor on both sides.
        """
        if n_names * n_names * 4 > LARGEST_TABLE:
            return self._add_by_sorting(first_code[first], second_code[second], outcome_code[outcome], n_names)
        if self._n_in_table + first.size > LARGEST_COUNT:
            self._finish_table()
        if n_names > self._table.shape[0]:
            grown = np.zeros((2 * n_names, 2 * n_names, 4), np.uint32)
            grown[: self._table.shape[0], : self._table.shape[0]] = self._table
            self._table = grown
        self._n_in_table += first.size
        return count_coded_votes(first, second, outcome, first_code, second_code, outcome_code, self._table)

    def add_cells(self, first: Ints, second: Ints, outcome: Ints, n_votes: Ints) -> None:
        """Count cells (competitors and outcome without -1) of `n_votes` votes each."""
        counts = np.zeros((first.size, 4), np.int64)
        counts[np.arange(first.size), outcome] = n_votes
        self._finished.append((first, second, counts))

    def counts(self, names: tuple[str, ...]) -> PairCounts:
        """Return what was counted, between the competitors `names`."""
        self._finish_table()
        first, second, counts = (np.concatenate(parts) for parts in zip(*self._finished, strict=True))
        return PairCounts(names, first, second, counts)

    def _add_by_sorting(self, first: Ints, second: Ints, outcome: Ints, n_names: int) -> int:
        good = (first >= 0) & (second >= 0) & (outcome >= 0) & (first != second)
        self._finished.append(cells_by_sorting(first[good], second[good], outcome[good], n_names))
        return int(good.size - good.sum())

    def _finish_table(self) -> None:
        n = self._table.shape[0]
        self._finished.append(cells_of_table(self._table.reshape(n * n, 4), n))
        self._table = np.zeros((0, 0, 4), np.uint32)
        self._n_in_table = 0
