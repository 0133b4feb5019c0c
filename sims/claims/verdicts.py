"""The scale of verdicts, from the probability that a claim is true and the share of reasonable specifications that say so."""

from typing import Literal, NamedTuple

Verdict = Literal["holds", "fragile", "undecided", "fails", "untestable"]
# As intervals of 95 % decide; and the share of other specifications that may disagree.
SURE = 0.95
AGREE = 0.95

MEANINGS: dict[Verdict, str] = {
    "holds": "true with a probability of 95 % or more, and by the estimates of 95 % or more of the reasonable specifications",
    "fragile": "sure, one way or the other, under the usual specification, but more than 5 % of the reasonable ones say the opposite",
    "undecided": "the data cannot tell: the probability that it is true lies between 5 and 95 %",
    "fails": "true with a probability of 5 % or less, and by the estimates of 5 % or less of the reasonable specifications",
    "untestable": "these data do not measure what it speaks of",
}


class Found(NamedTuple):
    """What the data say of a claim.

    Attributes
    ----------
    estimate, lower, upper : float
        Of the number that the claim speaks of, and its interval; NaN if not known.
    p_true : float
        Probability that the claim is true, under the usual specification; NaN if it cannot be tested.
    share_true : float
        Share of the distinct reasonable specifications whose estimate says that it is true; NaN if there is only one.
    least, most : float
        Range of the estimate over these specifications.
    n_specifications : int
    matters : str
        The choice that moves the estimate most, and to what.
    n_overturn : float
        Fewest votes whose removal is known to overturn it; NaN if not looked for.
    why_not : str
        Why it cannot be tested; "" if it can.
    unit : {"points", "share", "index", "models", "organisations", "ratio", "months", ""}
    measured : str
        What was measured, in words.
    """

    estimate: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    p_true: float = float("nan")
    share_true: float = float("nan")
    least: float = float("nan")
    most: float = float("nan")
    n_specifications: int = 1
    matters: str = ""
    n_overturn: float = float("nan")
    why_not: str = ""
    unit: str = ""
    measured: str = ""


def verdict(found: Found) -> Verdict:
    """Judge a claim by what was found."""
    if found.why_not or found.p_true != found.p_true:
        return "untestable"
    if 1 - SURE < found.p_true < SURE:
        return "undecided"
    is_true = found.p_true >= SURE
    agreeing = 1.0 if found.share_true != found.share_true else found.share_true if is_true else 1 - found.share_true
    if agreeing < AGREE:
        return "fragile"
    return "holds" if is_true else "fails"
