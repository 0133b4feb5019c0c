"""What a claim says of a number, asked of an estimate and of draws."""

from typing import NamedTuple

import numpy as np

from recount.engine.votes import Bools, Floats
from recount.sims.claims.claim import Claim

# Into which draws are cut, as many as there are chains.
N_PARTS = 16
# More than rounding, less than anything that is claimed.
ROUNDING = 1e-9


def is_true(claim: Claim, values: Floats) -> Bools:
    """Say of each number whether the claim is true of it; of one that is not known it is not."""
    away = values - claim.bound
    # What is not known compares as false.
    with np.errstate(invalid="ignore"):
        true: Bools = {
            "leads": away > ROUNDING,
            "above": away > ROUNDING,
            "at least": away >= -ROUNDING,
            "equals": np.abs(away) <= claim.tolerance + ROUNDING,
            "at most": away <= ROUNDING,
            "below": away < -ROUNDING,
        }[claim.says]
    return true & ~np.isnan(values)


def on_side_of(claim: Claim, values: Floats, estimate: float) -> Bools:
    """Say of each number whether the claim is wrong of it, and where it says that two numbers are equal, on the same side as by the estimate."""
    wrong = ~is_true(claim, values) & ~np.isnan(values)
    same: Bools = wrong & ((values > claim.bound) == (estimate > claim.bound)) if claim.says == "equals" else wrong
    return same


def monte_carlo_error(claim: Claim, values: Floats) -> float:
    """Standard error of the share of draws in which a claim is true, by the differences between the parts that chains have drawn (batch means)."""
    parts = [part.mean() for part in np.array_split(is_true(claim, values), N_PARTS) if part.size]
    return float(np.std(parts, ddof=1) / np.sqrt(len(parts))) if len(parts) > 1 else float("nan")


class Probabilities(NamedTuple):
    """Of a claim, by the names that `Found` has for them."""

    p_true: float
    p_error: float
    p_contradicted: float
    p_most: float = float("nan")


def how_sure(claim: Claim, draws: Floats) -> Probabilities:
    """Return what draws say of a claim, (n_draws,), and how well they say it."""
    return Probabilities(float(is_true(claim, draws).mean()), monte_carlo_error(claim, draws), p_contradicted(claim, draws))


def how_sure_between(claim: Claim, low: Floats, high: Floats) -> Probabilities:
    """Return what two laws of a number say of a claim, each by draws, (n_draws,): by the lower one it is too small, by the upper one too large.

    Of each, the one that makes it less sure: then a number that is surely above or below another is so by the exact test too.
    """
    error = max(monte_carlo_error(claim, low), monte_carlo_error(claim, high))
    if claim.says == "equals":
        edge = claim.tolerance + ROUNDING
        lowest, highest = claim.bound - edge, claim.bound + edge
        inside = float((low >= lowest).mean() + (high <= highest).mean() - 1)
        above, below = float((low > highest).mean()), float((high < lowest).mean())
        return Probabilities(max(inside, 0.0), error, max(above, below), 1 - above - below)
    for_it, against = (high, low) if claim.says in ("at most", "below") else (low, high)
    return Probabilities(float(is_true(claim, for_it).mean()), error, float(1 - is_true(claim, against).mean()))


def p_contradicted(claim: Claim, values: Floats) -> float:
    """Probability, over draws, of the more likely of the ways in which a claim is wrong.

    A number that is said to equal another is wrong if it is above or if it is below. Where neither is sure it is not contradicted, however narrow its
    tolerance is against what is known of the number.
    """
    if claim.says != "equals":
        # What is not known is neither.
        return float((~is_true(claim, values) & ~np.isnan(values)).mean())
    edge = claim.tolerance + ROUNDING
    return float(max((values > claim.bound + edge).mean(), (values < claim.bound - edge).mean()))


def possible_of(claim: Claim, unit: str) -> tuple[Floats, Floats]:
    """Return the least and the largest value that the number of a claim could have, (1,) each: lengths and shares have ends."""
    is_difference = bool(claim.rival or claim.against_category)
    if unit in ("share", "score"):
        return np.array([-1.0 if is_difference else 0.0]), np.array([1.0])
    return np.array([0.0 if unit == "months" and not is_difference else -np.inf]), np.array([np.inf])
