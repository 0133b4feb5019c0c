"""The votes of a log in a layout, as chunks."""

import shlex
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from recount.data.choices import LMARENA, NO_COUNT, Columns
from recount.data.columns import Chunk
from recount.data.count_columns import column_of_counts
from recount.data.fields import field_of
from recount.data.formats.records import Row, record_chunks, with_values
from recount.data.layouts.declaring import Asked, NumberedRow
from recount.data.layouts.matches import columns_of_numbers
from recount.data.layouts.table import layout_and_words
from recount.engine.errors import InputError

# The votes of a row share it, so that they can be one cluster.
MATCH = "match"
N_SHOWN = 12


def layout_chunks(rows: Iterable[Row], columns: Columns, keep: Sequence[str] | None) -> Iterator[Chunk]:
    """Read the votes of rows in the layout of `columns`.

    Each vote keeps the values of its row; votes of a row without a column `match` share one that no other row has.

    Raises
    ------
    InputError
        If a column of the layout is not there, or a column may hold counts and it is not said whether it does.
    """
    asked = layout_and_words(columns.layout)
    if asked is None:
        raise InputError("has no layout")
    layout, words = asked
    share = 0.0
    # Columns that are named, of which no row has had a value so far; and those that are there.
    absent, there = set(words) if layout.words.startswith("COLUMN") else set(), dict[str, None]()

    def numbered() -> Iterator[NumberedRow]:
        nonlocal share
        for row in rows:
            if absent:
                absent.difference_update([name for name in absent if field_of(name, row.record)])
                there.update(dict.fromkeys(row.record))
            if row.number == 1 and not layout.counts and not columns.count:
                _check_counts(columns_of_numbers(row.record), columns, words, keep)
            share = row.share_read
            record = row.record if MATCH in row.record or layout.counts else row.record | {MATCH: _match(row)}
            yield row.number, record
        if absent and there:
            named = next(name for name in words if name in absent)
            more = ", ..." if len(there) > N_SHOWN else ""
            raise InputError(
                f"has no column {named!r}, which --layout {columns.layout} names; there are {', '.join(map(repr, [*there][:N_SHOWN]))}{more}"
            )

    votes = (Row(number, record, share) for number, record in layout.votes_of(numbered(), Asked(words, columns.first, columns.second)))
    inner = replace(
        columns, first=LMARENA[0], second=LMARENA[1], layout="", count=layout.counts or columns.count or NO_COUNT, outcomes="", separator=""
    )
    yield from with_values(record_chunks(votes, inner, keep), inner, keep, f"is it in the layout that --layout {columns.layout} says?")


def _check_counts(names: Sequence[str], columns: Columns, words: Sequence[str], keep: Sequence[str] | None) -> None:
    """Raise `InputError` if a column may hold counts."""
    if found := column_of_counts([name for name in names if name not in words], columns, keep):
        raise InputError(
            f"has a column {found!r}, which may say how many times a row counts; name the column with --count {shlex.quote(found)}, or give "
            f"--count {NO_COUNT} if every row counts once"
        )


def _match(row: Row) -> str:
    """Name a row by its number and what it holds, so that neither the name of its file nor the order of files matters."""
    return f"{row.number}:{zlib.crc32(repr(row.record).encode(errors='replace')):08x}"
