"""A line of names in another order within text, as where files were joined whose columns stand in different orders: what is below it is misread."""

import pyarrow as pa
import pyarrow.compute as pc

from recount.data.formats import text_streams
from recount.data.formats.headings import Heading
from recount.data.places.remote_files import Place

# Columns that hold a name of a column: labels of an outcome may be such names.
FEWEST = 2


def may_have_names(batch: pa.RecordBatch, heading: Heading) -> bool:
    """Whether several columns of a batch hold names of columns, other than their own, so that a row may be a line of names in another order."""
    n_columns = 0
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        values = column.dictionary if pa.types.is_dictionary(column.type) else column
        others = pa.array([other for other in heading.names if other != name], pa.string())
        n_columns += bool(pc.any(pc.is_in(values, others)).as_py())
    return n_columns >= FEWEST


def second_heading(path: Place, heading: Heading) -> str | None:
    """Return the first line that holds the names of all columns in another order than the first one does; None if there is none."""
    names = sorted(heading.names)
    found: list[str] = []
    begun = b""

    def look(piece: bytes) -> None:
        nonlocal begun
        *lines, begun = (begun + piece).split(b"\n")
        for line in lines if not found else ():
            text = line.decode(errors="replace").strip("\r")
            fields = [field.strip('"') for field in text.split(heading.separator)]
            if len(fields) == len(names) and fields != heading.names and sorted(fields) == names:
                found.append(text)

    raw, stream = text_streams.open_text(path, look)
    with raw, stream:
        while stream.read(text_streams.BLOCK):
            pass
    return next(iter(found), None)
