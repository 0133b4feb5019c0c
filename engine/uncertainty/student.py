"""Student's distribution of strengths whose variance is known with few degrees of freedom."""

import numpy as np
import scipy

from recount.engine.normal_quantiles import normal_quantile
from recount.engine.votes import Floats


def quantiles(degrees_of_freedom: Floats | None, probability: float) -> Floats | float:
    """Value that Student's variable of each number of degrees of freedom, or a standard normal one (None), stays below with this probability."""
    if degrees_of_freedom is None:
        return normal_quantile(probability)
    found = np.asarray(scipy.special.stdtrit(degrees_of_freedom, probability), np.float64)
    return np.where(np.isfinite(degrees_of_freedom), found, normal_quantile(probability))


def student_scales(degrees_of_freedom: Floats, probability: Floats) -> Floats:
    """Scale that makes a normal variable Student's, (n_draws, n), where the variance of the draw is at this `probability` (n_draws, 1) of its law.

    All strengths of a draw have their variances at the same place of their laws.
    """
    finite = np.where(np.isfinite(degrees_of_freedom), degrees_of_freedom, 1.0)
    scales: Floats = np.sqrt(finite / scipy.special.chdtri(finite, probability))
    return np.where(np.isfinite(degrees_of_freedom), scales, 1.0)
