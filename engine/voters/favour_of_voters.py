r"""Whether votes of a voter about one competitor agree with each other more than those about others do.

Honest voters have tastes: votes of a voter about a competitor deviate from the strengths in common, and the mean product of two residuals, over what
tastes of variance 1 would make of it (`recount.engine.voters.against_strengths`), estimates the variance of tastes,

.. math:: d_c = \sum_g w_{gc} \Big[ \big(\sum_{i \ni c} r_i\big)^2 - \sum_{i \ni c} r_i^2 \Big] \Big/ \sum_g w_{gc} T_{gc} .

If some voters always vote for a target (Min et al. 2025), or against it, d of the target is larger, however few votes each of them has about it; and
the more surely the more such voters there are. So d of a competitor is compared with the median of all, by its own standard error over voters and
the spread of d between competitors (median absolute deviation), which lets honest voters be at odds over some competitors more than over others.
Weights :math:`w = (1 + (\tau^2 + \tau_0^2) \sum v)^{-2}` keep the busy from deciding alone.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from recount.engine.voters.against_strengths import DecidedVotes
from recount.engine.votes import Floats

# Log-odds squared, beside the variance of tastes: of voters whom the test looks for.
SLACK = 0.2
# Voters with two votes about a competitor, and competitors, without which nothing is compared.
FEWEST_VOTERS, FEWEST_COMPETITORS = 20, 5
LEAST_DEGREES = 1.0
# Median absolute deviation of a standard normal variable.
NORMAL_MAD = 0.6744897501960817


class UnevenFavour(NamedTuple):
    """P-value of all competitors together; the one that stands out; and by how many standard errors."""

    p_value: float
    competitor: int
    z: float


def uneven_favour(decided: DecidedVotes, n_competitors: int) -> UnevenFavour | None:
    """Test whether voters agree with themselves about one competitor more than about others; None if there are too few to compare."""
    cells, surprise = decided.cells, decided.upset - decided.chance
    residuals = decided.residuals
    products = residuals**2 - cells.sums(surprise**2, surprise**2)
    weight = (1 + (decided.taste_variance + SLACK) * decided.variances) ** -2.0
    expected = decided.taste_weights
    several = expected > 1e-9
    competitor = cells.competitor

    def sums(values: Floats) -> Floats:
        return np.bincount(competitor[several], values[several], n_competitors).astype(np.float64)

    total = sums(weight * expected)
    known = np.flatnonzero(np.bincount(competitor[several], minlength=n_competitors) >= FEWEST_VOTERS)
    if known.size < FEWEST_COMPETITORS:
        return None
    d = sums(weight * products)[known] / total[known]
    middle = float(np.median(d))
    error = np.sqrt(sums((weight * (products - middle * expected)) ** 2)[known]) / total[known]
    # Beyond errors, by how much competitors differ; none where they differ by less.
    off = np.abs(d - middle) / error
    stretch = max(1.0, float(np.median(off)) / NORMAL_MAD)
    z = (d - middle) / (error * stretch)
    # As many voters as of equal weight would say as much; of few, Student's law.
    square = (weight * expected) ** 2
    n_equal = sums(square)[known] ** 2 / sums(square**2)[known]
    p_values = stdtr(np.maximum(n_equal - 1, LEAST_DEGREES), -z)
    most = int(np.argmin(p_values))
    return UnevenFavour(float(min(1.0, known.size * p_values[most])), int(known[most]), float(z[most]))
