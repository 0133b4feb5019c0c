"""Matches of many: a vote for each pair of those that took part."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from recount.data.fields import value_in
from recount.data.labels import number_in
from recount.data.layouts.declaring import Asked, NumberedRow, Record, vote
from recount.data.layouts.judged_games import is_empty
from recount.engine.errors import InputError

# A row has half the square of it as votes.
MOST_IN_A_MATCH = 1000
LONGEST_SHOWN = 80


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
        no_number = {name: f"{name} is {str(value)[:LONGEST_SHOWN]!r}" for name, value in there if math.isnan(_number(value)) and not is_empty(value)}
        yield from _votes(number, record, [(name, sign * _number(value)) for name, value in there], no_number)


def _votes(
    number: int, record: Record, there: list[tuple[object, float]], no_number: Mapping[object, str] = MappingProxyType({})
) -> Iterator[NumberedRow]:
    """Draw a vote for each pair; one without competitors if there are not two, and one of somebody against himself if a name stands twice.

    The outcome of whoever has no number is what `no_number` says, which is none, or nothing.
    """
    if len(there) > MOST_IN_A_MATCH:
        raise InputError(f"row {number} is a match of {len(there):,} competitors; more than {MOST_IN_A_MATCH:,} make too many pairs")
    if len(there) < 2:
        yield number, vote(record, there[0][0] if there else None, None, None)
    n_of = Counter(map(repr, (name for name, _ in there)))
    if twice := next((name for name, _ in there if n_of[repr(name)] > 1), None):
        # Nobody can say which of them is meant.
        yield number, vote(record, twice, twice, "tie")
        return
    for (one, own), (other, theirs) in itertools.combinations(there, 2):
        difference = own - theirs
        winner: str | None = "tie" if difference == 0 else "first" if difference > 0 else "second"
        if math.isnan(difference):
            winner = next((no_number[name] for name in (one, other) if name in no_number), None)
        yield number, vote(record, one, other, winner)


def _number(value: object) -> float:
    """Return a cell as a number; NaN if it is none."""
    number = number_in(value)
    return number if math.isfinite(number) else math.nan


def columns_of_numbers(record: Mapping[str, object]) -> list[str]:
    """Return the names of the cells that hold a number, or nothing."""
    return [name for name, value in record.items() if is_empty(value) or not math.isnan(_number(value))]
