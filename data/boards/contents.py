"""What a file of a board holds, in any format that logs have: a table, and what is said about it."""

import codecs
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from recount.data.choices import SEPARATORS, Columns
from recount.data.formats.headings import Fits, heading_of
from recount.data.formats.kinds import ending_of, kind_of
from recount.data.formats.table import BYTES_OF_HEAD, FORMATS
from recount.data.formats.text_streams import BLOCK, head_of, open_text
from recount.data.further_columns import REPLACED
from recount.data.places.naming import check_readable_again
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError
from recount.engine.plurals import plural

# Of files in a folder that may be boards, perhaps compressed.
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather")
# Of a JSON object, where its rows are.
ROWS = ("rows", "models", "data", "leaderboard")
LARGEST = 1 << 30


class Contents(NamedTuple):
    """A table and what is said about it.

    Attributes
    ----------
    frame : DataFrame
        As it is in the file; the text where it has a separator.
    about : mapping of str to object
    """

    frame: pd.DataFrame
    about: Mapping[str, Any]


def contents_of(path: Path, fits: Fits, n_rows: int | None = None) -> Contents:
    """Read a file.

    Parameters
    ----------
    path : path
    fits : callable
        Whether names of columns are those of a board, by which a separator is known.
    n_rows : int, optional
        Only the first rows, of files that are not one JSON document.

    Raises
    ------
    InputError
        If it cannot be read, or holds no table.
    """
    check_readable_again(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"is larger than {LARGEST >> 30} GB; save the part that is needed")
        kind = kind_of(head_of(path, BYTES_OF_HEAD), ending_of(path))
        if kind == "json":
            return _json("".join(_text_of(path)))
        columns = _separated_by(path, fits) if kind == "delimited" else Columns()
        unparsable = UnparsableLines()
        records = [row.record for row in itertools.islice(FORMATS[kind].rows(path, columns, unparsable), n_rows)]
        if unparsable.rows:
            raise InputError(f"has more or fewer fields than the header in row {unparsable.rows[0]}, or is damaged there; repair it")
        return Contents(pd.DataFrame(records), {})
    except InputError as error:
        raise InputError(f"board {path} {error}") from error
    except (OSError, ValueError, RecursionError, pa.ArrowException) as error:
        raise InputError(f"board {path} cannot be read: {str(error).partition(chr(10))[0]}") from error


def _separated_by(path: Path, fits: Fits) -> Columns:
    """Return what reads all columns of a text."""
    try:
        heading = heading_of(path, "", fits)
    except InputError as error:
        # The option is of logs.
        told = str(error).partition("; name it with --separator")[0]
        raise InputError(f"{told}; name its columns with board_columns, or save it with one of them" if told != str(error) else told) from error
    if heading.fault or len(heading.names) < 2:
        raise InputError(heading.fault or "is no table; its first line has one field, or none")
    n_of = Counter(heading.names)
    if twice := next((name for name, n in n_of.items() if name and n > 1), None):
        raise InputError(f"has {plural(n_of[twice], 'column')} {twice!r}; rename one")
    if any(REPLACED in piece for piece in _text_of(path)):
        raise InputError("holds text that is not UTF-8; save it as UTF-8")
    word: Any = next(word for word, one in SEPARATORS.items() if one == heading.separator)
    return replace(Columns(), separator=word)


def _text_of(path: Path) -> Iterator[str]:
    """Draw the text of a file."""
    raw, stream = open_text(path)
    decoder = codecs.getincrementaldecoder("utf-8")()
    with raw, stream:
        while piece := stream.read(BLOCK):
            yield decoder.decode(piece)


def _json(text: str) -> Contents:
    held = json.loads(text)
    about: dict[str, Any] = {}
    if isinstance(held, dict):
        rows = next((held[name] for name in ROWS if isinstance(held.get(name), list)), None)
        for name, value in held.items():
            about |= value if isinstance(value, dict) and name == "meta" else {} if isinstance(value, list | dict) else {name: value}
    else:
        rows = held
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"holds no list of rows; they are looked for in {', '.join(ROWS)}")
    return Contents(pd.DataFrame(rows), about)
