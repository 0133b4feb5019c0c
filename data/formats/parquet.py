"""Parquet: the columns of the vote as dictionaries, in chunks that are bounded whatever the row groups."""

from collections.abc import Iterator, Sequence
from contextlib import closing
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
from recount.data.rejects import UnparsableLines

BYTES_READ_AT_ONCE = 1 << 20


def parquet_chunks(path: Path, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of a Parquet file."""
    opened = _opened(path)
    metadata = pq.read_metadata(opened)
    chosen = choose_columns(metadata.schema.to_arrow_schema().names, columns, keep)
    # Nested columns cannot be read as dictionaries.
    flat = {metadata.schema.column(i).path for i in range(metadata.num_columns)}.intersection(columns.names())
    n_rows = batches.ROWS_OF_A_CHUNK if len(flat) == len(chosen.fields) else _rows_at_once(metadata, chosen.fields)
    # Never hold a whole row group or a whole column of it.
    with pq.ParquetFile(
        opened, metadata=metadata, read_dictionary=sorted(flat), buffer_size=BYTES_READ_AT_ONCE, page_checksum_verification=True
    ) as log:
        wanted = list(dict.fromkeys(field.outer for field in chosen.fields))
        n_read = 0
        # The thread that reads ahead has stopped before the file is closed.
        with closing(batches.ahead(log.iter_batches(n_rows, columns=wanted))) as read:
            for batch in read:
                n_before, n_read = n_read, n_read + batch.num_rows
                yield chunk_of_batch(batch, columns, chosen.kept, chosen.counts, numbers_from(n_before), n_read / metadata.num_rows)


def parquet_rows(path: Path, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read all columns of a Parquet file as records."""
    with pq.ParquetFile(_opened(path), buffer_size=BYTES_READ_AT_ONCE, page_checksum_verification=True) as log:
        number = 0
        for batch in log.iter_batches(min(batches.ROWS_OF_RECORDS, _rows_at_once(log.metadata, None))):
            for record in batch.to_pylist():
                number += 1
                yield Row(number, record, number / log.metadata.num_rows)


def _opened(path: Path) -> Any:
    """Return the path, or all bytes of a compressed file, because what follows is read from its end."""
    raw, stream = open_bytes(path)
    with raw, stream:
        return str(path) if stream is raw else pa.BufferReader(stream.read())


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
