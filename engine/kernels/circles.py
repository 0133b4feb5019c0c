"""Circles of three."""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def largest_circle(flow: Any, variance: Any) -> float:
    """Largest squared sum of `flow` (n, n) around a circle of three, over its variance.

    Flow is antisymmetric; `variance` (n, n) is symmetric, and infinite where a pair never met.
    """
    n = flow.shape[0]
    largest = 0.0
    for i in range(n - 2):
        for j in range(i + 1, n - 1):
            ahead, spread = flow[i, j], variance[i, j]
            for k in range(j + 1, n):
                around = ahead + flow[j, k] - flow[i, k]
                square = around * around / (spread + variance[j, k] + variance[i, k])
                if square > largest:
                    largest = square
    return largest
