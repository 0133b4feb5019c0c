"""Text with a separator: CSV, and with tabs, semicolons or bars in place of commas."""

import csv
import io
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from recount.data.choices import SEPARATORS, Columns
from recount.data.chosen_columns import choose_columns
from recount.data.columns import Chunk, Ints, chunk_of_batch
from recount.data.fields import field_of
from recount.data.formats import batches, text_streams
from recount.data.formats.kinds import ending_of
from recount.data.formats.records import Row
from recount.data.places.remote_files import Place
from recount.data.quarantine import shown
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError

SECONDS_TO_END = 0.1
TEXT = pa.dictionary(pa.int32(), pa.string())
TABS = (".tsv", ".tab")
# Lines of which it is asked whether a separator cuts all into as many fields.
N_LOOKED_AT = 50


def delimited_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of text; blank lines are no rows, and rows with too many or too few fields go to `unparsable`."""
    separator, names = separator_and_names(path, columns)
    chosen = choose_columns(names, columns, keep)

    def chunks() -> Iterator[Chunk]:
        for batch, numbers, share in _batches(path, separator, chosen.columns, TEXT, unparsable):
            yield chunk_of_batch(batch, columns, chosen.kept, chosen.counts, numbers, share)

    yield from (chunks())


def delimited_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read all columns of text as records of texts; an empty one is None."""
    separator, names = separator_and_names(path, columns)
    if columns.layout and (twice := next((name for name in names if names.count(name) > 1), None)):
        raise InputError(f"has {names.count(twice)} columns {twice!r}; rename one")
    once = [name for name in names if names.count(name) == 1]
    for batch, numbers, share in _batches(path, separator, once, pa.string(), unparsable):
        for number, record in zip(numbers(np.arange(batch.num_rows)).tolist(), batches.records_of(batch), strict=True):
            yield Row(number, record, share)


def separator_and_names(path: Place, columns: Columns) -> tuple[str, list[str]]:
    """Return the separator of a text and the names in its first line.

    It is the one that was named; or that with which the columns of the vote are there; or the only one in the first line; or the only one that cuts
    all lines into as many fields.

    Raises
    ------
    InputError
        If it is not certain.
    """
    raw, stream = text_streams.open_text(path)
    with raw, stream:
        first = stream.read(text_streams.BLOCK)
    if len(first) == text_streams.BLOCK and b"\n" not in first and b"\r" not in first:
        raise InputError(_too_long())
    text = first.decode(errors="replace")
    if columns.separator:
        separator = SEPARATORS[columns.separator]
        if len(names := _fields(text, separator)) < 2:
            first_line = shown(text.partition("\n")[0])
            raise InputError(f"has no field separated as --separator {columns.separator} says in its first line, {first_line}")
        return separator, names
    found = {separator: names for separator in SEPARATORS.values() if len(names := _fields(text, separator)) > 1}
    fitting = [one for one, names in found.items() if all(field_of(name, names) for name in columns.names())]
    if len(fitting or found) > 1 and not (fitting := [one for one in fitting or found if one == "\t" and ending_of(path) in TABS]):
        fitting = [one for one, names in found.items() if _cuts_evenly(text, one, len(names))]
    separators = fitting or list(found)
    if len(separators) > 1:
        words = [word for word, one in SEPARATORS.items() if one in separators]
        raise InputError(f"has more than one separator in its first line, {' and '.join(words)}; name it with --separator {words[0]} or {words[1]}")
    return (separators[0], found[separators[0]]) if separators else (",", _fields(text, ","))


def _fields(text: str, separator: str) -> list[str]:
    """Return the fields of the first line."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error as error:
        raise InputError(f"the first line is no CSV header ({error})") from error


def _cuts_evenly(text: str, separator: str, n_fields: int) -> bool:
    """Whether the first lines have as many fields each."""
    # The last one may be cut.
    lines = text.splitlines()[:-1] if len(text) >= text_streams.BLOCK else text.splitlines()
    rows = csv.reader(io.StringIO("\n".join(lines[1 : N_LOOKED_AT + 1])), delimiter=separator)
    try:
        return all(len(row) == n_fields for row in rows if row)
    except csv.Error:
        return False


def _batches(
    path: Place, separator: str, names: Sequence[str], kind: pa.DataType, unparsable: UnparsableLines
) -> Iterator[tuple[pa.RecordBatch, Callable[[Ints], Ints], float]]:
    """Draw batches of some columns with their row numbers and how much was read."""
    # Text in which a quotation mark seems to have swallowed lines: nobody could say how many votes were in them.
    swallowed: list[str] = []

    def set_aside(row: Any) -> str:
        text = row.text or ""
        # Arrow counts the header as row 1.
        unparsable.add(row.number - 1, text)
        if "\n" in text and text.count('"') % 2 and not swallowed:
            swallowed.append(text)
        return "error" if unparsable.too_many else "skip"

    raw, stream = text_streams.open_text(path)
    with raw, stream:
        n_read = 0
        for batch in _parsed(stream, separator, names, kind, set_aside, unparsable):
            if kind == TEXT and not swallowed:
                swallowed += [text for column in batch.columns for text in column.dictionary.to_pylist() if "\n" in text][:1]
            yield batch, _numbers_past(n_read, unparsable), raw.tell() / raw.size()
            n_read += batch.num_rows
    if swallowed:
        raise InputError(f"a quotation mark is closed lines after it is opened, or never, at {shown(swallowed[0])}; repair the log")


def _parsed(
    stream: pa.NativeFile,
    separator: str,
    names: Sequence[str],
    kind: pa.DataType,
    set_aside: Callable[[Any], str],
    unparsable: UnparsableLines,
) -> Iterator[pa.RecordBatch]:
    try:
        yield from pyarrow.csv.open_csv(
            stream,
            # Rows are numbered by one thread only.
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=text_streams.BLOCK),
            parse_options=pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=set_aside),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, kind), include_columns=names, strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        # Arrow's thread that reads ahead needs a moment to find the end; an interpreter that ends before that hangs.
        time.sleep(SECONDS_TO_END)
        unparsable.check()
        if "straddling" in str(error):
            raise InputError(_too_long()) from error
        # A header without a line end.
        if "Empty CSV file" not in str(error):
            raise


def _too_long() -> str:
    return f"a line is longer than {text_streams.BLOCK >> 20} MB, or a quotation mark is not closed"


def _numbers_past(n_before: int, unparsable: UnparsableLines) -> Callable[[Ints], Ints]:
    """Row numbers of a batch that follows `n_before` good rows; unparsable rows lie between them."""

    def numbers(positions: Ints) -> Ints:
        skipped = np.array(unparsable.rows, np.int64)
        good = positions.astype(np.int64) + n_before + 1
        return good + np.searchsorted(skipped - np.arange(skipped.size), good, side="right")

    return numbers
