"""Folding both orders of each pair into one, and pairs into the triangle of all."""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel


@kernel
def fold_orders(pairs: Any, counts: Any, n: int, ties_count: bool, bad_is_tie: bool, scratch: Any, low: Any, high: Any, votes: Any) -> int:
    """Add up the votes of each pair of competitors, in whichever order it was shown; return how many pairs have votes that count.

    pairs : first and second (m,) int32, ordered pairs, sorted, each once. counts : (m, 4) int64, won by first, by second, tied, both bad.
    ties_count, bad_is_tie : whether ties count, and whether both bad is one. scratch : (n + 1,) int64, and, with a place for each pair shown with
    the higher one first, int32, and (., 4) int64. Filled are, in order, `low` and `high` int32, the two of a pair, low < high, and `votes` (3, .)
    float64, won by low, by high, tied.
    """
    first, second = pairs
    start, higher, swapped = scratch
    m = first.size
    # Pairs shown with the higher one first, sorted by the lower; they stay sorted by the higher.
    for i in range(n + 1):
        start[i] = 0
    for k in range(m):
        if first[k] > second[k]:
            start[second[k] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    for k in range(m):
        if first[k] > second[k]:
            at = start[second[k]]
            start[second[k]] += 1
            higher[at] = first[k]
            # The votes move along, so that all that follows goes through memory in order.
            for outcome in range(4):
                swapped[at, outcome] = counts[k, outcome]
    # What was shown with the lower one first is sorted so already: two lists are merged.
    n_pairs, k, at = 0, 0, 0
    for i in range(n):
        while k < m and first[k] == i and second[k] < i:
            k += 1
        while True:
            here = second[k] if k < m and first[k] == i else n
            there = higher[at] if at < start[i] else n
            j = min(here, there)
            if j == n:
                break
            won, lost, even, bad = 0, 0, 0, 0
            if here == j:
                won, lost, even, bad = counts[k, 0], counts[k, 1], counts[k, 2], counts[k, 3]
                k += 1
            if there == j:
                won += swapped[at, 1]
                lost += swapped[at, 0]
                even += swapped[at, 2]
                bad += swapped[at, 3]
                at += 1
            even = (even + bad if bad_is_tie else even) if ties_count else 0
            if won + lost + even > 0:
                low[n_pairs] = i
                high[n_pairs] = j
                votes[0, n_pairs] = won
                votes[1, n_pairs] = lost
                votes[2, n_pairs] = even
                n_pairs += 1
    return n_pairs


@kernel
def spread(first: Any, second: Any, votes: Any, n: int, out: Any) -> None:
    """Put `votes`, three arrays (n_pairs,) of won, lost and tied by `first`, in their places on the triangle `out` (3, n (n - 1) / 2)."""
    won, lost, tied = votes
    for pair in range(first.size):
        i = np.int64(first[pair])
        place = i * (2 * n - i - 1) // 2 + second[pair] - i - 1
        out[0, place] = won[pair]
        out[1, place] = lost[pair]
        out[2, place] = tied[pair]
