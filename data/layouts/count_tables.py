"""Tables of counts: how often each won against each other."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from recount.data.fields import value_in
from recount.data.labels import number_in
from recount.data.layouts.declaring import NO_PAIR, NO_WINS, Asked, NumberedRow, Record, no_vote
from recount.data.layouts.judged_games import is_empty
from recount.data.marks_of_numbers import Marks
from recount.data.third_competitors import first_of_record
from recount.engine.errors import InputError

LABELS = ("first", "second", "tie", "both_bad")
MOST_COMPETITORS = 5000
N_SHOWN = 5
# Competitors of whom it is hardly chance that one has the sums of the others, or pairs the same sum.
FEWEST = 3
# In the corner of a table of wins, of which the rows come first.
LOSERS = re.compile(
    r"\s*(losers?|losing|lost|loss(es)?|opponents?|(beaten|defeated)[ _-]by)(?![a-z])"
    r"|.*\b(winners?|winning|won)\s+(is|are|in|as)\s+(the\s+)?columns?\b"
    r"|.*\bcol(umn)?s?\s+(beats?|beaten|over|wins?|won|defeats?|defeated|>)|.*\brows?\s+(los(es?|t)|was\s+beaten|<)",
    re.IGNORECASE,
)
# By how much the sum of two may be off that are rounded each.
PERCENT, ROUNDED = 100, 1


def wins_of_rows(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the cells of a table of wins: the competitor that a row names has won so often against that of each other column.

    The column that names the rows is the first, unless another holds the names of all the others, as an index that pandas writes to Parquet.

    Raises
    ------
    InputError
        If rows and columns are not the same competitors, or one holds the sums of the others; or the table does not change when they are swapped,
        because then its cells may be meetings; or the two cells of each pair add up to 100, because then they may be percent.
    """
    table: dict[str, Record] = {}
    numbers: dict[str, int] = {}
    numbered = list(islice(rows, MOST_COMPETITORS + 1))
    heading = _heading([record for _, record in numbered])
    if LOSERS.match(heading):
        raise InputError(f"says {heading!r} in its corner, so that rows lost, and --layout wins counts how often the row won; turn the table")
    for number, record in numbered:
        name = record.get(heading)
        if is_empty(name) or str(name) in table:
            raise InputError(f"row {number} of the table of wins {'has no name' if is_empty(name) else f'is of {name!r} again'}; repair it")
        if len(table) == MOST_COMPETITORS:
            raise InputError(f"has more than {MOST_COMPETITORS:,} rows, and is no table of wins")
        table[str(name)], numbers[str(name)] = {key: value for key, value in record.items() if key != heading}, number
    columns = {key for record in table.values() for key in record}
    if apart := sorted(columns ^ table.keys()):
        shown = ", ".join(map(repr, apart[:N_SHOWN])) + (", ..." if len(apart) > N_SHOWN else "")
        raise InputError(f"is no table of wins: its rows and columns are not the same competitors ({shown}); remove sums and other columns")
    if len(table) > 1 and all(_same(table[a].get(b), table[b].get(a)) for a in table for b in table):
        raise InputError("stays the same when rows and columns are swapped, so that its cells may be meetings, not wins; give counts by outcome")
    marks = Marks()
    marks.add((wins for record in table.values() for wins in record.values()), are_whole=True)
    marks.check_counts()
    _check_are_wins(table)
    for a, record in table.items():
        for b, wins in record.items():
            # Nobody meets himself: such a cell is empty, 0, or a reject.
            if is_empty(wins) or (a == b and wins in ("0", "0.0", "-", 0)):
                continue
            if a != b and not is_whole(wins):
                yield numbers[a], no_vote({"count": 0}, NO_WINS, f"{a} against {b}", wins)
                continue
            yield numbers[a], {"model_a": a, "model_b": b, "winner": LABELS[0], "count": wins}


def _heading(records: Sequence[Record]) -> str:
    """Return the column that names the rows."""
    columns = list(dict.fromkeys(name for record in records for name in record))
    return next((name for name in columns if {str(record.get(name)) for record in records} == {*columns} - {name}), columns[0] if columns else "")


def _check_are_wins(table: Mapping[str, Record]) -> None:
    """Raise `InputError` if one of the competitors holds the sums of the others, or the cells of each pair add up to 100."""
    names = list(table)
    # Cells without a number hold no wins.
    wins = np.nan_to_num(np.array([[number_in(table[a].get(b)) for b in names] for a in names]), posinf=0, neginf=0)
    # By row and by column, whatever stands in the diagonal.
    diagonal = np.eye(len(names), dtype=bool)
    of_columns = ((2 * wins == wins.sum(axis=0)) | diagonal).all(axis=1)
    of_rows = ((2 * wins == wins.sum(axis=1)[:, None]) | diagonal).all(axis=0)
    for place in np.flatnonzero(of_columns & of_rows & wins.any(axis=1)):
        others = wins.sum() - wins[place].sum() - wins[:, place].sum() + wins[place, place]
        # Three may be so by chance.
        if len(names) > FEWEST or wins[place, place] == others:
            raise InputError(
                f"has {names[place]!r} in its rows and columns, with the sums of all others; remove both, and what else is no competitor"
            )
    met = (wins + wins.T)[~diagonal & ((wins > 0) | (wins.T > 0))]
    if len(names) >= FEWEST and met.size and np.all(np.abs(met - PERCENT) <= ROUNDED) and np.mean(met == PERCENT) > 1 / 2:
        raise InputError(
            f"has cells that add up to {PERCENT} for each pair, and may be percent, which do not say how many votes there are; write how often each "
            "won; or, if every pair has as many votes, write a pair a row and give --layout outcomes:COLUMN,COLUMN"
        )


def is_whole(value: object) -> bool:
    """Whether a cell is a number of votes."""
    number = number_in(value)
    return number >= 0 and number.is_integer()


def _same(one: object, other: object) -> bool:
    return one == other or (is_empty(one) and is_empty(other))


def outcomes_of_pairs(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the votes of a pair a row, counted in a column for each outcome: wins of the first, of the second, ties, both bad."""
    for number, record in rows:
        for label, column in zip(LABELS, asked.words, strict=False):
            names = {"model_a": first_of_record(record, asked.first, asked.second), "model_b": value_in(record, asked.second)}
            yield number, names | {"winner": label, "count": value_in(record, column)}


def counted_pairs(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the cells of leaderbot's data: `models`, pairs `X` of places in it, and for each `Y`, the votes by outcome.

    These are wins of the first, wins of the second, ties, and ties that were both bad, where there are four numbers.
    """
    for number, record in rows:
        models, pairs, counts = (record.get(name) for name in ("models", "X", "Y"))
        if not (isinstance(models, list) and isinstance(pairs, list) and isinstance(counts, list) and len(pairs) == len(counts)):
            raise InputError("has no lists 'models', 'X' and 'Y', the last two of one length")
        for pair, by_outcome in zip(pairs, counts, strict=True):
            names = [models[i] if isinstance(i, int) and 0 <= i < len(models) else None for i in pair] if isinstance(pair, list) else []
            if len(names) != 2 or not isinstance(by_outcome, list) or not 2 <= len(by_outcome) <= len(LABELS):
                yield number, no_vote({"count": 0}, NO_PAIR, "X", pair)
                continue
            if not all(map(is_whole, by_outcome)):
                yield number, no_vote({"count": 0}, NO_PAIR, "Y", by_outcome)
                continue
            for label, n in zip(LABELS, by_outcome, strict=False):
                yield number, {"model_a": names[0], "model_b": names[1], "winner": label, "count": n}
