"""Exact ties: values that are equal as far as they are known stand equal, share a rank, and lead together."""

from collections.abc import Sequence

import numpy as np

from recount.engine.votes import Floats, Ints


def levelled(values: Floats, width: float) -> tuple[Floats, float]:
    """Set values (n,) that lie within `width` of the lowest of them to the middle of those; return them, and the largest change."""
    order = np.argsort(values, kind="stable")
    if not (np.diff(values[order]) <= width).any():
        return values, 0.0
    # A kernel takes time to load, and few logs have ties.
    from recount.engine.kernels.levelling import level

    equal = values.copy()
    return equal, level(equal, order, width)


def shared_ranks(values: Floats) -> Ints:
    """Rank of each value, (n,), the largest first: 1 + the number of larger ones, so that equal ones share a rank (1, 2, 2, 4)."""
    return np.asarray(1 + values.size - np.searchsorted(np.sort(values), values, side="right"))


def highest(names: Sequence[str], values: Floats, below: float | None = None) -> tuple[str, ...]:
    """Names, in their order, of those that share the largest value, or the largest below a bound; none if there is no such value."""
    under = values if below is None else values[values < below]
    return tuple(name for name, value in zip(names, values, strict=True) if under.size and value == under.max())
