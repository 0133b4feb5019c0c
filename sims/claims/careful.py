"""The sentence that a careful author could write in place of a claim."""

import math

from recount.sims.claims.claim import Claim
from recount.sims.claims.verdicts import Found, Verdict
from recount.sims.specification import Specification

P_SHOWN = 0.99
DIGITS = {"points": 0, "share": 2, "index": 2, "models": 1, "organisations": 1, "ratio": 1, "months": 1, "": 2}
UNITS = {"points": " points", "models": " models", "organisations": " organisations", "ratio": " times", "months": " months"}


def careful_sentence(claim: Claim, found: Found, judged: Verdict, specification: Specification) -> str:
    """Say what was measured, how sure it is, and what it depends on."""
    if judged == "untestable":
        return f"These data cannot say whether this is so: {found.why_not}."
    level = 100 * specification.confidence_level
    value = f"{_number(found.estimate, found.unit)}{UNITS.get(found.unit, '')}"
    ends = f"{_number(found.lower, found.unit)} to {_number(found.upper, found.unit)}"
    return f"{found.measured[:1].upper()}{found.measured[1:]} is {value} ({level:g} % interval {ends}); {_how_sure(found)}{_elsewhere(found)}."


def _how_sure(found: Found) -> str:
    if found.p_true >= P_SHOWN:
        return "the claim is true with a probability above 99 %"
    if found.p_true <= 1 - P_SHOWN:
        return "the claim is true with a probability below 1 %"
    return f"the claim is true with a probability of {100 * found.p_true:.0f} %"


def _elsewhere(found: Found) -> str:
    if math.isnan(found.share_true):
        return ""
    n = round(found.share_true * found.n_specifications)
    span = f", from {_number(found.least, found.unit)} to {_number(found.most, found.unit)}" if found.least != found.most else ""
    return f", and by the estimate of {n} of {found.n_specifications} reasonable specifications{span}"


def _number(value: float, unit: str) -> str:
    return "without end" if math.isinf(value) else f"{value:,.{DIGITS[unit]}f}".removesuffix(".0")
