"""Places in the top N of a group: their number and share by country, the mean share over all draws, and how concentrated they are.

A model whose country is not known occupies its place, which counts for no country. Models that are exactly equal share the places that they reach
together. A top N larger than the group is all of the group.

The *rank-probability mass* is the sum over a country's models of the probability to be among the N best, over N: the mean of its share. Unlike
medians of shares, masses of all countries (and of models without one) add up to 1.

The *concentration* is the index of Herfindahl (1950) and Hirschman (1945) of a country's places over its organisations: the sum of their squared
shares, 1 where one organisation has all. It does not exist in draws in which the country has no place.
"""

import numpy as np

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.metric import Ends, side_by_side
from recount.sims.specification import OfCountries


def n_on_top(asked: OfCountries, n_models: int) -> int:
    """Return the N of a top N of so many models."""
    return min(asked.top, n_models)


def top_of(group: Group, asked: OfCountries) -> int:
    """Return the N of the top N of a group."""
    return n_on_top(asked, group.members.n_models)


def in_top(group: Group, asked: OfCountries) -> Floats:
    """Places of each model among the N best in each draw, (1 + n_draws, n_models): 1, 0, or a part where several tie for the last places."""
    n_top = top_of(group, asked)

    def placed() -> Floats:
        last = np.partition(group.draws, -n_top, axis=1)[:, [-n_top]]
        above, level = group.draws > last, group.draws == last
        part = (n_top - above.sum(axis=1)) / level.sum(axis=1)
        places: Floats = above + level * part[:, None]
        return places

    return group.kept.once("in top", n_top, placed)


def number_in_top(group: Group, asked: OfCountries) -> Floats:
    """Number of models in the top N of the group."""
    n_top = top_of(group, asked)
    found: Floats = group.kept.once("number in top", n_top, lambda: in_top(group, asked) @ group.members.parts.T)
    return found


def share_of_top(group: Group, asked: OfCountries) -> Floats:
    """Share of the top N of the group."""
    share: Floats = number_in_top(group, asked) / top_of(group, asked)
    return share


def concentration_in_top(group: Group, asked: OfCountries) -> Floats:
    """Concentration of the places in the top N over the organisations of the country; NaN where it has no place."""
    places, organisation = in_top(group, asked), group.members.organisation
    columns = []
    for parts, models in zip(group.members.parts, group.models, strict=True):
        own = places[:, models] * parts[models]
        of_each = np.column_stack([own[:, organisation[models] == name].sum(axis=1) for name in np.unique(organisation[models])])
        total = of_each.sum(axis=1)
        columns.append((of_each**2).sum(axis=1) / np.where(total > 0, total, np.nan) ** 2)
    return side_by_side(columns)


def share_of_places(group: Group, asked: OfCountries) -> Ends:
    """Bounds of a share of the top N: at most all models of the country are there."""
    own, n_top = group.members.parts.sum(axis=1), top_of(group, asked)
    return np.zeros(own.size), np.minimum(own, n_top) / n_top


def number_of_places(group: Group, asked: OfCountries) -> Ends:
    """Bounds of a number in the top N."""
    lower, upper = share_of_places(group, asked)
    return lower, upper * top_of(group, asked)


def places_of_top(group: Group, asked: OfCountries) -> int:
    """Return N, of whose reciprocal shares of the top N are multiples, unless a part of a model counts."""
    return top_of(group, asked) if np.isin(group.members.parts, (0, 1)).all() else 0


def why_no_mass(group: Group) -> str:
    """Say why there is no probability of a rank."""
    return "" if len(group.draws) > 1 else "nobody says how sure the ratings are"
