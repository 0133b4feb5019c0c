"""Times of votes: the one reader of a column of times, for weights by age, days, splits and order.

A column holds Arrow times of any unit and zone, ISO 8601 text of any year, whole numbers that are days (20240131), or seconds since 1970. A time
without a zone is UTC. Small whole numbers (years, days as a spreadsheet counts them, positions) and other units would be times in the 1970s or in the
future if they were taken for seconds; so numbers are seconds only from 1990 until now, or before 1970. A column holds one of these kinds, and no time
to come.
"""

import itertools
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recount.engine.errors import InputError, OptionError
from recount.engine.instants import NANOSECONDS, instant
from recount.engine.numerals import NUMBER
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Factor, Floats, Ints, Votes

SECONDS_A_DAY = 86_400.0
YEAR = 365 * SECONDS_A_DAY
# 1990-01-01.
FIRST_SECONDS = 631_152_000.0
# In the year -1199; beyond are other units.
EARLIEST_SECONDS = -1e11
# Clocks are set to other zones, or wrong.
SLACK = SECONDS_A_DAY
PARTS_OF_A_SECOND = {"milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}
# Seconds, or parts of them, of which only so many first digits are left were rounded, as a spreadsheet shows them (1.71E+09, 1.70002E+09).
# One or two times may be made up.
FIRST_DIGITS, FEWEST_TIMES = 6, 3
# Whole numbers that may be days, 1000-01-01 to 9999-12-31.
DAYS = 10_000_000, 99_999_999
# A time of the day, or three parts of a date, of which one may be the name of a month.
LIKE_A_TIME = re.compile(r"\d:\d\d|(?<!\w)\d{1,4}[./\- ]{1,2}(\d{1,2}|[^\W\d]{3,9})[./\-, ]{1,2}\d{1,4}(?!\w)|(?<!\w)[^\W\d]{3,9}\.? \d{1,2},? \d{4}")
DAY_AND_MONTH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]?", re.ASCII)
MONTHS = tuple("january february march april may june july august september october november december".split())
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
SHORTEST = 3
# Of days that are written with the year at the end.
YEARS = 1900, 2100
DIGITS = re.compile(r"(\d+)")
WHAT_IS = "times are Arrow times, ISO 8601 text such as 2024-12-31 or 2024-12-31T23:59:00+00:00, days such as 20241231, or seconds since 1970"


# Says which vote is meant, counted from 0, as `recount.engine.votes.Votes.row_of` does.
RowOf = Callable[[Any], str]


def by_place(vote: Any) -> str:
    """Say which vote is meant by its place."""
    return f"vote {int(vote) + 1}"


class _Text(NamedTuple):
    """Labels of one kind that votes have: which of the levels, in order of appearance, their first votes (from 0), and what they mean.

    `values` are nanoseconds since 1970 of times, numbers, or the labels themselves.
    """

    kind: Literal["times", "numbers", "labels"]
    levels: Ints
    votes: Ints
    values: Sequence[Any]


def seconds_of(votes: Votes, column: str) -> Floats:
    """Seconds since 1970 of each vote, (n_votes,), from a column of times.

    Raises
    ------
    OptionError
        If there is no such column.
    InputError
        If the column holds no times, or lacks some; see `seconds_or_missing`.
    """
    if column not in votes.columns:
        raise OptionError(f"the votes have no column {column!r} of times; there are {', '.join(map(repr, votes.columns)) or 'none'}")
    seconds = seconds_or_missing(column, votes.columns[column], votes.row_of)
    missing = np.isnan(seconds)
    if missing.any():
        raise InputError(
            f"column {column!r} has no time in {int(missing.sum())} of {plural(missing.size, 'vote')}, first in "
            f"{votes.row_of(int(np.argmax(missing)))}; "
            "leave such votes out"
        )
    return seconds


def seconds_or_missing(column: str, held: NDArray[Any] | Factor, row_of: RowOf = by_place) -> Floats:
    """Seconds since 1970 in a column of times, (n_votes,), NaN where one is missing.

    Parameters
    ----------
    column : str
        Its name, for errors.
    held : array or Factor
    row_of : callable
        Says for an error which vote is meant.

    Raises
    ------
    InputError
        If a value is no time, a time to come, or not of the kind of the others, naming it and its row.
    """
    if isinstance(held, Factor):
        text = _text(column, held, row_of)
        if text.kind == "labels":
            raise _no_time(column, str(text.values[0]), row_of(text.votes[0]))
        if text.kind == "times":
            seconds = np.full(len(held.levels) + 1, np.nan)
            seconds[text.levels] = [value / NANOSECONDS for value in text.values]
            return seconds[held.codes]
        return _seconds_of_numbers(column, _numbers_of(held, text), row_of)
    if held.dtype.kind == "M":
        return _seconds_of_datetimes(column, held, row_of)
    if held.dtype.kind not in "fiu":
        raise InputError(f"column {column!r} holds no times but {held.dtype}; {WHAT_IS}")
    return _seconds_of_numbers(column, held, row_of)


