r"""Share of the top N in which each place weighs by the strength of its model.

Published counts are said to be "weighted by Arena Elo". Ratings themselves are no weights: the share :math:`\sum_c R_i / \sum R_i` changes if a
constant is added to all ratings, which changes nothing that can be observed; added without limit, it makes the weighted share the plain one. What the
ratings say of votes does not depend on the constant. So the weight is the strength :math:`\pi_i = 10^{R_i / 400}` of Bradley and Terry (1952), and
the share is by Luce's choice axiom (1959) the probability that of all models of the top N one of this country is chosen. It does depend on the unit
of ratings, as it should: an Elo point is a log-odds of ln 10 / 400. It is not offered of ratings in another measure.
"""

import numpy as np

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.top_places import in_top
from recount.sims.specification import OfCountries


def weighted_share_of_top(group: Group, asked: OfCountries) -> Floats:
    """Share of the top N of the group, each place weighted by the strength of its model."""
    weights = strengths_beside_the_best(group.draws) * in_top(group, asked)
    share: Floats = weights @ group.members.parts.T / weights.sum(axis=1, keepdims=True)
    return share


def strengths_beside_the_best(draws: Floats) -> Floats:
    """Return strengths over that of the best in each row, from log-odds; who is unbeaten in a replicate is beyond all others there."""
    largest = draws.max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        ratio: Floats = np.exp(draws - largest)
    return np.where(np.isinf(largest), np.asarray(draws == largest, np.float64), ratio)


def why_no_strengths(group: Group) -> str:
    """Say why ratings are no strengths of Bradley and Terry."""
    return "" if group.law is not None else "the ratings are in no unit that says something of votes"
