"""Columns of times and of voters, found by their usual names where none is named."""

from collections.abc import Sequence

import pyarrow as pa

from recount.data.fields import field_of
from recount.data.recognition.sampling import Sample, sample_of
from recount.data.recognition.surroundings import TIMES, VOTERS, called
from recount.engine.choices.filters import TIME, VOTER
from recount.engine.errors import InputError, RecountError
from recount.sims.analysis.log import Log
from recount.sims.specification import HowSure

# Columns that a message names.
N_SHOWN = 10


def column_of_times(log: Log, named: str | None = None, option: str = "") -> str:
    """Return the column of times that is named, or the first usual one; if there is none, the usual name, or an error with its `option`."""
    return named or _first(log, TIMES) or _where_none_is(log, "times", TIME, option)


def column_of_voters(log: Log, named: str | None = None, option: str = "") -> str:
    """Return the column of voters that is named, or the first usual one; if there is none, the usual name, or an error with its `option`."""
    return named or _first(log, VOTERS) or _where_none_is(log, "voters", VOTER, option)


def check_there(log: Log, column: str, option: str) -> None:
    """Raise `InputError` if the first rows are known, and have no such column."""
    there = log.columns_there
    if log.is_bundled or (there and field_of(column, there) is None):
        has = "the bundled votes have names and counts alone" if log.is_bundled else f"there are {', '.join(map(repr, there[:N_SHOWN]))}"
        raise InputError(f"{option} is {column!r}, and no column is called so; {has}; name another, or leave it out")


def has_times(log: Log) -> bool:
    """Whether there is a column with a usual name of times."""
    return _first(log, TIMES) is not None


def usual_times(log: Log) -> list[str]:
    """Return the columns that are there with a usual name of times, the first of which is taken where none is named."""
    return _there(log, TIMES)


def usual_voters(log: Log) -> list[str]:
    """Return the columns that are there with a usual name of voters, the first of which is taken where none is named."""
    return _there(log, VOTERS)


def has_voters(log: Log) -> bool:
    """Whether there is a column with a usual name of voters."""
    return _first(log, VOTERS) is not None


def unclustered_voters(source: object, specification: HowSure) -> str | None:
    """Return the column of voters, found by its usual name, of a log whose votes are taken as independent; None of others."""
    if not isinstance(source, Log) or specification.clusters or not has_voters(source):
        return None
    return column_of_voters(source)


def first_rows(log: Log, place: int = 0) -> Sample | None:
    """Look at the first rows of a source; None if they cannot be read, are bundled counts, or of a table that only another process has."""
    if log.is_bundled or log.sources[place] is None:
        return None
    try:
        return sample_of(log.sources[place], log.reading.columns)
    except (RecountError, pa.ArrowException, OSError, ValueError):
        # Reading it says what is wrong.
        return None


def _where_none_is(log: Log, what: str, usual: str, option: str) -> str:
    """Return a usual name; raise `InputError` with the option that names another, where there is one and columns are known."""
    if option and not log.is_bundled and log.columns_there:
        there = ", ".join(map(repr, log.columns_there[:N_SHOWN]))
        raise InputError(f"no column has a usual name of {what}, as {usual!r}; there are {there}; name it with {option}")
    return usual


def _there(log: Log, usual: Sequence[str]) -> list[str]:
    return [] if log.is_bundled else called(usual, log.columns_there)


def _first(log: Log, usual: Sequence[str]) -> str | None:
    return next(iter(_there(log, usual)), None)
