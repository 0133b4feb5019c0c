"""Facts about competitors, from a catalogue and from what a board states."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from recount.data import Board, Catalogue, read_catalogue
from recount.data.catalogue import is_stated
from recount.engine.choices import of_kind
from recount.engine.plurals import plural
from recount.engine.showing import first_of, listed
from recount.sims.analysis.kept import Kept

OF_MODELS = ("country", "organisation", "licence_class", "base_model", "release_date", "retired", "variant_of")
SIZES = ("total_parameters_b", "active_parameters_b")
N_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Stated:
    """What a board states of competitors.

    Attributes
    ----------
    organisation, licence : mapping of str to str
        By competitor; empty where it states none.
    on : str, optional
        Day (ISO 8601) on which names were valid.
    """

    organisation: Mapping[str, str]
    licence: Mapping[str, str]
    on: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Facts about competitors.

    Attributes
    ----------
    frame : DataFrame
        Indexed by competitor: country (several are separated by "|"), organisation, licence_class, base_model, release_date, retired, variant_of,
        parent, parent_country, origin_country, origin_organisation ("" if not known; the origin is the model that it was made from in the end),
        total_parameters_b and active_parameters_b (billions; missing if not known). An organisation that the catalogue does not know is
        called as the board calls it; a model of which none is known counts as its own.
    unknown : tuple of str
        Competitors without a country.
    key : str
        The facts as text, as a key for results that depend on them.
    notes : tuple of str
        What did not join, with what is near, and where catalogue and board differ.
    on : str, optional
        Day of the ratings (ISO 8601), where a board says it.
    kept : Kept
        Results that depend on facts alone, whatever the ratings.
    """

    frame: pd.DataFrame
    unknown: tuple[str, ...]
    key: str
    notes: tuple[str, ...] = ()
    on: str | None = None
    kept: Kept = field(default_factory=Kept)

    def in_place_of_unknown(self, country: str) -> "Facts":
        """The same facts, as if all without a country were of this one."""
        known = {"country": country, "parent_country": country, "origin_country": country}
        frame = self.frame.assign(**{name: self.frame[name].mask(self.frame["country"] == "", value) for name, value in known.items()})
        return Facts(frame, (), f"{self.key}{country} in place of unknown", self.notes, self.on)

    def of_unknown_as(self, columns: Sequence[str], value: str | float) -> "Facts":
        """The same facts, as if what is not known in these columns were `value`."""
        frame = self.frame.assign(**{name: self.frame[name].replace("", np.nan).fillna(value) for name in columns})
        return Facts(frame, self.unknown, f"{self.key}{value} in place of unknown {', '.join(columns)}", self.notes, self.on)

    def with_undated_first(self, country: str) -> "Facts":
        """The same facts, as if all of unknown release that are not of this country had come out on the day of the first that is known."""
        released = self.frame["release_date"]
        undated = (released == "") & (self.frame["country"] != country)
        frame = self.frame.assign(release_date=released.mask(undated, released[released != ""].min()))
        return Facts(frame, self.unknown, f"{self.key}undated first, but for {country}", self.notes, self.on)

    def of(self, names: tuple[str, ...]) -> pd.DataFrame:
        """Return the facts of some competitors in their order; looked up once for all that ask of the same ones."""
        return self.kept.once("facts", names, lambda: self.frame.loc[list(names)])


def stated_by(board: Board) -> Stated:
    """Return what a board states of its models."""
    organisations, licences = (dict(zip(board.names, stated, strict=True)) for stated in (board.organisations, board.licences))
    return Stated(organisations, licences, board.date or None)


def facts_of(names: Sequence[str], catalogue: Catalogue | None = None, stated: Stated | None = None) -> Facts:
    """Look competitors up in a catalogue; what it does not know of a model is taken from what a board states.

    Parameters
    ----------
    names : sequence of str
    catalogue : Catalogue, optional
        The bundled one by default.
    stated : Stated, optional
        Organisations and licences, in any spelling that the catalogue knows.
    """
    known, told = of_kind("catalogue", catalogue or read_catalogue(), Catalogue), stated or Stated({}, {})
    keys = {name: known.key_of(name, told.on) for name in names}
    rows = [keys[name] for name in names]
    frame = known.models.reindex(rows).set_axis(pd.Index(list(names)))
    frame = frame.reindex(columns=[*OF_MODELS, *SIZES])
    texts = frame[list(OF_MODELS)].astype(object)
    texts = texts.where(texts.notna(), "")
    own = {name: known.organisation_of(told.organisation.get(name, "")) for name in names}
    listed = texts["organisation"] != ""
    texts["organisation"] = texts["organisation"].where(listed, [own[name] or "" for name in names])
    organisations = known.organisations.reindex(texts["organisation"]).fillna("").set_axis(texts.index)
    texts["country"] = texts["country"].where(listed | (texts["country"] != ""), organisations["country"])
    texts[["parent", "parent_country"]] = organisations[["parent", "parent_country"]]
    of = zip(keys.values(), texts["base_model"], texts["country"], texts["organisation"], strict=True)
    origins = [_origin(known, *each) for each in of]
    for place, name in enumerate(("origin_country", "origin_organisation")):
        texts[name] = [origin[place] for origin in origins]
    classes = {name: _class_of(known, told.licence.get(name, "")) for name in names}
    notes = tuple(_not_joined(known, keys, texts, told, classes))
    texts["licence_class"] = texts["licence_class"].where(texts["licence_class"] != "", [classes[name] for name in names])
    as_stated = [one.strip() if is_stated(one := told.organisation.get(name, "")) else name for name in names]
    texts["organisation"] = texts["organisation"].where(texts["organisation"] != "", as_stated)
    if told.on is not None:
        # Who stands on a board was out by its day.
        later = texts["release_date"] > told.on
        texts["release_date"] = texts["release_date"].mask(later, told.on)
        if later.any():
            notes = (*notes, _released_later(tuple(texts.index[later]), told.on))
    facts = texts.join(frame[list(SIZES)].astype(np.float64))
    return Facts(facts, tuple(facts.index[facts["country"] == ""]), facts.to_csv(), notes, told.on)


