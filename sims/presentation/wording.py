"""Numbers and names for readers: consistent rounding, proper signs, no control characters."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

# Ratings that differ by less count as equal: fits are certified to less.
LEVEL = 1e-6
# Smaller probabilities are left blank where most are.
NEGLIGIBLE = 0.005
# Decimals of what is measured in a unit, where intervals do not decide them; numbers of models have none, or two where a part of one counts.
DIGITS_OF_UNITS = {"share": 2, "index": 2, "months": 1}
# Codes of countries and blocs that are said with an article.
WITH_ARTICLE = ("US", "UK", "EU", "EEA")
# How texts begin that do not begin with a name.
OWN_WORDS = ("the ", "who ", "which ", "only ", "among ", "in group ", "claim ")
# Longer names are cut in sentences.
LONGEST_NAME = 48
MOST_DIGITS = 3
# Sides of an interval that differ by less of its half-width are shown as one.
ONE_SIDED = 0.1
# Larger numbers are written with an exponent.
HUGE = 1e15
# Substitutes for our signs on streams of ASCII.
ASCII = str.maketrans(
    {
        "−": "-",
        "±": "+/-",
        "–": "-",
        "∞": "inf",
        "▲": "+",
        "▼": "-",
        "…": "...",
        "├": "|",
        "┤": "|",
        "─": "-",
        "●": "o",
        "◄": "<",
        "►": ">",
        "×": "x",
    }
)
NUMBER = re.compile(r"[\d.,]+")
REPLACED = "\N{REPLACEMENT CHARACTER}"


def clean(text: object) -> str:
    """Return a text without characters that could control a terminal or turn its direction."""
    return "".join(character if character.isprintable() else REPLACED for character in str(text))


def name(text: object) -> str:
    """Return a name for a sentence, clean and not too long."""
    return shortened(text, LONGEST_NAME)


def shortened(text: object, most: int) -> str:
    """Return a text, clean, and cut in the middle to the width of `most` usual characters: long names often differ in how they end."""
    # Slow to load, and most texts are short.
    from rich.cells import cell_len, set_cell_size

    cleaned = clean(text)
    if cell_len(cleaned) <= most:
        return cleaned
    n_last = (most - 1) // 2
    return f"{set_cell_size(cleaned, most - 1 - n_last).rstrip()}…{set_cell_size(cleaned[::-1], n_last).rstrip()[::-1]}"


def competitor(text: object) -> str:
    """Return the name of a competitor for a sentence, in quotation marks where it looks like a number or like several names."""
    said = name(text)
    return f"'{said}'" if ", " in said or NUMBER.fullmatch(said) else said


def the_country(text: object) -> str:
    """Return the code of a country or a bloc for a sentence, with the article that it is said with."""
    said = name(text)
    return f"the {said}" if said in WITH_ARTICLE else said


def the_countries(names: Sequence[object]) -> str:
    """Return countries as a list in a sentence."""
    return listing(names, say=the_country)


def whose(owner: object) -> str:
    """Return several countries that a table has in one cell, with commas, for a sentence."""
    owners = str(owner).split(", ")
    return listing(owners, len(owners), the_country)


def begun(text: str) -> str:
    """Return a text as a sentence begins, but for a name of a file, which keeps its letters."""
    first = text.partition(" ")[0].rstrip(".:,;")
    return text if "." in first or "/" in first else f"{text[:1].upper()}{text[1:]}"


def headed(text: str) -> str:
    """Return a text as a sentence or a title begins; a name at its beginning stays as it is."""
    return f"{text[:1].upper()}{text[1:]}" if text.startswith(OWN_WORDS) else text


def writable(text: str, encoding: str) -> str:
    """Return a text in an encoding: substitutes for signs of ours that it lacks, question marks for others."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(ASCII).encode(encoding, errors="replace").decode(encoding)
    return text


def is_missing(value: object) -> bool:
    """Say whether a cell holds nothing: None, NaN or pandas' NA."""
    return value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and math.isnan(value))


def number(value: Any, digits: int | None = None, sign: bool = False) -> str:
    """Return a value as text: counts with all their digits, floats with `digits` decimals or, if None, three digits; "" for a missing one."""
    if is_missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:{'+' if sign else ''},}".replace("-", "−")
    if not isinstance(value, float | np.floating):
        return clean(value)
    amount, plus = float(value), "+" if sign else ""
    if math.isinf(amount):
        text = f"{amount:{plus}}".replace("inf", "∞")
    elif digits is None or abs(amount) >= HUGE:
        text = f"{amount:{plus}.3g}"
    else:
        # Adding 0 makes 0 of minus 0.
        rounded = round(amount, digits) + 0.0
        text = f"{rounded:{plus if rounded else ''}{',' if abs(rounded) >= 10_000 else ''}.{digits}f}"
    return text.replace("-", "−")