def sortable(column: str, held: NDArray[Any] | Factor, row_of: RowOf = by_place) -> NDArray[Any]:
    """Return one element a vote that sorts as the column does: times by when they were, numbers by size, other labels by alphabet.

    Equal where the column is equal; any element where the value is missing. Nothing is rounded.

    Raises
    ------
    InputError
        If it holds values of several kinds or units, times to come, dates that are not ISO 8601, or text whose alphabet is not its order.
    """
    if not isinstance(held, Factor):
        if held.dtype.kind in "fiu":
            _check_one_unit(column, held, row_of)
            _check_year_first(column, held, row_of)
        if held.dtype.kind == "M":
            _seconds_of_datetimes(column, held, row_of)
        return held
    text = _text(column, held, row_of)
    if text.kind == "labels":
        _check_alphabet(column, text, row_of)
    if text.kind == "numbers":
        _check_one_unit(column, _numbers_of(held, text), row_of)
        _check_year_first(column, _numbers_of(held, text), row_of)
    place = {value: i for i, value in enumerate(sorted(set(text.values)))}
    rank = np.full(len(held.levels) + 1, -1, np.int64)
    rank[text.levels] = [place[value] for value in text.values]
    return rank[held.codes]


def far_from_others(seconds: Floats) -> Bools:
    """Which votes are of a time that programs may write where there is none, such as 1900-01-01, (n_votes,).

    Fewer than half, and further from the others, by a year at least, than these are from each other.
    """
    known = np.sort(seconds[~np.isnan(seconds)])
    if known.size < 2 or known[0] == known[-1]:
        return np.zeros(seconds.size, np.bool_)
    cut = int(np.argmax(np.diff(known))) + 1
    gap, early = known[cut] - known[cut - 1], cut <= known.size - cut
    span = known[-1] - known[cut] if early else known[cut - 1] - known[0]
    few = min(cut, known.size - cut) * 2 < known.size
    far = (seconds < known[cut]) if early else (seconds >= known[cut])
    return np.asarray(far & few & (gap > max(span, YEAR)))


def is_alphabetical(held: NDArray[Any] | Factor) -> bool:
    """Whether `sortable` sorts a column by its alphabet."""
    if not isinstance(held, Factor) or not (held.codes >= 0).any():
        return False
    label = held.levels[held.codes[int(np.argmax(held.codes >= 0))]].strip()
    return instant(label) is None and NUMBER.fullmatch(label) is None


def _text(column: str, held: Factor, row_of: RowOf) -> _Text:
    """Read the labels that votes have; raise `InputError` if some are times or numbers and others are not, or one is a time to come."""
    levels, votes = np.unique(held.codes, return_index=True)
    by_vote = np.argsort(votes[levels >= 0], kind="stable")
    levels, votes = levels[levels >= 0][by_vote], votes[levels >= 0][by_vote]
    labels = [held.levels[level].strip() for level in levels]
    times = [instant(label) for label in labels]
    if None not in times:
        now = (time.time() + SLACK) * NANOSECONDS
        if late := [i for i, when in enumerate(times) if when is not None and when > now]:
            raise _to_come(column, labels[late[0]], row_of(votes[late[0]]))
        # Eight digits are a day, and a number.
        return _Text("times", levels, votes, times)
    numbers = [_number(label) for label in labels]
    if None not in numbers:
        return _Text("numbers", levels, votes, numbers)
    is_time, is_number = ([value is not None for value in values] for values in (times, numbers))
    neither = [not (one or other) for one, other in zip(is_time, is_number, strict=True)]
    if all(neither):
        return _Text("labels", levels, votes, labels)
    if any(neither):
        odd = neither.index(True)
        raise _no_time(column, labels[odd], row_of(votes[odd]))
    odd = next(i for i in range(len(labels)) if is_number[i] != is_number[0])
    raise InputError(
        f"column {column!r} holds {labels[0]!r} in {row_of(votes[0])} and {labels[odd]!r} in {row_of(votes[odd])}, times of two kinds; "
        "write all in one"
    )


def _no_time(column: str, label: str, row: str) -> InputError:
    return InputError(f"column {column!r} holds no times but {label!r}, first in {row}; {WHAT_IS}")


