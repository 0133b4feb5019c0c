"""Sources that have votes in common: exports that grow, or parts of a log that overlap. Such votes count twice.

Small ones are read again, whatever their forms, and stretches of votes are looked for that stand in two of them (`recount.data.places.stretches`), or
votes with the same time, voter or whatever else tells them apart. Of large files of text the first lines of each are looked for in the others, which
is quicker.
"""

import mmap
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.choices import Columns
from recount.data.places.numbered_rows import columns_that_tell, n_bytes, row_numbers
from recount.data.places.stretches import Numbers, first_not_by_chance, stretch_numbers
from recount.data.sources import labels_of
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
    size = sum(map(n_bytes, [*files.values(), *tables.values()]))
    if 1 < len(files) + len(tables) <= MOST_SOURCES and size <= MOST_AGAIN:
        found = _of_votes(files | tables, columns)
    elif len(files) > 1 and size * (len(files) - 1) <= MOST_BYTES and all(path.stat().st_size for path in files.values()):
        found = _of_lines(files)
    else:
        return
    for label, other in dict.fromkeys(found):
        yield f"rows of {other} stand in {label}, too: what is in both counts twice; leave it out of one"


def _of_votes(sources: Mapping[str, Any], columns: Columns) -> Iterator[tuple[str, str]]:
    """Yield two sources that have votes in common: a stretch of them in their order, or rows by what tells votes apart."""
    # Slow to load.
    from recount.data.recognition.sampling import sample_of

    try:
        names = set.intersection(*(set(sample_of(source, columns).names) for source in sources.values()))
    except (InputError, ValueError, TypeError):
        names = set()
    telling = columns_that_tell(names - {*columns.names()})
    read = {label: row_numbers(source, columns, telling) for label, source in sources.items()}
    yield from _with_stretches({label: one.votes[:, 0] for label, one in read.items()})
    # Where a column has no value in a source, nothing tells votes apart.
    told = {label: one.told_by(telling) for label, one in read.items() if {*telling} <= one.marks.keys()}
    if telling:
        yield from _with_equal_rows(told)


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


def _with_equal_rows(told: Mapping[str, tuple[Numbers, Numbers]]) -> Iterator[tuple[str, str]]:
    """Yield two sources with far more rows in common than would be expected by those that each has twice.

    Of matches that both have, nearly all have the same outcome, as those that two judges were asked about have not.
    """
    for (label, (rows, matches)), (other, (other_rows, other_matches)) in combinations(told.items(), 2):
        n_twice = sum(of.size - np.unique(of).size for of in (rows, other_rows))
        n_equal = np.intersect1d(rows, other_rows).size
        if n_equal > FEWEST_EQUAL + TIMES_TWICE * n_twice and n_equal > SAME_OUTCOME * np.intersect1d(matches, other_matches).size:
            yield label, other


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
