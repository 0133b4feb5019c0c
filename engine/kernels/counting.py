"""Counting votes into cells."""

from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def count_votes(first: Any, second: Any, outcome: Any, n_competitors: int, out: Any) -> None:
    """Add each vote to its cell.

    `first`, `second` (int32) and `outcome` (int8) have one element a vote; `out` (uint32) is the flat table
    [first, second, outcome], n_competitors^2 * 4 long.
    """
    for row in range(first.size):
        out[(first[row] * n_competitors + second[row]) * 4 + outcome[row]] += 1


@kernel
def count_coded_votes(first: Any, second: Any, outcome: Any, first_code: Any, second_code: Any, outcome_code: Any, out: Any) -> int:
    """Add each row with codes to its cell; return how many rows have a code below 0 or one competitor on both sides.

    `first`, `second`, `outcome` (int32) index the codes `first_code`, `second_code` (int32) and `outcome_code` (int8);
    `out` (uint32) is the table [first, second, outcome].
    """
    n_rejected = 0
    for row in range(first.size):
        a = first_code[first[row]]
        b = second_code[second[row]]
        y = outcome_code[outcome[row]]
        if a < 0 or b < 0 or y < 0 or a == b:
            n_rejected += 1
        else:
            out[a, b, y] += 1
    return n_rejected
