"""Rows of a source that is read again, as numbers: by their votes, and by what tells votes apart beside them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from recount.data.choices import Columns
from recount.data.labels import as_text
from recount.data.log_reading import LogReading, judged
from recount.data.places.copies import numbers_of
from recount.data.places.stretches import MULTIPLIER, Numbers
from recount.data.sources import open_source
from recount.engine.errors import InputError


class RowNumbers(NamedTuple):
    """The votes of a source in their order, as numbers; none of counts.

    Attributes
    ----------
    votes, pairs : (n, 2) uint64
        Two of competitors and outcome each, and of competitors.
    marks : dict of str to (n,) uint64
        Of the labels in each column that tells votes apart.
    """

    votes: Numbers
    pairs: Numbers
    marks: dict[str, Numbers]

    def told_by(self, names: Iterable[str]) -> tuple[Numbers, Numbers]:
        """Return a number of what some columns say with competitors and outcome, and with competitors only, (n,) each."""
        mark = np.zeros(len(self.votes), np.uint64)
        for name in names:
            mark = mark * np.uint64(MULTIPLIER) + self.marks[name]
        return self.votes[:, 1] ^ mark, self.pairs[:, 1] ^ mark


def n_bytes(source: Any) -> int:
    """Return the size of a file or of a data frame, 0 of anything else."""
    if isinstance(source, pd.DataFrame):
        return int(source.memory_usage(deep=False).sum())
    return source.stat().st_size if isinstance(source, Path) and source.is_file() else 0


def columns_that_tell(names: Iterable[str]) -> list[str]:
    """Return the columns that are called as voters, times and what tells votes apart."""
    # Slow to load.
    from recount.data.recognition.surroundings import TIMES, VOTERS, called, tells_apart

    names = sorted(names)
    return sorted({*called((*TIMES, *VOTERS), names), *filter(tells_apart, names)})


def row_numbers(source: Any, columns: Columns, telling: Sequence[str]) -> RowNumbers:
    """Read a source again; the columns that are `telling` may tell votes apart."""
    reading, parts = LogReading(columns), [np.zeros((3, 0), np.int64)]
    marks: dict[str, list[Numbers]] = {name: [np.zeros(0, np.uint64)] for name in telling}
    nothing = RowNumbers(np.zeros((0, 2), np.uint64), np.zeros((0, 2), np.uint64), {name: empty for name, (empty,) in marks.items()})
    try:
        for chunk, codes in reading.chunks(open_source(source, columns, telling)):
            if chunk.n_of_row:
                return nothing
            first, second, outcome, good = judged(chunk, codes)
            parts.append(np.array([first[good], second[good], outcome[good]], np.int64))
            for name, held in marks.items():
                held.append(_marks(chunk.kept.get(name, pa.nulls(good.size)))[good])
    except InputError:
        # A column that tells votes apart may be without any value.
        return row_numbers(source, columns, ()) if telling else nothing
    first, second, outcome = np.concatenate(parts, axis=1)
    names = tuple(reading.code_of)
    votes, pairs = numbers_of(names, first, second, outcome), numbers_of(names, first, second, np.zeros_like(outcome))
    return RowNumbers(votes, pairs, {name: np.concatenate(held) for name, held in marks.items()})


def _marks(column: pa.Array) -> Numbers:
    """Return a number of the label of each row, whatever it is written as."""
    encoded = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
    of_label = pd.util.hash_array(np.array([*(str(as_text(value)) for value in encoded.dictionary.to_pylist()), ""], object), categorize=False)
    return np.asarray(of_label[encoded.indices.fill_null(len(of_label) - 1).to_numpy()])