def plus_minus(value: float, lower: float, upper: float, digits: int = 0, sign: bool = False) -> str:
    """Return an estimate with its interval: `1204 ± 5`, or `1204 −6 +9` where the sides differ by more than rounding and a tenth."""
    centre = number(value, digits, sign)
    if any(math.isnan(x) for x in (value, lower, upper)):
        return centre
    below, above = float(value) - float(lower), float(upper) - float(value)
    half = (below + above) / 2
    if below == above or (math.isfinite(half) and abs(below - above) <= max(10.0**-digits, half * ONE_SIDED)):
        return f"{centre} ± {number(half, digits)}"
    signs = "+" if below < 0 else "−", "−" if above < 0 else "+"
    return f"{centre} {signs[0]}{number(abs(below), digits)} {signs[1]}{number(abs(above), digits)}"


def interval_digits(lower: Iterable[float], upper: Iterable[float]) -> int:
    """Return the decimals with which no interval is rounded to a half-width of 0; as few as possible, at most three."""
    # Intervals without an end have no width; they are left out.
    with np.errstate(over="ignore", invalid="ignore"):
        width = np.asarray(upper, float) - np.asarray(lower, float)
    width = width[np.isfinite(width) & (width > 0)]
    # A half-width of half a unit would be rounded to 0.
    return int(np.clip(math.floor(-math.log10(width.min())) + 1, 0, MOST_DIGITS)) if width.size else 0


def count_digits(counts: Iterable[float]) -> int:
    """Return the decimals of counts: none, or two where some are shared and so not whole."""
    known = np.asarray(list(counts), float)
    known = known[np.isfinite(known)]
    return 0 if (known == np.round(known)).all() else 2


def span(lower: float, upper: float, digits: int = 0) -> str:
    """Return the ends of an interval: `12 to 30`."""
    return f"{number(lower, digits)} to {number(upper, digits)}"


def dashed(lower: Any, upper: Any, digits: int = 0) -> str:
    """Return the ends of an interval for a narrow place: `12–30`, and `−3 to 30` where a dash could be read as a sign."""
    if is_missing(lower) or is_missing(upper):
        return ""
    return f"{number(lower, digits)}–{number(upper, digits)}" if lower >= 0 else span(lower, upper, digits)


def rank_set(best: object, worst: object) -> str:
    """Return a set of ranks: `4–8`, or `4`."""
    return number(best) if best == worst else f"{number(best)}–{number(worst)}"


def probability(value: Any) -> str:
    """Return a probability to two decimals, never 0 or 1, because it is known from draws only."""
    if is_missing(value):
        return ""
    return ">0.99" if value >= 1 - NEGLIGIBLE else "<0.01" if value < NEGLIGIBLE else f"{value:.2f}"


def equals_probability(value: float) -> str:
    """Return a probability after a sign: `= 0.98`, `> 0.99`."""
    text = probability(value)
    return f"{text[0]} {text[1:]}" if text[0] in "<>" else f"= {text}"


def is_probability(value: float) -> str:
    """Return a probability in a sentence: `0.98`, `above 0.99`."""
    return probability(value).replace(">", "above ").replace("<", "below ")


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent."""
    return f"{number(100 * float(share), digits)} %"


def small_share(share: float) -> str:
    """Return a share in percent with two digits, however small it is."""
    amount = 100 * float(share)
    digits = 0 if amount == 0 else max(0, 1 - math.floor(math.log10(abs(amount))))
    text = number(amount, digits)
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def level_of(confidence: float) -> str:
    """Return a confidence level in percent, with a decimal where it needs one."""
    return percent(confidence, 0 if round(100 * confidence, 6) % 1 == 0 else 1)


def points(value: float, digits: int = 0) -> str:
    """Return a number of points with its noun."""
    text = number(value, digits)
    return f"{text} {'point' if text == '1' else 'points'}"


def listing(names: Sequence[object], most: int = 3, say: Callable[[object], str] = name, last: str = "and") -> str:
    """Return names as a list in a sentence; if there are many, the first ones and the number of others."""
    shown = [say(text) for text in names]
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most:,} others"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"
