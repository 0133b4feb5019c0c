"""The tables of the catalogue, one row an organisation, a model or a licence; what is unknown is missing."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.data.catalogue.iso_3166 import COUNTRIES
from recount.data.labels import number_in
from recount.engine.errors import InputError

FOLDER = Path(__file__).parent
BUNDLED = tuple(FOLDER / f"{name}.csv" for name in ("organisations", "models", "licences"))
LICENCE_CLASSES = ("proprietary", "open_weights", "open_weights_noncommercial", "open_source")
SIZES = ("total_parameters_b", "active_parameters_b")
# Between spellings in a cell.
BETWEEN = "|"
# A spelling with the days on which it was valid, either of which may be left out: `NAME @ FIRST..LAST`.
DATED = re.compile(r"(?P<name>.*\S)\s+@\s+(?P<first>[\d-]*)\.\.(?P<last>[\d-]*)")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
# Billions.
LARGEST_SIZE = 1e5
# A day, month or year; nothing where it is not known.
DATE = re.compile(r"([12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?")
# A name of a column that is so near to another is a slip.
NEAR = 0.85


class Form(NamedTuple):
    """What a table is.

    Attributes
    ----------
    key : str
        Column that names the rows.
    facts : tuple of str
        Columns of facts, each of which a table may lack, but not all.
    """

    key: str
    facts: tuple[str, ...]


ORGANISATIONS = Form("name", ("spellings", "country", "parent", "parent_country"))
MODELS = Form(
    "key",
    (
        "spellings",
        "display_name",
        "organisation",
        "country",
        "base_model",
        "licence",
        "licence_class",
        *SIZES,
        "release_date",
        "retired",
        "variant_of",
    ),
)
DATES = ("release_date", "retired")
# Of such a date; others are slips.
YEARS = 1900, 2100
LICENCES = Form("name", ("spellings", "licence_class"))
TOLD = ("notes",)
# Where a fact is from.
SOURCE_OF = {
    "organisation": "source_organisation",
    "country": "source_country",
    "parent": "source_parent",
    "parent_country": "source_parent",
    "base_model": "source_base_model",
    "licence": "source_licence",
    "licence_class": "source_licence",
    "total_parameters_b": "source_parameters",
    "active_parameters_b": "source_parameters",
    "release_date": "source_release_date",
    "retired": "source_retired",
    "variant_of": "source_variant_of",
}


class Spelling(NamedTuple):
    """A spelling, and the first and the last day on which it was valid; "" for no limit."""

    name: str
    first: str = ""
    last: str = ""

    def is_valid(self, on: str | None) -> bool:
        """Whether it was valid on a day (ISO 8601); it may have been if none is known."""
        return on is None or (self.first <= on and (not self.last or on <= self.last))


def read_table(path: str | Path) -> tuple[Form, pd.DataFrame]:
    """Read a table of models, organisations or licences; its columns say which.

    Returns
    -------
    Form, DataFrame
        Indexed by key or name; text columns, of which every fact is there ("" if not known).

    Raises
    ------
    InputError
        If the file cannot be read, is none of the three, repeats a row, or holds a fact that is not possible.
    """
    try:
        # Text whatever the ending; pandas would unpack what is called .gz or .zip.
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8", compression=None)
    except (OSError, ValueError, MemoryError) as error:
        raise InputError(f"catalogue {path} cannot be read: {str(error).partition(chr(10))[0]}") from error
    if not isinstance(frame.index, pd.RangeIndex):
        raise InputError(f"catalogue {path} cannot be read: row 1 has more fields than the header")
    form = _form(path, list(map(str, frame.columns)))
    if (frame[form.key] == "").any():
        raise InputError(f"catalogue {path} has no {form.key} in row {1 + int(np.argmax(frame[form.key] == ''))}")
    if frame[form.key].duplicated().any():
        raise InputError(f"catalogue {path} has the {form.key} {frame[form.key][frame[form.key].duplicated()].iloc[0]!r} twice; leave one out")
    frame = frame.set_index(form.key)
    for name in form.facts:
        if name not in frame:
            frame[name] = ""
    _check_facts(path, form, frame)
    return form, frame


def _form(path: str | Path, columns: Sequence[str]) -> Form:
    """Say which table has these columns."""
    names = set(columns)
    if "key" in names:
        form = MODELS
    elif "name" in names and "licence_class" in names:
        form = LICENCES
    elif "name" in names:
        form = ORGANISATIONS
    else:
        raise InputError(f"catalogue {path} has no column 'key' (of models) and none 'name' (of organisations or licences); call one so")
    known = (form.key, *form.facts, *TOLD)
    for name in columns:
        if name not in known and not name.startswith("source_") and (near := get_close_matches(name, known, n=1, cutoff=NEAR)):
            raise InputError(f"catalogue {path} has a column {name!r}; if it is {near[0]!r}, call it so")
    if not names & {*form.facts} - {"spellings"}:
        raise InputError(f"catalogue {path} has no column with a fact; there are {', '.join(form.facts)}")
    if unknown := [name for name in columns if name not in known and not name.startswith("source_")]:
        raise InputError(f"catalogue {path} has a column {unknown[0]!r}, which is none of {', '.join(map(repr, known))} nor a source_; leave it out")
    return form


def _check_facts(path: str | Path, form: Form, frame: pd.DataFrame) -> None:
    """Raise `InputError` if a fact is not possible."""
    for name in form.facts:
        values = frame[name]
        if name == "licence_class":
            odd = ~values.isin(("", *LICENCE_CLASSES))
            if odd.any():
                raise InputError(f"catalogue {path}: licence class {values[odd].iloc[0]!r}; allowed are {', '.join(map(repr, LICENCE_CLASSES))}")
        elif name in ("country", "parent_country"):
            if no_codes := sorted({code for cell in values.unique() for code in codes_in(cell)} - COUNTRIES):
                raise InputError(f"catalogue {path}: {name} {no_codes[0]!r} is no code of ISO 3166-1 (two letters, as US, GB, CN)")
        elif name in DATES:
            if no_dates := [value for value in values.unique() if not DATE.fullmatch(value)]:
                raise InputError(f"catalogue {path}: {name} {no_dates[0]!r} is no day, month or year, as 2024-05-13, 2024-05 or 2024")
            if slips := [value for value in values.unique() if value and not YEARS[0] <= int(value[:4]) <= YEARS[1]]:
                raise InputError(f"catalogue {path}: {name} {slips[0]!r} is not between {YEARS[0]} and {YEARS[1]}; is it a slip?")
        elif name in SIZES:
            frame[name] = _sizes(path, name, values)
    if form is MODELS and (more := frame["active_parameters_b"] > frame["total_parameters_b"]).any():
        raise InputError(f"catalogue {path}: {more.idxmax()!r} has more active_parameters_b than total_parameters_b; are they exchanged?")
    of: dict[str, str] = {}
    for key, cell in frame["spellings"].items():
        for spelling in spellings_in(cell):
            if not (DAY.fullmatch(spelling.first) and DAY.fullmatch(spelling.last)):
                raise InputError(f"catalogue {path}: spelling {spelling.name!r} of {key!r} has a date that is not written as 2024-05-13")
            text = spelling.name if form is MODELS else spelling.name.casefold()
            if of.setdefault(text, str(key)) != key and not spelling.first and not spelling.last:
                raise InputError(f"catalogue {path}: {spelling.name!r} is a spelling of {of[text]!r} and of {key!r}; it can be of one")


def _sizes(path: str | Path, name: str, values: "pd.Series[str]") -> "pd.Series[float]":
    try:
        if unread := [text for text in values if text and np.isnan(number_in(text))]:
            raise ValueError(repr(unread[0]))
        sizes = pd.to_numeric(values.replace("", None)).astype(np.float64)
    except ValueError as error:
        raise InputError(f"catalogue {path}: {name} holds a value that is no number ({error})") from error
    if (odd := (sizes <= 0) | np.isinf(sizes)).any():
        raise InputError(
            f"catalogue {path}: {name} of {odd.idxmax()!r} is {values[odd].iloc[0]}; give billions of parameters, above 0, or leave it empty"
        )
    if (large := sizes > LARGEST_SIZE).any():
        raise InputError(f"catalogue {path}: {name} of {large.idxmax()!r} is {values[large].iloc[0]}; give billions of parameters, as 7 for 7B")
    return sizes


def codes_in(cell: str) -> tuple[str, ...]:
    """Return the codes of countries in a cell, which are separated by `BETWEEN`, each once."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, cell.split(BETWEEN)))))


def spellings_in(cell: str) -> list[Spelling]:
    """Return the spellings in a cell, which are separated by `BETWEEN`."""
    found = []
    for part in filter(None, map(str.strip, cell.split(BETWEEN))):
        dated = DATED.fullmatch(part)
        found.append(Spelling(**dated.groupdict()) if dated else Spelling(part))
    return found
