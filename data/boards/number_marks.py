"""Numbers as people write them on boards: with a decimal point or comma, and perhaps the other one between thousands.

1,234 may be either. Which it is, is decided for a board as a whole, by numbers that can be read in one way only: 1234,5 and 1.234,5; 1234.5, 1,234.5
and 1,234,567; and, of votes and ranks, which are whole, 12,345. If none says it, or they contradict each other, the board is refused.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.labels import number_in
from recount.engine.errors import InputError
from recount.engine.votes import Floats

MISSING = ("", "-", "nan", "nat", "n/a", "na", "none", "null")
POINT, COMMA = ".", ","
GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:(\1)\d{3})*", re.ASCII)
MARKED = re.compile(r"[+-]?\d[\d.,]*", re.ASCII)


def decimal_mark_of(path: Path, texts: Iterable[str], whole: Iterable[str] = ()) -> str:
    """Return what stands before the decimals in the numbers of a board, a point or a comma.

    Parameters
    ----------
    path : path
    texts, whole : iterable of str
        Its numbers; and those that have no decimals.

    Raises
    ------
    InputError
        If it is not certain.
    """
    proofs: dict[str, str] = {}
    doubtful = ""
    for are_whole, some in ((False, texts), (True, whole)):
        for text in some:
            mark = _mark_in(text, are_whole)
            if mark:
                proofs.setdefault(mark, text)
            elif not doubtful and COMMA in text and GROUPED.fullmatch(text):
                doubtful = text
    if len(proofs) > 1:
        raise InputError(f"board {path} has {proofs[POINT]!r} and {proofs[COMMA]!r}, whose marks mean different things; write decimals with a point")
    if not proofs and doubtful:
        one, other = doubtful.replace(COMMA, ""), doubtful.replace(COMMA, POINT)
        raise InputError(f"board {path} has {doubtful!r}, which may be {one} or {other}; write decimals with a point, and nothing between thousands")
    return next(iter(proofs), POINT)


def _mark_in(text: str, is_whole: bool) -> str:
    """Return the decimal mark that a number proves; "" if it proves none."""
    if MARKED.fullmatch(text) is None:
        return ""
    last = max(POINT, COMMA, key=text.rfind)
    other = COMMA if last == POINT else POINT
    if text.count(last) == 0:
        return ""
    if text.count(other):
        return last if text.count(last) == 1 else ""
    grouped = GROUPED.fullmatch(text)
    # What stands several times, or in a whole number, is between thousands.
    if grouped and (text.count(last) > 1 or (is_whole and last == COMMA)):
        return other
    return "" if grouped or text.count(last) > 1 else last


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
