"""Chains of wins."""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def reaches_all(first: Any, second: Any, first_leads: Any, second_leads: Any, reached: Any) -> bool:
    """Whether chains lead from competitor 0 to every other; `reached` (n,) bool is filled.

    Pair k offers a step from `first` to `second` where `first_leads` (float64) is positive, and back where `second_leads` is.
    """
    n = reached.size
    for i in range(n):
        reached[i] = i == 0
    n_reached = 1
    n_before = 0
    while n_before < n_reached < n:
        n_before = n_reached
        for pair in range(first.size):
            i = first[pair]
            j = second[pair]
            if reached[i] != reached[j]:
                if reached[i] and first_leads[pair] > 0.0:
                    reached[j] = True
                    n_reached += 1
                elif reached[j] and second_leads[pair] > 0.0:
                    reached[i] = True
                    n_reached += 1
    return bool(n_reached == n)
