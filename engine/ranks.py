r"""Ranks are sets.

Marginal bounds: 1 + the number of competitors whose interval lies wholly above mine, n - the number wholly below. Each interval holds alone; the
bounds promise nothing jointly.

Simultaneous sets (Mogstad, Romano, Shaikh and Wilhelm 2024, "Inference for ranks", Rev. Econ. Stud.): test all one-sided hypotheses
:math:`\theta_i \le \theta_j` at once, with the quantile of the largest standardised difference over joint draws as critical value, stepping down
as in Romano and Wolf (2005). The rank of i lies between 1 + the number shown to be better and n - the number shown to be worse, for all i jointly.

The critical value is an order statistic of B draws: a largest difference that is not among them stays below the k-th smallest with probability
k / (B + 1), so k is the least whole number above level x (B + 1). With too few draws there is none, and nothing is shown: at 95 % with fewer than 20.

Where strengths have Student's distribution, the critical value is that of normal draws, and a difference is compared with the value that its own
Student's variable exceeds as rarely. Scales that a draw has in common would not do: the variances of different differences are not all too small at
once, and among many, some are.

Of two competitors there is one difference, and nothing to be joint about: one is shown to be better where the interval of the difference excludes 0,
so that the ranks say what the interval says, without the error of a quantile of draws.

A draw in which a competitor has no finite strength is one of an infinite lead. Competitors that are rated in most draws are compared as long as such
draws, of all of them, are at most half of 1 - level; the others are not shown to be better or worse than anyone.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recount.engine.choices.resampling import check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.errors import OptionError
from recount.engine.kernels.ranking import leads_beyond_reach, leads_of_farthest
from recount.engine.plurals import plural
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.student import as_rare, student_scales
from recount.engine.votes import Bools, Floats, Ints

# Larger than the relative rounding error of a lead and of a reach.
ROUNDING = 1e-9


def marginal_rank_bounds(uncertainty: Uncertainty, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Ints, Ints]:
    """Best and worst rank of each competitor, (n,), from marginal intervals."""
    lower, upper = uncertainty.interval(confidence_level)
    # One interval is never wholly above itself, so both counts leave the competitor out.
    n_above = lower.size - np.searchsorted(np.sort(lower), upper, side="right")
    n_below = np.searchsorted(np.sort(upper), lower, side="left")
    return 1 + n_above, lower.size - n_below


def shown_better(uncertainty: Uncertainty, draws: Floats, confidence_level: float = CONFIDENCE_LEVEL) -> Bools:
    """Which competitor (row) is shown to be better than which (column), all at once; (n, n).

    Parameters
    ----------
    uncertainty : Uncertainty
    draws : (n_draws, n) float64
        Joint draws of the strengths, as the same uncertainty gives them, from the first on.
    confidence_level : float
        Probability that no statement is wrong.
    """
    check_level(confidence_level)
    if len(uncertainty.names) == 2:
        return uncertainty.difference_intervals(confidence_level)[0] > 0
    compared, infinite = _compared(draws, confidence_level)
    errors = _scales(uncertainty, draws, compared)
    open_ = (errors > 0) & np.isfinite(errors) & compared[:, None] & compared
    # Errors of pairs that are not open may be 0, infinite or unknown; they are masked. Draws far beyond may overflow to infinite ones.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inverse_errors = np.where(open_, 1.0 / errors, 0.0)
        observed = (uncertainty.strengths[:, None] - uncertainty.strengths) * inverse_errors
        deviations = draws[~infinite] - uncertainty.strengths
    degrees = uncertainty.degrees_of_freedom
    if degrees is not None:
        deviations /= student_scales(degrees, draws.shape[0])
    deviations = np.ascontiguousarray(deviations)
    place, spread = _place_of_critical_value(draws.shape[0], confidence_level), _spread(errors)
    shown = np.zeros(errors.shape, np.bool_)
    while open_.any() and place < deviations.shape[0]:
        critical = _critical_value(deviations, np.where(open_, inverse_errors, 0.0), spread, place)
        rejected = open_ & (observed > _by_degrees(uncertainty.degrees_of_differences, critical))
        if not rejected.any():
            break
        shown |= rejected
        open_ &= ~rejected
    return shown


def _by_degrees(degrees_of_freedom: Floats | None, critical: float) -> Floats | float:
    """Critical value of each difference, (n, n), from that of a normal law; of both strengths' degrees of freedom the fewer decide."""
    if degrees_of_freedom is None:
        return critical
    by_one = as_rare(degrees_of_freedom, critical)
    return np.maximum(by_one[:, None], by_one)


