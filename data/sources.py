"""Sources, by the ending of their name or their type, as chunks of columns.

Lines that cannot be parsed are returned beside the chunks; nothing else is judged here.
"""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.choices import Columns
from recount.data.columns import KEPT, Chunk, Column, chunk_of_batch, column_of_array, column_of_values, joined, numbers_from
from recount.data.count_columns import column_of_counts
from recount.data.further_columns import array_of_values, plain_or_json
from recount.data.places.remote_files import Place, RemoteFile, n_bytes_of, opened
from recount.data.quarantine import shown
from recount.data.rejects import UnparsableLines
from recount.data.text_files import csv_chunks, csv_header, jsonl_chunks, open_bytes
from recount.engine.errors import InputError, SourceError

# Large enough that work per chunk is negligible, small enough to bound memory whatever the row groups of a file.
ROWS_OF_A_CHUNK = 1 << 19
BYTES_READ_AT_ONCE = 1 << 20
# One being read and one waiting, so that neither thread waits for the other.
N_AHEAD = 2
COMPRESSED = (".gz", ".zst")
LONGEST_REASON = 200
N_COLUMNS_SHOWN = 12
READABLE = ".parquet, .csv, .jsonl (each also .gz or .zst)"
NO_LAYOUT = "is no JSON lines, for which layouts are; leave out --layout"
Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Something that holds votes.

    Attributes
    ----------
    label : str
        What messages call it.
    chunks : iterator of Chunk
    unparsable : UnparsableLines
        Lines that could not be parsed; grows while the chunks are read.
    """

    label: str
    chunks: Iterator[Chunk]
    unparsable: UnparsableLines


def open_source(source: Any, columns: Columns, keep: Sequence[str] | None, row_groups: range | None = None, alone: bool = True) -> Source:
    """Open a file, a pandas frame or anything with ``__arrow_c_stream__``.

    Parameters
    ----------
    source : path, RemoteFile or table
    columns : Columns
    keep : sequence of str or None
        Further columns to read, which must be there; None reads those of `recount.data.columns.KEPT` that are there.
    row_groups : range, optional
        Of a Parquet file, those to read; all by default.
    alone : bool
        Whether nothing else is read at the same time, so that a thread can read ahead.

    Raises
    ------
    InputError
        If it is nothing that is read. The chunks raise `SourceError` if it cannot be read, or a column is missing.
    """
    label, unparsable = label_of(source), UnparsableLines()
    if isinstance(source, (str, Path, RemoteFile)):
        chunks = _file_chunks(Path(source) if isinstance(source, str) else source, columns, keep, unparsable, row_groups, alone)
    elif columns.layout:
        raise InputError(f"a table {NO_LAYOUT}")
    elif isinstance(source, pd.DataFrame | pd.Series):
        # Counts after grouping; without a name they are called 0, as in a file.
        source = source.to_frame("0" if source.name is None else source.name) if isinstance(source, pd.Series) else source
        chunks = _frame_chunks(source, columns, keep)
    elif hasattr(source, "__arrow_c_stream__"):
        chunks = _stream_chunks(source, columns, keep)
    else:
        raise InputError(f"votes are read from a path, a pandas frame or an Arrow table, not from {type(source).__name__}")
    return Source(label, _in_one_line(chunks, label), unparsable)


def label_of(source: Any) -> str:
    """Return what messages call a source; a file's name without control characters."""
    if isinstance(source, str | Path | RemoteFile):
        return repr(str(source))[1:-1]
    return "data frame" if isinstance(source, pd.DataFrame | pd.Series) else "Arrow table"


def _in_one_line(chunks: Iterator[Chunk], label: str) -> Iterator[Chunk]:
    """Turn errors while chunks are read into one line that names the source."""
    try:
        yield from chunks
    except (pa.ArrowException, OSError, UnicodeError) as error:
        reason = repr(str(error).partition("\n")[0][:LONGEST_REASON])
        raise SourceError(f"{label} cannot be read ({reason}); is it complete, and of the format that its ending says?") from error
    except InputError as error:
        raise SourceError(f"{label}: {error}") from error


def _file_chunks(
    path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines, row_groups: range | None, alone: bool
) -> Iterator[Chunk]:
    if isinstance(path, Path) and not path.exists():
        raise InputError("does not exist")
    kind = (Path(path.stem) if path.suffix.lower() in COMPRESSED else path).suffix.lower()
    if kind not in (".parquet", ".csv", ".jsonl", ".ndjson"):
        raise InputError(f"the ending {kind!r} names no format; readable are {READABLE}")
    if n_bytes_of(path) == 0:
        raise InputError("is empty")
    if columns.layout and kind in (".parquet", ".csv"):
        raise InputError(NO_LAYOUT)
    if kind == ".parquet":
        yield from _parquet_chunks(path, columns, keep, row_groups, alone)
    elif kind == ".csv":
        kept, counts = choose_columns(csv_header(path), columns, keep)
        yield from _ahead(csv_chunks(path, columns, kept, counts, unparsable), alone)
    else:
        yield from _ahead(jsonl_chunks(path, columns, keep, lambda names: column_of_counts(names, columns, keep), unparsable), alone)


