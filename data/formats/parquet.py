"""Parquet: the columns of the vote as dictionaries, in chunks that are bounded whatever the row groups."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.choices import Columns
from recount.data.chosen_columns import choose_columns
from recount.data.columns import Chunk, chunk_of_batch, numbers_from
from recount.data.fields import Field
from recount.data.formats import batches
from recount.data.formats.records import Row
from recount.data.formats.text_streams import open_bytes
from recount.data.places.remote_files import Place, opened
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError

BYTES_READ_AT_ONCE = 1 << 20
DELTAS = {"DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"}


def parquet_chunks(
    path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines, row_groups: range | None = None
) -> Iterator[Chunk]:
    """Read the votes of a Parquet file, or of some of its row groups, while others read the rest."""
    file = _opened(path)
    metadata = pq.read_metadata(file)
    chosen = choose_columns(metadata.schema.to_arrow_schema().names, columns, keep)
    paths = [metadata.schema.column(i).path for i in range(metadata.num_columns)]
    if len({*paths}) < len(paths):
        # Arrow reads both by the one name.
        twice = next(name for name, n in Counter(paths).items() if n > 1)
        raise InputError(f"{twice!r} is a column and also a value within another; rename one of both")
    # Nested columns cannot be read as dictionaries.
    flat = set(paths).intersection(columns.names())
    as_dictionaries = [name for name in sorted(flat) if not _is_written_by_differences(metadata, name)]
    n_rows = batches.ROWS_OF_A_CHUNK if len(flat) == len(chosen.fields) else _rows_at_once(metadata, chosen.fields)
    # Never hold a whole row group or a whole column of it.
    with (
        _closed_after(file),
        pq.ParquetFile(
            file, metadata=metadata, read_dictionary=as_dictionaries, buffer_size=BYTES_READ_AT_ONCE, page_checksum_verification=True
        ) as log,
    ):
        # A field that is not there is told of by what reads the whole column.
        there = [any(f"{path}.".startswith(f"{field.outer}.") for path in paths) for field in chosen.fields]
        wanted = list(dict.fromkeys(field.outer if found else field.column for field, found in zip(chosen.fields, there, strict=True)))
        groups = range(metadata.num_row_groups) if row_groups is None else row_groups
        n_skipped, n_wanted = (sum(metadata.row_group(group).num_rows for group in some) for some in (range(groups.start), groups))
        n_read = 0
        for batch in log.iter_batches(n_rows, row_groups=list(groups), columns=wanted, use_threads=row_groups is None):
            n_before, n_read = n_read, n_read + batch.num_rows
            yield chunk_of_batch(batch, columns, chosen.kept, chosen.counts, numbers_from(n_skipped + n_before), n_read / n_wanted)


def parquet_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read all columns of a Parquet file as records."""
    file = _opened(path)
    with _closed_after(file), pq.ParquetFile(file, buffer_size=BYTES_READ_AT_ONCE, page_checksum_verification=True) as log:
        number = 0
        for batch in log.iter_batches(min(batches.ROWS_OF_RECORDS, _rows_at_once(log.metadata, None))):
            for record in batches.records_of(batch):
                number += 1
                yield Row(number, record, number / log.metadata.num_rows)


def _opened(path: Place) -> Any:
    """Return the path, or all bytes of a compressed file, because what follows is read from its end."""
    raw, stream = open_bytes(path)
    with raw, stream:
        if stream is not raw:
            return pa.BufferReader(stream.read())
    # Arrow takes names in UTF-8 only.
    return str(path) if isinstance(path, Path) and str(path).isprintable() else opened(path)


def _closed_after(file: Any) -> AbstractContextManager[Any]:
    """Return what closes a file, which Arrow does only where it opens it."""
    return nullcontext() if isinstance(file, str) else closing(file)


def _is_written_by_differences(metadata: pq.FileMetaData, name: str) -> bool:
    """Whether text is written, in some part, as what differs from the text before, which Arrow does not read as a dictionary."""
    (place,) = (i for i in range(metadata.num_columns) if metadata.schema.column(i).path == name)
    return any(DELTAS.intersection(metadata.row_group(group).column(place).encodings) for group in range(metadata.num_row_groups))


def _rows_at_once(metadata: pq.FileMetaData, fields: Sequence[Field] | None) -> int:
    """Return how many rows hold no more than what is held at once, in some columns or all."""
    n_bytes = 0
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            if fields is None or any(f"{column.path_in_schema}.".startswith(f"{field.outer}.") for field in fields):
                n_bytes += column.total_uncompressed_size
    of_a_row = n_bytes / max(1, metadata.num_rows)
    return int(min(batches.ROWS_OF_A_CHUNK, max(1, batches.BYTES_OF_A_CHUNK // max(1.0, of_a_row))))
