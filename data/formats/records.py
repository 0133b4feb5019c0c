"""Records of Python values, which formats without columns hold, and every format can give; as chunks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from recount.data.choices import NO_COUNT, Columns
from recount.data.columns import KEPT, Chunk, Ints, chunk_of_records
from recount.data.count_columns import column_of_counts, names_of_values
from recount.data.formats import batches
from recount.data.layouts.declaring import NoVote
from recount.engine.errors import InputError

COLUMN_OR_NOT = "is that the column's name?"


class Row(NamedTuple):
    """A row of a log: its number from 1, its values by column, and how much of the log was read after it."""

    number: int
    record: dict[str, Any]
    share_read: float


class CountsColumn:
    """The column of counts of a log whose columns are known only when all is read; it has to be in the first rows already."""

    def __init__(self, columns: Columns, keep: Sequence[str] | None) -> None:
        self.columns, self.keep = columns, keep
        self.name: str | None = None

    def among(self, names: Sequence[str], n_before: int) -> str | None:
        """Return its name, if there is one, now that `names` are seen after `n_before` rows.

        Raises
        ------
        InputError
            If counts begin after rows without one, or it is not certain whether a column holds counts.
        """
        if self.name is None:
            self.name = column_of_counts(names, self.columns, self.keep)
            if self.name and n_before:
                raise InputError(
                    f"lines up to {n_before} have no {self.name!r}, and later ones have; give --count {NO_COUNT} if every line is one vote"
                )
        return self.name


def record_chunks(rows: Iterable[Row], columns: Columns, keep: Sequence[str] | None) -> Iterator[Chunk]:
    """Hold the votes of rows in chunks."""
    counts, kept = CountsColumn(columns, keep), list(KEPT if keep is None else keep)
    n_before = 0
    for part in _parts(rows):
        records = [row.record for row in part]
        name = counts.among(list(dict.fromkeys(key for record in records for key in names_of_values(record))), n_before)
        further = [one for one in kept if one != name]
        yield chunk_of_records(records, columns, further, name, _numbers([row.number for row in part]), part[-1].share_read)
        n_before = part[-1].number


def with_values(chunks: Iterable[Chunk], columns: Columns, keep: Sequence[str] | None, doubt: str = COLUMN_OR_NOT) -> Iterator[Chunk]:
    """Leave out further columns without a value; `doubt` is what is asked where one that is needed has none.

    Raises
    ------
    InputError
        If no row has a value in a column of the vote, or in one that is to be kept.
    """
    seen: set[str] = set()
    n_rows = 0
    for chunk in chunks:
        # Of an outcome in several columns, whether there is one.
        vote = zip((*columns.names()[:2], columns.outcome), (chunk.first, chunk.second, chunk.outcome), strict=True)
        further = {name: array for name, array in chunk.kept.items() if array.null_count < len(array)}
        # Where a layout finds no vote, it says why.
        seen.update(columns.names() if any(isinstance(value, NoVote) for value in chunk.first.values) else ())
        seen.update(further, (name for name, column in vote if any(value is not None for value in column.values)))
        n_rows += chunk.n_rows
        yield replace(chunk, kept=further)
    for name in (*columns.names()[:2], columns.outcome, *(keep or ())):
        if n_rows and name not in seen:
            raise InputError(f"no line has a value of {name!r}; {doubt}")


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == batches.ROWS_OF_RECORDS:
            yield part
            part = []
    if part:
        yield part


def _numbers(numbers: Sequence[int]) -> Callable[[Ints], Ints]:
    rows = np.array(numbers, np.int64)
    return lambda positions: rows[positions]
