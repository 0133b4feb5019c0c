"""Counting votes into cells."""

from typing import Any

import numpy as np

from engine.kernels.accelerate import kernel


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
