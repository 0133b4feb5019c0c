r"""Strength beside size: ratings at equal size, and models on the efficiency frontier.

*Rating at equal size*: in each draw a line is fitted to the strengths of the models whose size is known, against the logarithm of their parameters,
with one slope and an intercept for each country (analysis of covariance; Fisher 1932): :math:`\theta_i = a_{c(i)} + b \log s_i`. The metric is the
line of the country at the geometric mean of all sizes. Its interval holds errors of ratings, not that other models could have been made, of which
`recount.sims.countries.scatter_of_models` is.

*Efficiency frontier*: models that no other of their size or smaller surpasses.
"""

import numpy as np

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.metric import side_by_side
from recount.sims.specification import OfCountries

# Metrics of models whose size is known.
OF_SIZES = (EQUAL_SIZE, _) = ("rating at equal size", "number on efficiency frontier")


def rating_at_equal_size(group: Group, asked: OfCountries) -> Floats:
    """Strength at the geometric mean of all sizes, by a common slope against log parameters; NaN of a country without a size."""
    sized = np.isfinite(group.members.size)
    x, y, parts = np.log(group.members.size[sized]), group.draws[:, sized], group.members.parts[:, sized]
    n_own = parts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = parts / n_own[:, None]
        x_mean, y_mean = weights @ x, np.where(np.isfinite(y), y, np.nan) @ weights.T
        apart = np.where(parts > 0, x - x_mean[:, None], 0.0)
        slope = sum(((y - y_mean[:, [c]]) @ (parts[c] * apart[c]) for c in np.flatnonzero(n_own > 0)), np.zeros(len(y))) / (parts * apart**2).sum()
        found: Floats = y_mean + slope[:, None] * (x.mean() - x_mean)
    return found


def number_on_efficiency_frontier(group: Group, asked: OfCountries) -> Floats:
    """Number of models that no other of their size or smaller surpasses."""
    sized = np.flatnonzero(np.isfinite(group.members.size))
    sizes, place = np.unique(group.members.size[sized], return_inverse=True)
    best_of_size = side_by_side([group.draws[:, sized[place == i]].max(axis=1) for i in range(sizes.size)])
    best_so_far = np.maximum.accumulate(best_of_size, axis=1)
    number: Floats = (group.draws[:, sized] >= best_so_far[:, place]) @ group.members.parts[:, sized].T
    return number


def why_no_sizes(group: Group) -> str:
    """Say why strengths cannot be laid beside sizes."""
    return "" if np.isfinite(group.members.size).any() else "the catalogue knows of no model of the group how large it is"


def why_no_slope(group: Group) -> str:
    """Say why there is no slope against sizes."""
    sizes = [np.unique(group.members.size[models & np.isfinite(group.members.size)]).size for models in group.models]
    return why_no_sizes(group) or ("" if max(sizes, default=0) > 1 else "no country has models of two sizes")
