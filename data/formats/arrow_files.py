"""Arrow's own formats, file (also called Feather) and stream, and anything else that gives record batches."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from recount.data.choices import Columns
from recount.data.chosen_columns import choose_columns
from recount.data.columns import Chunk, chunk_of_batch, numbers_from
from recount.data.formats import batches
from recount.data.formats.records import Row
from recount.data.formats.text_streams import open_bytes
from recount.data.places.remote_files import Place
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError

# Of a stream, by which is seen what else stands beside the votes.
ROWS_OF_HEAD = 1000


def arrow_file_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of an Arrow file."""
    chosen = choose_columns(_file_reader(path).schema.names, columns, keep)
    reader = _file_reader(path, chosen.columns)
    n = reader.num_record_batches
    shares = ((reader.get_batch(i), (i + 1) / n) for i in range(n))
    yield from _chunks(shares, columns, keep)


def arrow_file_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read all columns of an Arrow file as records."""
    reader = _file_reader(path)
    n = reader.num_record_batches
    yield from _rows((reader.get_batch(i), (i + 1) / n) for i in range(n))


def arrow_stream_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of a file that holds an Arrow stream."""
    raw, stream = open_bytes(path)
    with raw, stream:
        yield from _chunks(((batch, raw.tell() / raw.size()) for batch in pa.ipc.open_stream(stream)), columns, keep)


def arrow_stream_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read all columns of an Arrow stream as records."""
    raw, stream = open_bytes(path)
    with raw, stream:
        yield from _rows((batch, raw.tell() / raw.size()) for batch in pa.ipc.open_stream(stream))


def reader_chunks(source: Any, columns: Columns, keep: Sequence[str] | None, head: list[pa.RecordBatch]) -> Iterator[Chunk]:
    """Read the votes of anything with ``__arrow_c_stream__``; note its first rows, with all their columns, in `head`."""
    # Closed also if it is refused, because it may hold the connection that it comes from.
    with _stream_of(source) as reader:
        choose_columns(reader.schema.names, columns, keep)
        yield from _chunks(((batch, np.nan) for batch in _noted(reader, head)), columns, keep)


def _noted(reader: pa.RecordBatchReader, head: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Draw the batches of a stream, and note its first rows."""
    wanted = ROWS_OF_HEAD
    for batch in reader:
        if wanted:
            head.append(batch.slice(0, wanted))
            wanted -= head[-1].num_rows
        yield batch


def reader_rows(source: Any) -> Iterator[Row]:
    """Read all columns of anything with ``__arrow_c_stream__`` as records."""
    with _stream_of(source) as reader:
        yield from _rows((batch, np.nan) for batch in reader)


def _stream_of(source: Any) -> pa.RecordBatchReader:
    """Ask a source for its stream; raise `InputError` if it gives none."""
    try:
        return pa.RecordBatchReader.from_stream(source)
    # Each program has errors of its own.
    except Exception as error:
        raise InputError(f"gives no Arrow stream ({str(error).partition(chr(10))[0]!r})") from error


def _file_reader(path: Place, names: Sequence[str] | None = None) -> pa.RecordBatchFileReader:
    raw, stream = open_bytes(path)
    # What follows is read from its end. A file is not mapped into memory, because one that is cut meanwhile would end the program.
    opened = raw if stream is raw else pa.BufferReader(stream.read())
    reader = pa.ipc.open_file(opened)
    if names is None:
        return reader
    places = [i for i, name in enumerate(reader.schema.names) if name in names]
    return pa.ipc.open_file(opened, options=pa.ipc.IpcReadOptions(included_fields=places))


def _chunks(read: Iterator[tuple[pa.RecordBatch, float]], columns: Columns, keep: Sequence[str] | None) -> Iterator[Chunk]:
    n_before = 0
    for batch, share in read:
        chosen = choose_columns(batch.schema.names, columns, keep)
        held = batch.select(chosen.columns)
        # What comes from a file or another library may be damaged; a kernel sees only what is sound.
        held.validate(full=True)
        for part in batches.in_parts(held, batches.ROWS_OF_A_CHUNK):
            yield chunk_of_batch(part, columns, chosen.kept, chosen.counts, numbers_from(n_before), share)
            n_before += part.num_rows


def _rows(read: Iterator[tuple[pa.RecordBatch, float]]) -> Iterator[Row]:
    number = 0
    for batch, share in read:
        batch.validate(full=True)
        for part in batches.in_parts(batch, batches.ROWS_OF_RECORDS):
            for record in batches.records_of(part):
                number += 1
                yield Row(number, record, share)
