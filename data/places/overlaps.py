"""Sources that have votes in common: exports that grow, or parts of a log that overlap. Such votes count twice.

Small ones are read again, whatever their forms, and stretches of votes are looked for that stand in two of them (`recount.data.places.stretches`), or
votes with the same time, voter or whatever else tells them apart. Of large files of text the first lines of each are looked for in the others, which
is quicker.
"""

import mmap
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from recount.data.choices import Columns
from recount.data.labels import as_text
from recount.data.log_reading import LogReading, judged
from recount.data.places.copies import numbers_of
from recount.data.places.stretches import MULTIPLIER, Numbers, first_not_by_chance, stretch_numbers
from recount.data.sources import labels_of, open_source
from recount.engine.errors import InputError

# Lines below the names of columns by which a beginning is known again; of fewer different ones it may be chance.
N_FIRST, FEWEST_DIFFERENT = 50, 10
# Bytes that are read again, and of text that are looked through, of all files for the beginning of each other; more take as long as reading them.
MOST_AGAIN, MOST_BYTES = 1 << 25, 1 << 30
# Sources of which the votes are compared.
MOST_SOURCES = 50
# Rows in common that are told, and for each row that a source has twice; and how often a match that two have has the same outcome.
FEWEST_EQUAL, TIMES_TWICE, SAME_OUTCOME = 20, 10, 0.98


def overlaps_among(sources: Sequence[Any], columns: Columns) -> Iterator[str]:
    """Say which sources have votes in common.

    Parameters
    ----------
    sources : sequence of path or table
    columns : Columns
    """
    labelled = dict(zip(labels_of(sources), sources, strict=True))
    files = {label: source for label, source in labelled.items() if isinstance(source, Path) and source.is_file()}
    tables = {label: source for label, source in labelled.items() if isinstance(source, pd.DataFrame)}
    n_bytes = sum(path.stat().st_size for path in files.values()) + sum(int(frame.memory_usage(deep=False).sum()) for frame in tables.values())
    if 1 < len(files) + len(tables) <= MOST_SOURCES and n_bytes <= MOST_AGAIN:
        found = _of_votes(files | tables, columns)
    elif len(files) > 1 and n_bytes * (len(files) - 1) <= MOST_BYTES and all(path.stat().st_size for path in files.values()):
        found = _of_lines(files)
    else:
        return
    for label, other in dict.fromkeys(found):
        yield f"rows of {other} stand in {label}, too: what is in both counts twice; leave it out of one"


class _Read(NamedTuple):
    """The votes of a source in their order, as numbers; none of counts.

    Attributes
    ----------
    votes : (n,) uint64
        Of competitors and outcome.
    rows, matches : (n,) uint64
        Of these and what tells votes apart, and of what tells them apart and competitors only.
    """

    votes: Numbers
    rows: Numbers
    matches: Numbers


def _of_votes(sources: Mapping[str, Any], columns: Columns) -> Iterator[tuple[str, str]]:
    """Yield two sources that have votes in common: a stretch of them in their order, or rows by what tells votes apart."""
    telling = _telling(list(sources.values()), columns)
    read = {label: _read(source, columns, telling) for label, source in sources.items()}
    yield from _with_stretches({label: one.votes for label, one in read.items()})
    if telling:
        yield from _with_equal_rows(read)


def _telling(sources: Sequence[Any], columns: Columns) -> list[str]:
    """Return the columns of all sources that are called as voters, times and what tells votes apart."""
    # Slow to load.
    from recount.data.recognition.sampling import sample_of
    from recount.data.recognition.surroundings import TIMES, VOTERS, called, tells_apart

    try:
        names = [set(sample_of(source, columns).names) for source in sources]
    except (InputError, ValueError, TypeError):
        return []
    shared = set.intersection(*names) - {*columns.names()}
    return sorted({*called((*TIMES, *VOTERS), shared), *filter(tells_apart, shared)})


