"""Folding both orders of each pair into one, and pairs into the triangle of all."""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel


@kernel
def fold_by_merging(pairs: Any, counts: Any, n: int, rules: Any, scratch: Any, low: Any, high: Any, votes: Any) -> int:
    """Add up the votes of each pair of competitors, in whichever order it was shown; return how many pairs have votes that count.

    pairs : first and second (m,) int32, ordered pairs, sorted, each once. counts : (m, 4) int64, won by first, by second, tied, both bad.
    rules : whether ties count, and whether both bad is one, as 1 or 0. scratch : (n + 1,) and (m,) int64. Filled are, in order, `low` and `high`
    int32, the two of a pair, low < high, and `votes` (3, .) float64, won by low, by high, tied.
    """
    first, second = pairs
    ties_count, bad_counts = rules
    start, transposed = scratch
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
            transposed[start[second[k]]] = k
            start[second[k]] += 1
    # What was shown with the lower one first is sorted so already: two lists are merged.
    n_pairs, k, at = 0, 0, 0
    for i in range(n):
        while k < m and first[k] == i and second[k] < i:
            k += 1
        while True:
            here = second[k] if k < m and first[k] == i else n
            there = first[transposed[at]] if at < start[i] else n
            j = min(here, there)
            if j == n:
                break
            won, lost, even, bad = 0, 0, 0, 0
            if here == j:
                won, lost, even, bad = counts[k, 0], counts[k, 1], counts[k, 2], counts[k, 3]
                k += 1
            if there == j:
                other = transposed[at]
                won, lost, even, bad = won + counts[other, 1], lost + counts[other, 0], even + counts[other, 2], bad + counts[other, 3]
                at += 1
            even = ties_count * even + bad_counts * bad
            if won + lost + even > 0:
                low[n_pairs] = i
                high[n_pairs] = j
                votes[0, n_pairs] = won
                votes[1, n_pairs] = lost
                votes[2, n_pairs] = even
                n_pairs += 1
    return n_pairs


@kernel
def fold_on_triangle(pairs: Any, counts: Any, n: int, rules: Any, triangle: Any, low: Any, high: Any, votes: Any) -> int:
    """As `fold_by_merging`, in half the time where most pairs met; `triangle` (3, n (n - 1) / 2) is scratch."""
    first, second = pairs
    ties_count, bad_counts = rules
    won, lost, tied = triangle[0], triangle[1], triangle[2]
    for place in range(won.size):
        won[place] = 0.0
        lost[place] = 0.0
        tied[place] = 0.0
    for k in range(first.size):
        even = ties_count * counts[k, 2] + bad_counts * counts[k, 3]
        if first[k] < second[k]:
            place = place_on_triangle(first[k], second[k], n)
            won[place] += counts[k, 0]
            lost[place] += counts[k, 1]
            tied[place] += even
        else:
            place = place_on_triangle(second[k], first[k], n)
            won[place] += counts[k, 1]
            lost[place] += counts[k, 0]
            tied[place] += even
    wins, losses, ties = votes[0], votes[1], votes[2]
    n_pairs, at = np.uint64(0), np.uint64(0)
    for i in range(n):
        for j in range(i + 1, n):
            if won[at] + lost[at] + tied[at] > 0.0:
                low[n_pairs] = i
                high[n_pairs] = j
                wins[n_pairs] = won[at]
                losses[n_pairs] = lost[at]
                ties[n_pairs] = tied[at]
                n_pairs += np.uint64(1)
            at += np.uint64(1)
    return int(n_pairs)


@kernel
def place_on_triangle(low: int, high: int, n: int) -> Any:
    """Place of the pair (low, high), low < high < n."""
    # Unsigned, an index is known to count from the start of an array, which saves a question for each.
    i, j = np.uint64(low), np.uint64(high)
    return i * (np.uint64(2 * n) - i - np.uint64(1)) // np.uint64(2) + j - i - np.uint64(1)


@kernel
def spread(first: Any, second: Any, votes: Any, n: int, out: Any) -> None:
    """Put `votes`, three arrays (n_pairs,) of won, lost and tied by `first`, in their places on the triangle `out` (3, n (n - 1) / 2)."""
    won, lost, tied = votes
    for pair in range(first.size):
        place = place_on_triangle(first[pair], second[pair], n)
        out[0, place] = won[pair]
        out[1, place] = lost[pair]
        out[2, place] = tied[pair]
