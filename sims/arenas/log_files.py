"""Votes to files, as real logs have them: model_a, model_b, winner in LMArena's spelling, voter, prompt, tstamp."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from recount.engine.errors import OptionError
from recount.engine.votes import Factor, Votes

WINNERS = ("model_a", "model_b", "tie", "tie (bothbad)")
ENDINGS = (".parquet", ".csv")
ROWS_OF_A_GROUP = 1 << 20
# Bytes; beyond it Parquet would write every name out.
LARGEST_DICTIONARY = 1 << 28


def write_log(votes: Votes, path: Path) -> None:
    """Write votes with their columns, in Parquet (text as dictionaries, which readers see as text) or CSV as the ending says.

    Raises
    ------
    OptionError
        If the ending is neither.
    """
    write_arrays(arrays_of(votes), path)


def write_arrays(arrays: Mapping[str, pa.Array], path: Path) -> None:
    """Write columns, in Parquet (text as dictionaries) or CSV as the ending says.

    Raises
    ------
    OptionError
        If the ending is neither.
    """
    check_ending(path)
    table = pa.table(dict(arrays))
    if path.suffix == ".csv":
        plain = pa.schema([(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in table.schema])
        pyarrow.csv.write_csv(table.cast(plain), path)
    else:
        further = {"store_schema": False, "dictionary_pagesize_limit": LARGEST_DICTIONARY, "write_page_checksum": True}
        pq.write_table(table, path, row_group_size=ROWS_OF_A_GROUP, **further)


def arrays_of(votes: Votes) -> dict[str, pa.Array]:
    """Return votes with their columns as Arrow arrays by name, text as dictionaries."""
    labels = {"model_a": (votes.first, votes.names), "model_b": (votes.second, votes.names), "winner": (votes.outcome, WINNERS)}
    labels |= {name: (held.codes, held.levels) for name, held in votes.columns.items() if isinstance(held, Factor)}
    # A code of -1 is a missing label, which Arrow says with a mask; simulated votes miss none.
    arrays = {
        name: pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32, copy=False)), pa.array(levels))
        for name, (codes, levels) in labels.items()
    }
    return arrays | {name: pa.array(held) for name, held in votes.columns.items() if not isinstance(held, Factor)}


def check_ending(path: Path) -> None:
    """Raise `OptionError` if a log cannot be written as the ending says."""
    if path.suffix not in ENDINGS:
        raise OptionError(f"output {str(path)!r} ends in {path.suffix!r}; logs are written as {' or '.join(ENDINGS)}")
