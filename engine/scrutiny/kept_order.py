r"""How well an order is kept: Kendall's tau between the order of all votes and that of changed ones, as a conclusion.

Of the pairs that all votes tell apart, tau is the share in the same order less the share in reverse (Kendall 1938); a pair that is level counts for
neither. It changes in steps. Along which votes it falls fastest is seen in a smooth one, in which a pair is :math:`\mathrm{erf}(d / (\sqrt 2 h))`
that leads by d: as if ratings had errors of deviation :math:`h / \sqrt 2`.
"""

import math
from functools import partial

import numpy as np
from scipy.special import erf

from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import LEAST_LEAD, Conclusion, Step
from recount.engine.votes import Floats

# h, of the median lead over the next one: changes of near places, and of far ones.
WIDTHS = (0.25, 1.0, 4.0, 16.0)


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
    return Conclusion(statement, {f"it is below {least_tau:g}": Step(tau_stands, margins, max(1 - least_tau, 2 / above.size))})
