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


def monte_carlo_error(claim: Claim, values: Floats) -> float:
    """Standard error of the share of draws in which a claim is true, by the differences between the parts that chains have drawn (batch means)."""
    parts = [part.mean() for part in np.array_split(is_true(claim, values), N_PARTS) if part.size]
    return float(np.std(parts, ddof=1) / np.sqrt(len(parts))) if len(parts) > 1 else float("nan")


class Probabilities(NamedTuple):
    """Of a claim, by the names that `Found` has for them."""

    p_true: float
    p_error: float
    p_contradicted: float


def how_sure(claim: Claim, draws: Floats) -> Probabilities:
    """Return what draws say of a claim, (n_draws,), and how well they say it."""
    return Probabilities(float(is_true(claim, draws).mean()), monte_carlo_error(claim, draws), p_contradicted(claim, draws))


def p_contradicted(claim: Claim, values: Floats) -> float:
    """Probability, over draws, of the more likely of the ways in which a claim is wrong.

    A number that is said to equal another is wrong if it is above or if it is below. Where neither is sure it is not contradicted, however narrow its
    tolerance is against what is known of the number.
    """
    if claim.says != "equals":
        return float(1 - is_true(claim, values).mean())
    edge = claim.tolerance + ROUNDING
    return float(max((values > claim.bound + edge).mean(), (values < claim.bound - edge).mean()))
