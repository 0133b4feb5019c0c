"""What a file of a board holds, whatever its format: a table, and what is said about it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.places.naming import check_readable_again
from recount.engine.errors import InputError

ENDINGS = (".csv", ".json", ".parquet")
# Of a JSON object, where its rows are.
ROWS = ("rows", "models", "data", "leaderboard")
LARGEST = 1 << 30


class Contents(NamedTuple):
    """A table and what is said about it.

    Attributes
    ----------
    frame : DataFrame
        As it is in the file; the text of a CSV.
    about : mapping of str to object
    """

    frame: pd.DataFrame
    about: Mapping[str, Any]


def contents_of(path: Path) -> Contents:
    """Read a file.

    Raises
    ------
    InputError
        If it cannot be read, or holds no table.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"board {path} ends in none of {', '.join(ENDINGS)}; save it as one of these")
    check_readable_again(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"board {path} is larger than {LARGEST >> 30} GB; save the part that is needed")
        if path.suffix.lower() == ".parquet":
            return Contents(pq.read_table(path).to_pandas(), {})
        if path.suffix.lower() == ".csv":
            return Contents(_csv(path), {})
        return _json(path)
    except (OSError, ValueError, RecursionError, pa.ArrowException) as error:
        raise InputError(f"board {path} cannot be read: {str(error).partition(chr(10))[0]}") from error


def _csv(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig", compression=None)
    if not isinstance(frame.index, pd.RangeIndex):
        raise InputError(f"board {path} cannot be read: row 1 has more fields than the header")
    return frame


def _json(path: Path) -> Contents:
    held = json.loads(path.read_text(encoding="utf-8-sig"))
    about: dict[str, Any] = {}
    if isinstance(held, dict):
        rows = next((held[name] for name in ROWS if isinstance(held.get(name), list)), None)
        for name, value in held.items():
            about |= value if isinstance(value, dict) and name == "meta" else {} if isinstance(value, list | dict) else {name: value}
    else:
        rows = held
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"board {path} holds no list of rows; they are looked for in {', '.join(ROWS)}")
    return Contents(pd.DataFrame(rows), about)
