"""Counting votes into cells, at once or while a log is read.

A flat table [first, second, outcome] holds the counts as long as it is small; over very many competitors the votes are sorted instead.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recount.engine.kernels.counting import add_pairs, count_cells, take_pairs
from recount.engine.votes import Ints, PairCounts, Votes, merged

# Cells, 4 bytes each.
LARGEST_TABLE = 64_000_000
LARGEST_COUNT = 2**32 - 1
# An offset that leads beyond every table; three of them do not overflow 32 bits.
NOWHERE = 2**30
N_THREADS = 2
# More than half of a chunk that is read: while one is counted, another core reads the next.
ROWS_WORTH_A_THREAD = 500_000
# Pairs from several tables or parts of a log that wait to be added up.
MOST_PAIRS_APART = 1 << 20
# Between so few competitors they are added up in a table, otherwise by sorting; 32 bytes a pair.
MOST_NAMES_SUMMED = 1000


class Tally:
    """Votes counted so far; competitors may still be added."""

    def __init__(self) -> None:
        self._n_names = 0
        # One table a thread.
        self._tables: list[Ints] = []
        self._n_in_tables = 0
        self._n_left_out = 0
        self._pairs: list[tuple[Ints, Ints, Ints]] = []
        # Pairs in the list, and how many of them are in its first part, which has each once.
        self._n_pairs = self._n_added_up = 0

    def add(self, first: Ints, second: Ints, outcome: Ints, first_code: Ints, second_code: Ints, outcome_code: Ints, n_names: int) -> int:
        """Count rows, and return how many were left out.

        Parameters
        ----------
        first, second, outcome : (n_rows,) int array
            Indices into the code arrays.
        first_code, second_code : int array
            Competitors, below `n_names`; -1 for no competitor.
        outcome_code : int array
            Outcomes; -1 for none.
        n_names : int
            Number of competitors so far; never less than before.

        Returns
        -------
        int
            Rows with a code of -1 or with one competitor on both sides.
        """
        if n_names * n_names * 4 > LARGEST_TABLE:
            return self._sort(first_code[first], second_code[second], outcome_code[outcome], n_names)
        if n_names > self._n_names or self._n_in_tables + first.size > LARGEST_COUNT:
            self._close_tables(np.arange(self._n_names, dtype=np.int32))
            # Room for a few more, so that a log in which new names keep appearing closes few tables.
            self._n_names = max(n_names, min(n_names * 5 // 4 + 8, int((LARGEST_TABLE / 4) ** 0.5)))
        n_threads = max(1, min(N_THREADS, first.size // ROWS_WORTH_A_THREAD))
        while len(self._tables) < n_threads:
            # The four outcomes of every pair, and one place more for what has no cell.
            self._tables.append(np.zeros(self._n_names * self._n_names * 4 + 1, np.uint32))
        offsets = _offsets(first_code, second_code, outcome_code, self._n_names)
        if n_threads == 1:
            count_cells(first, second, outcome, *offsets, self._tables[0])
        else:
            edges = np.linspace(0, first.size, n_threads + 1).astype(int)

            def count_part(part: int) -> None:
                rows = slice(edges[part], edges[part + 1])
                count_cells(first[rows], second[rows], outcome[rows], *offsets, self._tables[part])

            with ThreadPoolExecutor(n_threads) as pool:
                list(pool.map(count_part, range(n_threads)))
        self._n_in_tables += first.size
        left_out = sum(_n_left_out(table, self._n_names) for table in self._tables)
        self._n_left_out, before = left_out, self._n_left_out
        return left_out - before

    def add_cells(self, first: Ints, second: Ints, outcome: Ints, n_votes: Ints) -> None:
        """Count cells (competitors and outcomes, none of them -1) of `n_votes` votes each."""
        counts = np.zeros((first.size, 4), np.int64)
        counts[np.arange(first.size), outcome] = n_votes
        self.add_pairs(first, second, counts)

    def add_pairs(self, first: Ints, second: Ints, counts: Ints) -> None:
        """Count the votes of pairs of competitors by outcome, (n_pairs, 4)."""
        self._pairs.append((first, second, counts))
        self._n_pairs += first.size
        # What waits is at least as much as what is added up, so that adding up takes a bounded share of the time.
        if self._n_pairs > 2 * self._n_added_up + MOST_PAIRS_APART:
            self._add_up()

    def pairs(self, names: Sequence[str]) -> tuple[Ints, Ints, Ints]:
        """Return what was counted: first, second (n_pairs,), as codes, and the votes by outcome (n_pairs, 4), each pair once."""
        # By name, so that the pairs need no sorting afterwards.
        self._close_tables(np.array(sorted(range(min(self._n_names, len(names))), key=names.__getitem__), np.int32))
        if not self._pairs:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 4), np.int64)
        if len(self._pairs) > 1:
            self._add_up()
        return self._pairs[0]

    def _add_up(self) -> None:
        """Put all pairs into one list, each once."""
        n_names = 1 + max(int(side.max(initial=-1)) for *sides, _ in self._pairs for side in sides)
        if n_names <= MOST_NAMES_SUMMED:
            sums: Ints = np.zeros(n_names * n_names * 4, np.int64)
            for first, second, counts in self._pairs:
                # One type an argument, so that the kernel is compiled once.
                add_pairs(first.astype(np.int32, copy=False), second.astype(np.int32, copy=False), counts, n_names, sums)
            keys: Ints = np.flatnonzero(sums.reshape(-1, 4).any(axis=1))
            counts = sums.reshape(-1, 4)[keys]
        else:
            first, second, counts = (np.concatenate(parts) for parts in zip(*self._pairs, strict=True))
            keys, counts = merged(first.astype(np.int64) * n_names + second, counts)
        first, second = np.divmod(keys, n_names)
        self._pairs = [(first.astype(np.int32), second.astype(np.int32), counts)]
        self._n_pairs = self._n_added_up = keys.size

    def counts(self, names: tuple[str, ...]) -> PairCounts:
        """Return what was counted, between the competitors `names`."""
        return PairCounts(names, *self.pairs(names))

    def _sort(self, first: Ints, second: Ints, outcome: Ints, n_names: int) -> int:
        good = (first >= 0) & (second >= 0) & (outcome >= 0) & (first != second)
        keys = (first[good].astype(np.int64) * n_names + second[good]) * 4 + outcome[good]
        cells, n_votes = np.unique(keys, return_counts=True)
        self.add_cells(cells // 4 // n_names, cells // 4 % n_names, cells % 4, n_votes)
        return int(good.size - good.sum())

    def _close_tables(self, order: Ints) -> None:
        """Move what the tables hold to the cells, competitors in this order."""
        if self._n_in_tables:
            for table in self._tables[1:]:
                self._tables[0] += table
            most = min(self._n_in_tables, order.size * order.size)
            first, second, counts = np.empty(most, np.int32), np.empty(most, np.int32), np.empty((most, 4), np.int64)
            n_pairs = take_pairs(self._tables[0], self._n_names, order, first, second, counts)
            # Copies, so that room for pairs without votes is given back.
            self.add_pairs(first[:n_pairs].copy(), second[:n_pairs].copy(), counts[:n_pairs].copy())
        self._tables = []
        self._n_in_tables = self._n_left_out = 0


def count(votes: Votes) -> PairCounts:
    """Count the votes of each cell.

    Competitors without a vote keep their place in `names`.
    """
    names = np.arange(len(votes.names), dtype=np.int32)
    tally = Tally()
    tally.add(votes.first, votes.second, votes.outcome, names, names, np.arange(4, dtype=np.int32), names.size)
    return tally.counts(votes.names)


def _n_left_out(table: Ints, n_names: int) -> int:
    """Count the rows in a table that have no cell, or one competitor on both sides."""
    return int(table[-1]) + int(table[:-1].reshape(-1, 4)[:: n_names + 1].sum())


def _offsets(first_code: Ints, second_code: Ints, outcome_code: Ints, n_names: int) -> tuple[Ints, Ints, Ints]:
    """Turn codes into the offsets that the kernel adds up."""
    coded = ((first_code, 4 * n_names), (second_code, 4), (outcome_code, 1))
    first, second, outcome = (np.where(code < 0, NOWHERE, code.astype(np.int64) * size).astype(np.uint32) for code, size in coded)
    return first, second, outcome
