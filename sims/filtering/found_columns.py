"""Columns of times and of voters, found by their usual names where none is named."""

from collections.abc import Iterable

from recount.data.recognition.surroundings import TIMES, VOTERS
from recount.engine.choices.filters import TIME, VOTER
from recount.sims.analysis.log import Log


def column_of_times(log: Log, named: str | None = None) -> str:
    """Return the column of times that is named, or the first usual one that is there; the usual name if none is."""
    return named or _first(log, TIMES) or TIME


def column_of_voters(log: Log, named: str | None = None) -> str:
    """Return the column of voters that is named, or the first usual one that is there; the usual name if none is."""
    return named or _first(log, VOTERS) or VOTER


def has_times(log: Log) -> bool:
    """Whether there is a column with a usual name of times."""
    return _first(log, TIMES) is not None


def has_voters(log: Log) -> bool:
    """Whether there is a column with a usual name of voters."""
    return _first(log, VOTERS) is not None


def _first(log: Log, usual: Iterable[str]) -> str | None:
    if log.is_bundled:
        return None
    there = log.columns_there
    return next((name for name in usual if name in there), None)
