r"""Growth of counts: the ratio of two Poisson rates, with its exact interval.

Given their sum, the later of two counts is binomial with :math:`p = \rho t_2 / (t_1 + \rho t_2)`, where :math:`\rho` is the ratio of the rates
and :math:`t_1, t_2` are the lengths of the periods; the interval of Clopper and Pearson (1934) for :math:`p` becomes one for :math:`\rho`
(Przyborowski and Wilenski 1940). It covers at least as often as it says.
"""

import math
from dataclasses import dataclass

import scipy

from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.errors import InputError


@dataclass(frozen=True, slots=True)
class Growth:
    """How many times as many events there are in the later of two periods.

    Attributes
    ----------
    earlier, later : int
        Events.
    ratio, lower, upper : float
        Ratio of the later rate to the earlier one, and its interval; infinite where the earlier count is 0.
    p_grows : float
        Probability that the ratio is above 1, given the counts and a Jeffreys prior of the binomial share.
    """

    earlier: int
    later: int
    ratio: float
    lower: float
    upper: float
    p_grows: float


def growth(earlier: int, later: int, lengths: tuple[float, float] = (1.0, 1.0), confidence_level: float = CONFIDENCE_LEVEL) -> Growth:
    """Compare the counts of two periods.

    Parameters
    ----------
    earlier, later : int
        Events in each period, independent of each other.
    lengths : (float, float)
        Lengths of the periods, in any one unit.
    confidence_level : float

    Raises
    ------
    InputError
        If nothing happened in both periods, or a count or a length is negative.
    """
    if min(earlier, later) < 0 or min(lengths) <= 0:
        raise InputError(f"counts {earlier} and {later} in periods of {lengths[0]:g} and {lengths[1]:g}; counts are 0 or more, and periods above 0")
    if earlier + later == 0:
        raise InputError("there is no event in both periods, so nothing is known of their growth; take longer periods")
    tail = (1 - confidence_level) / 2
    low = scipy.special.betaincinv(later, earlier + 1, tail) if later else 0.0
    high = scipy.special.betainccinv(later + 1, earlier, tail) if earlier else 1.0
    return Growth(
        earlier,
        later,
        later / earlier * lengths[0] / lengths[1] if earlier else float("inf"),
        _ratio(float(low), lengths),
        _ratio(float(high), lengths),
        p_of_growth(earlier, later, lengths),
    )


def p_of_growth(earlier: float, later: float, lengths: tuple[float, float] = (1.0, 1.0)) -> float:
    """Probability that the later rate is higher, by a Jeffreys prior of the share of the later period; counts may be what they are worth."""
    return float(scipy.special.betaincc(later + 0.5, earlier + 0.5, lengths[1] / (lengths[0] + lengths[1])))


def p_of_equal_growth(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Fisher's exact p-value, two-sided, of two (earlier, later) counts that grew by the same ratio."""
    n_earlier, n_later = one[0] + other[0], one[1] + other[1]
    n_one = sum(one)
    # Tables with the same sums, in whole numbers, so that equally probable ones are equal.
    ways = {k: math.comb(n_earlier, k) * math.comb(n_later, n_one - k) for k in range(max(0, n_one - n_later), min(n_earlier, n_one) + 1)}
    return sum(n for n in ways.values() if n <= ways[one[0]]) / sum(ways.values())


def _ratio(share: float, lengths: tuple[float, float]) -> float:
    return float("inf") if share == 1 else share / (1 - share) * lengths[0] / lengths[1]
