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
def encode_votes(
    first: Any, second: Any, outcome: Any, first_code: Any, second_code: Any, outcome_code: Any, out_first: Any, out_second: Any, out_outcome: Any
) -> int:
    """Translate dictionary indices into codes; return how many votes have a code below 0 or one name on both sides.

    `first`, `second`, `outcome` (int32) index the translations `first_code`, `second_code` (int32) and `outcome_code` (int8).
    """
    n_rejected = 0
    for row in range(first.size):
        a = first_code[first[row]]
        b = second_code[second[row]]
        y = outcome_code[outcome[row]]
        out_first[row] = a
        out_second[row] = b
        out_outcome[row] = y
        n_rejected += (a < 0) | (b < 0) | (y < 0) | (a == b)
    return n_rejected
