"""Rows of text that a stray quotation mark has swallowed: they stand inside a value of a column that nobody asked for.

Text that people write may have line ends, separators, and even tables in it. A value has swallowed rows only if each of its lines has as many
separators as a row has there, and two of the fields that they are cut into stand in the same columns of other rows.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from recount.data.formats import text_streams
from recount.data.formats.headings import Heading
from recount.data.places.remote_files import Place

# Fields that stand in their columns elsewhere; one may by chance.
REPEATED = 2


def swallowed_rows(path: Place, heading: Heading) -> tuple[str, str] | None:
    """Return the first value in which rows stand, and the name of its column; None if there is none.

    Parameters
    ----------
    path : path or RemoteFile
    heading : Heading

    Raises
    ------
    pyarrow.ArrowInvalid
        If the text cannot be cut into fields.
    """
    known: list[set[str]] = []
    for batch in _all_columns(path, heading):
        columns = [column.cast(pa.string()) for column in batch.columns]
        # What stands in the first block of text stands for what stands in a column.
        known = known or [set(column.unique().to_pylist()) - {""} for column in columns]
        for place, column in enumerate(columns):
            for text in column.filter(pc.match_substring(column, "\n")).to_pylist():
                if _n_known(_fields_within(text, place, heading), known) >= REPEATED:
                    return text, heading.names[place]
    return None


def _all_columns(path: Place, heading: Heading) -> Iterator[pa.RecordBatch]:
    names = [f"{place}" for place in range(len(heading.names))]
    raw, stream = text_streams.open_text(path)
    with raw, stream:
        yield from pyarrow.csv.open_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=text_streams.BLOCK, skip_rows=heading.n_above + 1, column_names=names),
            parse_options=pyarrow.csv.ParseOptions(delimiter=heading.separator, newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
            convert_options=pyarrow.csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.binary())),
        )


def _fields_within(text: str, place: int, heading: Heading) -> Iterator[tuple[int, str]]:
    """Draw the fields of swallowed rows with the places of their columns; nothing if the lines of a value are no rows.

    The first line ends the row in which the value begins, and the last one begins the row in which it ends.
    """
    first, *between, last = (line.split(heading.separator) for line in text.splitlines() or [""])
    n = len(heading.names)
    if len(first) == n - place and len(last) == place + 1 and all(len(line) == n for line in between):
        yield from enumerate(first[1:], place + 1)
        for line in (*between, last[:-1]):
            yield from enumerate(line)


def _n_known(fields: Iterator[tuple[int, str]], known: Sequence[set[str]]) -> int:
    return sum(field in known[place] for place, field in fields)
