r"""What a vote says under each tie model, from a = exp(d / 4) and b = exp(-d / 4) (or any common multiple), d the lead of first over second.

Half-win: :math:`P_1 = a^2 / (a^2 + b^2)`, a tie is half of each. Davidson (1970): :math:`P_1 : P_2 : P_0 = a^2 : b^2 : \nu a b`. Rao and Kupper
(1967), with a threshold c of odds: :math:`P_1 = a^2 / (a^2 + c b^2)`, :math:`P_2 = b^2 / (b^2 + c a^2)`, the rest is a tie. The parameter of ties
enters as gamma = ln nu or gamma = ln c, in which the log-likelihood is concave together with d.

With a parameter for each pair (`recount.engine.pair_ties`) it is put in at its best, and what is left is a likelihood of d alone: that
of the decided votes for Davidson, the profile for Rao and Kupper.
"""

import math
from typing import Any

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.models import DAVIDSON, DECIDED, HALF, RAO_KUPPER, RAO_KUPPER_BY_PAIR

# Newton's steps on a cubic fall to its root; far from it each leaves two thirds of the way.
MOST_CUBIC_STEPS = 200
CLOSE = 1e-15


@kernel
def rao_kupper_of_pair(x: float, wins: float, losses: float, ties: float) -> float:
    """Threshold that fits a pair's votes best, x = exp(-d): the root above 1 of a cubic; 1 if it never tied, infinite if it always did."""
    if ties <= 0.0:
        return 1.0
    cubic, y = wins + losses, 1.0 / x
    if cubic <= 0.0:
        return math.inf
    square, linear = (wins - ties) * x + (losses - ties) * y, cubic + 4.0 * ties
    constant = (wins + ties) * x + (losses + ties) * y
    # No root of a polynomial lies beyond 1 + the largest ratio to its leading coefficient (Cauchy).
    threshold = 1.0 + max(max(abs(square), linear), constant) / cubic
    for _ in range(MOST_CUBIC_STEPS):
        value = ((cubic * threshold + square) * threshold - linear) * threshold - constant
        step = value / ((3.0 * cubic * threshold + 2.0 * square) * threshold - linear)
        threshold -= step
        if abs(step) <= CLOSE * threshold:
            break
    return max(threshold, 1.0)


@kernel
def rao_kupper_of_pairs(lead: Any, wins: Any, losses: Any, ties: Any, out: Any) -> None:
    """Fill `out` (n_pairs,) with the threshold that fits each pair best, given its lead."""
    for pair in range(lead.size):
        out[pair] = rao_kupper_of_pair(math.exp(-lead[pair]), wins[pair], losses[pair], ties[pair])


@kernel
def rao_kupper_terms_of_pair(a: float, b: float, wins: float, losses: float, ties: float) -> Any:
    """Threshold of a pair, the chances p and q of the first and the second, and the negative second derivatives: dd, d gamma, gamma gamma."""
    aa, bb = a * a, b * b
    threshold = rao_kupper_of_pair(bb / aa, wins, losses, ties)
    p, q = aa / (aa + threshold * bb), bb / (bb + threshold * aa)
    own, other = (wins + ties) * p * (1.0 - p), (losses + ties) * q * (1.0 - q)
    square = threshold * threshold
    # Where nobody tied the threshold is at its end, and does not give way.
    by_gamma = own + other + 4.0 * ties * square / (square - 1.0) ** 2 if square > 1.0 else math.inf
    return threshold, p, q, own + other, other - own, by_gamma


