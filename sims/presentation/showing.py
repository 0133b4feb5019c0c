"""Showing a result: lines on a terminal, full precision in a pipe, or another form on request."""

import re
import sys
from collections.abc import Sequence
from typing import Literal, TextIO, get_args

import pandas as pd

from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.presentation.files import as_json
from recount.sims.presentation.forms import as_latex, as_markdown
from recount.sims.presentation.table import N_ROWS, Table
from recount.sims.presentation.terminal import MORE, print_table

Form = Literal["markdown", "latex", "csv", "json", "spreadsheet"]
# What a spreadsheet takes for the start of a formula, also in full width.
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")


def show(
    table: Table,
    *,
    columns: str | None = None,
    format: Form | None = None,
    stream: TextIO | None = None,
    n_rows: int | None = N_ROWS,
    more: str = MORE,
) -> None:
    """Show a result.

    Parameters
    ----------
    table : Table
    columns : str, optional
        Names separated by commas, or "all". By default a terminal shows a compact selection, and csv and json have all.
    format : {"markdown", "latex", "csv", "json", "spreadsheet"}, optional
        By default lines that fit on a terminal, and CSV elsewhere. csv and json have full precision; all have every row. "spreadsheet" is CSV
        with an apostrophe before text that would be taken for a formula.
    stream : text stream, optional
        Standard output if none is given.
    n_rows : int, optional
        Rows shown on a terminal, at most; all if None. A table in parts shows the first of each.
    more : str, optional
        How to see what a terminal has no room for.

    Raises
    ------
    OptionError
        If a column or the format is unknown.
    """
    stream = stream or sys.stdout
    if format is not None and format not in get_args(Form):
        raise OptionError(f"format is {format!r}; take one of {', '.join(get_args(Form))}")
    names = None if columns is None else named(columns, table.frame)
    if format is None and stream.isatty():
        first, *further = table.sentences()
        print_table(stream, first, table.blocks(names, n_rows), further, table.title, table.frame.shape[1], more)
    elif format == "markdown":
        stream.write(as_markdown(table.sentences()[0], table.blocks(names)))
    elif format == "latex":
        stream.write(as_latex(table.sentences()[0], table.blocks(names)))
    else:
        frame = table.frame if names is None else table.frame[list(names)]
        if format == "spreadsheet":
            frame = for_spreadsheets(frame)
        if format == "json":
            stream.write(as_json(frame))
        else:
            frame.to_csv(stream, index=False, lineterminator="\n")


def says_sentence(format: Form | None, stream: TextIO) -> bool:
    """Whether a form says in a sentence what the table shows."""
    return format in ("markdown", "latex") or (format is None and stream.isatty())


def for_spreadsheets(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would take for a formula; it shows none."""

    def harmless(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value

    return frame.astype(object).map(harmless).rename(columns=harmless)


def named(columns: str, frame: pd.DataFrame) -> Sequence[str]:
    """Return the columns that a text names, in its order; raise `OptionError` if the table lacks one."""
    known = list(map(str, frame.columns))
    if columns.strip() == "all":
        return known
    names = list(dict.fromkeys(name.strip() for name in columns.split(",")))
    for name in names:
        if name not in known:
            raise OptionError(f"columns has {name!r}, which the table does not have; {did_you_mean(name, known, len(known))} (all shows all)")
    return names
