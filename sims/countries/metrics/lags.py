"""The lag behind the frontier in months (Epoch AI 2025): how long ago somebody first had a model as good as the country's best of today.

From the release of the first model of anybody that is as good as the country's best, up to a tolerance, to that of the first such model of its own;
0 for a country that was first, or that alone has models as good, whenever these were released. Behind one leader in place of all:
`recount.sims.trends.frontier_lag`. The yardstick is what the ratings are of: all votes, or a category. A model whose release is not known says
nothing, so a lag can be longer than this, and does not exist in draws in which the country's best model is such a one. It is the lag with which the
country came, however long ago: one that releases nothing more keeps it.
"""

import numpy as np

from recount.engine.votes import Bools, Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.metric import side_by_side
from recount.sims.specification import OfCountries


def lag_behind_frontier(group: Group, asked: OfCountries) -> Floats:
    """Months from the release of the first model as good as the country's best to that of its own first one."""
    released, tolerance = group.members.released, asked.lag_tolerance / group.scale.points
    return side_by_side([lag_of(group.draws, released, models, tolerance) for models in group.models])


def lag_of(draws: Floats, released: Floats, own: Bools, tolerance: float) -> Floats:
    """Lag of one country in each draw, (n_draws,).

    Parameters
    ----------
    draws : (n_draws, n_models) float64
    released : (n_models,) float64
        Months; NaN if not known.
    own : (n_models,) bool
    tolerance : float
        Log-odds.
    """
    best = np.flatnonzero(own)[draws[:, own].argmax(axis=1)]
    level = draws[np.arange(len(draws)), best][:, None] - tolerance
    dated = np.isfinite(released)
    when = np.where(draws[:, dated] >= level, released[dated], np.inf)
    # Where nobody has such a model whose release is known, nor has the country.
    with np.errstate(invalid="ignore"):
        lag: Floats = when[:, own[dated]].min(axis=1, initial=np.inf) - when.min(axis=1, initial=np.inf)
    # Whoever alone has models as good was first, whenever that was.
    others = draws[:, ~own].max(axis=1, initial=-np.inf)
    return np.where(others < level[:, 0], 0.0, np.where(dated[best], lag, np.nan))


def why_no_lag(group: Group) -> str:
    """Say why there is no lag."""
    return "" if np.isfinite(group.members.released).any() else "the catalogue knows of no model of the group when it was released"
