"""Claims that name a rating, or a number of points, which mean something only where the scale of ratings, or its unit, is known."""

from recount.data.boards.board import POINTS
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.claim import Claim
from recount.sims.claims.evidence import UntestableError
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import Specification


def names_a_rating(claim: Claim, s: Specification) -> bool:
    """Whether a claim names a rating or a level of ratings, and not a difference of two or a place."""
    metric = METRICS[claim.metric]
    return (metric.unit == "rating" and not claim.rival) or ("above" in metric.varies_by and s.above.is_absolute)


def names_points(claim: Claim, s: Specification) -> bool:
    """Whether a claim, or what it is measured by, names a number of points."""
    metric = METRICS[claim.metric]
    is_tolerant = claim.says == "equals" and claim.tolerance > 0
    in_points = metric.unit in ("rating", "points") and (claim.bound != 0 or is_tolerant)
    return in_points or "above" in metric.varies_by or ("lag_tolerance" in metric.varies_by and s.lag_tolerance > 0)


def check_scale(claim: Claim, analysis: Analysis, s: Specification) -> None:
    """Raise `UntestableError` if the claim names a rating and nothing fixes what one is worth, or points and the board is in another measure."""
    if analysis.board is not None and analysis.board.measure != POINTS and names_points(claim, s):
        raise UntestableError(f"it names points, of Elo, and the ratings of the board are in {analysis.board.measure}; give a board of Elo points")
    if names_a_rating(claim, s) and analysis.board is None and s.anchor is None:
        what = "compares ratings of two categories" if claim.against_category else "names a rating"
        raise UntestableError(
            f"it {what}, and nothing fixes the scale of ratings of votes; write anchor and anchor_rating below [claim.choices], of a "
            "competitor whose rating on that scale is known, or give a board"
        )
