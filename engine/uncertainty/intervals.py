r"""Intervals from replicates, and the Monte-Carlo error of each end.

*percentile*: quantiles of the replicates. *basic*: the same reflected at the estimate. *normal*: estimate ± t standard deviations of the replicates.
*bca* (Efron 1987): percentiles at levels that correct for median bias z0, from the share of replicates below the estimate, and for acceleration a,
from the skewness of the influence of single votes or clusters: :math:`p = \Phi(z_0 + s / (1 - a s)), s = z_0 + z`.

A replicate may be infinite (the competitor was undefeated or winless in it) or missing (it had no vote, or none that links it): a missing one stands
below every lower end and above every upper one, so that what is not known widens the interval. *basic* and *normal* intervals reflect or square a
replicate and so lose its direction: if one end is infinite, so is the other.

A quantile at a level is the order statistic at the place level x (B + 1) of B replicates, between two of them where that is no whole number: a
further replicate falls below it with that probability. Where the place is before the first or after the last, replicates are too few for this
level, and the interval has no end; at 95 % that is with fewer than 39. A *normal* interval takes Student's t with B - 1 degrees of freedom, as
the standard deviation is one of B replicates.

Error of a quantile: Maritz and Jarrett (1978). That of a BCa end adds the error of z0 by the delta method.
"""

from typing import get_args

import numpy as np
import scipy

from recount.engine.choices.declaring import check_choice
from recount.engine.choices.resampling import PERCENTILE, IntervalMethod, check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.votes import Floats

# One for all quantities, or one for each.
Numbers = Floats | float
TINY = 1e-9
ROUNDING = 1e-12
# Up to which a refit of votes that say what the log says ends elsewhere than the fit.
EQUAL = 1e-9
# Of an order statistic's chances to be a replicate without a number; below it they are left out.
NEGLIGIBLE = 1e-3


def interval(
    estimate: Floats, replicates: Floats, confidence_level: float = CONFIDENCE_LEVEL, method: IntervalMethod = PERCENTILE, acceleration: Numbers = 0.0
) -> tuple[Floats, Floats]:
    """Lower and upper ends of the interval of each quantity.

    Parameters
    ----------
    estimate : (m,) float64
    replicates : (n_replicates, m) float64
        Infinite or NaN where a replicate could not be rated.
    confidence_level : float
    method : {"percentile", "basic", "bca", "normal"}
    acceleration : (m,) float64, optional
        For "bca"; see `recount.engine.uncertainty.influence.acceleration`.

    Returns
    -------
    tuple of (m,) float64
        In the unit of `estimate`; infinite where the interval has no end.

    Raises
    ------
    OptionError
        If the method or the level is not one of those.
    """
    check_level(confidence_level)
    check_choice("method", method, get_args(IntervalMethod))
    if method == "normal":
        half = _t_quantile(confidence_level, replicates.shape[0]) * standard_deviation(replicates)
        return estimate - half, estimate + half
    levels = _levels(estimate, replicates, confidence_level, acceleration if method == "bca" else None)
    lower, upper = (_quantile(replicates, level, missing) for level, missing in zip(levels, (-np.inf, np.inf), strict=True))
    if method != "basic":
        return lower, upper
    bounded = np.isfinite(lower) & np.isfinite(upper)
    return np.where(bounded, 2 * estimate - upper, -np.inf), np.where(bounded, 2 * estimate - lower, np.inf)


def monte_carlo_error(
    estimate: Floats, replicates: Floats, confidence_level: float = CONFIDENCE_LEVEL, method: IntervalMethod = PERCENTILE, acceleration: Numbers = 0.0
) -> tuple[Floats, Floats]:
    """Standard errors of the ends that `interval` returns, from the number of replicates being finite.

    NaN where there is no end; infinite where an end is finite, and with other replicates might not be.
    """
    check_level(confidence_level)
    check_choice("method", method, get_args(IntervalMethod))
    n = replicates.shape[0]
    if method == "normal":
        rated = np.isfinite(replicates).all(axis=0)
        deviations = np.where(rated, replicates, 0.0) - np.where(rated, replicates, 0.0).mean(axis=0)
        variance, fourth = (deviations**2).mean(axis=0), (deviations**4).mean(axis=0)
        spread = np.sqrt(np.maximum(fourth - variance**2, 0.0) / np.where(variance > 0, 4 * variance * n, 1.0))
        # Of few replicates the fourth power says too little: at least what it is where they are normal.
        spread = np.maximum(spread, np.sqrt(variance * n / max(n - 1, 1) / (2 * max(n - 1, 1))))
        error = np.where(rated, _t_quantile(confidence_level, n) * spread, np.nan)
        return error, error
    bca = method == "bca"
    levels = _levels(estimate, replicates, confidence_level, acceleration if bca else None)
    errors = []
    for level, missing in zip(levels, (-np.inf, np.inf), strict=True):
        error = _maritz_jarrett(replicates, level, missing)
        if bca:
            error = error * _bias_inflation(
                estimate, replicates, level, scipy.special.ndtri(0.5 - confidence_level / 2 * (1 if missing < 0 else -1)), acceleration
            )
        errors.append(error)
    if method != "basic":
        return errors[0], errors[1]
    bounded = ~np.isnan(errors[0]) & ~np.isnan(errors[1])
    return np.where(bounded, errors[1], np.nan), np.where(bounded, errors[0], np.nan)


