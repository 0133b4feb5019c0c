"""Sources of which one begins with votes that stand in another: exports that grow, or parts of a log that overlap. Votes of both count twice.

Small ones are read again, whatever their forms, and the first votes of each are looked for among those of all others: the same competitors and
outcomes in the same order. Of large files of text the first lines are looked for, which is quicker.
"""

import math
import mmap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.choices import Columns
from recount.data.log_reading import LogReading, judged
from recount.data.sources import labels_of, open_source
from recount.engine.errors import InputError
from recount.engine.votes import OUTCOMES, Ints

# Votes, and lines below the names of columns, by which a beginning is known again; of fewer different lines it may be chance.
N_FIRST, FEWEST_DIFFERENT = 50, 10
# Bytes that are read again, and of text that are looked through, of all files for the beginning of each other; more take as long as reading them.
MOST_AGAIN, MOST_BYTES = 1 << 25, 1 << 30
# Sources of which the votes are compared.
MOST_SOURCES = 50
# Probability with which a beginning may stand elsewhere by chance.
BY_CHANCE = 1e-6


def overlaps_among(sources: Sequence[Any], columns: Columns) -> Iterator[str]:
    """Say which sources begin with votes that stand in another.

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
    told: set[frozenset[str]] = set()
    for label, other in found:
        if frozenset({label, other}) not in told:
            told.add(frozenset({label, other}))
            yield f"{other} begins with rows that stand in {label}, too: what is in both counts twice; leave it out of one"


def _of_votes(sources: Mapping[str, Any], columns: Columns) -> Iterator[tuple[str, str]]:
    """Yield each source with every other whose first votes stand in it."""
    code_of: dict[str, int] = {}
    sequences = {label: votes for label, source in sources.items() if (votes := _votes_of(source, columns, code_of)) is not None}
    for label, votes in sequences.items():
        for other, others in sequences.items():
            first = others[:N_FIRST]
            if other != label and first.size == N_FIRST and _stands_in(first, votes) and _log_chance(first, votes) < math.log(BY_CHANCE):
                yield label, other


def _votes_of(source: Any, columns: Columns, code_of: dict[str, int]) -> Ints | None:
    """Return a number of each vote of a source in its order, which tells competitors and outcome; None of counts, and of what cannot be read."""
    reading, parts = LogReading(columns), [np.zeros((3, 0), np.int64)]
    try:
        for chunk, codes in reading.chunks(open_source(source, columns, ())):
            if chunk.n_of_row:
                return None
            first, second, outcome, good = judged(chunk, codes)
            parts.append(np.array([first[good], second[good], outcome[good]], np.int64))
    except InputError:
        return None
    first, second, outcome = np.concatenate(parts, axis=1)
    own = np.array([code_of.setdefault(name, len(code_of)) for name in reading.code_of], np.int64)
    return np.asarray(((own[first] << 32) + own[second]) * len(OUTCOMES) + outcome) if first.size else np.empty(0, np.int64)


def _stands_in(some: Ints, votes: Ints) -> bool:
    """Whether some votes stand among others, one after the other."""
    places = np.flatnonzero(votes[: max(0, votes.size - some.size + 1)] == some[0])
    for k, vote in enumerate(some[1:].tolist(), 1):
        places = places[votes[places + k] == vote]
    return bool(places.size)


def _log_chance(some: Ints, votes: Ints) -> float:
    """Logarithm of how probable it is that some votes stand anywhere among others, if each follows the one before as often as there; but for once.

    So votes that are sorted, or go round, are not known again by their order.
    """
    alone, pairs = (dict(zip(*map(np.ndarray.tolist, np.unique(of, return_counts=True)), strict=True)) for of in (votes, _followed(votes)))
    chance = math.log(votes.size) + math.log(alone[some.tolist()[0]] / votes.size)
    for before, vote, both in zip(some[:-1].tolist(), some[1:].tolist(), _followed(some).tolist(), strict=True):
        chance += math.log((pairs[both] - 1 + alone[vote] / votes.size) / alone[before])
    return chance


def _followed(votes: Ints) -> Ints:
    """Return a number of each vote with the next one, (n - 1,), which hardly any others share."""
    return np.asarray(votes[:-1] * 1_000_003 + votes[1:])


def _of_lines(files: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield each file of text with every other whose first lines stand in it; compressed files and columnar ones hold no lines."""
    starts = {label: first_rows(path) for label, path in files.items()}
    for label, path in files.items():
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            yield from ((label, other) for other, start in starts.items() if other != label and start and text.find(start) >= 0)


def first_rows(path: Path) -> bytes:
    """Return the first lines below the names of columns, whole; nothing if they are few, or too much alike to be known again."""
    with path.open("rb") as file:
        lines = [line for line, _ in zip(file, range(N_FIRST + 1), strict=False)][1:]
    whole = [line for line in lines if line.endswith(b"\n")]
    return b"".join(whole) if len({*whole}) >= FEWEST_DIFFERENT else b""