def _with_stretches(votes_of: Mapping[str, Numbers]) -> Iterator[tuple[str, str]]:
    labels, votes = list(votes_of), list(votes_of.values())
    found = [np.unique(stretch_numbers(of), return_index=True) for of in votes]
    number, place = (np.concatenate(of) for of in zip(*found, strict=True))
    source = np.repeat(np.arange(len(found)), [of.size for of, _ in found])
    order = np.argsort(number, kind="stable")
    number, place, source = number[order], place[order], source[order]
    for apart in range(1, len(labels)):
        shared = np.flatnonzero(number[apart:] == number[:-apart])
        pair = np.column_stack([source[shared], source[shared + apart]])
        for one, other in np.unique(pair, axis=0).tolist():
            places = place[shared + apart][(pair == (one, other)).all(axis=1)]
            if first_not_by_chance(votes[other], np.sort(places)) is not None:
                yield labels[one], labels[other]


def _with_equal_rows(read: Mapping[str, _Read]) -> Iterator[tuple[str, str]]:
    """Yield two sources with far more rows in common than would be expected by those that each has twice.

    Of matches that both have, nearly all have the same outcome, as those that two judges were asked about have not.
    """
    for (label, one), (other, another) in combinations(read.items(), 2):
        n_twice = sum(of.rows.size - np.unique(of.rows).size for of in (one, another))
        n_equal = np.intersect1d(one.rows, another.rows).size
        if n_equal > FEWEST_EQUAL + TIMES_TWICE * n_twice and n_equal > SAME_OUTCOME * np.intersect1d(one.matches, another.matches).size:
            yield label, other


def _read(source: Any, columns: Columns, telling: Sequence[str]) -> _Read:
    reading, parts, marks = LogReading(columns), [np.zeros((3, 0), np.int64)], [np.zeros(0, np.uint64)]
    nothing = _Read(*[np.zeros(0, np.uint64)] * 3)
    try:
        for chunk, codes in reading.chunks(open_source(source, columns, telling)):
            if chunk.n_of_row:
                return nothing
            first, second, outcome, good = judged(chunk, codes)
            parts.append(np.array([first[good], second[good], outcome[good]], np.int64))
            marks.append(_marks([chunk.kept.get(name, pa.nulls(good.size)) for name in telling], good.size)[good])
    except InputError:
        # A column that tells votes apart may be without any value.
        return _read(source, columns, ()) if telling else nothing
    first, second, outcome = np.concatenate(parts, axis=1)
    names, mark = tuple(reading.code_of), np.concatenate(marks)
    votes, pairs = numbers_of(names, first, second, outcome), numbers_of(names, first, second, np.zeros_like(outcome))
    return _Read(votes[:, 0], votes[:, 1] ^ mark, pairs[:, 1] ^ mark)


def _marks(columns: Sequence[pa.Array], n_rows: int) -> Numbers:
    """Return a number of the labels of each row, whatever they are written as."""
    marks = np.zeros(n_rows, np.uint64)
    for column in columns:
        encoded = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
        of_label = pd.util.hash_array(np.array([*(str(as_text(value)) for value in encoded.dictionary.to_pylist()), ""], object), categorize=False)
        marks = marks * np.uint64(MULTIPLIER) + of_label[encoded.indices.fill_null(len(of_label) - 1).to_numpy()]
    return marks


def _of_lines(files: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield each file of text with every other whose first lines stand in it; compressed files and columnar ones hold no lines."""
    starts = {label: first_rows(path) for label, path in files.items()}
    for label, path in files.items():
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            found = (other for other, start in starts.items() if other != label and start and text.find(start) >= 0)
            yield from ((min(label, other), max(label, other)) for other in found)


def first_rows(path: Path) -> bytes:
    """Return the first lines below the names of columns, whole; nothing if they are few, or too much alike to be known again."""
    with path.open("rb") as file:
        lines = [line for line, _ in zip(file, range(N_FIRST + 1), strict=False)][1:]
    whole = [line for line in lines if line.endswith(b"\n")]
    return b"".join(whole) if len({*whole}) >= FEWEST_DIFFERENT else b""
