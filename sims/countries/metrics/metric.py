"""What a metric of countries is: how it is computed, in what unit, and what it needs."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.specification import OfCountries

# "rating": log-odds that become ratings; "points": differences of log-odds that become points.
Unit = Literal["rating", "points", "share", "models", "organisations", "months", "index"]
Ends = tuple[Floats, Floats]


def anything(group: Group, asked: OfCountries) -> Ends:
    """Return no bounds of the values that each country could have, (n_countries,)."""
    n = len(group.countries)
    return np.full(n, -np.inf), np.full(n, np.inf)


def nothing_less_than_0(group: Group, asked: OfCountries) -> Ends:
    """Bounds of a length of time."""
    n = len(group.countries)
    return np.zeros(n), np.full(n, np.inf)


def a_share(group: Group, asked: OfCountries) -> Ends:
    """Bounds of a share of which a country could have all."""
    n = len(group.countries)
    return np.zeros(n), np.ones(n)


def own_models(group: Group, asked: OfCountries) -> Ends:
    """Bounds of a number of models, which is at most that of all models of the country."""
    most: Floats = group.members.parts.sum(axis=1)
    return np.zeros(most.size), most


def no_matter(asked: OfCountries, n_models: int) -> Hashable:
    """Return what a metric that takes nothing from what is asked takes."""
    return None


def whole_numbers(group: Group, asked: OfCountries) -> int:
    """Of numbers of models, which are whole unless a part of a model counts."""
    return 1 if np.isin(group.members.parts, (0, 1)).all() else 0


def any_number(group: Group, asked: OfCountries) -> int:
    """Of what may be any number."""
    return 0


def always(group: Group) -> str:
    """Of a metric that needs nothing but strengths."""
    return ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A number for each country.

    Attributes
    ----------
    compute : callable
        A group and what is asked to (1 + n_draws, n_countries) float64, of the estimate and of each draw; NaN where it is not defined.
    unit : {"rating", "points", "share", "models", "organisations", "months", "index"}
        A rating or points are computed in log-odds and then scaled.
    varies_by : tuple of str
        Fields of the specification that it uses.
    depends_on : callable
        What is asked and the number of models of the group to what the metric takes from them.
    possible : callable
        A group and what is asked to the least and the largest value that each country could have, (n_countries,).
    places : callable
        A group and what is asked to N if every value is a multiple of 1 / N, 0 if it may be any number.
    least_leads : bool
        Whether the country with the least value leads.
    is_mean : bool
        Whether the estimate is the mean over the draws, and not the median.
    why_not : callable
        A group to why the metric does not exist in it; "" if it does.
    undefined : str
        Of which countries it is not defined, with {k} and {top} as asked.
    meaning : str
        What it is of {who}, with the choices it depends on as asked.
    """

    compute: Callable[[Group, OfCountries], Floats]
    unit: Unit
    varies_by: tuple[str, ...] = ()
    depends_on: Callable[[OfCountries, int], Hashable] = no_matter
    possible: Callable[[Group, OfCountries], Ends] = anything
    places: Callable[[Group, OfCountries], int] = any_number
    least_leads: bool = False
    is_mean: bool = False
    why_not: Callable[[Group], str] = always
    undefined: str = ""
    meaning: str = ""


def side_by_side(columns: list[Floats]) -> Floats:
    """Return columns as an array, each of them contiguous."""
    return np.array(columns, np.float64).T
