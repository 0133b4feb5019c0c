"""Sources that have votes in common: exports that grow, or parts of a log that overlap. Such votes count twice.

Small ones are read again, whatever their forms, and stretches of votes are looked for that stand in two of them (`recount.data.places.stretches`). Of
large files of text the first lines of each are looked for in the others, which is quicker.
"""

import mmap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.choices import Columns
from recount.data.log_reading import LogReading, judged
from recount.data.places.copies import numbers_of
from recount.data.places.stretches import Numbers, first_not_by_chance, stretch_numbers
from recount.data.sources import labels_of, open_source
from recount.engine.errors import InputError

# Lines below the names of columns by which a beginning is known again; of fewer different ones it may be chance.
N_FIRST, FEWEST_DIFFERENT = 50, 10
# Bytes that are read again, and of text that are looked through, of all files for the beginning of each other; more take as long as reading them.
MOST_AGAIN, MOST_BYTES = 1 << 25, 1 << 30
# Sources of which the votes are compared.
MOST_SOURCES = 50


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


def _of_votes(sources: Mapping[str, Any], columns: Columns) -> Iterator[tuple[str, str]]:
    """Yield two sources that have a stretch of votes in common, in their order."""
    labels = list(sources)
    votes = [_votes_of(source, columns) for source in sources.values()]
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


def _votes_of(source: Any, columns: Columns) -> Numbers:
    """Return the numbers of the votes of a source in their order; none of counts, and of what cannot be read."""
    reading, parts = LogReading(columns), [np.zeros((3, 0), np.int64)]
    try:
        for chunk, codes in reading.chunks(open_source(source, columns, ())):
            if chunk.n_of_row:
                return np.zeros(0, np.uint64)
            first, second, outcome, good = judged(chunk, codes)
            parts.append(np.array([first[good], second[good], outcome[good]], np.int64))
    except InputError:
        return np.zeros(0, np.uint64)
    first, second, outcome = np.concatenate(parts, axis=1)
    return numbers_of(tuple(reading.code_of), first, second, outcome)[:, 0]


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
