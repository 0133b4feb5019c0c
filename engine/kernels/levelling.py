"""Values that are known up to an error, and may be equal."""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def level(values: Any, order: Any, width: float) -> float:
    """Set `values` (n,) that lie within `width` of the lowest of them to the middle of those; return the largest change.

    `order` (n,) are their places, lowest first, missing ones last. Infinite and missing values stay.
    """
    n = order.size
    largest = 0.0
    start = 0
    while start < n:
        lowest = values[order[start]]
        stop = start + 1
        while stop < n and values[order[stop]] - lowest <= width:
            stop += 1
        if stop - start > 1:
            half = 0.5 * (values[order[stop - 1]] - lowest)
            for k in range(start, stop):
                values[order[k]] = lowest + half
            largest = max(largest, half)
        start = stop
    return largest
