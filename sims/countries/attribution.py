"""Whose models are: of which countries, blocs or organisations, by what rule."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recount.data.catalogue import codes_in
from recount.sims.specification import OfCountries
from recount.sims.specification.country_choices import Attribution

# Columns of facts: country and organisation, by rule.
COLUMNS: dict[Attribution, tuple[str, str]] = {
    "headquarters": ("country", "organisation"),
    "parent": ("parent_country", "parent"),
    "base model": ("origin_country", "origin_organisation"),
}
Owners = tuple[tuple[str, float], ...]


def attributed(facts: pd.DataFrame, rule: Attribution) -> pd.DataFrame:
    """Return country and organisation of each model by a rule, "" if not known; an organisation without a known parent is its own."""
    by = facts[list(COLUMNS[rule])].set_axis(["country", "organisation"], axis=1)
    return by.where(by["organisation"] != "", facts[["country", "organisation"]]) if rule == "parent" else by


def owners_of(facts: pd.DataFrame, asked: OfCountries) -> list[Owners]:
    """Return who owns each model, with the part of it that each is credited with: none where it is not known.

    Parts are 1, or with fractional counting equal ones of each country of the model; a bloc has those of its members.
    """
    whose = attributed(facts, asked.attribution)
    if asked.entity == "organisation":
        return [((name, 1.0),) if name and name != model else () for model, name in zip(facts.index, whose["organisation"], strict=True)]
    bloc_of = {code: bloc.name for bloc in asked.blocs for code in bloc.members}
    by_cell = {cell: _parts(codes_in(cell), bloc_of, asked.counting == "fractional") for cell in whose["country"].unique()}
    return [by_cell[cell] for cell in whose["country"]]


def _parts(codes: Sequence[str], bloc_of: dict[str, str], is_fractional: bool) -> Owners:
    part = 1 / len(codes) if is_fractional and codes else 1.0
    parts: dict[str, float] = {}
    for code in codes:
        owner = bloc_of.get(code, code)
        parts[owner] = parts.get(owner, 0.0) + part if is_fractional else 1.0
    return tuple(parts.items())


def parts_by_owner(owners: Sequence[Owners]) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the owners in the order of their names, and their parts of each model, (n_owners, n_models) float64."""
    names = tuple(sorted({name for one in owners for name, _ in one}))
    place = {name: i for i, name in enumerate(names)}
    parts = np.zeros((len(names), len(owners)))
    for model, one in enumerate(owners):
        for name, part in one:
            parts[place[name], model] = part
    return names, parts
