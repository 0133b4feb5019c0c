"""Student's distribution of strengths whose variance is known with few degrees of freedom."""

import math

import numpy as np
import scipy
from numpy.polynomial.chebyshev import chebinterpolate, chebvander

from recount.engine.normal_quantiles import normal_quantile
from recount.engine.votes import Floats

# Multiples of it, less their whole parts, are spread evenly over the unit interval however many are taken (Weyl 1916).
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
# Of an interpolation, which takes as long as so many numbers of degrees of freedom.
N_NODES = 40


def quantiles(degrees_of_freedom: Floats | None, probability: float) -> Floats | float:
    """Value that Student's variable of each number of degrees of freedom, or a standard normal one (None), stays below with this probability."""
    if degrees_of_freedom is None:
        return normal_quantile(probability)
    return as_rare(degrees_of_freedom, normal_quantile(probability))


def as_rare(degrees_of_freedom: Floats, value: float) -> Floats:
    """Value that Student's variable of each number of degrees of freedom exceeds as rarely as a standard normal one exceeds `value`."""
    finite = np.isfinite(degrees_of_freedom)
    found = -np.sign(value) * scipy.special.stdtrit(np.where(finite, degrees_of_freedom, 1.0), scipy.special.ndtr(-abs(value)))
    return np.where(finite, found, value)


def student_scales(degrees_of_freedom: Floats, n_draws: int) -> Floats:
    """Scales that make draws of normal variables Student's, (n_draws, n).

    All strengths of a draw have their variances at the same place of their laws. Places are those of a fixed sequence, so that scales can be undone.
    Of many numbers of degrees of freedom, scales are interpolated between those of some (Chebyshev's nodes), to seven digits or more where they are
    below a million.
    """
    places: Floats = ((np.arange(n_draws) + 0.5) * GOLDEN % 1.0)[:, None].astype(np.float64)
    finite = np.isfinite(degrees_of_freedom)
    known = np.log(np.unique(degrees_of_freedom[finite]))
    if known.size <= 2 * N_NODES:
        return scales_at(degrees_of_freedom, places)
    middle, half = (known[-1] + known[0]) / 2, (known[-1] - known[0]) / 2
    # The types of numpy know one function at a time only.
    law = chebinterpolate(lambda x: np.log(scales_at(np.exp(middle + half * x), places)).T, N_NODES - 1)  # type: ignore[type-var]
    scales = np.ones((n_draws, degrees_of_freedom.size))
    scales[:, finite] = np.exp(chebvander((np.log(degrees_of_freedom[finite]) - middle) / half, N_NODES - 1) @ law).T
    return scales


def scales_at(degrees_of_freedom: Floats, place: Floats) -> Floats:
    """Scales (n_draws, n) that make normal variables Student's, at a `place` (n_draws, 1) of the laws of their variances, between 0 and 1."""
    finite = np.where(np.isfinite(degrees_of_freedom), degrees_of_freedom, 1.0)
    scales: Floats = np.sqrt(finite / scipy.special.chdtri(finite, place))
    return np.where(np.isfinite(degrees_of_freedom), scales, 1.0)
