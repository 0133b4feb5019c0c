r"""Davidson and Rao-Kupper with a parameter of ties for each pair, because some pairs are harder to tell apart than others.

*Davidson.* A pair's outcomes are as :math:`a : b : \nu_{ij} \sqrt{ab}`, with a and b the worths of the two, so that a vote is a tie with probability
:math:`\tau_{ij} = \nu_{ij} \sqrt{ab} / (a + b + \nu_{ij} \sqrt{ab})`, and a decided vote is won with :math:`a / (a + b)`. For any strengths,
:math:`\nu_{ij}` from 0 to infinity gives every :math:`\tau_{ij}` from 0 to 1: strengths and :math:`\tau` vary independently, and the likelihood is a
product of Bradley-Terry's for the decided votes and a binomial one for the ties of each pair. So the strengths are those of ties dropped,
:math:`\tau_{ij}` is the share of ties, and :math:`\nu_{ij} = 2 \cosh(d_{ij} / 2) \, t_{ij} / (n_{ij} - t_{ij})`, d the lead.

*Rao-Kupper.* The first of a pair wins with odds :math:`e^d / c_{ij}`, the second with :math:`e^{-d} / c_{ij}`. Given d, the derivative of the
likelihood vanishes at the one root above 1 of a cubic,

.. math:: (w + l) c^3 + ((w - t) x + (l - t) / x) c^2 - (w + l + 4 t) c - ((w + t) x + (l + t) / x) = 0, \quad x = e^{-d},

or at 1 if the pair never tied. Substituting this root leaves a likelihood of the strengths. It is concave, as the joint one is, has the information
:math:`h_{dd} - h_{d\gamma}^2 / h_{\gamma\gamma}` with :math:`\gamma = \ln c`, and is maximised by Newton's method. The score of a vote is the
efficient score, :math:`s_d - h_{d\gamma} / h_{\gamma\gamma} \, s_\gamma`, so that sandwich, clusters and influence are those of all parameters
together.

In both models a tie says nothing about who is better, and the strengths exist where those with ties dropped do.
"""

import numpy as np

from recount.engine.choices.ties import TieRule
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.kernels.tie_models import rao_kupper_of_pairs
from recount.engine.votes import Floats, freeze


def pair_tie_parameters(fit: Fit) -> Floats:
    """Davidson's nu or Rao and Kupper's threshold of each pair of the contests of a fit, (n_pairs,).

    They are 0 and 1 where a pair never tied, infinite where it always did.

    Raises
    ------
    OptionError
        If the fit has no such parameters.
    """
    if not fit.ties.by_pair:
        by_pair = " or ".join(repr(rule) for rule in TieRule if rule.by_pair)
        raise OptionError(f"a fit with ties={fit.ties!r} has no parameter for each pair; take {by_pair}")
    c = fit.contests
    lead = fit.strengths[c.first] - fit.strengths[c.second]
    parameters = np.empty(lead.size)
    if fit.ties is TieRule.RAO_KUPPER_BY_PAIR:
        rao_kupper_of_pairs(lead, c.wins, c.losses, c.ties, parameters)
    else:
        # A pair that always tied has an infinite parameter.
        with np.errstate(divide="ignore"):
            parameters = 2 * np.cosh(lead / 2) * c.ties / (c.wins + c.losses)
    return freeze(parameters)