def _place_of_critical_value(n_draws: int, confidence_level: float) -> int:
    """Place, counted from 0, of the draw that another one exceeds with a probability below 1 - level; beyond the last if there is none."""
    return math.floor(confidence_level * (n_draws + 1))


def _compared(draws: Floats, confidence_level: float) -> tuple[Bools, Bools]:
    """Return which competitors are compared, (n,), and in which draws, (n_draws,), some of these have no finite strength."""
    unrated = ~np.isfinite(draws)
    n_unrated = unrated.sum(axis=0)
    compared, infinite = n_unrated == 0, np.zeros(draws.shape[0], np.bool_)
    # Those that are alike in this come in together, whatever their names.
    for n_draws in np.unique(n_unrated[n_unrated > 0]):
        alike = n_unrated == n_draws
        more = infinite | unrated[:, alike].any(axis=1)
        if more.sum() > (1 - confidence_level) / 2 * draws.shape[0]:
            break
        compared, infinite = compared | alike, more
    return compared, infinite


def _scales(uncertainty: Uncertainty, draws: Floats, compared: Bools) -> Floats:
    """Scale of each difference of two strengths, (n, n): its standard error; where that is infinite, half the width of two thirds of the draws."""
    errors = uncertainty.difference_errors()
    ends = [int(share * (draws.shape[0] - 1)) for share in (1 / 6, 5 / 6)]
    for i in np.flatnonzero(compared & ~np.isfinite(draws).all(axis=0)):
        # A difference of two infinite strengths is missing; partition puts missing ones last.
        with np.errstate(invalid="ignore"):
            low, high = np.partition(draws[:, [i]] - draws, ends, axis=0)[ends]
            half = (high - low) / 2
        replaced = np.isinf(errors[i]) & np.isfinite(half)
        errors[i, replaced] = errors[replaced, i] = half[replaced]
    return errors


def _critical_value(deviations: Floats, inverse_errors: Floats, spread: Floats, place: int) -> float:
    r"""The one at `place`, in order from 0, of the draws' largest leads, at least 0, as `recount.engine.kernels.ranking` has leads.

    Only what lies above a bound that it surely reaches has to be known: the same :math:`c` of the leads of one competitor a draw. With
    any spreads :math:`s`, deviations :math:`x` and error :math:`e` of a difference, :math:`x_i - x_j > c e` needs, by Cauchy and Schwarz,
    :math:`x_i / s_i` or :math:`-x_j / s_j` above :math:`c e / \sqrt{2 (s_i^2 + s_j^2)}`, which few competitors of a draw are.
    """
    out = np.empty(deviations.shape[0])
    _in_threads(leads_of_farthest, deviations, (1.0 / spread, inverse_errors), out)
    least = float(np.partition(out, place)[place])
    # Pairs that are not open have an inverse error of 0; they are masked below.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = least * (1.0 - ROUNDING) / (inverse_errors * np.hypot(spread[:, None], spread) * math.sqrt(2.0))
    # 0 / 0, where the least is 0, bounds nothing; a competitor within no pair is out of reach.
    reach = np.where(inverse_errors > 0, np.nan_to_num(reach, nan=0.0, posinf=np.inf), np.inf)
    _in_threads(
        leads_beyond_reach, deviations, (spread * reach.min(axis=1), spread * reach.min(axis=0), inverse_errors, inverse_errors.T.copy()), out
    )
    return float(np.partition(out, place)[place])


def _spread(errors: Floats) -> Floats:
    """Spread of each competitor, (n,), positive, of which two, squared and added, are near the squared error (n, n) of the difference."""
    known = np.isfinite(errors) & (errors > 0)
    variance = np.where(known, errors, 0.0) ** 2
    n_known = np.maximum(known.sum(axis=1), 1)
    mean = variance.sum(axis=1) / n_known
    spread = np.sqrt(np.maximum(mean - mean.mean() / 2, mean / 4))
    return np.where((spread > 0) & np.isfinite(spread), spread, 1.0)