def _to_come(column: str, label: object, row: str) -> InputError:
    return InputError(f"column {column!r} holds {str(label)!r}, first in {row}, which is in the future; leave such votes out")


def _number(label: str) -> int | float | None:
    """A finite number, exact if it is whole; None if the label is none."""
    if NUMBER.fullmatch(label) is None:
        return None
    if abs(float(label)) == float("inf"):
        return None
    return int(label) if label.lstrip("+-").isdigit() else float(label)


def _numbers_of(held: Factor, text: _Text) -> Floats:
    """The number of each vote, NaN where one is missing."""
    numbers = np.full(len(held.levels) + 1, np.nan)
    numbers[text.levels] = text.values
    return numbers[held.codes]


def _seconds_of_datetimes(column: str, held: NDArray[Any], row_of: RowOf) -> Floats:
    unit, step = np.datetime_data(held.dtype)
    if unit in ("Y", "M", "W", "D", "h", "m"):
        held, unit, step = held.astype("datetime64[s]"), "s", 1
    parts = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9, "ps": 1e12, "fs": 1e15, "as": 1e18}[unit]
    seconds = np.where(np.isnat(held), np.nan, held.astype(np.int64).astype(np.float64) * step / parts)
    late = seconds > time.time() + SLACK
    if late.any():
        raise _to_come(column, held[np.argmax(late)], row_of(np.argmax(late)))
    return seconds


def _seconds_of_numbers(column: str, held: NDArray[Any], row_of: RowOf) -> Floats:
    """Read numbers: days if all are eight digits long, otherwise seconds."""
    seconds = held.astype(np.float64)
    known = ~np.isnan(seconds)
    if known.any() and _may_be_days(seconds[known]).all():
        return _seconds_of_days(column, seconds, known, row_of)
    now = time.time() + SLACK
    good = ~known | ((seconds >= FIRST_SECONDS) & (seconds <= now)) | ((seconds <= -SECONDS_A_DAY) & (seconds >= EARLIEST_SECONDS))
    if not good.all():
        vote = int(np.argmin(good))
        raise InputError(f"column {column!r} holds {_written(held[vote])} in {row_of(vote)}, {_what_is_wrong(float(seconds[vote]), now)}")
    _check_digits(column, seconds, row_of)
    return seconds


def _check_digits(column: str, numbers: Floats, row_of: RowOf) -> None:
    """Raise `InputError` if numbers that would be seconds, or parts of them, have lost all but their first digits."""
    known = np.flatnonzero(~np.isnan(numbers))
    held = numbers[known]
    if not held.size or held.min() < FIRST_SECONDS or (held % SECONDS_A_DAY == 0).all() or np.unique(held).size < FEWEST_TIMES:
        return
    if (held % 10.0 ** (np.floor(np.log10(held)) - FIRST_DIGITS + 1) == 0).all():
        raise InputError(
            f"column {column!r} holds {held[0]:.3g}, first in {row_of(known[0])}, and in no row more than {FIRST_DIGITS} digits before zeros: a "
            "spreadsheet has rounded the times; take them from where it had them from"
        )


def _may_be_days(numbers: Floats) -> Bools:
    return np.asarray((numbers >= DAYS[0]) & (numbers <= DAYS[1]) & (numbers == np.trunc(numbers)))


def _seconds_of_days(column: str, numbers: Floats, known: Bools, row_of: RowOf) -> Floats:
    seconds = np.full(numbers.size, np.nan)
    values, votes, place = np.unique(numbers[known], return_index=True, return_inverse=True)
    instants = [instant(f"{value:.0f}") for value in values]
    if None in instants:
        bad = instants.index(None)
        row = row_of(np.flatnonzero(known)[votes[bad]])
        raise InputError(f"column {column!r} holds {values[bad]:.0f} in {row}, which is no day such as 20241231; {WHAT_IS}")
    of_values = np.array([float(when or 0) / NANOSECONDS for when in instants])
    if of_values[-1] > time.time() + SLACK:
        raise _to_come(column, f"{values[-1]:.0f}", row_of(np.flatnonzero(known)[votes[-1]]))
    seconds[known] = of_values[place]
    return seconds


def _what_is_wrong(number: float, now: float) -> str:
    """Say why a number is no seconds since 1970, and what to do."""
    if not np.isfinite(number):
        return f"which is no time; {WHAT_IS}"
    for unit, parts in PARTS_OF_A_SECOND.items():
        if FIRST_SECONDS <= number / parts <= now:
            return f"too much for seconds since 1970; divide {unit} by {parts:.0f}"
    if abs(number) > -EARLIEST_SECONDS:
        return f"too much for seconds since 1970; {WHAT_IS}"
    taken = np.datetime64(int(np.floor(number)), "s")
    year = "; write years as dates, such as 2024-01-01" if number.is_integer() and 1000 <= number <= 2999 else ""
    return f"which would be {taken} as seconds since 1970; numbers are seconds from 1990 until now, and before 1970{year or f'; {WHAT_IS}'}"


