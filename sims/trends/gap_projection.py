r"""Where a series of gaps goes: a random walk with drift, with predictive intervals that are scored on its own past.

.. math:: g_{t+h} = g_t + h \mu + \sqrt{h}\, \sigma \varepsilon,

with the drift and the variance of the steps observed until :math:`t`, and Student's law for what is estimated. Nothing is assumed of a cause; a turn
is not foreseen. The model has to earn its use: its intervals are compared with what came after earlier dates.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Floats

# Of the interval, by default.
LEVEL = 0.8
# Of months.
ROUNDING = 1e-9
# Steps before the first date from which the past is projected.
FEWEST_STEPS = 4
# Between these shares of covered dates an 80 % interval is called right, if there are so many dates that one of them does not move the share across.
RIGHT, FEWEST_SCORED = (0.75, 0.85), 20


class Ahead(NamedTuple):
    """A gap projected from a date to a later one.

    Attributes
    ----------
    start, at : float
        Months, in the unit of the series.
    gap, lower, upper : float
    came : float
        What came; NaN of what is still to come.
    """

    start: float
    at: float
    gap: float
    lower: float
    upper: float
    came: float = float("nan")

    @property
    def is_within(self) -> bool:
        """Whether what came lies within the interval."""
        return self.lower <= self.came <= self.upper


@dataclass(frozen=True, slots=True)
class Projection:
    """A gap to come, and how such projections fared.

    Attributes
    ----------
    ahead : Ahead
    scored : tuple of Ahead
        From earlier dates, as far ahead, or to the first date after that.
    """

    ahead: Ahead
    scored: tuple[Ahead, ...]

    @property
    def covered(self) -> float:
        """Share of the earlier ones whose gap came within its interval; NaN if there are none."""
        return float(np.mean([one.is_within for one in self.scored])) if self.scored else float("nan")

    @property
    def can_tell(self) -> bool:
        """Whether there are enough of them, and that share is right."""
        return len(self.scored) >= FEWEST_SCORED and RIGHT[0] <= self.covered <= RIGHT[1]


def projected(months: ArrayLike, gaps: ArrayLike, ahead: float, level: float = LEVEL) -> Projection:
    """Project a series.

    Parameters
    ----------
    months, gaps : (n_dates,) array_like
        Months increase.
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
    if at.size <= FEWEST_STEPS or (np.diff(at) <= 0).any() or not 0 < ahead < np.inf:
        raise InputError(
            f"{plural(at.size, 'date')} cannot be projected by {plural(ahead, 'month')}; give more than {FEWEST_STEPS} dates "
            "in order, and a time above 0"
        )
    scored = []
    for last in range(FEWEST_STEPS, at.size - 1):
        later = int(np.searchsorted(at, at[last] + ahead - ROUNDING))
        if later < at.size:
            interval = _ahead(at[: last + 1], gap[: last + 1], at[later] - at[last], level)
            scored.append(Ahead(float(at[last]), float(at[later]), *interval, float(gap[later])))
    return Projection(Ahead(float(at[-1]), float(at[-1] + ahead), *_ahead(at, gap, ahead, level)), tuple(scored))


def _ahead(at: Floats, gap: Floats, ahead: float, level: float) -> tuple[float, float, float]:
    """Return the gap so far ahead and the ends of its interval."""
    between, steps = np.diff(at), np.diff(gap)
    # Steps over longer times vary more: weighted least squares, of which the drift is the whole way over the whole time.
    drift = (gap[-1] - gap[0]) / (at[-1] - at[0])
    variance = float(((steps - drift * between) ** 2 / between).sum() / (steps.size - 1))
    half = float(scipy.special.stdtrit(steps.size - 1, (1 + level) / 2)) * math.sqrt(variance * (ahead + ahead**2 / (at[-1] - at[0])))
    middle = float(gap[-1] + drift * ahead)
    return middle, middle - half, middle + half
