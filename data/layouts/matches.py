"""Matches of many: a vote for each pair of those that took part."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from recount.data.fields import value_in
from recount.data.layouts.declaring import Asked, NumberedRow, Record, vote
from recount.data.layouts.judged_games import is_empty
from recount.engine.errors import InputError

# A row has half the square of it as votes.
MOST_IN_A_MATCH = 1000


def ranked_pairs(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the pairs of matches in which the lowest rank won; equal ranks are ties."""
    return _pairs(rows, asked, sign=-1)


def scored_pairs(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the pairs of matches in which the highest score won; equal scores are ties."""
    return _pairs(rows, asked, sign=1)


def ordered_pairs(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the pairs of matches whose competitors are named from the best to the worst: in one list, or in a column for each place."""
    for number, record in rows:
        cells = [value_in(record, column) for column in asked.words]
        names = cells[0] if len(cells) == 1 and isinstance(cells[0], list) else cells
        there = [name for name in names if not is_empty(name)]
        yield from _votes(number, record, [(name, float(-place)) for place, name in enumerate(there)])


def _pairs(rows: Iterable[NumberedRow], asked: Asked, sign: int) -> Iterator[NumberedRow]:
    """Draw pairs by a number that each has in the column of its name, or in the second of two lists, the first of which has the names."""
    for number, record in rows:
        cells = {column: value_in(record, column) for column in asked.words}
        lists = [cell for cell in cells.values() if isinstance(cell, list)]
        if len(lists) == len(cells) == 2:
            names, values = lists
            if len(names) != len(values):
                # Nobody can say which value belongs to whom.
                yield number, vote(record, None, None, None)
                continue
            there = list(zip(names, values, strict=True))
        else:
            there = [(column, cell) for column, cell in cells.items() if not is_empty(cell)]
        yield from _votes(number, record, [(name, sign * _number(value)) for name, value in there])


def _votes(number: int, record: Record, there: list[tuple[object, float]]) -> Iterator[NumberedRow]:
    """Draw a vote for each pair; one without competitors if there are not two, without an outcome where a number is none."""
    if len(there) > MOST_IN_A_MATCH:
        raise InputError(f"row {number} is a match of {len(there):,} competitors; more than {MOST_IN_A_MATCH:,} make too many pairs")
    if len(there) < 2:
        yield number, vote(record, there[0][0] if there else None, None, None)
    for (one, own), (other, theirs) in itertools.combinations(there, 2):
        difference = own - theirs
        winner = None if math.isnan(difference) else "tie" if difference == 0 else "first" if difference > 0 else "second"
        yield number, vote(record, one, other, winner)


def _number(value: object) -> float:
    """Return a cell as a number; NaN if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return math.nan
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return math.nan
    return number if math.isfinite(number) else math.nan


def columns_of_numbers(record: Mapping[str, object]) -> list[str]:
    """Return the names of the cells that hold a number, or nothing."""
    return [name for name, value in record.items() if is_empty(value) or not math.isnan(_number(value))]
