"""Batches of rows, as formats that are columns hold them: bounded, and read ahead."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pyarrow as pa

from recount.data.quarantine import shown
from recount.engine.errors import InputError

# Large enough that work per chunk is negligible, small enough to bound memory whatever the batches of a file.
ROWS_OF_A_CHUNK = 1 << 19
# Of rows that become records, or hold more than votes.
ROWS_OF_RECORDS = 1 << 12
BYTES_OF_A_CHUNK = 1 << 26
# One being read and one waiting, so that neither thread waits for the other.
N_AHEAD = 2
Piece = TypeVar("Piece")
Done = TypeVar("Done")


def ahead(pieces: Iterator[Piece]) -> Generator[Piece]:
    """Read the next pieces in a thread while the last one is used."""
    with ThreadPoolExecutor(1) as pool:
        following = deque(pool.submit(next, pieces, None) for _ in range(N_AHEAD))
        while (piece := following.popleft().result()) is not None:
            following.append(pool.submit(next, pieces, None))
            yield piece


def mapped_ahead(work: Callable[[Piece], Done], pieces: Iterator[Piece]) -> Generator[Done]:
    """Draw what `work` makes of each piece, in order; it is done in as many threads as Arrow would use, a few pieces ahead."""
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        doing: deque[Future[Done]] = deque()
        for piece in pieces:
            doing.append(pool.submit(work, piece))
            if len(doing) > pa.cpu_count() + 1:
                yield doing.popleft().result()
        while doing:
            yield doing.popleft().result()


def records_of(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the rows of a batch as Python values.

    Raises
    ------
    InputError
        If a value is none that Python can hold: text that is not UTF-8, or a time beyond the year 9999.
    """
    columns: list[list[Any]] = []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        try:
            columns.append(array.to_pylist())
        except (ValueError, OverflowError, pa.ArrowException) as error:
            raise InputError(
                f"column {name!r} holds a value that cannot be read ({shown(str(error))}); repair it, or leave the column out"
            ) from error
    return [dict(zip(batch.schema.names, values, strict=True)) for values in zip(*columns, strict=True)]


def in_parts(batch: pa.RecordBatch, n_rows: int) -> Iterator[pa.RecordBatch]:
    """Cut a batch into parts of at most `n_rows`."""
    for start in range(0, batch.num_rows, n_rows):
        yield batch.slice(start, n_rows)
