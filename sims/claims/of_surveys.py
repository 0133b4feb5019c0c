"""Claims about shares in surveys: what the sample says, and how sure that is. Who was asked is beyond any interval."""

from recount.engine.plurals import plural
from recount.sims.claims.claim import Claim
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.verdicts import Found
from recount.sims.trends.proportions import proportion


def found_in_survey(claim: Claim, evidence: Evidence) -> Found:
    """Put an interval around the share that a survey found."""
    if claim.share is None or claim.answers is None:
        return Found(why_not="the source states no sample: neither who was asked nor how many; give share and answers if it does", unit="share")
    found = proportion(claim.share, claim.answers, claim.design_effect, evidence.analysis.specification.confidence_level)
    p_above = found.p_above(claim.bound)
    too_high, too_low = found.p_above(claim.bound + claim.tolerance), 1 - found.p_above(claim.bound - claim.tolerance)
    p_true = {"at most": 1 - p_above, "below": 1 - p_above, "equals": 1 - too_high - too_low}.get(claim.says, p_above)
    worth = f", worth {found.n_effective:,.0f}" if claim.design_effect != 1 else ""
    return Found(
        estimate=found.share,
        lower=found.lower,
        upper=found.upper,
        p_true=p_true,
        p_contradicted=max(too_high, too_low) if claim.says == "equals" else 1 - p_true,
        least=found.share,
        most=found.share,
        unit="share",
        measured=f"share in a survey of {plural(claim.answers, 'answer')}{worth}",
        caveat="who was asked, and who answered, is in no interval",
    )
