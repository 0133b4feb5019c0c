"""What a source states, before it is judged: records of scores and of models, by the names of the columns of `Scores`."""

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, SupportsFloat

from recount.data.labels import number_in
from recount.engine.errors import InputError
from recount.engine.numerals import NUMBER

# Reasons that several readers give.
NO_BENCHMARK, NO_SCORE = "no benchmark", "no score"
PERCENT = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*%\s*", re.ASCII)
FORMATS = ("%d %B %Y %I:%M%p", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d")
# Seconds since 1970 from 2001 on; smaller numbers are years, days or ranks.
SECONDS = 1e9, 1e10
NOT_STATED = ("", "-", "nan", "nat", "n/a", "na", "none", "null")
N_BYTES_OF_HEAD = 1 << 16
FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is no score: where it is, why, and what it holds."""

    source: str
    row: str
    reason: str
    value: str


@dataclass(slots=True)
class Stated:
    """What a source states.

    Attributes
    ----------
    scores, models : list of dict
        By the names of the columns; what is not stated is missing. A score also has `file` and `row`, where it stands, and may have `minimum`.
    rejects : list of Reject
    notes : list of tuple of str
        topic, item, value: what else is said of it.
    """

    scores: list[dict[str, Any]] = field(default_factory=list)
    models: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    def reject(self, path: Path, row: object, reason: str, value: object) -> None:
        """Set a row aside."""
        self.rejects.append(Reject(str(path), str(row), reason, str(value)))


def number_of(value: object) -> float | None:
    """Return a number, or text that is one; None if nothing is stated.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if isinstance(value, bool):
        raise ValueError("true or false")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        found = number_in(value)
        if math.isnan(found) and value.strip().casefold() not in NOT_STATED:
            raise ValueError(f"{value!r} is no number")
        return None if math.isnan(found) else found
    if not isinstance(value, SupportsFloat):
        raise ValueError(f"{type(value).__name__} is no number")
    try:
        found = float(value)
    except OverflowError as error:
        raise ValueError("beyond what a float holds") from error
    if math.isnan(found):
        return None
    return found


def score_of(value: object) -> dict[str, Any]:
    """Return a score as stated; with its maximum if it is written with a percent sign."""
    if isinstance(value, str) and (percent := PERCENT.fullmatch(value)):
        return {"score": percent[1], "maximum": 100.0}
    return {"score": value}


def text_of(value: object) -> str | None:
    """Return text without the space around it; None if there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return str(value).strip() or None


def truth_of(value: object) -> bool | None:
    """Return a truth value, also one written as text; None if none is stated."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}.get(str(value).strip().casefold())


def day_of(value: object) -> date | None:
    """Return the day (UTC) of ISO text, of seconds since 1970, or of a date written out; None if it is none of these."""
    text = text_of(value)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found.astimezone(UTC) if found.tzinfo else found).date()
    except ValueError:
        pass
    if NUMBER.fullmatch(text):
        seconds = float(text)
        return (FIRST_DAY + timedelta(seconds=seconds)).date() if SECONDS[0] <= seconds < SECONDS[1] else None
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file in UTF-8, with or without a mark of order of bytes, as text by column; the first has number 1.

    Raises
    ------
    InputError
        If it is not UTF-8, two columns have one name, a quote is not closed, or a row has more cells than there are columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened, strict=True)
            if twice := sorted(name for name, n in Counter(rows.fieldnames or ()).items() if name and n > 1):
                raise InputError(f"{str(path)!r} has two columns {twice[0]!r}; give one of them another name")
            for number, row in enumerate(rows, start=1):
                if None in row:
                    raise InputError(f"{str(path)!r} row {number} has more cells than there are columns")
                yield number, {name: value or "" for name, value in row.items()}
    except UnicodeDecodeError as error:
        raise InputError(f"{str(path)!r} is not in UTF-8 (byte {error.start}); write it again in UTF-8") from error
    except csv.Error as error:
        raise InputError(f"{str(path)!r} is no CSV file ({error})") from error
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error.strerror})") from error


def head_of(path: Path) -> str:
    """The first characters of a text file in UTF-8; "" if it is no such file."""
    try:
        with path.open("rb") as opened:
            return opened.read(N_BYTES_OF_HEAD).decode("utf-8-sig", errors="ignore")
    except OSError:
        return ""


def header_of(path: Path) -> tuple[str, ...]:
    """Names of the columns of a CSV file; none if it is no such file."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return ()
    try:
        return tuple(next(csv.reader(io.StringIO(head_of(path), newline="")), ()))
    except csv.Error:
        return ()


def json_of(path: Path) -> Any:
    """Return what a JSON file holds; raise `InputError` if it holds none."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{str(path)!r} is no JSON file ({str(error).partition(chr(10))[0]})") from error
