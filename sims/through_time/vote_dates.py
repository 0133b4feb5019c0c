"""A vote log as dates of a history: all votes until the end of each month, as a board of that day would have counted them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recount.data import Catalogue
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.filtering import filtered
from recount.sims.filtering.found_columns import column_of_times
from recount.sims.specification import Specification
from recount.sims.through_time.board_dates import Dated


def of_votes(log: Log, specification: Specification, catalogue: Catalogue) -> tuple[list[Dated], list[str]]:
    """Return the ratings by the votes until the end of each month, and notes.

    Raises
    ------
    InputError
        If the log has no times, or the votes until no month can be rated.
    """
    dated, why = [], []
    days = list(last_days(log, specification))
    for day in days:
        rated = Analysis(log, until(specification, day))
        try:
            _ = rated.fit
        except RecountError as error:
            why.append(f"{day}: {error}")
            continue
        dated.append(Dated(day, "all votes until then", rated, catalogue))
    if not dated:
        raise InputError(f"the votes can be rated at no date; {why[0]}")
    notes = [
        "each date has all votes until then, so that dates share most of their votes and their P are not independent; for the votes of a time alone "
        "give since and until"
    ]
    if why:
        notes.append(f"{len(why)} of {plural(len(days), 'date')} cannot be rated; {why[-1]}")
    return dated, notes


def until(specification: Specification, day: str) -> Specification:
    """Return a specification that counts votes until a day, within the window that it has."""
    return specification.but(window=replace(specification.window, until=day))


def last_days(log: Log, specification: Specification) -> Iterator[str]:
    """Yield the last day of each month in which there are votes; of the last month, the last day with a vote."""
    days = days_of_votes(log, specification)
    days = np.unique(days[~np.isnat(days)])
    for month in np.unique(days.astype("datetime64[M]")):
        yield str(min((month + 1).astype("datetime64[D]") - 1, days[-1]))


def days_of_votes(log: Log, specification: Specification) -> NDArray[np.datetime64]:
    """Return the day of each vote that passes the filters, (n_votes,); NaT where it is not known.

    Raises
    ------
    OptionError
        Of the bundled votes.
    InputError
        If no day is known.
    """
    if log.is_bundled:
        raise OptionError("the bundled Arena votes have no times; give a vote log that has them, or published boards")
    column = column_of_times(log, specification.window.column)
    try:
        days = np.asarray(filtered(log, specification).rows((f"{column}:day",)).columns[f"{column}:day"])
    except InputError as error:
        if f"has no column {column!r}" in str(error):
            said = f"no column {'is called' if specification.window.column else 'has a usual name of times, such as'} {column!r}"
            raise InputError(f"the votes have no times, as {said}; name another with time_column") from error
        raise
    if np.isnat(days).all():
        raise InputError(f"column {column!r} has no times, and without them there are no dates; name another with time_column")
    return days
