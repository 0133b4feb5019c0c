"""Metrics of countries, on the estimate and on every draw of a group of models.

A model whose country is not known occupies its place in a top N, which counts for no country. Models that are exactly equal share the places that
they reach together. A top N larger than the group is all of the group.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.specification import Specification


class Metric(NamedTuple):
    """A number for each country.

    Attributes
    ----------
    compute : callable
        A group and a specification to (1 + n_draws, n_countries) float64; NaN where a country has too few models.
    unit : {"points", "share", "models"}
        A metric in points is computed in log-odds and then scaled to points.
    depends_on : callable
        A specification and the number of models of the group to what the metric takes from them.
    varies_by : tuple of str
        Fields of the specification that it uses.
    """

    compute: Callable[[Group, Specification], Floats]
    unit: Literal["points", "share", "models"]
    varies_by: tuple[str, ...] = ()
    depends_on: Callable[[Specification, int], Hashable] = lambda s, n_models: None

    def possible(self, group: Group, specification: Specification) -> tuple[Floats, Floats]:
        """Return the least and the largest value that each country could have, (n_countries,)."""
        n_countries, n_top = len(group.countries), n_on_top(specification, group.draws.shape[1])
        if self.unit == "points":
            return np.full(n_countries, -np.inf), np.full(n_countries, np.inf)
        n_own = np.array([models.sum() for models in group.models])
        most = np.minimum(n_own, n_top) / (n_top if self.unit == "share" else 1)
        return np.zeros(n_countries), most

    def places(self, group: Group, specification: Specification) -> int:
        """Return N if every value is a multiple of 1 / N, and 0 of points."""
        return {"points": 0, "models": 1, "share": n_on_top(specification, group.draws.shape[1])}[self.unit]


def best(group: Group, specification: Specification) -> Floats:
    """Strength of the best model."""
    return side_by_side(group.draws[:, models].max(axis=1) for models in group.models)


def mean_of_k_best(group: Group, specification: Specification) -> Floats:
    """Mean strength of the k best models, one an organisation; NaN of a country with fewer organisations."""
    return side_by_side(mean_of_best(group.draws[:, models], group.organisation[models], specification.k) for models in group.models)


def share_of_top(group: Group, specification: Specification) -> Floats:
    """Share of the top N of the group."""
    share: Floats = number_in_top(group, specification) / n_on_top(specification, group.draws.shape[1])
    return share


def number_in_top(group: Group, specification: Specification) -> Floats:
    """Number of models in the top N of the group."""
    n_top = n_on_top(specification, group.draws.shape[1])
    return group.kept.once("number in top", n_top, lambda: number_among_best(group, n_top))


def n_on_top(specification: Specification, n_models: int) -> int:
    """Return the N of a top N of so many models."""
    return min(specification.top, n_models)


METRICS: dict[str, Metric] = {
    "best": Metric(best, "points"),
    "mean of k best": Metric(mean_of_k_best, "points", ("k",), lambda s, n_models: s.k),
    "share of top": Metric(share_of_top, "share", ("top",), n_on_top),
    "number in top": Metric(number_in_top, "models", ("top",), n_on_top),
}


def side_by_side(columns: Iterable[Floats]) -> Floats:
    """Return columns as an array."""
    return np.column_stack(list(columns))


def mean_of_best(draws: Floats, organisation: NDArray[np.str_], k: int) -> Floats:
    """Mean of the k best models, one an organisation, in each row of `draws`; NaN if there are fewer organisations."""
    organisations = np.unique(organisation)
    if organisations.size < k:
        return np.full(draws.shape[0], np.nan)
    best_of_each = np.column_stack([draws[:, organisation == name].max(axis=1) for name in organisations])
    mean: Floats = np.partition(best_of_each, -k, axis=1)[:, -k:].mean(axis=1)
    return mean


def number_among_best(group: Group, n_top: int) -> Floats:
    """Number of models of each country among the `n_top` best of the group, in each row of its draws; those that tie for last places share them."""
    last = np.partition(group.draws, -n_top, axis=1)[:, [-n_top]]
    above, level = group.draws > last, group.draws == last
    n_places, n_level = n_top - above.sum(axis=1), level.sum(axis=1)
    return side_by_side(above[:, models].sum(axis=1) + n_places * level[:, models].sum(axis=1) / n_level for models in group.models)