def _check_one_unit(column: str, held: NDArray[Any], row_of: RowOf) -> None:
    """Raise `InputError` if every number would be a time, but not all in one unit."""
    numbers = held.astype(np.float64)
    known = np.flatnonzero(~np.isnan(numbers))
    numbers = numbers[known]
    if not np.isfinite(numbers).all():
        odd = int(np.argmin(np.isfinite(numbers)))
        raise InputError(f"column {column!r} holds {_written(held[known[odd]])} in {row_of(known[odd])}, which has no place in an order")
    now = time.time() + SLACK
    near_0 = (numbers > -SECONDS_A_DAY) & (numbers <= 0)
    in_unit = [near_0, _may_be_days(numbers), *((numbers >= FIRST_SECONDS * p) & (numbers <= now * p) for p in (1, *PARTS_OF_A_SECOND.values()))]
    unit = np.select(in_unit, range(1, len(in_unit) + 1), 0)
    late = (unit == 0) & (numbers > now) & (numbers <= -EARLIEST_SECONDS)
    if late.any() and ((unit == 3) | late).all():
        raise _to_come(column, _written(held[known[np.argmax(late)]]), row_of(known[np.argmax(late)]))
    if unit.size and unit.min() > 0 and unit.min() != unit.max():
        odd = int(np.argmax(unit != unit[0]))
        pair = (f"{_written(held[vote])} in {row_of(vote)}" for vote in (known[0], known[odd]))
        raise InputError(f"column {column!r} holds {' and '.join(pair)}, which cannot be times in one unit; write all in one")
    if unit.size and unit.min() > 2:
        _check_digits(column, held.astype(np.float64), row_of)


def _check_year_first(column: str, held: NDArray[Any], row_of: RowOf) -> None:
    """Raise `InputError` if all numbers are days whose year comes last, as 29022024, which their size does not follow."""
    numbers = held.astype(np.float64)
    known = np.flatnonzero(~np.isnan(numbers))
    numbers = numbers[known]
    one, rest = np.divmod(numbers, 1_000_000)
    other, year = np.divmod(rest, 10_000)
    if numbers.size and (year >= YEARS[0]).all() and (year <= YEARS[1]).all() and _are_day_and_month(one, other):
        raise InputError(
            f"column {column!r} holds {numbers[0]:.0f}, first in {row_of(known[0])}, which may be a day with the year at its end; write 20241231"
        )


def _are_day_and_month(one: Floats, other: Floats) -> bool:
    """Whether numbers are days and months, in one of the two orders."""
    return any(((day >= 1) & (day <= 31) & (month >= 1) & (month <= 12)).all() for day, month in ((one, other), (other, one)))


def _are_parts_of_dates(labels: Sequence[str]) -> bool:
    """Whether labels are days of a month, as 29.02., or names of months or days of the week: their alphabet is no order."""
    parts = [DAY_AND_MONTH.fullmatch(label) for label in labels]
    if all(parts):
        one, other = np.array([[int(part[1]), int(part[2])] for part in parts if part], np.float64).T
        return _are_day_and_month(one, other)
    words = [label.casefold().rstrip(".") for label in labels]
    return any(all(len(word) >= SHORTEST and any(name.startswith(word) for name in names) for word in words) for names in (MONTHS, WEEKDAYS))


def _check_alphabet(column: str, text: _Text, row_of: RowOf) -> None:
    """Raise `InputError` if labels look like dates, or are numbered in a way that their alphabet does not follow."""
    for label, vote in zip(text.values, text.votes, strict=True):
        if LIKE_A_TIME.search(label):
            raise _no_time(column, label, row_of(vote))
    labels = sorted(set(text.values))
    if _are_parts_of_dates(labels):
        raise _no_time(column, text.values[0], row_of(text.votes[0]))
    # Labels of one length, as many systems make them, are made to be sorted so.
    if len({len(label) for label in labels}) > 1:
        for before, after in itertools.pairwise(labels):
            if _by_size(before) > _by_size(after):
                raise InputError(
                    f"column {column!r} is text whose alphabet puts {before!r} before {after!r}; write its numbers with equally many digits, or alone"
                )


def _by_size(label: str) -> list[tuple[int, int, str]]:
    """Sort key by which numbers inside a label count by size."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in DIGITS.split(label) if part]


def _written(number: Any) -> str:
    return f"{number:.16g}" if isinstance(number, float) else str(number)
