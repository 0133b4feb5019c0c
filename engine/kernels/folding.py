"""Folding both orders of each pair into one."""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def fold_orders(first: Any, second: Any, counts: Any, n: int, transposed: Any, start: Any, low: Any, high: Any, votes: Any) -> int:
    """Add up the votes of each pair of competitors, in whichever order it was shown; return how many pairs there are.

    first, second : (m,) int32, ordered pairs, sorted, each once. counts : (m, 4) int64, won by first, by second, tied, both bad. `transposed` (m,)
    and `start` (n + 1,) int64 are scratch. Filled are, in order, `low` and `high` (m,) int32, the two of a pair, low < high, and `votes` (4, m)
    float64, won by low, by high, tied, both bad.
    """
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
    n_pairs, k, at, n_transposed = 0, 0, 0, start[n]
    while True:
        while k < m and first[k] > second[k]:
            k += 1
        if k == m and at == n_transposed:
            return n_pairs
        other = transposed[at] if at < n_transposed else 0
        here = at == n_transposed or (k < m and (first[k] < second[other] or (first[k] == second[other] and second[k] <= first[other])))
        there = k == m or (at < n_transposed and (second[other] < first[k] or (second[other] == first[k] and first[other] <= second[k])))
        low[n_pairs] = first[k] if here else second[other]
        high[n_pairs] = second[k] if here else first[other]
        for outcome in range(4):
            votes[outcome, n_pairs] = 0.0
        if here:
            for outcome in range(4):
                votes[outcome, n_pairs] += counts[k, outcome]
            k += 1
        if there:
            votes[0, n_pairs] += counts[other, 1]
            votes[1, n_pairs] += counts[other, 0]
            votes[2, n_pairs] += counts[other, 2]
            votes[3, n_pairs] += counts[other, 3]
            at += 1
        n_pairs += 1
