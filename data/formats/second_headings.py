"""A line of names in another order within text, as where files were joined whose columns stand in different orders: what is below it is misread."""

import re

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
        others = pa.array([_plain(other) for other in heading.names if other != name], pa.string())
        n_columns += bool(pc.any(pc.is_in(pc.ascii_lower(pc.replace_substring_regex(values, r"[\s_.\-]", "")), others)).as_py())
    return n_columns >= FEWEST


def _plain(name: str) -> str:
    """Return a name of a column as it may be written elsewhere: without quotes, case, spaces and what joins words."""
    return re.sub(r"[\s_.\-]", "", name.strip('"')).lower()


def second_heading(path: Place, heading: Heading) -> str | None:
    """Return the first line that holds the names of all columns in another order than the first one does, or two exchanged; None if none does."""
    own = list(map(_plain, heading.names))
    place = {name: k for k, name in enumerate(own)}
    found: list[str] = []
    begun = b""

    def look(piece: bytes) -> None:
        nonlocal begun
        *lines, begun = (begun + piece).split(b"\n")
        for line in lines if not found else ():
            text = line.decode(errors="replace").strip("\r")
            fields = [_plain(field) for field in text.split(heading.separator)]
            if len(fields) != len(own):
                continue
            is_permuted = fields != own and sorted(fields) == sorted(own)
            # Others may be called otherwise; a competitor may be called as a column is, and labels of the outcome are.
            may_be_names = sum(name in place for name in fields) > FEWEST and not any(map(str.isdigit, fields))
            if is_permuted or (may_be_names and any(place.get(name, k) != k and fields[place[name]] == own[k] for k, name in enumerate(fields))):
                found.append(text)

    raw, stream = text_streams.open_text(path, look)
    with raw, stream:
        while stream.read(text_streams.BLOCK):
            pass
    return next(iter(found), None)
