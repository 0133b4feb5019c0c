"""What one value of a log says, whatever its format: a number, a label, or nothing.

The same for names of competitors, outcomes, counts and further columns. Text, numbers and truth values are labels as they are written. A whole
number is the same label however it was stored (1, 1.0, decimal 1.00), because gaps in a column turn whole numbers into floats; but a name that is
text stays as it is written. Words that programs write where there is nothing are missing; others that may stand for nothing (NA, none) may be
labels too, and are told (`recount.data.confusables`).
"""

import math
import re
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from recount.engine.numerals import number_in_text

# As Python, NumPy, pandas, JSON and SQL write them, in their letters.
WRITTEN_FOR_MISSING = frozenset(("", "nan", "NaN", "NaT", "None", "null", "NULL", "<NA>"))
# Of a score, by which another may differ and be the same sum in another order.
ROUNDING = 1e-12
WHOLE = re.compile(r"(0|-?[1-9]\d*)\.0*", re.ASCII)
# Whole numbers below it are exact as floats of 64 bits.
LARGEST_EXACT = 2**53


def largest_exact(kind: np.dtype[Any]) -> int:
    """Return the whole number below which all are exact as floats of this type."""
    return int(2 ** (np.finfo(kind).nmant + 1))


def is_missing(value: object) -> bool:
    """Whether a value is missing, or the text that programs write for a missing value."""
    if isinstance(value, str):
        return value.strip() in WRITTEN_FOR_MISSING
    if isinstance(value, Decimal):
        return value.is_nan()
    return value is None or (isinstance(value, Real) and value != value)


def number_in(value: object) -> float:
    """Return a value as a number, also one in text; NaN if it is none."""
    if isinstance(value, str):
        return number_in_text(value)
    if not isinstance(value, Real | Decimal) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def as_name(value: object) -> object:
    """Return the name of a competitor as text: a number as `as_text` does, and text as it is written, because 2 and 2.0 may be two versions."""
    return value if isinstance(value, str) else as_text(value)


def as_text(value: object) -> object:
    """Return a label as text; what is missing, or no label, as it is."""
    if not isinstance(value, str):
        if not isinstance(value, Real | Decimal) or is_missing(value):
            return value
        # The floats 0.0 and -0.0 are equal.
        value = str(abs(value)) if not value and not isinstance(value, bool) else str(value)
    whole = WHOLE.fullmatch(value)
    # What a float beyond that was is not known, and stays as it is written.
    return whole[1] if whole and abs(int(whole[1])) < LARGEST_EXACT else value


def are_level(one: float, other: float) -> bool:
    """Whether two scores are equal but for the rounding of sums, as 0.1 + 0.2 and 0.3 are; whole numbers are not rounded."""
    return one == other or (not (one.is_integer() and other.is_integer()) and math.isclose(one, other, rel_tol=ROUNDING))
