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
    p_true, p_contradicted, p_most = found.p_above(claim.bound), found.p_below(claim.bound), float("nan")
    if claim.says in ("at most", "below"):
        p_true, p_contradicted = p_contradicted, p_true
    elif claim.says == "equals":
        lowest, highest = claim.bound - claim.tolerance, claim.bound + claim.tolerance
        p_true = max(found.p_above(lowest) + found.p_below(highest) - 1, 0.0)
        above, below = found.p_above(highest), found.p_below(lowest)
        p_contradicted, p_most = max(above, below), 1 - above - below
    worth = f", worth {found.n_effective:,.0f}" if claim.design_effect != 1 else ""
    return Found(
        estimate=found.share,
        lower=found.lower,
        upper=found.upper,
        p_true=p_true,
        p_contradicted=p_contradicted,
        p_most=p_most,
        least=found.share,
        most=found.share,
        unit="share",
        measured=f"share in a survey of {plural(claim.answers, 'answer')}{worth}",
        caveat="who was asked, and who answered, is in no interval",
    )
