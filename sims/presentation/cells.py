"""Columns of a table as texts under a label, and blocks of them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.sims.presentation.bars import Bar
from recount.sims.presentation.column import SHARE, Column, P
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.wording import clean, interval_digits, is_missing, number, plus_minus, small_share

# Smaller p-values have no digits worth reading.
LEAST_P = 0.001


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it is shown: its label, its cells, and whether they are numbers."""

    label: str
    cells: Sequence[str]
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Columns side by side.

    Attributes
    ----------
    title : str
        Empty if the block is the whole table.
    columns : list of Shown
        The first `n_kept` are shown however little room there is.
    n_kept : int
    n_left : int
        Rows of the table that are not shown.
    bar : Bar, optional
        Drawn before the columns that may be left out, if there is room.
    """

    title: str
    columns: list[Shown]
    n_kept: int
    n_left: int = 0
    bar: Bar | None = None


def chosen(kind: str, frame: pd.DataFrame, names: Sequence[str], n_left: int = 0) -> Block:
    """Lay out columns by name, as `columns.COLUMNS` describes them."""
    return Block("", [as_shown(column_of(name, kind), frame[name]) for name in names], min(3, len(names)), n_left)


def as_shown(column: Column, values: "pd.Series[Any]", with_unit: bool = False) -> Shown:
    """Show the values of one column by its label and digits."""
    label = f"{column.label} ({column.unit})" if with_unit and column.unit else column.label
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return Shown(clean(label), [in_digits(column, value) for value in values.tolist()], is_number)


def in_digits(column: Column, value: Any) -> str:
    """Show a number of a column: shares of any size in percent, p-values never as 0."""
    if isinstance(value, float) and column.digits is None and not is_missing(value):
        if column.unit == SHARE:
            return small_share(value)
        if column.unit == P and value < LEAST_P:
            return f"<{LEAST_P}"
    return number(value, column.digits)


def text_cells(label: str, values: "pd.Series[Any]") -> Shown:
    """Show texts."""
    return Shown(label, ["" if is_missing(value) else clean(value) for value in values.tolist()], False)


def count_cells(label: str, values: "pd.Series[Any]") -> Shown:
    """Show counts."""
    return Shown(label, [number(value) for value in values.tolist()])


def estimate_cells(label: str, frame: pd.DataFrame, names: tuple[str, str, str], whole: pd.DataFrame, sign: bool = False) -> Shown:
    """Show estimates with their intervals, with the decimals that the intervals of the whole table need."""
    digits = interval_digits(whole[names[1]], whole[names[2]])
    rows = frame[list(names)].to_numpy(float).tolist()
    return Shown(label, [plus_minus(value, lower, upper, digits, sign) for value, lower, upper in rows])


def rating_cells(frame: pd.DataFrame, whole: pd.DataFrame) -> Shown:
    """Show ratings with their intervals."""
    return estimate_cells("Rating", frame, ("rating", "lower", "upper"), whole)


def joined_cells(label: str, frame: pd.DataFrame, names: Sequence[str], by: str) -> Shown:
    """Show names of several columns as one text, such as `A over B`."""
    rows = zip(*(frame[name].tolist() for name in names), strict=True)
    return Shown(label, [f" {by} ".join(map(clean, row)) for row in rows], False)


def without_repeats(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Blank values that repeat the row above."""
    repeats: NDArray[np.bool_] = values.eq(values.shift()).to_numpy(bool)
    return values.mask(repeats, "")
