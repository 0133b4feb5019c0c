"""Groups of models: their members, and countries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.data.catalogue import LICENCE_CLASSES
from recount.engine.votes import Floats
from recount.sims.analysis.kept import Kept
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.facts import Facts
from recount.sims.specification import Specification
from recount.sims.specification.conclusions import CountryGroup
from recount.sims.specification.parts import OpenRule

# Which licence classes count as open weights.
OPEN_CLASSES: dict[OpenRule, tuple[str, ...]] = {
    "any": LICENCE_CLASSES[1:],
    "commercial": ("open_weights", "open_source"),
    "osi": ("open_source",),
}


class Membership(NamedTuple):
    """Who belongs to a group.

    Attributes
    ----------
    holds : callable
        Facts of models, one a row, and a specification to (n_models,) bool; false if the fact is not known.
    varies_by : tuple of str
        Fields of the specification that it uses.
    """

    holds: Callable[[pd.DataFrame, Specification], NDArray[np.bool_]]
    varies_by: tuple[str, ...] = ()


GROUPS: dict[CountryGroup, Membership] = {
    "all": Membership(lambda facts, s: np.ones(len(facts), np.bool_)),
    "open weights": Membership(lambda facts, s: facts["licence_class"].isin(OPEN_CLASSES[s.open_weights]).to_numpy(np.bool_), ("open_weights",)),
    "large": Membership(lambda facts, s: (facts["total_parameters_b"] >= s.size_threshold).to_numpy(np.bool_), ("size_threshold",)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Some of the models.

    Attributes
    ----------
    draws : (1 + n_draws, n_models) float64
        Strengths, log-odds: the estimate and then the draws.
    are_strengths : bool
        Whether draws are of strengths given the estimates, and not around the estimates.
    countries : tuple of str
    models : tuple of (n_models,) bool
        Which models are of each country.
    organisation : (n_models,) str
    kept : Kept
        Results that several metrics of the group share.
    """

    draws: Floats
    are_strengths: bool
    countries: tuple[str, ...]
    models: tuple[NDArray[np.bool_], ...]
    organisation: NDArray[np.str_]
    kept: Kept = field(default_factory=Kept)


def members_of(names: tuple[str, ...], facts: Facts, specification: Specification, group: CountryGroup) -> NDArray[np.bool_]:
    """Which of the competitors belong to a group, (n,)."""
    return GROUPS[group].holds(facts.frame.loc[list(names)], specification)


def group_of(drawn: Drawn, names: tuple[str, ...], facts: Facts, member: NDArray[np.bool_]) -> Group:
    """Pick the models of a group.

    Parameters
    ----------
    drawn : Drawn
    names : tuple of str
        Competitors in the order of the draws.
    facts : Facts
    member : (n,) bool
        Who belongs to the group.
    """
    of_members, draws = facts.frame.loc[list(names)][member], drawn.values[:, member]
    country = of_members["country"].to_numpy(str)
    countries = tuple(sorted(set(country) - {""}))
    return Group(
        # A model that a replicate could not rate is never the best in it.
        draws=np.where(np.isnan(draws), -np.inf, draws),
        are_strengths=drawn.are_of_strengths,
        countries=countries,
        models=tuple(country == name for name in countries),
        organisation=of_members["organisation"].to_numpy(str),
    )