def standard_deviation(replicates: Floats) -> Floats:
    """Standard deviation of replicates (n_replicates, m), (m,); infinite where a replicate could not be rated."""
    rated = np.isfinite(replicates).all(axis=0)
    spread: Floats = np.where(rated, replicates, 0.0).std(axis=0, ddof=1)
    return np.where(rated, spread, np.inf)


def _t_quantile(confidence_level: float, n_replicates: int) -> float:
    """Quantile of Student's t that ends an interval around a normal variable whose standard deviation is known from replicates."""
    return float(scipy.special.stdtrit(n_replicates - 1, 0.5 + confidence_level / 2))


def _share_below(estimate: Floats, replicates: Floats) -> Floats:
    """Share of the replicates below the estimate, kept off 0 and 1; equal and missing ones count half."""
    n = replicates.shape[0]
    near = EQUAL * np.maximum(1.0, np.abs(estimate))
    equal_or_missing = (np.abs(replicates - estimate) <= near) | np.isnan(replicates)
    share: Floats = ((replicates < estimate - near).sum(axis=0) + equal_or_missing.sum(axis=0) / 2) / n
    return np.clip(share, 0.5 / n, 1 - 0.5 / n)


def _levels(estimate: Floats, replicates: Floats, confidence_level: float, acceleration: Numbers | None) -> tuple[Floats, Floats]:
    """Levels (m,) of the two quantiles that end the interval; BCa's if there is an acceleration."""
    z = scipy.special.ndtri(np.array([0.5 - confidence_level / 2, 0.5 + confidence_level / 2]))
    if acceleration is None:
        lower, upper = np.repeat(scipy.special.ndtr(z)[:, None], estimate.size, axis=1)
        return lower, upper
    bias = scipy.special.ndtri(_share_below(estimate, replicates))
    shifted = bias + z[:, None]
    # Beyond 1 / acceleration there is no level: the interval reaches as far as the replicates do.
    lower, upper = scipy.special.ndtr(bias + shifted / np.maximum(1 - acceleration * shifted, TINY))
    return lower, upper


def _bias_inflation(estimate: Floats, replicates: Floats, level: Floats, z: float, acceleration: Numbers) -> Floats:
    """Factor by which the error of the median bias raises that of a BCa end at `level`."""
    below = _share_below(estimate, replicates)
    bias = scipy.special.ndtri(below)
    room = np.maximum(1 - acceleration * (bias + z), TINY)
    weight = _density(bias + (bias + z) / room) * (1 + 1 / room**2) / _density(bias)
    level = np.clip(level, 0.5 / replicates.shape[0], 1 - 0.5 / replicates.shape[0])
    own = level * (1 - level)
    both = np.minimum(level, below) - level * below
    inflated: Floats = np.sqrt(np.maximum(own + weight**2 * below * (1 - below) - 2 * weight * both, 0.0) / own)
    return inflated


def _density(z: Floats) -> Floats:
    density: Floats = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _quantile(replicates: Floats, level: Floats, missing: float) -> Floats:
    """Quantiles at `level` (m,), between the order statistics around level x (n + 1); an infinite neighbour, or none, makes it infinite."""
    n = replicates.shape[0]
    ordered, wanted = _ordered(replicates, missing), level * (n + 1) - 1
    place = np.clip(wanted, 0, n - 1)
    below = np.floor(place).astype(int)
    part = place - below
    columns = np.arange(level.size)
    low, high = ordered[below, columns], ordered[np.minimum(below + 1, n - 1), columns]
    finite = np.isfinite(low) & np.isfinite(high)
    outer = low if missing < 0 else high
    between = np.where(finite, low, 0.0) + part * (np.where(finite, high, 0.0) - np.where(finite, low, 0.0))
    quantile: Floats = np.where(finite, between, np.where(part == 0, low, outer))
    # Whole numbers are reached up to rounding.
    return np.where(wanted < -ROUNDING * n, -np.inf, np.where(wanted > n - 1 + ROUNDING * n, np.inf, quantile))


def _maritz_jarrett(replicates: Floats, level: Floats, missing: float) -> Floats:
    """Standard error of quantiles at `level` (m,): the spread of an order statistic whose place is beta distributed."""
    n = replicates.shape[0]
    place = np.clip(level * (n + 1), 1.0, n)
    # Eight standard deviations of a place and more, whatever the level.
    reach = 4 * np.sqrt(n) + 8
    start, stop = max(0, int(place.min() - reach)), min(n, int(place.max() + reach))
    distinct, which = np.unique(place, return_inverse=True)
    chances = np.diff(scipy.special.betainc(distinct[:, None], n + 1 - distinct[:, None], np.arange(start, stop + 1) / n), axis=1)[which].T
    ordered = _ordered(replicates, missing)[start:stop]
    finite = np.isfinite(ordered)
    values, chances = np.where(finite, ordered, 0.0), np.where(finite, chances, 0.0)
    total = chances.sum(axis=0)
    mean = (chances * values).sum(axis=0) / np.maximum(total, TINY)
    error = np.sqrt((chances * (values - mean) ** 2).sum(axis=0) / np.maximum(total, TINY))
    error = np.where(total < 1 - NEGLIGIBLE, np.inf, error)
    return np.where(np.isfinite(_quantile(replicates, level, missing)), error, np.nan)


def _ordered(replicates: Floats, missing: float) -> Floats:
    """Replicates of each quantity in order, missing ones at `missing`."""
    ordered: Floats = np.sort(np.where(np.isnan(replicates), missing, replicates), axis=0)
    return ordered
