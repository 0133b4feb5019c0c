"""Text with a separator: CSV, and with tabs, semicolons or bars in place of commas."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from recount.data.choices import Columns
from recount.data.chosen_columns import choose_columns
from recount.data.columns import Chunk, Ints, chunk_of_batch
from recount.data.formats import batches, text_streams
from recount.data.formats.headings import Heading, heading_of_log
from recount.data.formats.records import Row
from recount.data.formats.second_headings import may_have_names, second_heading
from recount.data.formats.swallowed_lines import swallowed_rows
from recount.data.places.remote_files import Place
from recount.data.quarantine import shown
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError
from recount.engine.plurals import plural

SECONDS_TO_END = 0.1
MARK = "a quotation mark"
TEXT = pa.dictionary(pa.int32(), pa.string())


def delimited_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of text; blank lines are no rows, and rows with too many or too few fields go to `unparsable`."""
    heading = heading_of_log(path, columns)
    try:
        chosen = choose_columns(heading.names, columns, keep)
    except InputError as error:
        raise InputError(f"{heading.fault or error}") from error
    for batch, numbers, share in _batches(path, heading, chosen.columns, TEXT, unparsable):
        yield chunk_of_batch(batch, columns, chosen.kept, chosen.counts, numbers, share)


def delimited_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read all columns of text as records of texts; an empty one is None."""
    heading = heading_of_log(path, columns)
    n_of = Counter(heading.names)
    if columns.layout and (twice := next((name for name, n in n_of.items() if n > 1), None)):
        raise InputError(f"has {plural(n_of[twice], 'column')} {twice!r}; rename one")
    once = [name for name, n in n_of.items() if n == 1]
    for batch, numbers, share in _batches(path, heading, once, pa.string(), unparsable):
        # In small parts, because often only the first rows are looked at.
        places = np.arange(batch.num_rows)
        for start in range(0, batch.num_rows, batches.ROWS_OF_RECORDS):
            part = batch.slice(start, batches.ROWS_OF_RECORDS)
            for number, record in zip(numbers(places[start:][: part.num_rows]).tolist(), batches.records_of(part), strict=True):
                yield Row(number, record, share)


def _batches(
    path: Place, heading: Heading, names: Sequence[str], kind: pa.DataType, unparsable: UnparsableLines
) -> Iterator[tuple[pa.RecordBatch, Callable[[Ints], Ints], float]]:
    """Draw batches of some columns with their row numbers and how much was read."""
    # Text in which a quotation mark seems to have swallowed lines: nobody could say how many votes were in them.
    swallowed: list[str] = []
    n_one_more = 0

    def set_aside(row: Any) -> str:
        nonlocal n_one_more
        n_one_more += row.actual_columns == row.expected_columns + 1
        text = row.text or ""
        # Arrow counts the header as row 1.
        unparsable.add(row.number - 1 - heading.n_above, text)
        if "\n" in text and text.count('"') % 2 and not swallowed:
            swallowed.append(text)
        return "error" if unparsable.too_many else "skip"

    n_ends, has_names = 0, False

    def look(text: bytes) -> None:
        nonlocal n_ends
        n_ends += int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n")))

    raw, stream = text_streams.open_text(path, look)
    with raw, stream:
        n_read = 0
        for batch in _parsed(stream, heading, names, kind, set_aside, unparsable):
            has_names = has_names or may_have_names(batch, heading)
            if kind == TEXT and not swallowed:
                swallowed += [text for column in batch.columns for text in column.dictionary.to_pylist() if "\n" in text][:1]
            yield batch, _numbers_past(n_read, unparsable), raw.tell() / raw.size()
            n_read += batch.num_rows
    if swallowed:
        raise InputError(
            f"{MARK} is closed lines after it is opened, or never, at {shown(swallowed[0])}; "
            "close it, or, if the value has a line break, take that out"
        )
    unparsable.are_one_longer = not n_read and n_one_more == len(unparsable.rows)
    if has_names and (line := second_heading(path, heading)):
        raise InputError(f"has its names of columns again in another order, {shown(line)}; cut the file there, into two")
    # Of lines there are more than rows if some are empty, or inside values.
    if n_ends > heading.n_above + 1 + n_read + len(unparsable.rows) and (found := swallowed_rows(path, heading)):
        text, column = found
        raise InputError(
            f"{MARK} in column {column!r} is closed lines after it is opened, and rows stand inside it, at {shown(text)}; repair the log"
        )


def _parsed(
    stream: pa.NativeFile,
    heading: Heading,
    names: Sequence[str],
    kind: pa.DataType,
    set_aside: Callable[[Any], str],
    unparsable: UnparsableLines,
) -> Iterator[pa.RecordBatch]:
    try:
        yield from pyarrow.csv.open_csv(
            stream,
            # Rows are numbered by one thread only.
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=text_streams.BLOCK, skip_rows=heading.n_above),
            parse_options=pyarrow.csv.ParseOptions(delimiter=heading.separator, newlines_in_values=True, invalid_row_handler=set_aside),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, kind), include_columns=names, strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        # Arrow's thread that reads ahead needs a moment to find the end; an interpreter that ends before that hangs.
        time.sleep(SECONDS_TO_END)
        unparsable.check()
        if "straddling" in str(error):
            raise InputError(text_streams.too_long()) from error
        # A header without a line end.
        if "Empty CSV file" not in str(error):
            raise


def _numbers_past(n_before: int, unparsable: UnparsableLines) -> Callable[[Ints], Ints]:
    """Row numbers of a batch that follows `n_before` good rows; unparsable rows lie between them."""

    def numbers(positions: Ints) -> Ints:
        skipped = np.array(unparsable.rows, np.int64)
        good = positions.astype(np.int64) + n_before + 1
        return good + np.searchsorted(skipped - np.arange(skipped.size), good, side="right")

    return numbers
