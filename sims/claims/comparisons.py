"""What a claim says of a number, asked of an estimate and of draws."""

import numpy as np
from numpy.typing import NDArray

from recount.engine.votes import Floats
from recount.sims.claims.claim import Claim

# More than rounding, less than anything that is claimed.
ROUNDING = 1e-9


def is_true(claim: Claim, values: Floats) -> NDArray[np.bool_]:
    """Say of each number whether the claim is true of it; of one that is not known it is not."""
    away = values - claim.bound
    with np.errstate(invalid="ignore"):
        true: NDArray[np.bool_] = {
            "leads": away > ROUNDING,
            "above": away > ROUNDING,
            "at least": away >= -ROUNDING,
            "equals": np.abs(away) <= claim.tolerance + ROUNDING,
            "at most": away <= ROUNDING,
            "below": away < -ROUNDING,
        }[claim.says]
    return true & ~np.isnan(values)
