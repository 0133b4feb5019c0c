"""Claims that name a rating, which means something only where the scale of ratings is fixed."""

from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.claim import Claim
from recount.sims.claims.evidence import UntestableError
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import Specification


def names_a_rating(claim: Claim, s: Specification) -> bool:
    """Whether a claim names a rating or a level of ratings, and not a difference of two or a place."""
    metric = METRICS[claim.metric]
    return (metric.unit == "rating" and not claim.rival) or ("above" in metric.varies_by and s.above.is_absolute)


def check_scale(claim: Claim, analysis: Analysis, s: Specification) -> None:
    """Raise `UntestableError` if the claim names a rating, and nothing fixes what one is worth."""
    if names_a_rating(claim, s) and analysis.board is None and s.anchor is None:
        what = "compares ratings of two categories" if claim.against_category else "names a rating"
        raise UntestableError(
            f"it {what}, and nothing fixes the scale of ratings of votes; write anchor and anchor_rating below [claim.choices], of a "
            "competitor whose rating on that scale is known, or give a board"
        )
