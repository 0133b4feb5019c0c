"""Sources, by what they hold or their type, as chunks of columns.

Lines that cannot be parsed are returned beside the chunks; nothing else is judged here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from recount.data.choices import Columns
from recount.data.chosen_columns import choose_columns
from recount.data.columns import Chunk, Column, column_of_array, column_of_values, joined, numbers_from
from recount.data.fields import readings, value_in
from recount.data.formats import batches
from recount.data.formats.arrow_files import reader_chunks, reader_rows
from recount.data.formats.kinds import ending_of, kind_of
from recount.data.formats.parquet import parquet_chunks
from recount.data.formats.records import Row
from recount.data.formats.table import BYTES_OF_HEAD, FORMATS, IN_WORDS
from recount.data.formats.text_streams import head_of
from recount.data.further_columns import array_of_values, plain_or_json
from recount.data.layout_votes import layout_chunks
from recount.data.places.remote_files import Place, RemoteFile, n_bytes_of
from recount.data.rejects import UnparsableLines
from recount.data.third_competitors import first_of_record
from recount.engine.errors import InputError, SourceError

LONGEST_REASON = 200


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
    head : list of pyarrow.RecordBatch
        The first rows of a stream, which cannot be looked at again; grows while the chunks are read, and stays empty of other sources.
    """

    label: str
    chunks: Iterator[Chunk]
    unparsable: UnparsableLines
    head: list[pa.RecordBatch]


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
    label, unparsable, head = label_of(source), UnparsableLines(), list[pa.RecordBatch]()
    if isinstance(source, (str, Path, RemoteFile)):
        chunks = _file_chunks(Path(source) if isinstance(source, str) else source, columns, keep, unparsable, row_groups)
        chunks = batches.ahead(chunks) if alone else chunks
    elif columns.separator:
        raise InputError("a table has no separator; leave out --separator")
    elif isinstance(source, pd.DataFrame | pd.Series):
        # Counts after grouping; without a name they are called 0, as in a file.
        source = source.to_frame("0" if source.name is None else source.name) if isinstance(source, pd.Series) else source
        chunks = layout_chunks(rows_of_table(source), columns, keep) if columns.layout else _frame_chunks(source, columns, keep)
    elif hasattr(source, "__arrow_c_stream__"):
        chunks = layout_chunks(rows_of_table(source), columns, keep) if columns.layout else reader_chunks(source, columns, keep, head)
    else:
        raise InputError(f"votes are read from a path, a pandas frame or an Arrow table, not from {type(source).__name__}")
    return Source(label, _in_one_line(chunks, label), unparsable, head)


def as_it_is(source: Any) -> Any:
    """Return a source that does not change when a table in memory is changed later; files are as they are.

    Raises
    ------
    InputError
        If a table cannot be read.
    """
    if isinstance(source, pd.DataFrame | pd.Series):
        # Without its values, where pandas copies on writing.
        return source.copy(deep=pd.__version__ < "3")
    # Tables in memory offer their columns; what does not is a stream, which may be longer than memory.
    if isinstance(source, pa.Table) or not (hasattr(source, "__arrow_c_stream__") and hasattr(source, "__dataframe__")):
        return source
    try:
        # Of tables that change in place.
        return pa.table(source)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable("Arrow table", error) from error


def to_look_at(source: Any, head: Sequence[pa.RecordBatch]) -> Any:
    """Return what shows the first rows of a source once it was read: of a stream, its `head`."""
    return pa.Table.from_batches(head) if head and is_read_once(source) else source


def is_read_once(source: Any) -> bool:
    """Whether a source is a stream, which is used up when it is read."""
    return not isinstance(source, str | Path | RemoteFile | pd.DataFrame | pd.Series | pa.Table)


def label_of(source: Any) -> str:
    """Return what messages call a source; a file's name without control characters."""
    if isinstance(source, str | Path | RemoteFile):
        return repr(str(source))[1:-1]
    return "data frame" if isinstance(source, pd.DataFrame | pd.Series) else "Arrow table"


