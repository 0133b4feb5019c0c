"""Parts of a page: sections of sentences, tables and figures, as plain values that a template shows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from recount.engine.plurals import plural
from recount.sims.figures.drawn_figure import DrawnFigure
from recount.sims.presentation.cells import Shown, as_shown
from recount.sims.presentation.column import METRIC, P
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.showing import for_spreadsheets
from recount.sims.presentation.wording import DIGITS_OF_UNITS, clean, count_digits, is_missing, number, probability

# A longer text is a sentence, and a longer word is broken. Letters that need no escape in an address, or are escaped by HTML.
LONG, UNBROKEN, ON_ONE_LINE = 48, 28, 22
# A longer meaning is a paragraph of its own.
PARAGRAPH = 160
# Rows of a file within a page, which is to have no more than 2.5 MB with 400 competitors.
MOST_IN_FILE = 1_000
# Of probabilities by draws, which are never 0 or 1.
DIGITS_OF_DRAWS = 3
# Of a column whose rows have different units.
DIGITS_OF_METRICS = DIGITS_OF_UNITS | {"points": 1}
PLAIN = ",;:/?@&=+$-_.!~*'()<>[]{}|"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
        As it is read.
    exact : str
        At full precision, by which it is sorted; "" for text, which is its own.
    bar : tuple of float
        Ends and middle of an interval drawn beside it, as shares of the width; empty for none.
    """

    text: str
    exact: str = ""
    bar: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column.

    Attributes
    ----------
    name : str
        In files.
    label, meaning : str
    is_number : bool
    is_name : bool
        Whether it names what the row is of.
    room : {"words", "broken", "line", ""}
        What its cells need: room for sentences, words to be broken, one line, or nothing.
    """

    name: str
    label: str
    meaning: str = ""
    is_number: bool = True
    is_name: bool = False
    room: str = ""


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of the page.

    Attributes
    ----------
    name : str
        Unique on the page; of its file too.
    caption : str
    headings : sequence of Heading
    rows : sequence of sequence of Cell
    csv : str
        All of it at full precision, as an address that holds it; text that a spreadsheet would take for a formula begins with an apostrophe.
    filters : mapping of str to sequence of (str, str)
        Values by which rows can be chosen and what they are called, by the name of a column; of numbers, "FROM,BELOW".
    notes : sequence of str
    is_searched : bool
        Whether it can be searched.
    """

    name: str
    caption: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    csv: str = ""
    filters: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    notes: Sequence[str] = ()
    is_searched: bool = False


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A figure of the page, with its data as a table, or the name of the table of the page that holds them."""

    name: str
    drawn: DrawnFigure
    data: PageTable | None = None
    data_in: str = ""
    is_wide: bool = False
    is_tall: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Words of the page and what they mean.

    Attributes
    ----------
    title : str
    meanings : mapping of str to str
    """

    title: str
    meanings: Mapping[str, str]

    @property
    def is_long(self) -> bool:
        """Whether meanings are paragraphs."""
        return max(map(len, self.meanings.values()), default=0) > PARAGRAPH


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page.

    Attributes
    ----------
    name : str
        Unique on the page.
    title : str
    lead : str
        What it says, first.
    parts : sequence of PageFigure, PageTable, Terms or str
        A text is a paragraph.
    notes : sequence of str
        How it was made, what was left out.
    missing : sequence of str
        What it does not have, why, and how to get it.
    template : str
        Of what has a form of its own; "" for none.
    """

    name: str
    title: str
    lead: str = ""
    parts: Sequence[PageFigure | PageTable | Terms | str] = ()
    notes: Sequence[str] = ()
    missing: Sequence[str] = ()
    template: str = ""


def table_of(frame: pd.DataFrame, kind: str, name: str, caption: str, columns: Iterable[str] | None = None, **further: Any) -> PageTable:
    """Show columns of a frame with their labels, meanings and digits; the file has all columns."""
    # What nothing is known of has no column.
    names = [column for column in (columns or map(str, frame.columns)) if column in frame and (frame.empty or frame[column].notna().any())]
    headings, cells = [], []
    for column in names:
        meant = column_of(column, kind)
        shown = as_shown(meant, frame[column])
        if meant.unit == P and meant.digits == DIGITS_OF_DRAWS:
            shown = replace(shown, cells=[probability(value) for value in frame[column].tolist()])
        elif meant.unit == METRIC and shown.is_number and "unit" in frame:
            shown = replace(shown, cells=in_units(frame[column], frame["unit"]))
        headings.append(heading_of(column, shown, meant.meaning, is_name=column == names[0] and not shown.is_number))
        exact = [exactly(value) if shown.is_number else "" for value in frame[column].tolist()]
        cells.append([Cell(text, number) for text, number in zip(shown.cells, exact, strict=True)])
    return PageTable(name, caption, headings, list(zip(*cells, strict=True)), csv_address(frame), **further)


def in_units(values: "pd.Series[Any]", units: "pd.Series[Any]") -> list[str]:
    """Show numbers whose rows have different units, each with the decimals of its unit."""
    digits = {unit: DIGITS_OF_METRICS.get(str(unit), count_digits(own)) for unit, own in values.groupby(units, dropna=False)}
    return [number(value, digits[unit]) for value, unit in zip(values.tolist(), units.tolist(), strict=True)]


def first_rows_of(frame: pd.DataFrame, kind: str, name: str, caption: str, n: int, instead: str, **further: Any) -> PageTable:
    """Show the first rows of a long frame; the file has all of them, up to `MOST_IN_FILE`, and a note says by what command the rest is had."""
    table = table_of(frame.head(n), kind, name, caption, **further)
    if len(frame) <= n:
        return table
    in_file = frame.head(MOST_IN_FILE)
    held = "all" if len(in_file) == len(frame) else f"the first {MOST_IN_FILE:,}"
    note = f"Shown are the first {n:,} of {plural(len(frame), 'row')}; the CSV has {held}."
    notes = [note] if len(in_file) == len(frame) else [f"{note} All are written by {instead}."]
    return replace(table, csv=csv_address(in_file), notes=notes)


def heading_of(name: str, shown: Shown, meaning: str, is_name: bool = False) -> Heading:
    """Return the head of a column, with what its cells need of room."""
    return Heading(name, shown.label, meaning, shown.is_number, is_name, "" if shown.is_number else room_for(shown.cells))


def room_for(texts: Iterable[str]) -> str:
    """Return what cells with these texts need of room; see `Heading`."""
    every = list(texts)
    longest = max(map(len, every), default=0)
    if max((len(word) for text in every for word in text.split()), default=0) > UNBROKEN:
        return "broken"
    return "words" if longest > LONG else "line" if longest <= ON_ONE_LINE else ""


def exactly(value: Any) -> str:
    """Return a number as CSV files hold it; "" for a missing one."""
    return "" if is_missing(value) else str(value)


def csv_address(frame: pd.DataFrame) -> str:
    """Return a frame as CSV in an address (RFC 2397), with the mark by which spreadsheets know UTF-8."""
    text = "\ufeff" + for_spreadsheets(frame).to_csv(index=False, lineterminator="\n")
    return "data:text/csv;charset=utf-8," + quote(text, safe=PLAIN)


def bars_of(lower: Iterable[float], middle: Iterable[float], upper: Iterable[float]) -> list[tuple[float, ...]]:
    """Return intervals as shares of the width that holds all of them: lower end, upper end, middle, each between 0 and 1."""
    ends = np.array([list(lower), list(upper), list(middle)], dtype=float)
    finite = ends[np.isfinite(ends)]
    if not finite.size:
        return [() for _ in ends.T]
    least, width = finite.min(), (finite.max() - finite.min()) or 1.0
    shares = np.round(np.clip((ends - least) / width, 0.0, 1.0), 4)
    return [() if np.isnan(row).any() else tuple(row.tolist()) for row in shares.T]


def identifier(text: str) -> str:
    """Return a text as a name within a page."""
    return re.sub(r"[^a-z0-9]+", "-", clean(text).lower()).strip("-") or "x"
