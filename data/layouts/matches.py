"""Matches of many: a vote for each pair of those that took part."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from recount.data.fields import value_in
from recount.data.labels import are_level, as_name, number_in
from recount.data.layouts.declaring import NO_RESULT, TOO_FEW, TWICE, UNEVEN, Asked, NumberedRow, Record, no_vote, vote
from recount.data.layouts.judged_games import is_empty
from recount.data.marks_of_numbers import Marks
from recount.engine.errors import InputError
from recount.engine.plurals import plural

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
        yield from _votes(number, record, [(name, float(-place)) for place, name in enumerate(there)], asked.words)


def _pairs(rows: Iterable[NumberedRow], asked: Asked, sign: int) -> Iterator[NumberedRow]:
    """Draw pairs by a number that each has in the column of its name, or in the second of two lists, the first of which has the names."""
    marks = Marks()
    for number, record in rows:
        cells = {column: value_in(record, column) for column in asked.words}
        lists = [cell for cell in cells.values() if isinstance(cell, list)]
        if len(lists) == len(cells) == 2:
            names, values = lists
            if len(names) != len(values):
                # Nobody can say which value belongs to whom.
                yield number, no_vote(record, UNEVEN, asked.words[1], values)
                continue
            there = list(zip(names, values, strict=True))
        else:
            there = [(column, cell) for column, cell in cells.items() if not is_empty(cell)]
        marks.add(value for _, value in there)
        # A rank below 0 says that there is none.
        results = [(name, math.nan if sign < 0 and number_in(value) < 0 else number_in(value)) for name, value in there]
        bad = [place for place, (_, result) in enumerate(results) if not math.isfinite(result)]
        for place in bad:
            name, value = there[place]
            yield number, no_vote(record, NO_RESULT, str(name), value)
        if not bad or len(there) - len(bad) > 1:
            yield from _votes(number, record, [(name, sign * result) for name, result in results if math.isfinite(result)], asked.words)
    marks.check_certain(",".join(asked.words))


def _votes(number: int, record: Record, there: list[tuple[object, float]], columns: Sequence[str]) -> Iterator[NumberedRow]:
    """Draw a vote for each pair; of a match of fewer than two, or with a competitor twice, that it is none."""
    if len(there) > MOST_IN_A_MATCH:
        raise InputError(f"row {number} is a match of {plural(len(there), 'competitor')}; more than {MOST_IN_A_MATCH:,} make too many pairs")
    names = [str(as_name(name)) for name, _ in there]
    if len(there) < 2:
        yield number, no_vote(record, TOO_FEW, ",".join(columns), names[0] if names else None)
        return
    if len(set(names)) < len(names):
        yield number, no_vote(record, TWICE, ",".join(columns), next(name for name in names if names.count(name) > 1))
        return
    for (one, own), (other, theirs) in itertools.combinations(there, 2):
        yield number, vote(record, one, other, "tie" if are_level(own, theirs) else "first" if own > theirs else "second")


def columns_of_numbers(record: Mapping[str, object]) -> list[str]:
    """Return the names of the cells that hold a number, or nothing."""
    return [name for name, value in record.items() if is_empty(value) or math.isfinite(number_in(value))]
