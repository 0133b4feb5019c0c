"""What a claim says of a number, asked of an estimate and of draws."""

import numpy as np

from recount.engine.votes import Bools, Floats
from recount.sims.claims.claim import Claim

# More than rounding, less than anything that is claimed.
ROUNDING = 1e-9


def is_true(claim: Claim, values: Floats) -> Bools:
    """Say of each number whether the claim is true of it; of one that is not known it is not."""
    away = values - claim.bound
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


def p_contradicted(claim: Claim, values: Floats) -> float:
    """Probability, over draws, of the more likely of the ways in which a claim is wrong.

    A number that is said to equal another is wrong if it is above or if it is below. Where neither is sure it is not contradicted, however narrow its
    tolerance is against what is known of the number.
    """
    if claim.says != "equals":
        return float(1 - is_true(claim, values).mean())
    edge = claim.tolerance + ROUNDING
    return float(max((values > claim.bound + edge).mean(), (values < claim.bound - edge).mean()))
