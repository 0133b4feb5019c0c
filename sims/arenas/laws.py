"""The law of a vote: chances of its outcomes at a lead, on average over tastes, and the tie parameter that makes a share of ties."""

import numpy as np
from scipy.optimize import brentq

from recount.engine.errors import OptionError
from recount.engine.votes import Floats
from recount.sims.arenas.parts import TIE_SHARE, BothBad, Outcomes
from recount.sims.kernels import DAVIDSON, RAO_KUPPER, THURSTONE, fill_law

LAWS = {"davidson": DAVIDSON, "rao-kupper": RAO_KUPPER, "thurstone": THURSTONE}
WITHOUT_TIES = {DAVIDSON: 0.0, RAO_KUPPER: 1.0, THURSTONE: 0.0}
# The trapezoidal rule over tastes: of what lies further out, and of nodes closer together, nothing is left in 15 digits.
REACH = 8.5
STEP = 0.5
LARGEST_LOG = 40.0


def law_at(law: int, tie: float, leads: Floats) -> Floats:
    """Chances that the first wins, the second wins, and of a tie at each lead, (m, 3)."""
    chances = np.empty((leads.size, 3))
    fill_law(law, float(tie), np.ascontiguousarray(leads, np.float64), chances)
    return chances


def mean_law(law: int, tie: float, leads: Floats, variance: float) -> Floats:
    """The same on average over normal deviations of this variance, (m, 3).

    By the trapezoidal rule with nodes h standard deviations apart, whose error is exp(-2 pi^2 / (h sigma)): the logistic function is analytic
    up to pi from the real axis.
    """
    deviation = float(np.sqrt(variance))
    if deviation == 0:
        return law_at(law, tie, leads)
    return np.asarray(sum(w * law_at(law, tie, leads + deviation * x) for x, w in normal_nodes(deviation)))


def normal_nodes(deviation: float) -> list[tuple[float, float]]:
    """Nodes and weights for the mean over a normal variable of a function of `deviation` times it."""
    nodes = np.linspace(-REACH, REACH, 1 + 2 * int(np.ceil(REACH / STEP * max(1.0, deviation))))
    weights = np.exp(-(nodes**2) / 2)
    return list(zip(nodes, weights / weights.sum(), strict=True))


def tie_parameter_for(choice: Outcomes, leads: Floats, expected: Floats, variance: float) -> float:
    """Return nu or the threshold: as given, or such that the expected share of ties is as chosen.

    leads, expected : (m,), of pairs, and their expected votes. variance : of tastes.
    """
    law = LAWS[choice.law]
    if choice.tie_parameter is not None:
        return choice.tie_parameter
    share = TIE_SHARE if choice.tie_share is None else choice.tie_share
    without = WITHOUT_TIES[law]
    if share == 0 or law == THURSTONE:
        return without
    # A tie is as likely whoever leads, so that both orders of a pair, and all equals, are one.
    leads, place = np.unique(np.abs(leads), return_inverse=True)
    weights = np.bincount(place, expected)

    def excess(log: float) -> float:
        return float(np.average(mean_law(law, without + np.exp(log), leads, variance)[:, 2], weights=weights)) - share

    if excess(LARGEST_LOG) < 0:
        raise OptionError(f"tie_share is {share:g}, which no tie parameter reaches between competitors so far apart; give a smaller share")
    return without + float(np.exp(brentq(excess, -LARGEST_LOG, LARGEST_LOG)))


def with_both_bad(chances: Floats, choice: BothBad) -> Floats:
    """Chances of the four outcomes, (m, 4), from those of win, loss and tie, (m, 3)."""
    if choice.of == "all":
        return np.column_stack([(1 - choice.share) * chances, np.full(len(chances), choice.share)])
    return np.column_stack([chances[:, :2], (1 - choice.share) * chances[:, 2], choice.share * chances[:, 2]])