def labels_of(sources: Iterable[Any]) -> list[str]:
    """Return what messages call several sources; tables, which have no names, are numbered."""
    n_of = Counter[str]()
    labels = []
    for label in map(label_of, sources):
        n_of[label] += 1
        labels.append(label if n_of[label] == 1 else f"{label} {n_of[label]}")
    return labels


def _unreadable(label: str, error: Exception) -> SourceError:
    # Arrow adds where in Python an error arose.
    reason = repr(str(error).partition("\n")[0].partition(". Detail: Python exception")[0][:LONGEST_REASON])
    return SourceError(f"{label} cannot be read ({reason}); is it complete?")


def _in_one_line(chunks: Iterator[Chunk], label: str) -> Iterator[Chunk]:
    """Turn errors while chunks are read into one line that names the source."""
    try:
        yield from chunks
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise _unreadable(label, error) from error
    except InputError as error:
        raise SourceError(f"{label}: {error}") from error


def _file_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines, row_groups: range | None) -> Iterator[Chunk]:
    if isinstance(path, Path) and not path.exists():
        raise InputError("does not exist")
    if n_bytes_of(path) == 0:
        raise InputError("is empty")
    kind = kind_of(head_of(path, BYTES_OF_HEAD), ending_of(path))
    if columns.separator and kind != "delimited":
        raise InputError(f"is {IN_WORDS[kind]}, where --separator has no effect; leave it out")
    as_chunks, as_rows = FORMATS[kind]
    if columns.layout:
        yield from layout_chunks(as_rows(path, columns, unparsable), columns, keep)
    elif row_groups is not None:
        yield from parquet_chunks(path, columns, keep, unparsable, row_groups)
    else:
        yield from as_chunks(path, columns, keep, unparsable)


def _frame_chunks(frame: pd.DataFrame, columns: Columns, keep: Sequence[str] | None) -> Iterator[Chunk]:
    frame = _plain_frame(frame)
    chosen = choose_columns(list(frame.columns), columns, keep)
    first, second, *outcome = (_frame_column(_values(frame, name)) for name in columns.names())
    if "[" in columns.first and columns.first not in frame.columns:
        first = column_of_values([first_of_record(record, columns.first, columns.second) for record in _records(frame)])
    n_of_row = _frame_column(frame[chosen.counts]) if chosen.counts else None
    held = {name: _kept_array(name, _values(frame, name)) for name in chosen.kept}
    yield Chunk(first, second, joined(outcome), n_of_row, held, numbers_from(0), 1.0)


def rows_of_table(source: Any) -> Iterator[Row]:
    """Read all columns of a pandas frame, or of anything with ``__arrow_c_stream__``, as records."""
    return _frame_rows(source) if isinstance(source, pd.DataFrame) else reader_rows(source)


def _frame_rows(frame: pd.DataFrame) -> Iterator[Row]:
    frame = _plain_frame(frame)
    for number, record in enumerate(_records(frame), 1):
        yield Row(number, record, number / len(frame))


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Draw the rows of a frame as Python values, None where one is missing."""
    names = list(map(str, frame.columns))
    for values in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None):
        yield dict(zip(names, values, strict=True))


def _plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns are named by text; an index with a name is a column, as after grouping."""
    for level, name in enumerate(frame.index.names):
        if name is not None and name in frame.columns and not (frame.index.get_level_values(level) == frame[name]).all():
            raise InputError(f"{name!r} is the name of a level of the index and of a column, which differ; rename one of both")
    if named := [name for name in frame.index.names if name is not None and name not in frame.columns]:
        frame = frame.reset_index(level=named)
    return frame.set_axis([name if isinstance(name, str) else repr(name) for name in frame.columns], axis=1)


def _values(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return the values of a column, or of a field within one."""
    if name in frame.columns:
        return frame[name]
    columns = [column for column in {field.column for field in readings(name)} if column in frame.columns]
    return pd.Series([value_in(record, name) for record in _records(frame[columns])], dtype=object)


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
