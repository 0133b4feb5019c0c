r"""Ranks are sets.

Marginal bounds: 1 + the number of competitors whose interval lies wholly above mine, n - the number wholly below. Each interval holds alone; the
bounds promise nothing jointly.

Simultaneous sets (Mogstad, Romano, Shaikh and Wilhelm 2024, "Inference for ranks", Rev. Econ. Stud.): test all one-sided hypotheses
:math:`\theta_i \le \theta_j` at once, with the quantile of the largest standardised difference over joint draws as critical value, stepping down
as in Romano and Wolf (2005). The rank of i lies between 1 + the number shown to be better and n - the number shown to be worse, for all i jointly.
"""

import numpy as np

from recount.engine.choices.resampling import check_level
from recount.engine.errors import OptionError
from recount.engine.kernels.ranking import largest_standardised_difference
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.votes import Bools, Floats, Ints


def marginal_rank_bounds(uncertainty: Uncertainty, confidence_level: float = 0.95) -> tuple[Ints, Ints]:
    """Best and worst rank of each competitor, (n,), from marginal intervals."""
    lower, upper = uncertainty.interval(confidence_level)
    # One interval is never wholly above itself, so both counts leave the competitor out.
    n_above = lower.size - np.searchsorted(np.sort(lower), upper, side="right")
    n_below = np.searchsorted(np.sort(upper), lower, side="left")
    return 1 + n_above, lower.size - n_below


def shown_better(uncertainty: Uncertainty, draws: Floats, confidence_level: float = 0.95) -> Bools:
    """Which competitor (row) is shown to be better than which (column), all at once; (n, n).

    Parameters
    ----------
    uncertainty : Uncertainty
    draws : (n_draws, n) float64
        Joint draws of the strengths, of the same uncertainty.
    confidence_level : float
        Probability that no statement is wrong.
    """
    check_level(confidence_level)
    errors = uncertainty.difference_errors()
    better, worse = np.nonzero(errors > 0)
    inverse_errors = 1.0 / errors[better, worse]
    observed = (uncertainty.strengths[better] - uncertainty.strengths[worse]) * inverse_errors
    deviations = np.ascontiguousarray((draws - uncertainty.strengths).T)
    shown = np.zeros(errors.shape, np.bool_)
    largest = np.empty(draws.shape[0])
    open_ = np.ones(better.size, np.bool_)
    while open_.any():
        largest_standardised_difference(deviations, better[open_].astype(np.int32), worse[open_].astype(np.int32), inverse_errors[open_], largest)
        critical = max(0.0, np.quantile(largest, confidence_level, method="higher"))
        rejected = open_ & (observed > critical)
        if not rejected.any():
            break
        shown[better[rejected], worse[rejected]] = True
        open_ &= ~rejected
    return shown


def simultaneous_rank_sets(uncertainty: Uncertainty, draws: Floats, confidence_level: float = 0.95) -> tuple[Ints, Ints]:
    """Best and worst rank of each competitor, (n,), that hold for all competitors jointly; parameters as in `shown_better`."""
    return rank_sets(shown_better(uncertainty, draws, confidence_level))


def rank_sets(shown: Bools) -> tuple[Ints, Ints]:
    """Best and worst rank of each competitor, (n,), from who is `shown_better` than whom (n, n)."""
    return 1 + shown.sum(axis=0), shown.shape[0] - shown.sum(axis=1)


def top_probabilities(draws: Floats, k: int) -> Floats:
    """Probability of each competitor to be among the `k` best, (n,), over joint draws (n_draws, n).

    Competitors that are alike in a draw, as undefeated ones are, share the places that they reach.

    Raises
    ------
    OptionError
        If k is not between 1 and the number of competitors.
    """
    n = draws.shape[1]
    if not 1 <= k <= n:
        raise OptionError(f"k is {k}; give a number between 1 and the {n} rated competitors")
    # Who could not be rated in a draw is not among the best of it.
    draws = np.where(np.isnan(draws), -np.inf, draws)
    last = np.partition(draws, n - k, axis=1)[:, [n - k]]
    above, level = draws > last, draws == last
    left = (k - above.sum(axis=1, keepdims=True)) / level.sum(axis=1, keepdims=True)
    share: Floats = (above + left * level).mean(axis=0)
    return share


def superiority(draws: Floats) -> Floats:
    """Probability that the row's strength exceeds the column's, (n, n), over joint draws (n_draws, n); what is not known counts half."""
    n = draws.shape[1]
    better = np.empty((n, n))
    for i in range(n):
        above, below = draws[:, [i]] > draws, draws[:, [i]] < draws
        better[i] = 0.5 + (above.mean(axis=0) - below.mean(axis=0)) / 2
    return better


def tiers(shown: Bools) -> Ints:
    """Tier of each competitor, (n,), from who is `shown_better` than whom (n, n).

    The first tier holds everyone whom nobody is shown to be better than; the next, everyone whom only members of earlier tiers are; and so on.
    """
    tier = np.zeros(shown.shape[0], np.int64)
    left, number = np.ones(shown.shape[0], np.bool_), 0
    while left.any():
        number += 1
        members = left & ~shown[left].any(axis=0)
        tier[members] = number
        left &= ~members
    return tier
