r"""Where a series of gaps goes: a random walk with drift, with predictive intervals that are scored on its own past.

.. math:: g_{t+h} = g_t + h \mu + \sqrt{h}\, \sigma \varepsilon,

with the drift and the variance of the steps observed until :math:`t`, and Student's law for what is estimated. Nothing is assumed of a cause; a turn
is not foreseen. The model has to earn its use: its intervals are compared with what came after earlier dates.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recount.engine.errors import InputError
from recount.engine.votes import Floats

# Steps before the first date from which the past is projected.
FEWEST_STEPS = 4
# Between these shares of covered dates an 80 % interval is called right.
RIGHT = (0.75, 0.85)


@dataclass(frozen=True, slots=True)
class Projection:
    """A gap to come.

    Attributes
    ----------
    at : float
        Month, in the unit of the series.
    gap, lower, upper : float
    n_scored : int
        Earlier dates from which the series was projected as far, or as far as it goes on.
    covered : float
        Share of them whose gap lay within its interval; NaN if there are none.
    can_tell : bool
        Whether that share is right, up to its error.
    """

    at: float
    gap: float
    lower: float
    upper: float
    n_scored: int
    covered: float
    can_tell: bool


def projected(months: ArrayLike, gaps: ArrayLike, ahead: float, level: float = 0.8) -> Projection:
    """Project a series.

    Parameters
    ----------
    months, gaps : (n_dates,) array_like
        Increasing.
    ahead : float
        Months after the last.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        If there are too few dates, or they do not increase.
    """
    at, gap = np.asarray(months, np.float64), np.asarray(gaps, np.float64)
    if at.size <= FEWEST_STEPS or (np.diff(at) <= 0).any() or ahead <= 0:
        raise InputError(f"{at.size} dates cannot be projected by {ahead:g} months; give more than {FEWEST_STEPS} dates in order, and a time above 0")
    within = []
    for last in range(FEWEST_STEPS, at.size - 1):
        later = int(np.searchsorted(at, at[last] + ahead - 1e-9))
        if later < at.size:
            _, lower, upper = _ahead(at[: last + 1], gap[: last + 1], at[later] - at[last], level)
            within.append(lower <= gap[later] <= upper)
    covered = float(np.mean(within)) if within else float("nan")
    return Projection(at[-1] + ahead, *_ahead(at, gap, ahead, level), len(within), covered, bool(within) and RIGHT[0] <= covered <= RIGHT[1])


def _ahead(at: Floats, gap: Floats, ahead: float, level: float) -> tuple[float, float, float]:
    """Return the gap so far ahead and the ends of its interval."""
    from scipy.stats import t

    between, steps = np.diff(at), np.diff(gap)
    # Steps over longer times vary more: weighted least squares, of which the drift is the whole way over the whole time.
    drift = (gap[-1] - gap[0]) / (at[-1] - at[0])
    variance = float(((steps - drift * between) ** 2 / between).sum() / (steps.size - 1))
    half = t.ppf((1 + level) / 2, steps.size - 1) * math.sqrt(variance * (ahead + ahead**2 / (at[-1] - at[0])))
    middle = float(gap[-1] + drift * ahead)
    return middle, middle - half, middle + half