def _parquet_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, row_groups: range | None, alone: bool) -> Iterator[Chunk]:
    file = _to_be_read_anywhere(path)
    metadata = pq.read_metadata(file)
    kept, counts = choose_columns(metadata.schema.to_arrow_schema().names, columns, keep)
    # Nested columns cannot be read as dictionaries.
    flat = {metadata.schema.column(i).path for i in range(metadata.num_columns)}.intersection(columns.names())
    # Never hold a whole row group or a whole column of it.
    with pq.ParquetFile(
        file, metadata=metadata, read_dictionary=sorted(flat), buffer_size=BYTES_READ_AT_ONCE, page_checksum_verification=True
    ) as log:
        wanted = [*columns.names(), *([counts] if counts else []), *kept]
        groups = range(metadata.num_row_groups) if row_groups is None else row_groups
        n_skipped, n_rows = (sum(metadata.row_group(group).num_rows for group in some) for some in (range(groups.start), groups))
        n_read = 0
        found = log.iter_batches(ROWS_OF_A_CHUNK, row_groups=list(groups), columns=wanted, use_threads=alone)
        # The thread that reads ahead has stopped before the file is closed.
        with closing(_ahead(found, alone)) as batches:
            for batch in batches:
                n_before, n_read = n_read, n_read + batch.num_rows
                yield chunk_of_batch(batch, columns, counts, numbers_from(n_skipped + n_before), n_read / n_rows)


def _to_be_read_anywhere(path: Place) -> Any:
    """Return what Parquet, which is read from its end, can be read from: of a compressed file, all its bytes."""
    if path.suffix.lower() not in COMPRESSED:
        return str(path) if isinstance(path, Path) else opened(path)
    raw, stream = open_bytes(path)
    with raw, stream:
        return pa.BufferReader(stream.read())


def _stream_chunks(source: Any, columns: Columns, keep: Sequence[str] | None) -> Iterator[Chunk]:
    n_before = 0
    reader = pa.RecordBatchReader.from_stream(source)
    kept, counts = choose_columns(reader.schema.names, columns, keep)
    wanted = [*columns.names(), *([counts] if counts else []), *kept]
    for batch in reader:
        # What comes from a file or another library may be damaged; a kernel sees only what is sound.
        batch.validate(full=True)
        yield chunk_of_batch(batch.select(wanted), columns, counts, numbers_from(n_before), np.nan)
        n_before += batch.num_rows


def _frame_chunks(frame: pd.DataFrame, columns: Columns, keep: Sequence[str] | None) -> Iterator[Chunk]:
    # An index with a name is a column, as after grouping.
    if named := [name for name in frame.index.names if name is not None and name not in frame.columns]:
        frame = frame.reset_index(level=named)
    frame = frame.set_axis([name if isinstance(name, str) else repr(name) for name in frame.columns], axis=1)
    kept, counts = choose_columns(list(frame.columns), columns, keep)
    first, second, *outcome = (_frame_column(frame[name]) for name in columns.names())
    n_of_row = _frame_column(frame[counts]) if counts else None
    yield Chunk(first, second, joined(outcome), n_of_row, {name: _kept_array(name, frame[name]) for name in kept}, numbers_from(0), 1.0)


def _frame_column(values: pd.Series) -> Column:
    if values.dtype != object or pd.api.types.infer_dtype(values) == "string":
        try:
            return column_of_array(_frame_array(values))
        except UnicodeEncodeError:
            pass
    # Values of several types in one column, or half characters, are judged one by one.
    return column_of_values(values.where(values.notna(), None).tolist())


def _frame_array(values: pd.Series) -> pa.Array:
    array = pa.array(values, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _kept_array(name: str, values: pd.Series) -> pa.Array:
    try:
        return plain_or_json(name, _frame_array(values))
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        # Values of several types, whole numbers of more than 64 bits, or half characters.
        return array_of_values(values.astype(object).where(values.notna(), None).tolist())


def _ahead(pieces: Iterator[Piece], alone: bool) -> Generator[Piece]:
    """Read the next pieces in a thread while the last one is used, unless other threads have work."""
    if not alone:
        yield from pieces
        return
    with ThreadPoolExecutor(1) as pool:
        following = deque(pool.submit(next, pieces, None) for _ in range(N_AHEAD))
        while (piece := following.popleft().result()) is not None:
            following.append(pool.submit(next, pieces, None))
            yield piece


def choose_columns(names: Sequence[str], columns: Columns, keep: Sequence[str] | None) -> tuple[list[str], str | None]:
    """Return the further columns to read, and the name of the column of counts if there is one.

    Raises
    ------
    InputError
        If a column is missing or occurs twice, or it is not certain whether one holds counts.
    """
    found = ", ".join(map(shown, names[:N_COLUMNS_SHOWN])) + (", ..." if len(names) > N_COLUMNS_SHOWN else "")
    options = ("--model-a", "--model-b", *("--winner" for _ in columns.outcome_columns()))
    for name, option in zip(columns.names(), options, strict=True):
        if name not in names:
            raise InputError(f"has no column {name!r} but {found or 'none at all'}; name the column with {option}{_flags_among(names)}")
        if names.count(name) > 1:
            raise InputError(f"has {names.count(name)} columns {name!r}; rename one, or name another with {option}")
    counts = column_of_counts(names, columns, keep)
    if keep is None:
        return [name for name in KEPT if name in names and name != counts], counts
    for name in keep:
        if names.count(name) != 1:
            raise InputError(f"has {names.count(name) or 'no'} column {name!r} to keep; there are {found}")
    return [name for name in keep if name not in (*columns.names(), counts)], counts


def _flags_among(names: Sequence[str]) -> str:
    """Point at columns that look like flags of the outcome."""
    flags = [name for name in names if name.casefold().startswith("winner_")]
    return f"; if {', '.join(map(repr, flags))} are 0 or 1, with --winner {','.join(flags)}" if len(flags) in (3, 4) else ""
