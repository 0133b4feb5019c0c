"""Files of which one begins with rows that stand in another: exports that grow, or parts of a log that overlap. Votes of both count twice."""

import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from recount.data.sources import labels_of

# Lines below the names of columns by which rows are known again; of fewer different ones it may be chance.
N_LINES, FEWEST_DIFFERENT = 50, 10
# That are looked through, of all files for the beginning of each other; more take as long as reading them.
MOST_BYTES = 1 << 30


def overlaps_among(sources: Sequence[Any]) -> Iterator[str]:
    """Say which files of text begin with rows that stand in another.

    Parameters
    ----------
    sources : sequence of path or table
        Compressed files and columnar ones hold no lines that could be compared.
    """
    files = [(label, source) for label, source in zip(labels_of(sources), sources, strict=True) if isinstance(source, Path) and source.is_file()]
    sizes = [path.stat().st_size for _, path in files]
    if len(files) < 2 or sum(sizes) * (len(files) - 1) > MOST_BYTES or not all(sizes):
        return
    starts = {label: first_rows(path) for label, path in files}
    told: set[frozenset[str]] = set()
    for label, path in files:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            for other, start in starts.items():
                if other != label and start and frozenset({label, other}) not in told and text.find(start) >= 0:
                    told.add(frozenset({label, other}))
                    yield f"{other} begins with rows that stand in {label}, too: what is in both counts twice; leave it out of one"


def first_rows(path: Path) -> bytes:
    """Return the first lines below the names of columns, whole; nothing if they are few, or too much alike to be known again."""
    with path.open("rb") as file:
        lines = [line for line, _ in zip(file, range(N_LINES + 1), strict=False)][1:]
    whole = [line for line in lines if line.endswith(b"\n")]
    return b"".join(whole) if len({*whole}) >= FEWEST_DIFFERENT else b""
