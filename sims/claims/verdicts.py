"""The scale of verdicts, from the probability that a claim is true and the share of reasonable specifications that say so."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

Verdict = Literal["holds", "fragile", "undecided", "fails", "untestable"]
# As intervals of 95 % decide; and the share of other specifications that may disagree.
SURE = 0.95
AGREE = 0.95
# Monte-Carlo standard errors by which a probability must be beyond SURE.
ERRORS = 2.0

MEANINGS: dict[Verdict, str] = {
    "holds": "true with a probability of 95 % or more, and by the estimates of 95 % or more of the reasonable specifications",
    "fragile": "sure, one way or the other, under the usual specification, but more than 5 % of the reasonable ones say the opposite; of two numbers "
    "said to be equal, also that they differ in the other direction",
    "undecided": "the data cannot tell: neither that it is true nor that it is wrong in one direction has a probability of 95 %, beyond its error; "
    "or it speaks of a month or a year, and the board of one day alone judges it",
    "fails": "wrong in one direction with a probability of 95 % or more, and so by the estimates of 95 % or more of the reasonable specifications",
    "untestable": "these data do not measure what it speaks of",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the data say of a claim.

    Attributes
    ----------
    estimate, lower, upper : float
        Of the number that the claim speaks of, and its interval; NaN if not known.
    p_true : float
        Probability that the claim is true, under the usual specification; NaN if it cannot be tested.
    p_error : float
        Monte-Carlo standard error of both probabilities; NaN if they are not known.
    p_contradicted : float
        Probability of the more likely way in which it is wrong: too high or too low, if it says that two numbers are equal; otherwise 1 - p_true.
    p_most : float
        The largest probability that it is true, where exact tests leave some of it to neither and it says that two numbers are equal; NaN otherwise.
    share_true : float
        Share of the distinct reasonable specifications whose estimate says that it is true; NaN if there is only one.
    share_contradicted : float
        Share of them whose estimate says that it is wrong, if it says that two numbers are equal on the side of the usual estimate; NaN as above.
    least, most : float
        Range of the estimate over these specifications.
    n_specifications : int
    matters : str
        The choice that moves the estimate most, and to what.
    decides : str
        The fewest other choices under which the estimate says the opposite of what is the more probable; "" if none do.
    otherwise : float
        The estimate under them.
    n_overturn : float
        Fewest votes whose removal is known to make the estimated ratings say the opposite; NaN if not looked for, or none are known.
    why_not : str
        Why it cannot be tested; "" if it can.
    unit : {"points", "share", "score", "index", "models", "organisations", "ratio", "difference of ratios", "months", "tau",
        ""}
    measured : str
        What was measured, in words.
    among : str
        Among which models, whose they are, and by which ratings, in words.
    caveat : str
        What no interval says, in words; "" if nothing.
    as_of : str
        Day (ISO 8601) of the ratings or scores; "" if it is not known, or there are none.
    of_one_day : bool
        Whether it speaks of a longer time than the one day whose board judges it.
    """

    estimate: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    p_true: float = float("nan")
    p_error: float = 0.0
    p_contradicted: float = float("nan")
    p_most: float = float("nan")
    share_true: float = float("nan")
    share_contradicted: float = float("nan")
    least: float = float("nan")
    most: float = float("nan")
    n_specifications: int = 1
    matters: str = ""
    decides: str = ""
    otherwise: float = float("nan")
    n_overturn: float = float("nan")
    why_not: str = ""
    unit: str = ""
    measured: str = ""
    among: str = ""
    caveat: str = ""
    as_of: str = ""
    of_one_day: bool = False


def needed(found: Found) -> float:
    """Return the probability that is sure: what another seed could say otherwise is not."""
    return min(SURE + ERRORS * (0.0 if math.isnan(found.p_error) else found.p_error), 1.0)


def is_near(found: Found) -> bool:
    """Whether a probability is 95 % or more, and nothing is sure for its Monte-Carlo error alone."""
    return bool(SURE <= np.nanmax([0.0, found.p_true, found.p_contradicted]) < needed(found))


def verdict(found: Found) -> Verdict:
    """Judge a claim by what was found."""
    if found.why_not or math.isnan(found.p_true):
        return "untestable"
    is_true = found.p_true >= needed(found)
    if not (is_true or found.p_contradicted >= needed(found)):
        return "undecided"
    agreeing = found.share_true if is_true else found.share_contradicted
    if agreeing < AGREE:
        return "fragile"
    if found.of_one_day:
        # Of the rest of the time nothing is known.
        return "undecided"
    return "holds" if is_true else "fails"
