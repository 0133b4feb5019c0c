"""Parts of files that are read independently of each other: row groups of large Parquet files; of other formats, the whole file.

The parts depend on the file only, not on who reads them, so that what is counted part by part is the same however many read at once.
"""

from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.places.remote_files import Place, n_bytes_of, opened
from recount.engine.errors import InputError

# Row groups are put together up to so many rows; smaller files are not looked into.
ROWS_OF_A_PART = 1 << 22
SMALLEST_DIVIDED = 1 << 24
PARQUET = b"PAR1"
# Of the start of a text, by which its rows are estimated.
BYTES_LOOKED_AT = 1 << 20
CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file.

    Attributes
    ----------
    place : path or RemoteFile
    row_groups : range or None
        Of a Parquet file; None is the whole file.
    n_bytes : int
        Its share of the size of the file.
    is_last : bool
        Whether the file ends with it.
    """

    place: Place
    row_groups: range | None
    n_bytes: int
    is_last: bool = True


def whole_file(place: Place) -> Part:
    """Return a file as one part; if it cannot be read, reading it will say why."""
    try:
        return Part(place, None, n_bytes_of(place))
    except (OSError, InputError):
        return Part(place, None, 0)


def parts_of(place: Place) -> list[Part]:
    """Return the parts of a file."""
    whole = whole_file(place)
    try:
        metadata = metadata_of(place) if whole.n_bytes >= SMALLEST_DIVIDED else None
    except (OSError, InputError, pa.ArrowException):
        return [whole]
    if metadata is None or metadata.num_rows < 2 * ROWS_OF_A_PART:
        return [whole]
    edges, n_rows = [0], 0
    for group in range(metadata.num_row_groups):
        n_rows += metadata.row_group(group).num_rows
        if n_rows >= ROWS_OF_A_PART:
            edges.append(group + 1)
            n_rows = 0
    if edges[-1] < metadata.num_row_groups:
        edges.append(metadata.num_row_groups)
    groups = [range(start, end) for start, end in pairwise(edges)]
    share = whole.n_bytes // len(groups)
    return [Part(place, own, share, own.stop == metadata.num_row_groups) for own in groups]


def rows_expected(place: Place) -> float:
    """Estimate the number of rows of a file: Parquet says it, and of a text its first lines tell how long its rows are; 0 if nothing does."""
    try:
        metadata = metadata_of(place)
        if metadata is not None:
            return float(metadata.num_rows)
        with opened(place) as raw:
            start = raw.read(len(PARQUET))
            raw.seek(0)
            codec = next((codec for mark, codec in CODECS.items() if start.startswith(mark)), None)
            stream = pa.CompressedInputStream(raw, codec) if codec else raw
            n_lines = stream.read(BYTES_LOOKED_AT).count(b"\n")
            return float(n_lines * raw.size() / max(1, raw.tell()))
    except (OSError, InputError, pa.ArrowException):
        return 0.0


def _start(place: Place, n_bytes: int) -> bytes:
    with opened(place) as raw:
        return bytes(raw.read(n_bytes))


def metadata_of(place: Place) -> pq.FileMetaData | None:
    """Return what a Parquet file says of itself; None if it is none."""
    if _start(place, len(PARQUET)) != PARQUET:
        return None
    with opened(place) as raw:
        return pq.read_metadata(raw)
