r"""Whether counts by month surge: a change of a Poisson rate, at a date that was named beforehand or at the one that fits best.

A date named beforehand splits the months into two periods, whose counts `recount.sims.trends.release_growth` compares. A date found in the data is
the one with the largest likelihood ratio; the p-value allows for the search, because it is that of the largest ratio of series without a change,
which given their sum are multinomial with shares in proportion to the lengths of the months (Worsley 1986 for exponential families). It is
simulated; what came together is in one month.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Floats
from recount.sims.trends.launches import simulated_counts
from recount.sims.trends.release_growth import Growth, growth

N_SIMULATED = 9999
FEWEST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Surge:
    """A change of the rate within a series of months.

    Attributes
    ----------
    month : int
        Index of the first month of the new rate.
    growth : Growth
        Of the months from there on against the months before; its interval does not allow for the search of the month.
    p_value : float
        Share of series without a change whose best month fits at least as much better; to 1 in 10,000.
    """

    month: int
    growth: Growth
    p_value: float


def surge(
    counts: ArrayLike,
    lengths: ArrayLike | None = None,
    seed: int = 1,
    confidence_level: float = CONFIDENCE_LEVEL,
    launches: ArrayLike | None = None,
) -> Surge:
    """Find the month at which the rate changes most.

    Parameters
    ----------
    counts : (n_months,) array_like of int
    lengths : (n_months,) array_like, optional
        Such as days, of which the last month may have fewer; equal by default.
    seed : int
        Of the simulated series.
    confidence_level : float
    launches : (n_launches,) array_like of int, optional
        How many of the events came at a time (`recount.sims.trends.launches`), which add up to all; each by itself by default.

    Raises
    ------
    InputError
        If there are fewer than three months, no event, or a negative count or length.
    """
    events = np.asarray(counts, np.float64)
    exposure = np.ones(events.size) if lengths is None else np.asarray(lengths, np.float64)
    if events.size < FEWEST_MONTHS or not events.sum():
        raise InputError(
            f"{plural(events.size, 'month')} with {plural(float(events.sum()), 'event')} are too few to look for a change in; give at least "
            f"{FEWEST_MONTHS}, with events"
        )
    if (events < 0).any() or (exposure <= 0).any() or exposure.size != events.size:
        raise InputError("each month needs a count of 0 or more and a length above 0")
    share = exposure / exposure.sum()
    found = _ratios(events[None], share)[0]
    month = int(found.argmax()) + 1
    sizes = np.ones(int(events.sum()), np.int64) if launches is None else np.asarray(launches, np.int64)
    drawn = simulated_counts(sizes, share, N_SIMULATED, np.random.default_rng(seed))
    as_large = (_ratios(drawn, share).max(axis=1) >= found.max() - 1e-9).sum()
    before, after = (int(part.sum()) for part in (events[:month], events[month:]))
    compared = growth(before, after, (exposure[:month].sum(), exposure[month:].sum()), confidence_level)
    return Surge(month, compared, float((1 + as_large) / (1 + N_SIMULATED)))


def _ratios(events: Floats, share: Floats) -> Floats:
    """Log likelihood ratio of a change before each month but the first, against none; (n_series, n_months - 1)."""
    n, before, expected = events.sum(axis=1, keepdims=True), events.cumsum(axis=1)[:, :-1], share.cumsum()[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(seen > 0, seen * np.log(seen / (n * part)), 0.0) for seen, part in ((before, expected), (n - before, 1 - expected))]
    ratio: Floats = terms[0] + terms[1]
    return ratio