def _origin(catalogue: Catalogue, key: str | None, base: str, country: str, organisation: str) -> tuple[str, str]:
    """Country and organisation of who made the model from which a model was made in the end; "" if that is not known."""
    if not base or key is None:
        return country, organisation
    origin = catalogue.origin_of(key)
    return ("", "") if origin is None else (str(catalogue.models.loc[origin, "country"]), str(catalogue.models.loc[origin, "organisation"]))


def _class_of(catalogue: Catalogue, licence: str) -> str:
    name = catalogue.licence_of(licence)
    return "" if name is None else str(catalogue.licences.loc[name, "licence_class"])


def _not_joined(
    catalogue: Catalogue, keys: Mapping[str, str | None], texts: pd.DataFrame, stated: Stated, classes: Mapping[str, str]
) -> Iterator[str]:
    """Say what no table knows, and where the catalogue says something else than the board."""
    named = {*filter(is_stated, stated.organisation.values()), *filter(None, texts["organisation"][texts["country"] == ""])}
    organisations = sorted(one for one in named if catalogue.organisation_of(one) is None)
    if organisations:
        yield (
            f"{plural(len(organisations), 'organisation is', 'organisations are')} not in the catalogue: "
            f"{_with_near(organisations, catalogue.near_organisations)}"
        )
    licences = sorted({one for one in stated.licence.values() if is_stated(one) and catalogue.licence_of(one) is None})
    if licences:
        yield f"{plural(len(licences), 'licence is', 'licences are')} not in the catalogue: {_with_near(licences, catalogue.near_licences)}"
    if several := {name: found for name, key in keys.items() if key is None and (found := catalogue.may_be(name, stated.on))}:
        shown = ", ".join(f"{name!r} ({' or '.join(map(repr, several[name]))})" for name in list(several)[:N_SHOWN])
        could = "could be several models of the catalogue, and"
        yield f"{plural(len(several), f'name {could} is', f'names {could} are')} taken for none of them: {shown}"
    names_of: dict[str, list[str]] = {}
    for name, key in keys.items():
        if key is not None:
            names_of.setdefault(key, []).append(name)
    if twice := [" and ".join(map(repr, names)) for names in names_of.values() if len(names) > 1]:
        yield f"names of one model by the catalogue, which count as so many models: {'; '.join(twice[:N_SHOWN])}"
    models = [name for name, key in keys.items() if key is None and name not in several and texts.loc[name, "country"] == ""]
    if near := {name: found for name in models[: 4 * N_SHOWN] if (found := catalogue.near_models(name))}:
        yield f"near to names that the catalogue does not know: {_with_near(list(near), near.__getitem__)}"
    own, theirs = texts["licence_class"], pd.Series(classes, dtype=object)
    if differ := [name for name in texts.index if own[name] and theirs[name] and own[name] != theirs[name]]:
        yield (
            f"licence of {plural(len(differ), 'model')}: the catalogue's, where the board states another class: "
            f"{', '.join(map(repr, differ[:N_SHOWN]))}"
        )


def _released_later(names: Sequence[str], day: str) -> str:
    """Say whom the catalogue lets come out after the day of the board."""
    stand = plural(len(names), "model stands", "models stand")
    return f"{stand} on the board of {day} before the catalogue's day of release, for which that of the board is taken: {listed(tuple(names))}"


def _with_near(names: Sequence[str], near: Callable[[str], Sequence[str]]) -> str:
    """Return the first of some names, each with what is near to it."""
    shown = [f"{name!r}" + (f" (near: {', '.join(map(repr, found))})" if (found := near(name)) else "") for name in names]
    return first_of(shown)
