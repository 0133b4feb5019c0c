"""Saved counts: a Parquet file that holds the votes of logs by pair and outcome, and says which logs these were.

Columns `model_a`, `model_b`, `winner` (text: model_a, model_b, tie or both_bad) and `count` (int64, 1 or more): each first, second and outcome once,
in order. Other programs can write these four columns too (`docs/data.md`). What Recount writes has an `Provenance` in its metadata, as JSON under
`recount.counts`; by the checksums in it, votes that would count twice are noticed. It is read with these columns, whatever those of other logs are
called.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.choices import LMARENA, Columns
from recount.data.places.parts import metadata_of
from recount.data.places.remote_files import Place
from recount.engine.errors import InputError
from recount.engine.votes import OUTCOMES, PairCounts

KEY = b"recount.counts"
FORMAT = 1
COUNT = "count"
SAVED_COLUMNS = Columns(count=COUNT)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where saved counts come from.

    Attributes
    ----------
    inputs : tuple of (str, str or None)
        Path and SHA-256 of each file whose votes they hold, also of those that went into counts that were read; a table has no checksum.
    columns : mapping of str to str
        How these were read; the fields of `Columns`.
    filters : mapping of str to object
        Which of their votes were taken, by plain names of choices; all, if there are none.
    n_rows : int
        Rows read.
    left_out : mapping of str to int
        Rows that were no votes, by reason.
    unreadable : mapping of str to str
        Files that could not be read and were left out, and why.
    n_votes : int
    recount : str
        Version that wrote them.
    format : int
    """

    inputs: tuple[tuple[str, str | None], ...]
    columns: Mapping[str, str]
    filters: Mapping[str, Any]
    n_rows: int
    left_out: Mapping[str, int]
    unreadable: Mapping[str, str]
    n_votes: int
    recount: str = version("arena-recount")
    format: int = FORMAT


def write_counts(counts: PairCounts, path: Path, provenance: Provenance) -> None:
    """Write counts and their provenance."""
    pair, outcome = np.nonzero(counts.counts)
    names, outcomes = pa.array(counts.names, pa.string()), pa.array(OUTCOMES)
    columns = [
        *(pa.DictionaryArray.from_arrays(pa.array(side[pair]), names).cast(pa.string()) for side in (counts.first, counts.second)),
        pa.DictionaryArray.from_arrays(pa.array(outcome.astype(np.int32)), outcomes).cast(pa.string()),
        pa.array(counts.counts[pair, outcome], pa.int64()),
    ]
    table = pa.table(columns, names=[*LMARENA, COUNT]).replace_schema_metadata({KEY: json.dumps(asdict(provenance)).encode()})
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def provenance_of(place: Place) -> Provenance | None:
    """Return where saved counts come from; None of files that are none, or that other programs wrote.

    Raises
    ------
    InputError
        If they were written by a later version, or are damaged.
    """
    try:
        metadata = metadata_of(place)
    except (OSError, InputError, pa.ArrowException):
        # Reading it will say why.
        return None
    written = (metadata.metadata or {}).get(KEY) if metadata is not None else None
    if written is None:
        return None
    try:
        facts = json.loads(written)
        if facts["format"] > FORMAT:
            raise InputError(f"{place} holds counts in format {facts['format']}, and this version knows up to {FORMAT}; install a later one")
        return Provenance(**{**facts, "inputs": tuple((str(path), checksum) for path, checksum in facts["inputs"])})
    except (ValueError, TypeError, LookupError) as error:
        raise InputError(f"{place} holds counts whose origin cannot be read ({error}); save them again with --save-counts") from error


def check_counted_once(files: Iterable[tuple[str, str, Provenance | None]]) -> None:
    """Raise `InputError` if votes would count twice, by the checksums of files and of what went into counts among them.

    Each file has a path, a checksum and, if it is saved counts, an provenance.
    """
    # Which file has the votes of each checksum.
    holder: dict[str, str] = {}
    for path, own, provenance in files:
        for name, checksum in ((path, own), *(() if provenance is None else provenance.inputs)):
            if checksum is None:
                continue
            if checksum in holder:
                what = "has the same votes as" if name == path else f"holds the votes of {name!r}, which are also in"
                raise InputError(f"{path!r} {what} {holder[checksum]!r}, so that they would count twice; leave one of them out")
            holder[checksum] = path