def _in_threads(kernel: Callable[..., None], deviations: Floats, given: tuple[Floats, ...], out: Floats) -> None:
    """Have a kernel fill `out` (n_draws,), each thread a part of the draws."""
    n_threads = len(os.sched_getaffinity(0))
    edges = np.linspace(0, out.size, n_threads + 1).astype(np.int64)

    def fill(part: int) -> None:
        draws = slice(edges[part], edges[part + 1])
        kernel(deviations[draws], *given, out[draws])

    # Loaded once, before threads would each load it.
    kernel(deviations[:0], *given, out[:0])
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(fill, range(n_threads)))


def simultaneous_rank_sets(uncertainty: Uncertainty, draws: Floats, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Ints, Ints]:
    """Best and worst rank of each competitor, (n,), that hold for all competitors jointly; parameters as in `shown_better`."""
    return rank_sets(shown_better(uncertainty, draws, confidence_level))


def rank_sets(shown: Bools) -> tuple[Ints, Ints]:
    """Best and worst rank of each competitor, (n,), from who is `shown_better` than whom (n, n)."""
    return 1 + shown.sum(axis=0), shown.shape[0] - shown.sum(axis=1)


def top_probabilities(draws: Floats, k: int) -> Floats:
    """Probability of each competitor to be among the `k` best, (n,), over joint draws (n_draws, n).

    Competitors that are alike in a draw, as undefeated ones are, share the places that they reach. One that is missing in a draw, as it had no vote
    there, has there what it has in another.

    Raises
    ------
    OptionError
        If k is not between 1 and the number of competitors.
    """
    n = draws.shape[1]
    if not 1 <= k <= n:
        raise OptionError(f"k is {k}; give a number between 1 and the {plural(n, 'rated competitor')}")
    draws = _completed(draws)
    # Who is always below the lowest that k competitors ever are is never among the k best.
    possible = draws.max(axis=0) >= np.partition(draws.min(axis=0), n - k)[n - k]
    found = np.zeros(n)
    found[possible] = _top_shares(draws[:, possible], k)
    return found


def _top_shares(draws: Floats, k: int) -> Floats:
    n = draws.shape[1]
    last = draws.max(axis=1, keepdims=True) if k == 1 else np.partition(draws, n - k, axis=1)[:, [n - k]]
    reached = draws >= last
    if (reached.sum(axis=1) == k).all():
        return np.asarray(reached.mean(axis=0))
    above, level = draws > last, draws == last
    left = (k - above.sum(axis=1, keepdims=True)) / level.sum(axis=1, keepdims=True)
    return np.asarray((above + left * level).mean(axis=0))


def _completed(draws: Floats) -> Floats:
    """Give a competitor that is missing in draws (n_draws, n) there the values that it has in the others, in their order and evenly."""
    missing = np.isnan(draws)
    completed = draws.copy()
    for i in np.flatnonzero(missing.any(axis=0)):
        there, absent = draws[~missing[:, i], i], np.flatnonzero(missing[:, i])
        # One that is in no draw is not among their best.
        completed[absent, i] = there[np.arange(absent.size) * there.size // absent.size] if there.size else -np.inf
    return completed


def superiority(draws: Floats) -> Floats:
    """Probability that the row's strength exceeds the column's, (n, n), over joint draws (n_draws, n); what is not known counts half."""
    # A competitor's draws side by side.
    of_each = np.ascontiguousarray(draws.T)
    above = np.array([np.count_nonzero(one > of_each, axis=1) for one in of_each]) / draws.shape[0]
    return np.asarray(0.5 + (above - above.T) / 2)


def tiers(shown: Bools) -> Ints:
    """Tier of each competitor, (n,), from who is `shown_better` than whom (n, n).

    Nobody is shown to be better than a member of the first tier, only the first tier than a member of the second, and so on.
    """
    tier = np.zeros(shown.shape[0], np.int64)
    left, number = np.ones(shown.shape[0], np.bool_), 0
    while left.any():
        number += 1
        members = left & ~shown[left].any(axis=0)
        tier[members] = number
        left &= ~members
    return tier
