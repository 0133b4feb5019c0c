"""What a careful author could write in place of a claim, and what was tested of its words."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from recount.engine.plurals import plural
from recount.sims.claims.claim import Claim
from recount.sims.claims.verdicts import SURE, Found, Verdict, is_near
from recount.sims.countries.metrics import METRICS
from recount.sims.presentation.choices_told import MADE, told_change
from recount.sims.presentation.country_leads import AMONG
from recount.sims.presentation.wording import begun
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
MOST_DIGITS = 6
# A number of models is called one where it is measured.
UNITS = {"points": " points", "months": " months"}


class Shown(NamedTuple):
    """How numbers of a unit are shown: with the decimals of the unit, or of the claim if it has more."""

    unit: str
    digits: int

    def number(self, value: float) -> str:
        """Return a number without its unit."""
        if math.isinf(value):
            return "infinity" if value > 0 else "minus infinity"
        rounded = round(value, self.digits)
        # No minus before nothing.
        return signed(f"{rounded if rounded else 0.0:,.{self.digits}f}".removesuffix(".0"))

    def value(self, value: float) -> str:
        """Return a number with its unit."""
        return "infinite" if math.isinf(value) else with_unit(self.number(value), self.unit)


def shown_for(claim: Claim, unit: str) -> Shown:
    """Return how numbers are shown beside those of a claim."""
    given = max(_decimals(claim.bound), _decimals(claim.tolerance))
    return Shown(unit, min(max(DIGITS[unit], given), MOST_DIGITS))


def careful_sentences(claim: Claim, found: Found, judged: Verdict, specification: Specification) -> str:
    """Say what was measured, how sure it is, and what it depends on, a short sentence each; what no interval says is the caveat."""
    if judged == "untestable":
        return f"These data cannot say whether this is so: {found.why_not}."
    shown = shown_for(claim, found.unit)
    return " ".join(
        filter(
            None,
            (
                _measured(found, shown, specification.confidence_level),
                f"This is {found.among}." if found.among else "",
                f"{_how_sure(claim, found, shown)}{_near(claim, found)}.",
                _elsewhere(claim, found, judged, shown),
                _overturned(found),
            ),
        )
    )


def _measured(found: Found, shown: Shown, confidence_level: float) -> str:
    """Say the number with its interval, which a number that is the same in all draws does not have."""
    end = "or more" if math.isinf(found.upper) else f"to {shown.number(found.upper)}"
    interval = f" ({100 * confidence_level:g} % interval {shown.number(found.lower)} {end})"
    is_sure = shown.number(found.lower) == shown.number(found.upper) == shown.number(found.estimate)
    measured = f"{found.measured[:1].upper()}{found.measured[1:]}{f', as of {found.as_of}' if found.as_of else ''}"
    # A comma within a number is none of the sentence.
    measured += "," if ", " in measured else ""
    return f"{measured} is {shown.value(found.estimate)}{'' if is_sure else interval}."


def what_was_tested(claim: Claim, found: Found) -> str:
    """Say what was tested in place of the words of a claim; "" if nothing was measured."""
    if not found.measured:
        return ""
    among = f"{AMONG[claim.group]}, " if found.among else ""
    return f"{among}{found.measured}{',' if ', ' in found.measured else ''} is {claimed(claim, found.unit)}"


def claimed(claim: Claim, unit: str) -> str:
    """Say what is claimed of the number, with the numbers of the claim as they are given."""
    number = with_unit(as_given(claim.bound), unit) if claim.bound else "0"
    if claim.says == "equals":
        return f"within {as_given(claim.tolerance)} of {number}" if claim.tolerance else f"exactly {number}"
    return f"{'above' if claim.says == 'leads' else claim.says} {number}"


def _how_sure(claim: Claim, found: Found, shown: Shown) -> str:
    said, told, wrong = f"that it is {claimed(claim, shown.unit)}", _told(found.p_true, found.p_error), _told(found.p_contradicted, found.p_error)
    is_equal = claim.says == "equals"
    # By exact tests, which leave some of the probability to neither, or where some draws have no such number.
    most = found.p_most if is_equal else 1 - found.p_contradicted
    if most - found.p_true >= 1 - P_SHOWN:
        told = f"between {_percent(found.p_true)} and {_percent(most)} %"
    if not is_equal:
        return f"The probability {said} is {told}"
    if not claim.tolerance and found.p_true == 0 and found.p_contradicted < P_SHOWN:
        return f"No data can show {said}"
    away = found.estimate - claim.bound
    further = "further off on one side" if abs(away) <= claim.tolerance else "higher" if away > 0 else "lower"
    return f"The probability {said} is {told}; that it is {further}, {wrong}"


def _near(claim: Claim, found: Found) -> str:
    """Say that a probability is so near to what decides that another seed could say otherwise."""
    limit = SURE if claim.says == "equals" or found.p_true >= SURE else 1 - SURE
    return f", too near to {100 * limit:.0f} % for these draws to decide" if is_near(found) else ""


def _told(probability: float, error: float) -> str:
    """Return a probability in words; near what decides with its Monte-Carlo error, twice, and enough digits to tell it from that."""
    if probability >= P_SHOWN:
        return "more than 99 %"
    if probability <= 1 - P_SHOWN:
        return "less than 1 %"
    if is_near(Found(p_true=max(probability, 1 - probability), p_error=error)):
        return f"{100 * probability:.1f} ± {200 * error:.1f} %"
    return f"{_percent(probability)} %"


def _percent(probability: float) -> str:
    """Return per cent, with as many digits as show on which side of what decides it lies."""
    for digits in (0, 1, 2):
        shown = f"{100 * probability:.{digits}f}"
        if all((probability >= limit) == (float(shown) >= 100 * limit) for limit in (SURE, 1 - SURE)):
            break
    return shown


def _elsewhere(claim: Claim, found: Found, judged: Verdict, shown: Shown) -> str:
    """Say what other reasonable specifications say, and of a fragile claim what decides."""
    if math.isnan(found.share_true):
        return ""
    n = round(found.share_true * found.n_specifications)
    n_other_side = found.n_specifications - n - round(found.share_contradicted * found.n_specifications) if claim.says == "equals" else 0
    other_side = f", and on the other side of it under {n_other_side:,}" if n_other_side else ""
    span = (
        f"; it ranges from {shown.number(found.least)} to {shown.number(found.most)}" if shown.number(found.least) != shown.number(found.most) else ""
    )
    decides = f" With {_in_words(found.decides)} it would be {shown.value(found.otherwise)}." if judged == "fragile" and found.decides else ""
    # Strengths given ratings are nearer to each other, and may be on the other side.
    is_beyond = claim.metric in METRICS and not found.least <= found.estimate <= found.most
    of_what = "; the number above is of strengths given them" if is_beyond else ""
    by = "By the estimated ratings themselves" if claim.metric in METRICS else "By its estimates"
    said = f"{claimed(claim, shown.unit)} under {n:,} of {plural(found.n_specifications, 'reasonable specification')}"
    return f"{by} it is {said}{other_side}{span}{of_what}.{decides}"


def _in_words(decides: str) -> str:
    """Say choices, as ``name = value``, as a reader would; what is no choice of a specification stands as it is."""
    choices = [choice.partition(" = ") for choice in decides.split(" and ")]
    return " and ".join(told_change(f"{name}={value}") if name in MADE else f"{name} {value}" for name, _, value in choices)


def _overturned(found: Found) -> str:
    if math.isnan(found.n_overturn):
        return ""
    return f"By the estimated ratings it would be otherwise without {plural(round(found.n_overturn), 'vote')}; whether without fewer is not known."


def said_apart(row: Mapping[Any, Any]) -> str:
    """Say of a judged claim what of its words was not tested, and what no interval says, in sentences."""
    rest = f"not tested: {row['not_tested']}" if row["not_tested"] and row["verdict"] != "untestable" else ""
    return " ".join(f"{begun(one)}." for one in (rest, *row["caveat"].split("; ")) if one)


def with_unit(number: str, unit: str) -> str:
    """Return a number with its unit, which is singular of one."""
    words = UNITS.get(unit, "")
    return number + (words.removesuffix("s") if number in ("1", "−1") else words)


def as_given(value: float) -> str:
    """Return a number as a file of claims has it."""
    return signed(f"{value:,.12f}".rstrip("0").removesuffix(".") if abs(value) >= 1e-12 or not value else f"{value:g}")


def signed(number: str) -> str:
    """Return a number with a minus for a hyphen."""
    return f"−{number[1:]}" if number.startswith("-") else number


def _decimals(value: float) -> int:
    return len(as_given(value).partition(".")[2])
