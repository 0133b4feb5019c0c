"""The formats, and how each gives the votes of a file as chunks, and its rows as records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from recount.data.choices import Columns
from recount.data.columns import Chunk
from recount.data.formats.arrow_files import arrow_file_chunks, arrow_file_rows, arrow_stream_chunks, arrow_stream_rows
from recount.data.formats.delimited import delimited_chunks, delimited_rows
from recount.data.formats.json_documents import json_chunks, json_rows
from recount.data.formats.json_lines import json_lines_chunks, json_lines_rows
from recount.data.formats.kinds import Kind
from recount.data.formats.parquet import parquet_chunks, parquet_rows
from recount.data.formats.records import Row
from recount.data.places.remote_files import Place
from recount.data.rejects import UnparsableLines

# By which a format is recognised.
BYTES_OF_HEAD = 1 << 20


class Format(NamedTuple):
    """How a format is read.

    Attributes
    ----------
    chunks : callable
        Takes a path, columns, further columns to keep, and what notes lines that cannot be parsed; draws chunks.
    rows : callable
        Takes a path, columns, and what notes such lines; draws rows with all their columns.
    """

    chunks: Callable[[Place, Columns, Sequence[str] | None, UnparsableLines], Iterator[Chunk]]
    rows: Callable[[Place, Columns, UnparsableLines], Iterator[Row]]


FORMATS: Mapping[Kind, Format] = {
    "parquet": Format(parquet_chunks, parquet_rows),
    "arrow file": Format(arrow_file_chunks, arrow_file_rows),
    "arrow stream": Format(arrow_stream_chunks, arrow_stream_rows),
    "delimited": Format(delimited_chunks, delimited_rows),
    "json lines": Format(json_lines_chunks, json_lines_rows),
    "json": Format(json_chunks, json_rows),
}
IN_WORDS: Mapping[Kind, str] = {
    "parquet": "Parquet",
    "arrow file": "Arrow (IPC file, Feather)",
    "arrow stream": "Arrow (IPC stream)",
    "delimited": "text with a separator",
    "json lines": "JSON lines",
    "json": "JSON",
}
