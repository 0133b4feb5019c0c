r"""Sizes of effects beyond the strengths: where strengths and effects together explain the votes best.

A score test needs no fit of the effect, and one Newton step from no effect says how large a small one is; of a large one it says too little, because
expected points have a bound. So the equations of the fit are solved: :math:`\sum x (s - e(d + \cdot)) = 0` over strengths and effects, with the law
of ties as it was fitted. Expected points grow with the lead, so that a step goes too far only if these sums turn their sign along it; then it is
halved. Where one side always wins, an effect has no finite size, and leads grow without end.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, pinvh
from scipy.optimize import brentq
from scipy.sparse import csr_array, hstack

from recount.engine.linear_algebra import one_thread
from recount.engine.scrutiny.pair_residuals import Residuals, expected_points
from recount.engine.scrutiny.sign_tests import LEAST_INFORMATION, TINY, AddedEffects
from recount.engine.scrutiny.transitivity import Transitive
from recount.engine.scrutiny.vote_residuals import CountedVotes
from recount.engine.votes import Bools, Floats

MOST_STEPS, N_HALVINGS = 60, 30
# By which leads change in one step at most, log-odds; and where an effect has no end.
LONGEST_STEP, ENDLESS = 2.0, 12.0
# Of the sums, in points, and of the information's trace, which makes strengths that may all be moved together definite.
SETTLED, RIDGE = 1e-8, 1e-10


class FittedEffects(NamedTuple):
    """Effects where they explain the votes best.

    Attributes
    ----------
    values : (m,) float64
        Log-odds; where an effect is not finite, what was reached.
    information : (m, m) float64
        Of the effects beyond the strengths, there.
    is_finite : (m,) bool
    """

    values: Floats
    information: Floats
    is_finite: Bools


def fitted_effects(counted: CountedVotes, added: csr_array) -> FittedEffects:
    """Fit effects together with the strengths; parameters as of `recount.engine.scrutiny.sign_tests.added_effects`."""
    x, n = csr_array(hstack([counted.incidence, added])), len(counted.fit.names)
    lead = counted.fit.strengths[counted.first] - counted.fit.strengths[counted.second]
    points = counted.residual + expected_points(counted.fit, lead)[0]
    found = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS):
        expected, slope = expected_points(counted.fit, lead)
        sums = x.T @ (points - expected)
        information = (x.T @ x.multiply(slope[:, None])).toarray()
        if np.abs(sums).max(initial=0.0) <= SETTLED or np.abs(found[n:]).max(initial=0.0) > ENDLESS:
            break
        with one_thread():
            step = cho_solve(cho_factor(information + RIDGE * np.trace(information) * np.eye(found.size)), sums)
        moved = x @ step
        length = min(1.0, LONGEST_STEP / max(np.abs(moved).max(), RIDGE))
        for _ in range(N_HALVINGS):
            if moved @ (points - expected_points(counted.fit, lead + length * moved)[0]) >= -0.5 * float(sums @ step):
                break
            length /= 2
        found, lead = found + length * step, lead + length * moved
    with one_thread():
        own, mixed, others = information[n:, n:], information[:n, n:], information[:n, :n]
        beyond = own - mixed.T @ pinvh(others, rtol=LEAST_INFORMATION) @ mixed
    return FittedEffects(found[n:], beyond, np.abs(found[n:]) <= ENDLESS)


def spread_of(tested: AddedEffects, fitted: FittedEffects) -> float:
    """Standard deviation of effects that are finite, log-odds: independent ones with mean 0, as many free as all but one.

    By the method of moments of Paule and Mandel (1982), with the variances that estimates have by random signs, larger where the information is less
    than without effects; 0 if they vary no more than by chance, infinite if none is finite.
    """
    with one_thread():
        none, there = (np.diagonal(pinvh(one, rtol=LEAST_INFORMATION)) for one in (tested.information, fitted.information))
    known = fitted.is_finite & (none > 0)
    squares, noise = fitted.values[known] ** 2, (tested.noise * there / np.where(none > 0, none, 1.0))[known]

    def lacking(variance: float) -> float:
        # Of votes that are all ties nothing varies.
        return float(np.sum(squares / np.maximum(noise + variance, TINY))) - float(known.sum() - 1)

    if known.sum() < 2:
        return float("inf")
    return float(np.sqrt(brentq(lacking, 0.0, squares.sum()))) if lacking(0.0) > 0 else 0.0


def deviation_of_pairs(null: Transitive, weight: Floats, beyond: float, draws: Floats) -> float:
    """Standard deviation of the deviations of pairs, log-odds, infinite if none is large enough.

    Parameters
    ----------
    null : Transitive
    weight : (n_pairs,) float64
        Of the square of each pair's points left over, in the statistic.
    beyond : float
        By how much the statistic is larger than by chance.
    draws : (n_pairs, k) float64
        Standard normal deviations, with which it is compared.
    """
    of_fit: Residuals = null.of_fit

    def lacking(deviation: float) -> float:
        moved = np.column_stack([expected_points(of_fit.fit, of_fit.lead + deviation * drawn)[0] for drawn in draws.T])
        points = of_fit.n_votes[:, None] * moved - of_fit.expected[:, None]
        return float((weight @ null.left_over(points) ** 2).mean()) - beyond

    if beyond <= 0:
        return 0.0
    return float(brentq(lacking, 0.0, ENDLESS)) if lacking(ENDLESS) > 0 else float("inf")
