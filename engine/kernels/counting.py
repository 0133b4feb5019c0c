"""Counting votes into a flat table of cells, and drawing the counts out of it."""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel


@kernel
def count_cells(first: Any, second: Any, outcome: Any, first_offset: Any, second_offset: Any, outcome_offset: Any, out: Any) -> None:
    """Add one to the cell of each row.

    A row's cell in the flat table `out` (uint32) is the sum of three offsets (uint32), which `first`, `second`, `outcome` (int, >= 0) index;
    every sum beyond the table falls into its last cell.
    """
    last = np.uint32(out.size - 1)
    for row in range(first.size):
        cell = first_offset[np.uint32(first[row])] + second_offset[np.uint32(second[row])] + outcome_offset[np.uint32(outcome[row])]
        out[min(np.uint32(cell), last)] += 1


@kernel
def add_pairs(first: Any, second: Any, counts: Any, n_rows: int, table: Any) -> None:
    """Add the counts (int64, four columns) of pairs to `table` (int64), the four outcomes of every ordered pair of `n_rows` competitors."""
    for pair in range(first.size):
        cell = 4 * (np.int64(first[pair]) * n_rows + second[pair])
        for outcome in range(4):
            table[cell + outcome] += counts[pair, outcome]


@kernel
def take_pairs(table: Any, n_rows: int, order: Any, first: Any, second: Any, counts: Any) -> int:
    """Write the pairs of two competitors that have votes, with their counts, and return how many there are.

    `table` (uint32) holds the four outcomes of every ordered pair of `n_rows` competitors; `order` (int32) says in which order competitors are
    gone through. `first`, `second` (int32) and `counts` (int64, four columns) must have room for every pair that has votes.
    """
    n_pairs = 0
    for i in order:
        for j in order:
            cell = 4 * (i * n_rows + j)
            if i != j and (table[cell] | table[cell + 1] | table[cell + 2] | table[cell + 3]):
                first[n_pairs] = i
                second[n_pairs] = j
                for outcome in range(4):
                    counts[n_pairs, outcome] = table[cell + outcome]
                n_pairs += 1
    return n_pairs
