"""Replicates in a Parquet file: one column for each competitor, one row for each replicate, and how they were made in the file's metadata.

The law of a vote is saved with one parameter of ties, without those that pairs have of their own.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recount.engine import InputError, Replicates, TieRule, VoteLaw

KEY = b"recount.replicates"


def write_replicates(replicates: Replicates, path: str | Path) -> None:
    """Save replicates, every digit of them."""
    facts = {
        "strengths": replicates.strengths.tolist(),
        "scheme": replicates.scheme,
        "seed": replicates.seed,
        "first_replicate": replicates.first_replicate,
        "rating_error": replicates.rating_error,
        "interval_method": replicates.interval_method,
        "acceleration": None if replicates.acceleration is None else replicates.acceleration.tolist(),
        "widening": None if replicates.widening is None else replicates.widening.tolist(),
        "law": None if replicates.law is None else {"ties": replicates.law.ties.value, "parameter": replicates.law.parameter},
    }
    columns = [pa.array(np.ascontiguousarray(column)) for column in replicates.values.T]
    table = pa.table(columns, names=list(replicates.names)).replace_schema_metadata({KEY: json.dumps(facts).encode()})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)


def read_replicates(path: str | Path) -> Replicates:
    """Read saved replicates.

    Raises
    ------
    InputError
        If the file cannot be read or holds no replicates.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"replicates {str(path)!r} cannot be read ({str(error).partition(chr(10))[0]})") from error
    metadata = table.schema.metadata or {}
    if KEY not in metadata:
        raise InputError(f"{str(path)!r} holds no replicates; they are written by recount rate --replicates")
    facts = json.loads(metadata[KEY])
    law = facts.pop("law", None)
    values = np.column_stack([column.to_numpy() for column in table.columns])
    # Files of earlier versions hold plain replicates.
    arrays = {name: None if facts.get(name) is None else np.array(facts[name]) for name in ("strengths", "acceleration", "widening")}
    for array in (values, *arrays.values()):
        if array is not None:
            array.setflags(write=False)
    return Replicates(tuple(table.column_names), values=values, law=law and VoteLaw(TieRule(law["ties"]), law["parameter"]), **(facts | arrays))
