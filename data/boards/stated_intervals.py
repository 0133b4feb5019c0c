"""How sure a board says that its ratings are: variances, standard errors, or 95 % intervals, as variances of normal errors."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.boards.board import HALF_WIDTH
from recount.data.boards.number_marks import MISSING, plain_number
from recount.data.labels import number_in
from recount.data.marks_of_numbers import POINT
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Floats

INTERVAL = re.compile(r"\+(\d[\d.,]*)\s*/\s*[-−](\d[\d.,]*)", re.ASCII)
# Points by which rounding may move an end, or the middle of an interval.
ROUNDED = 1.0
# Share by which errors may differ that are stated twice.
ALIKE = 0.05
# Points by which rounding may take a rating out of its interval: the end is rounded, or the rating is.
OUTSIDE = 0.5


def stated_variances(
    path: Path, numbers: dict[str, Floats], interval: "pd.Series[Any] | None", names: "pd.Series[str]", mark: str = POINT
) -> tuple[Floats, list[str]]:
    """Return the variance of each rating, and what was decided; NaN where a board states none.

    As stated, or else of the standard error, or else of the 95 % interval; `mark` stands before the decimals of intervals.

    Raises
    ------
    InputError
        If an error is negative, or an interval ends before it begins or does not hold its rating.
    """
    found = numbers.get("variance", np.full(len(names), np.nan)).copy()
    errors = {"error": numbers["error"]} if "error" in numbers else {}
    remarks: list[str] = []
    if {"lower", "upper"} <= numbers.keys():
        lower, upper = _ends(path, numbers, names, remarks)
        errors["interval"] = (upper - lower) / 2 / HALF_WIDTH
        _note_skew(upper - numbers["rating"], numbers["rating"] - lower, names, remarks)
    if "half_width" in numbers:
        errors["half width"] = numbers["half_width"] / HALF_WIDTH
    if interval is not None:
        above, below = np.array([_distances(path, value, mark) for value in interval]).T
        errors["interval"] = (above + below) / 2 / HALF_WIDTH
        _note_skew(above, below, names, remarks)
    for way, error in errors.items():
        if (error < 0).any():
            raise InputError(f"board {path}: {_first(names, error < 0)!r} has a negative error")
        _note_contradiction(way, error, np.sqrt(np.maximum(found, 0)), names, remarks)
        found = np.where(np.isnan(found), error**2, found)
    return found, remarks


def _ends(path: Path, numbers: dict[str, Floats], names: "pd.Series[str]", remarks: list[str]) -> tuple[Floats, Floats]:
    """Return the ends of intervals; those that are distances from the rating are added to it, and a remark says so."""
    rating, lower, upper = numbers["rating"], numbers["lower"], numbers["upper"]
    if (turned := lower > upper).any():
        raise InputError(f"board {path}: the interval of {_first(names, turned)!r} ends before it begins")
    outside = np.isfinite(rating) & ((rating < lower - OUTSIDE) | (rating > upper + OUTSIDE))
    known = ~np.isnan(lower) & ~np.isnan(upper) & ~np.isnan(rating)
    if known.any() and outside[known].all() and (lower[known] <= 0).all() and (upper[known] >= 0).all():
        remarks.append("ends of intervals are taken for distances from the rating, because none of them holds it")
        return rating + lower, rating + upper
    if outside.any():
        at = int(np.argmax(outside))
        raise InputError(
            f"board {path}: the interval of {names.iloc[at]!r}, {lower[at]:g} to {upper[at]:g}, does not hold its rating, {rating[at]:g}"
        )
    return lower, upper


def _note_skew(above: Floats, below: Floats, names: "pd.Series[str]", remarks: list[str]) -> None:
    """Remark on intervals whose middle is not the rating, beyond rounding."""
    off = np.abs(above - below) / 2
    if (skewed := off > ROUNDED).any():
        at = int(np.nanargmax(off))
        remarks.append(
            f"{plural(int(skewed.sum()), 'interval is', 'intervals are')} not centred on the rating, and taken for normal ones of "
            f"the same width around it; their ends "
            f"move by up to {off[at]:.3g} points ({names.iloc[at]!r}: stated {above[at]:+g} and {-below[at]:+g})"
        )


def _note_contradiction(way: str, error: Floats, taken: Floats, names: "pd.Series[str]", remarks: list[str]) -> None:
    """Remark on errors that are stated in a second way and differ from those that are taken, beyond rounding of ends."""
    rounding = ROUNDED / 2 / HALF_WIDTH if (np.round(error * HALF_WIDTH * 2) == np.round(error * HALF_WIDTH * 2, 6)).all() else 0.0
    # What is not stated contradicts nothing.
    off = np.nan_to_num(np.abs(error - taken) - np.maximum(rounding, ALIKE * np.maximum(error, taken)))
    if (differ := off > 0).any():
        at = int(np.argmax(off))
        factor = max(error[at], taken[at]) / max(min(error[at], taken[at]), 1e-9)
        remarks.append(
            f"the {way} says another error than what is taken for {int(differ.sum())} of {plural(len(names), 'model')}, by a factor of up to "
            f"{factor:.3g} ({names.iloc[at]!r}: {error[at]:.4g} in place of {taken[at]:.4g}); see which column holds which"
        )


def _distances(path: Path, value: object, mark: str) -> tuple[float, float]:
    """Return the distances of the ends of an interval such as +5/-4 from the rating."""
    text = str(value).strip()
    if text.lower() in MISSING:
        return float("nan"), float("nan")
    ends = INTERVAL.fullmatch(text)
    above, below = (number_in(plain_number(end, mark)) for end in ends.groups()) if ends else (np.nan, np.nan)
    if np.isnan(above + below):
        raise InputError(f"board {path} has the interval {text!r}; it is written as +5/-4")
    return above, below


def _first(names: "pd.Series[str]", which: Bools) -> str:
    return str(names.iloc[int(np.argmax(which))])