@kernel
def pair_terms(model: int, a: float, b: float, tie: float, wins: float, losses: float, ties: float) -> Any:
    """Derivatives of the log-likelihood of a pair's votes: by d, gamma, and the negative second ones, dd, d gamma, gamma gamma.

    `tie` is nu or the threshold.
    Those by gamma are 0 where not one is for all pairs.
    """
    aa, bb = a * a, b * b
    if model == HALF:
        scale = 1.0 / (aa + bb)
        p, q = aa * scale, bb * scale
        return wins * q - losses * p + ties * (0.5 * (q - p)), 0.0, (wins + losses + ties) * (p * q), 0.0, 0.0
    if model == DECIDED:
        scale = 1.0 / (aa + bb)
        p, q = aa * scale, bb * scale
        return wins * q - losses * p, 0.0, (wins + losses) * (p * q), 0.0, 0.0
    if model == RAO_KUPPER_BY_PAIR:
        if wins + losses <= 0.0:
            return 0.0, 0.0, 0.0, 0.0, 0.0
        _, p, q, by_lead, mixed, by_gamma = rao_kupper_terms_of_pair(a, b, wins, losses, ties)
        return (wins + ties) * (1.0 - p) - (losses + ties) * (1.0 - q), 0.0, by_lead - mixed * mixed / by_gamma, 0.0, 0.0
    if model == DAVIDSON:
        even = tie * a * b
        scale = 1.0 / (aa + bb + even)
        p, q, t = aa * scale, bb * scale, even * scale
        n = wins + losses + ties
        # Each difference by itself: 1 - p would lose the digits of a small one.
        score = wins * (q + 0.5 * t) - losses * (p + 0.5 * t) + ties * (0.5 * (q - p))
        return score, ties * (p + q) - (wins + losses) * t, n * (p * q + 0.25 * t * (p + q)), -0.5 * n * (p - q) * t, n * t * (p + q)
    first = 1.0 / (aa + tie * bb)
    second = 1.0 / (bb + tie * aa)
    p, not_p, q, not_q = aa * first, tie * bb * first, bb * second, tie * aa * second
    up, down = wins + ties, losses + ties
    square = tie * tie
    pull = 2.0 * square / (square - 1.0)
    own, other = up * p * not_p, down * q * not_q
    return (
        up * not_p - down * not_q,
        ties * pull - up * not_p - down * not_q,
        own + other,
        other - own,
        own + other + ties * (2.0 * pull / (square - 1.0)),
    )


@kernel
def pair_probabilities(model: int, lead: Any, tie: float, out: Any) -> None:
    """Fill `out` (3, n_pairs) with the probabilities that the first of each pair, which leads by `lead` (n_pairs,), wins, loses, ties."""
    for pair in range(lead.size):
        a = math.exp(0.5 * lead[pair])
        aa, bb = a, 1.0 / a
        if model == RAO_KUPPER:
            win, loss = aa / (aa + tie * bb), bb / (bb + tie * aa)
            even = (tie * tie - 1.0) * win * loss
        else:
            even = tie if model == DAVIDSON else 0.0
            scale = 1.0 / (aa + bb + even)
            win, loss, even = aa * scale, bb * scale, even * scale
        out[0, pair], out[1, pair], out[2, pair] = win, loss, even


@kernel
def pair_log_likelihood(model: int, lead: float, tie: float, wins: float, losses: float, ties: float) -> float:
    """Log-likelihood of a pair's votes at the lead d of first; `tie` is nu or the threshold, if one is for all pairs."""
    if model == HALF:
        behind = losses if lead > 0.0 else wins
        return -(wins + losses + ties) * math.log1p(math.exp(-abs(lead))) - (behind + 0.5 * ties) * abs(lead)
    if model == DECIDED:
        decided, total = wins + losses, wins + losses + ties
        value = -decided * math.log1p(math.exp(-abs(lead))) - (losses if lead > 0.0 else wins) * abs(lead)
        if ties > 0.0 and decided > 0.0:
            value += ties * math.log(ties / total) + decided * math.log(decided / total)
        return value
    if model == RAO_KUPPER_BY_PAIR:
        if wins + losses <= 0.0:
            return 0.0
        tie = rao_kupper_of_pair(math.exp(-lead), wins, losses, ties)
    if model == DAVIDSON:
        even = math.exp(-0.5 * abs(lead))
        total = math.log1p(even * (even + tie)) + 0.5 * abs(lead)
        value = (wins - losses) * 0.5 * lead - (wins + losses + ties) * total
        return value + ties * math.log(tie) if ties > 0.0 else value
    value = -(wins + ties) * math.log1p(tie * math.exp(-lead)) - (losses + ties) * math.log1p(tie * math.exp(lead))
    return value + ties * math.log(tie * tie - 1.0) if ties > 0.0 else value
