"""Metrics of countries, on the estimate and on every draw of a group of models.

A model whose country is not known occupies its place in a top N, which counts for no country.
"""

from collections.abc import Callable, Iterable
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
    depends_on : tuple of str
        Fields of the specification that it uses.
    """

    compute: Callable[[Group, Specification], Floats]
    unit: Literal["points", "share", "models"]
    depends_on: tuple[str, ...] = ()


def best(group: Group, specification: Specification) -> Floats:
    """Strength of the best model."""
    return side_by_side(group.draws[:, models].max(axis=1) for models in group.models)


def mean_of_k_best(group: Group, specification: Specification) -> Floats:
    """Mean strength of the k best models, one an organisation; NaN of a country with fewer organisations."""
    return side_by_side(mean_of_best(group.draws[:, models], group.organisation[models], specification.k) for models in group.models)


def share_of_top(group: Group, specification: Specification) -> Floats:
    """Share of the top N of the group, or of the group if it has fewer models."""
    share: Floats = number_in_top(group, specification) / min(specification.top, group.draws.shape[1])
    return share


def number_in_top(group: Group, specification: Specification) -> Floats:
    """Number of models in the top N of the group."""
    n_top = min(specification.top, group.draws.shape[1])
    return group.kept.once("number in top", n_top, lambda: number_among_best(group, n_top))


METRICS: dict[str, Metric] = {
    "best": Metric(best, "points"),
    "mean of k best": Metric(mean_of_k_best, "points", ("k",)),
    "share of top": Metric(share_of_top, "share", ("top",)),
    "number in top": Metric(number_in_top, "models", ("top",)),
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
    """Number of models of each country among the `n_top` best of the group, in each row of its draws."""
    on_top = np.zeros(group.draws.shape, np.bool_)
    np.put_along_axis(on_top, np.argpartition(group.draws, -n_top, axis=1)[:, -n_top:], True, axis=1)
    return side_by_side(on_top[:, models].sum(axis=1).astype(np.float64) for models in group.models)
