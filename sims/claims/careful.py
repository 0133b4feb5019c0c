"""The sentence that a careful author could write in place of a claim."""

import math

from recount.engine.plurals import plural
from recount.sims.claims.claim import Claim
from recount.sims.claims.verdicts import SURE, Found, Verdict
from recount.sims.specification import Specification

P_SHOWN = 0.99
DIGITS = {
    "points": 0,
    "share": 2,
    "score": 3,
    "index": 2,
    "models": 1,
    "organisations": 1,
    "ratio": 1,
    "difference of ratios": 1,
    "months": 1,
    "tau": 2,
    "": 2,
}
UNITS = {"points": " points", "models": " models", "organisations": " organisations", "ratio": " times", "months": " months"}


def careful_sentence(claim: Claim, found: Found, judged: Verdict, specification: Specification) -> str:
    """Say what was measured, how sure it is, what it depends on, and what no interval says."""
    if judged == "untestable":
        return f"These data cannot say whether this is so: {found.why_not}."
    level = 100 * specification.confidence_level
    end = "or more" if math.isinf(found.upper) else f"to {_number(found.upper, found.unit)}"
    ends = f"{_number(found.lower, found.unit)} {end}"
    measured = f"{found.measured[:1].upper()}{found.measured[1:]}{f', as of {found.as_of},' if found.as_of else ''}"
    caveat = f" ({found.caveat})" if found.caveat else ""
    return f"{measured} is {_value(found)} ({level:g} % interval {ends}); {_how_sure(claim, found)}{_elsewhere(found)}{caveat}."


def _value(found: Found) -> str:
    """Return the estimate with its unit."""
    if math.isinf(found.estimate):
        return "infinite"
    number, unit = _number(found.estimate, found.unit), UNITS.get(found.unit, "")
    return number + (unit.removesuffix("s") if number in ("1", "-1") and found.unit != "ratio" else unit)


def _how_sure(claim: Claim, found: Found) -> str:
    if claim.says == "equals" and not claim.tolerance and found.p_contradicted < P_SHOWN:
        return "that it is exactly what is claimed no data can show"
    if claim.tolerance:
        claimed = f"{_number(claim.bound, found.unit)} within {_number(claim.tolerance, found.unit)}"
        further = f"that it is further off on one side, one of {_told(found.p_contradicted)}"
        return f"what is claimed, {claimed}, has a probability of {_told(found.p_true)}, and {further}"
    if found.p_true >= P_SHOWN:
        return "the claim is true with a probability above 99 %"
    if found.p_true <= 1 - P_SHOWN:
        return "the claim is true with a probability below 1 %"
    return f"the claim is true with a probability of {_percent(found.p_true)} %"


def _told(probability: float) -> str:
    if probability >= P_SHOWN:
        return "more than 99 %"
    return "less than 1 %" if probability <= 1 - P_SHOWN else f"{_percent(probability)} %"


def _percent(probability: float) -> str:
    """Return per cent, with as many digits as show on which side of what decides it lies."""
    for digits in (0, 1, 2):
        shown = f"{100 * probability:.{digits}f}"
        if all((probability >= limit) == (float(shown) >= 100 * limit) for limit in (SURE, 1 - SURE)):
            break
    return shown


def _elsewhere(found: Found) -> str:
    if math.isnan(found.share_true):
        return ""
    n = round(found.share_true * found.n_specifications)
    span = f", from {_number(found.least, found.unit)} to {_number(found.most, found.unit)}" if found.least != found.most else ""
    return f", and by the estimate of {n} of {plural(found.n_specifications, 'reasonable specification')}{span}"


def _number(value: float, unit: str) -> str:
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    rounded = round(value, DIGITS[unit])
    # No minus before nothing.
    return f"{rounded if rounded else 0.0:,.{DIGITS[unit]}f}".removesuffix(".0")
