"""Votes as rows sorted by pair; sums of pairs; numbers of votes, and their differences."""

import math
from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def place_votes(first: Any, second: Any, outcome: Any, rated: Any, result_of: Any, n: int, place: Any, swapped: Any, result: Any) -> None:
    """Fill for each vote its pair's place on the triangle of n competitors, -1 where it does not count, whether the pair is swapped, and the result.

    first, second : int32, indices into `rated` (int32), which says the competitor or -1. outcome : int8, index into `result_of` (int8): 0 first won,
    1 second won, 2 tie, -1 does not count. place : int32. swapped, result : int8; results are of the pair's lower competitor.
    """
    for vote in range(first.size):
        i, j, y = rated[first[vote]], rated[second[vote]], result_of[outcome[vote]]
        low, high = min(i, j), max(i, j)
        swap = i > j
        swapped[vote] = swap
        result[vote] = 1 - y if swap and y < 2 else y
        place[vote] = low * (2 * n - low - 1) // 2 + high - low - 1 if low >= 0 and y >= 0 else -1


@kernel
def sort_rows(place: Any, next_row: Any, row: Any, order: Any) -> None:
    """Fill `row` (int32) with the row of each vote, -1 where it does not count, and `order` (int32) with the vote of each row.

    next_row : int64, the first row of each place; moved to the first row after it.
    """
    for vote in range(place.size):
        if place[vote] < 0:
            row[vote] = -1
        else:
            at = next_row[place[vote]]
            next_row[place[vote]] = at + 1
            row[vote] = at
            order[at] = vote


@kernel
def differences(a: Any, b: Any, normalised: bool, out: Any) -> Any:
    """Fill `out` (n,) with a - b, or (a - b) / (a + b), 0 where both are 0; return the number of those, and a vote that cannot be used, or -1.

    What is missing stays so. A vote cannot be used if a number is infinite, or, for the normalised difference, negative.
    """
    n_alike = 0
    for vote in range(a.size):
        one, other = a[vote], b[vote]
        if math.isinf(one) or math.isinf(other) or (normalised and (one < 0.0 or other < 0.0)):
            return n_alike, vote
        difference = one - other
        if normalised:
            if one + other == 0.0:
                n_alike += 1
            else:
                difference /= one + other
        out[vote] = difference
    return n_alike, -1


@kernel
def gather(values: Any, order: Any, sign: Any, out: Any) -> Any:
    """Fill `out` (n_rows,) with the value of the vote of each row times its sign; return how many are not 0, their mean and standard deviation.

    values : (n_votes,) float64. order : (n_rows,) int32. sign : (n_rows,) float64, without which mean and deviation are.
    """
    n_nonzero, total, squares = 0, 0.0, 0.0
    # Moments from the first value on, which is nearer to the mean than 0 is where that matters.
    origin = values[order[0]]
    for row in range(order.size):
        value = values[order[row]]
        n_nonzero += value != 0.0
        total += value - origin
        squares += (value - origin) * (value - origin)
        out[row] = sign[row] * value
    mean = total / order.size
    return n_nonzero, origin + mean, math.sqrt(max(squares / order.size - mean * mean, 0.0))


@kernel
def votes_of_pairs(pair_start: Any, result: Any, votes: Any, out: Any) -> None:
    """Fill `out` (3, n_pairs) with the votes that the first of each pair won, lost, tied; rows as in `recount.engine.contextual.design`."""
    for pair in range(out.shape[1]):
        won, lost, tied = 0.0, 0.0, 0.0
        for row in range(pair_start[pair], pair_start[pair + 1]):
            won += votes[row] if result[row] == 0 else 0.0
            lost += votes[row] if result[row] == 1 else 0.0
            tied += votes[row] if result[row] == 2 else 0.0
        out[0, pair] = won
        out[1, pair] = lost
        out[2, pair] = tied
