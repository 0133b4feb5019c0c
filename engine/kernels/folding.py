"""Folding both orders of each pair into one."""

from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def fold_orders(first: Any, second: Any, n: int, place: Any, next_place: Any, low: Any, high: Any, pair_of: Any) -> int:
    """Number the unordered pairs of competitors in order; return how many there are.

    first, second : (m,) int32, each ordered pair at most once. `place` (m,) int64 and `next_place` (n + 1,) int64 are scratch. Filled are `low` and
    `high` (int32), the two competitors of a pair, low < high, and `pair_of` (m,) int64, the pair of each ordered one.
    """
    m = first.size
    # Sorted by the higher competitor, and then, without disturbing that, by the lower.
    for i in range(n + 1):
        next_place[i] = 0
    for k in range(m):
        next_place[max(first[k], second[k]) + 1] += 1
    for i in range(n):
        next_place[i + 1] += next_place[i]
    for k in range(m):
        i = max(first[k], second[k])
        pair_of[next_place[i]] = k
        next_place[i] += 1
    for i in range(n + 1):
        next_place[i] = 0
    for k in range(m):
        next_place[min(first[k], second[k]) + 1] += 1
    for i in range(n):
        next_place[i + 1] += next_place[i]
    for at in range(m):
        k = pair_of[at]
        i = min(first[k], second[k])
        place[next_place[i]] = k
        next_place[i] += 1
    n_pairs = 0
    for at in range(m):
        k = place[at]
        i, j = min(first[k], second[k]), max(first[k], second[k])
        if n_pairs == 0 or low[n_pairs - 1] != i or high[n_pairs - 1] != j:
            low[n_pairs] = i
            high[n_pairs] = j
            n_pairs += 1
        pair_of[k] = n_pairs - 1
    return n_pairs
