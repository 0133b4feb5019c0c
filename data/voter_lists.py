"""Lists of voters, whose votes are to be left out."""

import math
from pathlib import Path

import pandas as pd

from recount.data.labels import as_text, is_missing, number_in
from recount.data.manifests import check_as_written
from recount.engine.choices.filters import VOTER
from recount.engine.errors import InputError

COLUMN = "column"


def read_voter_list(path: Path) -> dict[str, frozenset[str]]:
    """Read which voters a list names.

    Parameters
    ----------
    path : path
        CSV with the column "voter", a label of the log a row; if the log calls its column of voters otherwise, with the column "column", which says
        how.

    Returns
    -------
    dict of str to frozenset of str
        Voters by the column of the log in which they are named.

    Raises
    ------
    InputError
        If it cannot be read, is not as it was written, or names no voter.
    """
    check_as_written(path)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError, UnicodeError) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"{str(path)!r} cannot be read as a list of voters ({reason}); it is CSV with the column {VOTER}") from error
    if VOTER not in table:
        raise InputError(f"{str(path)!r} has no column {VOTER!r} but {', '.join(map(repr, table.columns))}; name the column of voters so")
    table = table[~table[VOTER].map(is_missing)]
    if table.empty:
        raise InputError(f"{str(path)!r} names no voter, so that there is nothing to leave out; leave out the list")
    columns = table[COLUMN] if COLUMN in table else pd.Series(VOTER, table.index)
    return {str(column): frozenset(map(_as_label, voters)) for column, voters in table.groupby(columns.str.strip().replace("", VOTER))[VOTER]}


def _as_label(voter: str) -> str:
    """Write a voter as the label that a log has; space around a number says nothing."""
    return str(as_text(voter if math.isnan(number_in(voter)) else voter.strip()))
