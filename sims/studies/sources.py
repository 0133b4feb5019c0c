"""What a study runs on: votes or a board that its plan names, and the parts of it that can be left out, one at a time."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from recount.data import Board, Catalogue, read_board
from recount.data.catalogue import codes_in
from recount.data.choices import Reading
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.plurals import plural
from recount.engine.votes import levels_of
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, read
from recount.sims.countries.by_country import known_facts
from recount.sims.countries.facts import Facts, facts_of, stated_by
from recount.sims.filtering.found_columns import column_of_voters
from recount.sims.perturbations.perturbing import named
from recount.sims.perturbations.protocols import Perturbation
from recount.sims.specification.flat import from_flat
from recount.sims.studies.plan import Plan

# More voters, or other labels, are not left out one by one.
MOST_LABELS = 1000


@dataclass(frozen=True, slots=True)
class Impossible:
    """In place of perturbations that a source does not allow, and why; a run of it fails with this."""

    name: str
    reason: str


def source_of(plan: Plan) -> Log | Board | None:
    """Open the votes or the board that a plan names; None if it names none."""
    if plan.source is None:
        return None
    own = plan.source
    if own.board is not None:
        which = {"category": own.category, "date": own.date, "subset": own.subset, "columns": own.board_columns}
        return read_board(own.board, **{name: value or "" for name, value in which.items()})
    return read(*own.votes, reading=from_flat(Reading, plan.reading))


def facts_about(source: Log | Board, catalogue: Catalogue) -> Facts | str:
    """Look up the models of a source; return why there is nothing to say of countries, where no model has a known one."""
    try:
        return known_facts(Analysis(source), catalogue)
    except InputError as error:
        return str(error)


def checksum_of(catalogue: Catalogue) -> str:
    """Return a checksum of all facts of a catalogue."""
    tables = (catalogue.models, catalogue.organisations, catalogue.licences)
    return hashlib.sha256("".join(table.to_csv() for table in tables).encode()).hexdigest()


def parts_left_out(name: str, choices: Mapping[str, Any], source: Log | Board, catalogue: Catalogue) -> tuple[Perturbation | Impossible, ...]:
    """Return the perturbations that leave out one part of a source each, every part in turn, in the order of their names."""
    try:
        field, parts = PARTS[name]
        found = tuple(named(name, {**choices, field: part}) for part in parts(source, catalogue, choices))
        return found or (Impossible(name, NONE_THERE[name]),)
    except RecountError as error:
        return (Impossible(name, str(error)),)


def _names(source: Log | Board) -> tuple[str, ...]:
    return tuple(sorted(source.names))


def _cells(source: Log | Board, catalogue: Catalogue, column: str) -> list[str]:
    facts = facts_of(source.names, catalogue, stated_by(source) if isinstance(source, Board) else None).frame
    return [str(cell) for cell in facts[column] if cell]


def _organisations(source: Log | Board, catalogue: Catalogue, _: Mapping[str, Any]) -> list[str]:
    # A model of an unknown organisation counts as its own.
    return sorted({*_cells(source, catalogue, "organisation")} - {*source.names})


def _countries(source: Log | Board, catalogue: Catalogue, _: Mapping[str, Any]) -> list[str]:
    return sorted({code for cell in _cells(source, catalogue, "country") for code in codes_in(cell)})


def _labels(source: Log | Board, _: Catalogue, choices: Mapping[str, Any]) -> list[str]:
    if isinstance(source, Board):
        raise OptionError("leave_voters changes votes, and a board has none; give the votes")
    column = column_of_voters(source, choices.get("column"), "column, or in an audit with voter_column")
    codes, levels = levels_of(source.rows((column,)), column)
    labels = sorted(levels[code] for code in np.unique(codes[codes >= 0]))
    if len(labels) > MOST_LABELS:
        raise InputError(
            f"column {column!r} has {plural(len(labels), 'label')}, and up to {MOST_LABELS:,} are left out one by one; name another column"
        )
    return labels


# Why there may be no part.
NONE_THERE = {
    "leave_model": "there is no model",
    "leave_organisation": "the organisation of none of these models is known to the catalogue",
    "leave_country": "the country of none of these models is known to the catalogue",
    "leave_voters": "no vote says who cast it",
}
# The field that names the part, and which parts a source has.
PARTS: Mapping[str, tuple[str, Callable[[Log | Board, Catalogue, Mapping[str, Any]], Any]]] = MappingProxyType(
    {
        "leave_model": ("model", lambda source, *_: _names(source)),
        "leave_organisation": ("organisation", _organisations),
        "leave_country": ("country", _countries),
        "leave_voters": ("label", _labels),
    }
)
