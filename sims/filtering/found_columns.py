"""Columns of times and of voters, found by their usual names where none is named."""

from collections.abc import Sequence

import pyarrow as pa

from recount.data.recognition.sampling import Sample, sample_of
from recount.data.recognition.surroundings import TIMES, VOTERS, called
from recount.engine.choices.filters import TIME, VOTER
from recount.engine.errors import RecountError
from recount.sims.analysis.log import Log
from recount.sims.specification import HowSure


def column_of_times(log: Log, named: str | None = None) -> str:
    """Return the column of times that is named, or the first usual one that is there; the usual name if none is."""
    return named or _first(log, TIMES) or TIME


def column_of_voters(log: Log, named: str | None = None) -> str:
    """Return the column of voters that is named, or the first usual one that is there; the usual name if none is."""
    return named or _first(log, VOTERS) or VOTER


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


def _there(log: Log, usual: Sequence[str]) -> list[str]:
    return [] if log.is_bundled else called(usual, log.columns_there)


def _first(log: Log, usual: Sequence[str]) -> str | None:
    return next(iter(_there(log, usual)), None)
