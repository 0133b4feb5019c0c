"""A proportion of a survey, with the interval of Wilson (1927), at the size that the sample is worth."""

import math
from dataclasses import dataclass

import scipy

from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.errors import InputError
from recount.engine.plurals import plural


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of the answers of a sample.

    Attributes
    ----------
    share, lower, upper : float
        And its interval by Wilson's score.
    n_effective : float
        Answers of a simple random sample that would be as sure.
    """

    share: float
    lower: float
    upper: float
    n_effective: float

    def p_above(self, value: float) -> float:
        """How sure it is that the share of the population is above `value`: 1 minus the p-value of the exact test (Clopper and Pearson 1934)."""
        hits = self.share * self.n_effective
        return float(scipy.special.betaincc(hits, self.n_effective - hits + 1, min(max(value, 0.0), 1.0))) if hits > 0 else float(value < 0)

    def p_below(self, value: float) -> float:
        """How sure it is that the share of the population is below `value`, in the same way; both add up to less than 1."""
        others = self.n_effective * (1 - self.share)
        return float(scipy.special.betainc(self.n_effective - others + 1, others, min(max(value, 0.0), 1.0))) if others > 0 else float(value > 1)


def proportion(share: float, n: int, design_effect: float = 1.0, confidence_level: float = CONFIDENCE_LEVEL) -> Proportion:
    """Put an interval around the share of a sample.

    Parameters
    ----------
    share : float
        0 to 1.
    n : int
        Answers.
    design_effect : float
        By how much the variance is larger than that of a simple random sample (Kish 1965): weights, clusters. It says nothing of who was asked.
    confidence_level : float

    Raises
    ------
    InputError
        If one of them is not possible.
    """
    from recount.engine.normal_quantiles import normal_quantile

    if not 0 <= share <= 1:
        raise InputError(f"a share is {share:g}; give it between 0 and 1, as 0.65 for 65 %")
    if n < 1 or design_effect <= 0:
        raise InputError(f"{plural(n, 'answer')} with a design effect of {design_effect:g}; both are above 0")
    effective, z = n / design_effect, normal_quantile((1 + confidence_level) / 2)
    centre = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * math.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2))
    return Proportion(share, max(centre - half, 0.0), min(centre + half, 1.0), effective)
