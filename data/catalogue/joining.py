"""Who is who: models, organisations and licences by any of their spellings.

Names of models are compared as they are, because two that differ in a letter may be two models; those of organisations and licences without regard to
case. Nothing is guessed: what is not found is listed with what is near to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import pandas as pd

from recount.data.catalogue.tables import (
    BETWEEN,
    BUNDLED,
    LICENCES,
    MODELS,
    ORGANISATIONS,
    SIZES,
    SOURCE_OF,
    Form,
    Spelling,
    read_table,
    spellings_in,
)
from recount.engine.choices.arguments import checked

# How a board says that it does not state something.
NOT_STATED = ("", "-", "n/a", "na", "nan", "none", "unknown", "other")
N_NEAR = 3

Found = Mapping[str, Sequence[tuple[Spelling, str]]]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Facts about models, organisations and licences.

    Attributes
    ----------
    models : DataFrame
        By key: display_name, organisation, country (of the organisation, unless it is the model's own; several are separated by "|"), base_model,
        licence, licence_class, total_parameters_b, active_parameters_b (billions; missing if not known), release_date, retired (since when it is no
        longer served), variant_of (the model of which it is a variant), and sources; "" where a text is not known.
    organisations : DataFrame
        By name: country of the head office (ISO 3166-1 alpha-2), parent, parent_country, and sources.
    licences : DataFrame
        By name: licence_class.
    """

    models: pd.DataFrame
    organisations: pd.DataFrame
    licences: pd.DataFrame
    _keys: Found = field(init=False, repr=False)
    _organisations: Found = field(init=False, repr=False)
    _licences: Found = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keys", _by_spelling(self.models, str))
        object.__setattr__(self, "_organisations", _by_spelling(self.organisations, str.casefold))
        object.__setattr__(self, "_licences", _by_spelling(self.licences, str.casefold))

    def key_of(self, name: str, on: str | None = None) -> str | None:
        """Key of a model by a name that was valid on a day (ISO 8601), if one is known; None if it is not found, or could be several."""
        return _only(self._keys.get(name, ()), on)

    def may_be(self, name: str, on: str | None = None) -> list[str]:
        """Keys of the models of which a name is a spelling on a day, if there are several; it is then none of them."""
        valid = [key for spelling, key in self._keys.get(name, ()) if spelling.is_valid(on)]
        return valid if len(valid) > 1 else []

    def origin_of(self, key: str) -> str | None:
        """Key of the model that a model was made from in the end, itself if from none; None if it was made from one that is not known."""
        met = [key]
        while base := str(self.models.loc[key, "base_model"]):
            found = self.key_of(base)
            if found is None or found in met:
                return None
            met.append(key := found)
        return key

    def organisation_of(self, stated: str) -> str | None:
        """Name of an organisation by any spelling; None if it is not found."""
        return _only(self._organisations.get(stated.strip().casefold(), ()), None)

    def licence_of(self, stated: str) -> str | None:
        """Name of a licence by any spelling; None if it is not found."""
        return _only(self._licences.get(stated.strip().casefold(), ()), None)

    def near_models(self, name: str) -> list[str]:
        """Names of models that are near to one that is not found."""
        return get_close_matches(name, self._keys, n=N_NEAR, cutoff=0.75)

    def near_organisations(self, stated: str) -> list[str]:
        """Organisations that are near to one that is not found."""
        near = get_close_matches(stated.strip().casefold(), self._organisations, n=N_NEAR, cutoff=0.7)
        return list(dict.fromkeys(self._organisations[one][0][1] for one in near))

    def near_licences(self, stated: str) -> list[str]:
        """Licences that are near to one that is not found."""
        near = get_close_matches(stated.strip().casefold(), self._licences, n=N_NEAR, cutoff=0.7)
        return list(dict.fromkeys(self._licences[one][0][1] for one in near))


def is_stated(text: str) -> bool:
    """Whether a board states something."""
    return text.strip().casefold() not in NOT_STATED


@checked
def read_catalogue(*paths: str | Path) -> Catalogue:
    """Read the bundled catalogue, and tables of one's own over it.

    Parameters
    ----------
    *paths : path
        CSV files of models (column `key`), organisations (`name`, `country`) or licences (`name`, `licence_class`). A fact in a later one replaces
        that of an earlier one and of the bundled table; an empty cell replaces nothing.

    Raises
    ------
    InputError
        If a file cannot be read, is no such table, or holds a fact that is not possible.
    """
    tables: dict[Form, pd.DataFrame] = {form: table.copy() for form, table in _bundled()}
    for path in paths:
        form, own = read_table(path)
        tables[form] = _over(own, tables[form], form)
    return completed(Catalogue(tables[MODELS], tables[ORGANISATIONS], tables[LICENCES]))


@cache
def _bundled() -> list[tuple[Form, pd.DataFrame]]:
    return [read_table(path) for path in BUNDLED]


def completed(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue with the facts of models that follow from those of organisations and licences."""
    models = catalogue.models.copy()
    names = {stated: catalogue.organisation_of(stated) or stated for stated in models["organisation"].unique()}
    models["organisation"] = models["organisation"].map(names)
    class_of = dict(zip(catalogue.licences.index, catalogue.licences["licence_class"], strict=True))
    classes = {stated: class_of.get(catalogue.licence_of(stated) or "", "") for stated in models["licence"].unique()}
    of_licence = models["licence"].map(classes)
    models["licence_class"] = models["licence_class"].where(models["licence_class"] != "", of_licence)
    of_organisation = models["organisation"].map(catalogue.organisations["country"]).fillna("")
    models["country"] = models["country"].where(models["country"] != "", of_organisation)
    return replace(catalogue, models=models)


def _over(own: pd.DataFrame, bundled: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Lay one table over another, cell by cell."""
    together = bundled.reindex(bundled.index.union(own.index, sort=False))
    text = [str(name) for name in together.columns if name not in SIZES]
    together[text] = together[text].fillna("")
    for name in form.facts:
        given = own[name][own[name].notna() & (own[name] != "")]
        if name == "spellings":
            known = together["spellings"].loc[given.index]
            given = known.where(known == "", known + f" {BETWEEN} ") + given
        together.loc[given.index, name] = given
    if form is MODELS:
        # A licence and its class belong together, and so do an organisation and its country.
        for told, follows in (("licence", "licence_class"), ("licence_class", "licence"), ("organisation", "country")):
            alone = own.index[(own[told] != "") & (own[follows] == "")]
            together.loc[alone, follows] = ""
    for name, source in SOURCE_OF.items():
        # Who said what is replaced did not say what replaces it.
        if name in own and source in together:
            replaced = own.index[own[name].notna() & (own[name] != "")]
            together.loc[replaced, source] = own[source].loc[replaced] if source in own else ""
    return together


def _by_spelling(table: pd.DataFrame, fold: Callable[[str], str]) -> Found:
    """Return the rows that each spelling may mean, with the name of the row before all others."""
    found: dict[str, list[tuple[Spelling, str]]] = {}
    for name in table.index:
        found[fold(name)] = [(Spelling(name), name)]
    for name, cell in zip(table.index, table["spellings"], strict=True):
        for spelling in spellings_in(cell):
            of = found.setdefault(fold(spelling.name), [])
            if name not in (other for _, other in of):
                of.append((spelling, name))
    return found


def _only(candidates: Iterable[tuple[Spelling, str]], on: str | None) -> str | None:
    """Return the one that is valid on a day; None if there is none, or there are several."""
    valid = [name for spelling, name in candidates if spelling.is_valid(on)]
    return valid[0] if len(valid) == 1 else None
