"""Replicates in a Parquet file: one column for each competitor, one row for each replicate, and how they were made in the file's metadata.

The metadata holds a checksum of names, numbers and facts, so that no damage goes unseen, whether or not a manifest stands beside the file. The law of
a vote is saved with one parameter of ties, without those that pairs have of their own.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.whole_files import write_whole
from recount.engine import InputError, Replicates, TieRule, VoteLaw
from recount.engine.choices.arguments import checked
from recount.engine.choices.resampling import IntervalMethod
from recount.engine.errors import RecountError
from recount.engine.votes import Floats

KEY = b"recount.replicates"
CHECKSUM = b"recount.sha256"


@checked
def write_replicates(replicates: Replicates, path: str | Path) -> None:
    """Save replicates, every digit of them."""
    write_whole(Path(path), lambda place: write_replicates_in_place(replicates, place))


def write_replicates_in_place(replicates: Replicates, path: Path) -> None:
    """Write replicates to a file that is there already, such as a temporary one, of which somebody holds the lock."""
    facts = {
        "strengths": replicates.strengths.tolist(),
        "scheme": replicates.scheme,
        "seed": replicates.seed,
        "first_replicate": replicates.first_replicate,
        "rating_error": replicates.rating_error,
        "interval_method": replicates.interval_method,
        "acceleration": None if replicates.acceleration is None else replicates.acceleration.tolist(),
        "widening": None if replicates.widening is None else replicates.widening.tolist(),
        "degrees_of_covariance": replicates.degrees_of_covariance,
        "law": None if replicates.law is None else {"ties": replicates.law.ties.value, "parameter": replicates.law.parameter},
    }
    written = json.dumps(facts).encode()
    columns = [pa.array(np.ascontiguousarray(column)) for column in replicates.values.T]
    metadata = {KEY: written, CHECKSUM: _checksum(replicates.names, replicates.values, written).encode()}
    table = pa.table(columns, names=list(replicates.names)).replace_schema_metadata(metadata)
    pq.write_table(table, path, compression="zstd", use_dictionary=False, write_page_checksum=True)


@checked
def read_replicates(path: str | Path) -> Replicates:
    """Read saved replicates.

    Raises
    ------
    InputError
        If the file cannot be read, holds no replicates, or not as they were written.
    """
    try:
        table = pq.ParquetFile(path, page_checksum_verification=True).read()
    except (OSError, ValueError, MemoryError, pa.ArrowException) as error:
        raise InputError(f"replicates {str(path)!r} cannot be read ({str(error).partition(chr(10))[0]})") from error
    metadata = table.schema.metadata or {}
    if KEY not in metadata:
        raise InputError(f"{str(path)!r} holds no replicates; they are written by recount rate --replicates")
    damaged = InputError(f"{str(path)!r} is not as it was written, by the checksum in it; write it again with recount rate --replicates")
    if not all(column.type == pa.float64() and not column.null_count for column in table.columns):
        raise damaged
    values = np.column_stack([column.to_numpy() for column in table.columns]) if table.num_columns else np.empty((0, 0))
    names = tuple(table.column_names)
    if metadata.get(CHECKSUM, b"") != _checksum(names, values, metadata[KEY]).encode():
        raise damaged
    try:
        return _made(names, values, json.loads(metadata[KEY]))
    except (RecountError, ValueError, TypeError, LookupError) as error:
        raise InputError(f"{str(path)!r} holds no replicates that can be used ({error}); write it again with recount rate --replicates") from error


def _checksum(names: Sequence[str], values: Floats, facts: bytes) -> str:
    """SHA-256 of all that makes replicates."""
    found = hashlib.sha256(json.dumps([*names, values.shape]).encode())
    found.update(np.ascontiguousarray(values).tobytes())
    found.update(facts)
    return found.hexdigest()


def _made(names: tuple[str, ...], values: Floats, facts: dict[str, Any]) -> Replicates:
    """Make replicates after checking what is said of them; raise `ValueError`, `TypeError` or `LookupError` if it cannot be true."""
    strengths = np.array(facts["strengths"], np.float64)
    acceleration, widening = (None if facts[name] is None else np.array(facts[name], np.float64) for name in ("acceleration", "widening"))
    law, whole_numbers = facts["law"], (facts["seed"], facts["first_replicate"])
    if strengths.shape != (len(names),) or not np.isfinite(strengths).all() or len(set(names)) != len(names) or values.shape[0] < 1:
        raise ValueError("strengths and names do not belong together")
    if any(array is not None and array.shape != strengths.shape for array in (acceleration, widening)):
        raise ValueError("acceleration or widening and names do not belong together")
    if not isinstance(facts["scheme"], str) or facts["interval_method"] not in get_args(IntervalMethod):
        raise ValueError("the scheme or the interval is none of those known")
    if not all(isinstance(number, int) and number >= 0 for number in whole_numbers) or not math.isfinite(facts["rating_error"]):
        raise ValueError("the seed, the first replicate or the error is no number")
    degrees = facts["degrees_of_covariance"]
    if degrees is not None and not (isinstance(degrees, float) and degrees > 0):
        raise ValueError("the degrees of freedom are no number above 0")
    for array in (values, strengths, acceleration, widening):
        if array is not None:
            array.setflags(write=False)
    return Replicates(
        names,
        strengths,
        values,
        facts["scheme"],
        facts["seed"],
        facts["first_replicate"],
        facts["rating_error"],
        interval_method=facts["interval_method"],
        acceleration=acceleration,
        widening=widening,
        law=law and VoteLaw(TieRule(law["ties"]), float(law["parameter"])),
        degrees_of_covariance=degrees,
    )
