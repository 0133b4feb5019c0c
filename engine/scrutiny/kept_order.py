r"""How well an order is kept: Kendall's tau between the order of all votes and that of changed ones, as a conclusion.

Of the pairs that all votes tell apart, tau is the share in the same order less the share in reverse (Kendall 1938); a pair that is level counts for
neither. It changes in steps. Along which votes it falls fastest is seen in a smooth one, in which a pair is :math:`\mathrm{erf}(d / (\sqrt 2 h))`
that leads by d: as if ratings had errors of deviation :math:`h / \sqrt 2`.
"""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.special import erf

from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import LEAST_LEAD, Conclusion, Step
from recount.engine.votes import Floats, Ints

# h, of the median lead over the next one: changes of near places, and of far ones.
WIDTHS = (0.25, 1.0, 4.0, 16.0)
# Of more competitors no sets of pairs are aimed at; numbers of neighbours, and of near pairs, that are tried.
MOST_AIMED, N_SIZES, N_NEAR = 24, 3, 6
Pairs = tuple[Ints, Ints]


def order_kept(fit: Fit, least_tau: float) -> Conclusion:
    """Conclude that Kendall's tau between the order and that of all votes is at least `least_tau`; after a change it is below.

    Raises
    ------
    OptionError
        If tau is not above -1 and at most 1, or no two ratings differ.
    """
    if not -1 < least_tau <= 1:
        raise OptionError(f"kendall_tau is {least_tau}; give a number above -1, at most 1")
    before = fit.strengths
    leads = before[:, None] - before
    above, below = np.nonzero(leads > 2 * max(fit.rating_error, LEAST_LEAD / 2) / ELO)
    if not above.size:
        raise OptionError("all ratings are equal, so there is no order to keep; take another conclusion")
    gap = float(np.median(-np.diff(np.sort(before)[::-1]))) or float(leads.max()) / before.size

    def tau_stands(strengths: Floats) -> bool:
        lead = strengths[above] - strengths[below]
        level = LEAST_LEAD / ELO
        return bool(np.count_nonzero(lead > level) - np.count_nonzero(lead < -level) >= least_tau * above.size)

    def smooth_tau(strengths: Floats, width: float) -> tuple[float, Floats]:
        lead = (strengths[above] - strengths[below]) / width
        density = np.sqrt(2 / math.pi) / width * np.exp(-(lead**2) / 2) / above.size
        slopes = np.bincount(above, density, before.size) - np.bincount(below, density, before.size)
        return float(erf(lead / math.sqrt(2)).mean()), slopes.astype(np.float64)

    margins = tuple(partial(smooth_tau, width=width * gap) for width in WIDTHS)
    statement = f"Kendall's tau between the order and that of all votes is at least {least_tau:g}"
    # One pair that is reversed takes two shares.
    fall = max(1 - least_tau, 2 / above.size)
    n_needed = math.floor((1 - least_tau) * above.size / 2 + 1e-9) + 1
    aims = tuple(partial(_sum_of_leads, pairs=pairs, scale=fall / leads[pairs].sum()) for pairs in _aims(leads, above, below, n_needed))
    return Conclusion(statement, {f"it is below {least_tau:g}": Step(tau_stands, margins, fall, aims)})


def _aims(leads: Floats, above: Ints, below: Ints, n_needed: int) -> Iterator[Pairs]:
    """Yield sets of pairs, of those told apart, that lower tau enough when all are reversed: neighbours, one against its neighbours, near pairs."""
    n = len(leads)
    if n > MOST_AIMED:
        return
    place = np.empty(n, np.int64)
    place[np.argsort(-leads.sum(axis=1), kind="stable")] = np.arange(n)
    first, last = place[above], place[below]
    sizes = [size for size in range(2, n + 1) if size * (size - 1) // 2 >= n_needed][:N_SIZES]
    for at in range(n):
        sets = [(first >= at) & (last < at + size) for size in sizes if at + size <= n]
        sets += [(first == at) & (last <= at + n_needed), (last == at) & (first >= at - n_needed)]
        yield from ((above[own], below[own]) for own in sets if np.count_nonzero(own) >= n_needed)
    nearest = np.argsort(leads[above, below], kind="stable")
    yield from ((above[nearest[:m]], below[nearest[:m]]) for m in range(n_needed, min(n_needed + N_NEAR, above.size + 1)))


def _sum_of_leads(strengths: Floats, pairs: Pairs, scale: float) -> tuple[float, Floats]:
    """Return what is left of the leads of pairs that are not reversed, and its slopes."""
    lead = strengths[pairs[0]] - strengths[pairs[1]]
    left = lead > -2 * LEAST_LEAD / ELO
    slopes = np.bincount(pairs[0][left], minlength=strengths.size) - np.bincount(pairs[1][left], minlength=strengths.size)
    return scale * float(lead[left].sum()), scale * slopes.astype(np.float64)
