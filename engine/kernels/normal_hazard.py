r"""Hazard of the standard normal distribution, :math:`h(x) = \phi(x) / (1 - \Phi(x))`, and its inverse, the ratio of Mills.

Near 0, h is Taylor's polynomial about the nearest of a row of points. As :math:`h' = h (h - x)`, the coefficients about a point x follow from one
another: :math:`(k + 1) a_{k+1} = \sum_i a_i a_{k-i} - x a_k - a_{k-1}`.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.engine.kernels.accelerate import kernel

# The points are multiples of 1 / DENSITY from -REACH to REACH; what the polynomials of degree 7 then leave out is below 2e-13 of h.
REACH = 6.0
DENSITY = 32.0


def _taylor() -> NDArray[np.float64]:
    """Coefficients about each point, (n_points, 8)."""
    x = np.arange(-REACH * DENSITY, REACH * DENSITY + 1.0) / DENSITY
    a = np.empty((8, x.size))
    a[0] = [math.sqrt(2.0 / math.pi) * math.exp(-0.5 * point * point) / math.erfc(point / math.sqrt(2.0)) for point in x]
    a[1] = a[0] * (a[0] - x)
    for k in range(1, 7):
        a[k + 1] = ((a[: k + 1] * a[k::-1]).sum(axis=0) - x * a[k] - a[k - 1]) / (k + 1)
    return np.ascontiguousarray(a.T)


TAYLOR = _taylor()


@kernel
def hazard(x: float) -> Any:
    """phi(x) / (1 - Phi(x)), to 1e-12."""
    if not abs(x) < REACH:
        return 1.0 / mills_ratio(x)
    point = np.uint32(x * DENSITY + (REACH * DENSITY + 0.5))
    z = x - (point / DENSITY - REACH)
    a = TAYLOR[point]
    zz = z * z
    # Four sums side by side: one after the other they would wait for each other.
    return (a[0] + z * a[1]) + zz * (a[2] + z * a[3]) + zz * zz * ((a[4] + z * a[5]) + zz * (a[6] + z * a[7]))


@kernel
def mills_ratio(x: float) -> float:
    """(1 - Phi(x)) / phi(x), to 1e-12."""
    if x > 35.0:
        y = 1.0 / (x * x)
        return (1.0 - y * (1.0 - y * (3.0 - y * (15.0 - y * 105.0)))) / x
    return math.sqrt(math.pi / 2.0) * math.exp(x * x / 2.0) * math.erfc(x / math.sqrt(2.0))
