"""Claims about shares in surveys: what the sample says, and how sure that is. Who was asked is beyond any interval."""

from recount.sims.claims.claim import Claim
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.verdicts import Found
from recount.sims.trends.proportions import proportion


def found_in_survey(claim: Claim, evidence: Evidence) -> Found:
    """Put an interval around the share that a survey found."""
    if claim.share is None or claim.answers is None:
        return Found(why_not="the source states no sample: neither who was asked nor how many; give share and answers if it does", unit="share")
    level = evidence.analysis.specification.confidence_level
    found = proportion(claim.share, claim.answers, claim.design_effect, level)
    p_above = found.p_above(claim.bound)
    p_true = {
        "leads": p_above,
        "above": p_above,
        "at least": p_above,
        "at most": 1 - p_above,
        "below": 1 - p_above,
        "equals": found.p_above(claim.bound - claim.tolerance) - found.p_above(claim.bound + claim.tolerance),
    }[claim.says]
    measured = f"share in a survey of {claim.answers:,} answers" + (f", worth {found.n_effective:,.0f}" if claim.design_effect != 1 else "")
    return Found(found.share, found.lower, found.upper, p_true, least=found.share, most=found.share, unit="share", measured=measured)
