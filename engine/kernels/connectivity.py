"""Chains of wins."""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def reaches_all(first: Any, second: Any, wins: Any, losses: Any, ties: Any, reached: Any) -> bool:
    """Whether chains of wins lead from competitor 0 to every other; `reached` (n,) bool is filled.

    `wins`, `losses`, `ties` (n_pairs,) are those of `first`; a tie is a win of both. With wins and losses exchanged, chains lead the other way.
    """
    n = reached.size
    for i in range(n):
        reached[i] = i == 0
    n_reached = 1
    n_before = 0
    while n_before < n_reached:
        n_before = n_reached
        for pair in range(first.size):
            i = first[pair]
            j = second[pair]
            if reached[i] != reached[j]:
                if reached[i] and wins[pair] + ties[pair] > 0.0:
                    reached[j] = True
                    n_reached += 1
                elif reached[j] and losses[pair] + ties[pair] > 0.0:
                    reached[i] = True
                    n_reached += 1
                if n_reached == n:
                    return True
    return bool(n_reached == n)
