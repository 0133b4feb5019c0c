"""Rows of a source that is read again, as numbers: by their votes, and by what tells votes apart beside them."""

from collections.abc import Sequence
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
    votes, pairs : (n,) uint64
        Of competitors and outcome, and of competitors.
    rows, matches : (n,) uint64
        Of these and what tells votes apart, and of what tells them apart and competitors only.
    """

    votes: Numbers
    pairs: Numbers
    rows: Numbers
    matches: Numbers


def n_bytes(source: Any) -> int:
    """Return the size of a file or of a data frame, 0 of anything else."""
    if isinstance(source, pd.DataFrame):
        return int(source.memory_usage(deep=False).sum())
    return source.stat().st_size if isinstance(source, Path) and source.is_file() else 0


def telling_apart(sources: Sequence[Any], columns: Columns) -> list[str]:
    """Return the columns of all sources that are called as voters, times and what tells votes apart."""
    # Slow to load.
    from recount.data.recognition.sampling import sample_of
    from recount.data.recognition.surroundings import TIMES, VOTERS, tells_apart

    try:
        names = [set(sample_of(source, columns).names) for source in sources]
    except (InputError, ValueError, TypeError):
        return []
    return sorted(name for name in set.intersection(*names) - {*columns.names()} if name in (*TIMES, *VOTERS) or tells_apart(name))


def row_numbers(source: Any, columns: Columns, telling: Sequence[str]) -> RowNumbers:
    """Read a source again; the columns that are `telling` tell votes apart."""
    reading, parts, marks = LogReading(columns), [np.zeros((3, 0), np.int64)], [np.zeros(0, np.uint64)]
    nothing = RowNumbers(*[np.zeros(0, np.uint64)] * 4)
    try:
        for chunk, codes in reading.chunks(open_source(source, columns, telling)):
            if chunk.n_of_row:
                return nothing
            first, second, outcome, good = judged(chunk, codes)
            parts.append(np.array([first[good], second[good], outcome[good]], np.int64))
            marks.append(_marks([chunk.kept.get(name, pa.nulls(good.size)) for name in telling], good.size)[good])
    except InputError:
        # A column that tells votes apart may be without any value.
        return row_numbers(source, columns, ()) if telling else nothing
    first, second, outcome = np.concatenate(parts, axis=1)
    names, mark = tuple(reading.code_of), np.concatenate(marks)
    votes, pairs = numbers_of(names, first, second, outcome), numbers_of(names, first, second, np.zeros_like(outcome))
    return RowNumbers(votes[:, 0], pairs[:, 0], votes[:, 1] ^ mark, pairs[:, 1] ^ mark)


def _marks(columns: Sequence[pa.Array], n_rows: int) -> Numbers:
    """Return a number of the labels of each row, whatever they are written as."""
    marks = np.zeros(n_rows, np.uint64)
    for column in columns:
        encoded = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
        of_label = pd.util.hash_array(np.array([*(str(as_text(value)) for value in encoded.dictionary.to_pylist()), ""], object), categorize=False)
        marks = marks * np.uint64(MULTIPLIER) + of_label[encoded.indices.fill_null(len(of_label) - 1).to_numpy()]
    return marks
