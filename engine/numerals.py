"""How numbers are written in text: digits 0 to 9, a sign, a point, a power of ten; no other digits and no marks between them."""

import math
import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number_in_text(text: str) -> float:
    """Return the number that a text writes; NaN if it writes none."""
    return float(text) if NUMBER.fullmatch(text.strip()) else math.nan
