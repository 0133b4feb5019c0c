"""Numbers on boards, which mean what their marks prove (`recount.data.marks_of_numbers`)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.labels import number_in
from recount.data.marks_of_numbers import COMMA, POINT, POINTS, Marks, either_number
from recount.engine.errors import InputError
from recount.engine.votes import Floats

# What has no decimals, and what is a rating.
WHOLE, RATINGS = ("votes", "rank"), ("rating", "lower", "upper")
MISSING = ("", "-", "nan", "nat", "n/a", "na", "none", "null")


def decimal_mark_of(path: Path, columns: Mapping[str, Iterable[str]]) -> str:
    """Return what stands before the decimals in the numbers of a board, a point or a comma.

    Parameters
    ----------
    path : path
    columns : mapping of str to iterable of str
        Its numbers by what they are.

    Raises
    ------
    InputError
        If it is not certain: three decimals after a point are usual of errors, but not of ratings.
    """
    marks = {part: Marks() for part in columns}
    for part, texts in columns.items():
        marks[part].add(texts, are_whole=part in WHOLE)
    proofs: dict[str, str] = {}
    for of_column in marks.values():
        proofs = of_column.proofs | proofs
    if len(proofs) > 1:
        raise InputError(f"board {path} has {proofs[POINT]!r} and {proofs[COMMA]!r}, whose marks mean different things; write decimals with a point")
    doubtful = [one.doubtful for part, one in marks.items() if COMMA in one.doubtful or (one.doubtful and part in (*RATINGS, *WHOLE))]
    if doubtful and not proofs:
        doubt = f"{doubtful[0]!r}{either_number(doubtful[0])}"
        raise InputError(f"board {path} has {doubt}; {POINTS}, and not three decimals throughout")
    return next(iter(proofs), POINT)


def plain_number(text: str, mark: str) -> str:
    """Return a number as programs write it: with a decimal point, and nothing between thousands."""
    between = COMMA if mark == POINT else POINT
    integer, point, decimals = text.partition(mark)
    if between in integer and re.fullmatch(rf"[+-]?\d{{1,3}}(\{between}\d{{3}})+", integer, re.ASCII):
        integer = integer.replace(between, "")
    return integer + (POINT if point else "") + decimals


def stated_numbers(path: Path, column: str, values: "pd.Series[Any]", mark: str = POINT) -> Floats:
    """Return a column of numbers; NaN where it says that there is none.

    Raises
    ------
    InputError
        If a value is no number.
    """
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(np.float64, copy=True)
    found = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if value is None or value != value or str(value).strip().lower() in MISSING:
            continue
        found[row] = number_in(plain_number(value.strip(), mark) if isinstance(value, str) else value)
        if np.isnan(found[row]):
            raise InputError(f"board {path}: {column!r} is {str(value)!r} in row {row + 1}, which is no finite number; write it as 1234.5")
    return found


def texts_in(column: "pd.Series[Any]") -> Iterator[str]:
    """Yield the texts of a column, without the space around them."""
    return (value.strip() for value in column if isinstance(value, str))
