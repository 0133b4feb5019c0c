"""Intervals drawn with characters, all on one scale."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """Estimates with their intervals.

    Attributes
    ----------
    lower, value, upper : (n,) float64
        Ends may be infinite; NaN is not drawn.
    """

    lower: NDArray[np.float64]
    value: NDArray[np.float64]
    upper: NDArray[np.float64]

    def draw(self, width: int) -> list[str]:
        """Draw each interval in `width` characters, `├──●──┤`; an infinite end points to the edge."""
        ends = np.concatenate([self.lower, self.value, self.upper])
        ends = ends[np.isfinite(ends)]
        least, most = (ends.min(), ends.max()) if ends.size else (0.0, 0.0)
        # As Python's floats, whose difference may be infinite without a warning.
        scope = float(most) - float(least)
        if not math.isfinite(scope):
            return [""] * self.value.size
        step = (width - 1) / scope if scope else 0.0
        return [_drawn(row, float(least), step, width) for row in zip(self.lower.tolist(), self.value.tolist(), self.upper.tolist(), strict=True)]


def _drawn(row: tuple[float, float, float], least: float, step: float, width: int) -> str:
    lower, value, upper = row
    if not np.isfinite(value):
        return ""
    at = round((value - least) * step)
    begin = at if np.isnan(lower) else 0 if np.isinf(lower) else round((lower - least) * step)
    end = at if np.isnan(upper) else width - 1 if np.isinf(upper) else round((upper - least) * step)
    # Intervals by the basic or the normal method need not hold the estimate of a skewed distribution.
    begin, end = min(begin, at), max(end, at)
    cells = [" "] * width
    cells[begin : end + 1] = "─" * (end + 1 - begin)
    if begin < at:
        cells[begin] = "◄" if np.isinf(lower) else "├"
    if end > at:
        cells[end] = "►" if np.isinf(upper) else "┤"
    cells[at] = "●"
    return "".join(cells)
