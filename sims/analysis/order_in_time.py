"""Whether a log that is rated in its own order is in the order of its times."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from recount.data.places.naming import is_table
from recount.data.places.parts import rows_expected
from recount.data.recognition.sampling import Sample, Values
from recount.data.recognition.surroundings import TIMES, called
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.times import seconds_or_missing
from recount.engine.votes import Factor, Floats, Votes
from recount.sims.analysis.log import Log
from recount.sims.filtering.found_columns import first_rows

# Of the steps from one row to the next that are back in time: some are, where votes come in over several lines; and of those that run backwards.
SOME, MOST = 0.05, 0.95
# Names of columns that grow from vote to vote where no column has readable times; in fewer rows they may fall by chance.
GROWING = ("season", "year", "round", "week", "matchday", "id", "vote_id", "game_id", "match_id", "battle_id", "number", "no", "nr", "index")
FEWEST_ROWS = 50
# Of the time that a log takes, by which votes may come late.
LATE = 0.01
# Files that are looked into, and rows of which every time is read; of more the first of each file.
MOST_SOURCES, EVERY_ROW = 50, 1_000_000


def times_beside(log: Log) -> str | None:
    """Return the column with a usual name of times that every source has, if there is one and the log is small enough to read it, too."""
    name = _name(_samples(log))
    return name if name and sum(map(_n_rows, log.sources)) <= EVERY_ROW else None


def of_order_in_time(log: Log, rows: Votes) -> Iterator[str]:
    """Say that votes are not in the order of a column with a usual name of times; nothing if they are, or there is none.

    Where that column was not read with the rows, the first rows of each source say so.
    """
    samples = _samples(log)
    name = _name(samples)
    if name is None or not any(_seconds(name, sample.paths[name].there).size for sample in samples):
        yield from _falling([sample.paths for sample in samples])
        return
    times = [_seconds(name, rows.columns[name])] if name in rows.columns else [_seconds(name, sample.paths[name].there) for sample in samples]
    steps = np.diff(times[0])
    steps = steps[steps != 0]
    begin = [float(of[0]) for of in times if of.size]
    rated = f"votes are rated in the order of the log, which is not that of {name!r}"
    remedy = f"`order` {name} rates them in time"
    late = times[0] < np.maximum.accumulate(times[0]) - LATE * np.ptp(times[0]) if times[0].size else times[0] < 0
    if steps.size and (back := float((steps < 0).mean())) > SOME:
        runs = "it runs backwards" if back > MOST else f"{100 * back:.0f} % of its {'first ' if name not in rows.columns else ''}steps go back"
        yield f"{rated} ({runs}); {remedy}"
    elif begin != sorted(begin):
        yield f"{rated} (a later file begins earlier); {remedy}"
    elif late.size and late.mean() > SOME:
        yield f"{rated} ({plural(int(late.sum()), 'vote stands', 'votes stand')} after much later ones); {remedy}"


def _falling(samples: Sequence[Mapping[str, Values]]) -> Iterator[str]:
    """Say which column falls from row to row that should grow, if all sources have it: of days in another form, seasons, or numbers of votes."""
    for name in called((*TIMES, *GROWING), set.intersection(*(set(paths) for paths in samples)) if samples else ()):
        if all(_falls(paths[name]) for paths in samples):
            yield (
                f"votes are rated in the order of the log, along which {name!r} falls; if its last row is the first vote, turn it round, or give a "
                "column of times with `order`"
            )
            return


def _falls(values: Values) -> bool:
    """Whether nearly all steps from one row to the next go down, of numbers, or of days however they are written."""
    numbers = np.array(values.numbers)
    if not values.are_numbers:
        with warnings.catch_warnings():
            # That the form of the days is not known.
            warnings.simplefilter("ignore")
            days = pd.to_datetime(pd.Series(list(map(str, values.there)), dtype=object), dayfirst=True, errors="coerce", utc=True)
        if days.isna().any():
            return False
        numbers = days.to_numpy("datetime64[s]").astype(np.float64)
    steps = np.diff(numbers)
    steps = steps[steps != 0]
    return numbers.size >= FEWEST_ROWS and steps.size > 1 and float((steps < 0).mean()) > MOST


def _samples(log: Log) -> list[Sample]:
    return [sample for place in range(min(len(log.sources), MOST_SOURCES)) if (sample := first_rows(log, place)) is not None]


def _name(samples: Sequence[Sample]) -> str | None:
    shared = [name for name in samples[0].paths if all(name in of.paths and of.paths[name].there for of in samples)] if samples else []
    return next(iter(called(TIMES, shared)), None)


def _n_rows(source: Any) -> float:
    return float(len(source)) if isinstance(source, pd.DataFrame | pa.Table) else float("inf") if is_table(source) else rows_expected(source)


def _seconds(name: str, values: Sequence[Any] | NDArray[Any] | Factor) -> Floats:
    """Return the times of rows that have one, (n,); nothing if they are none."""
    try:
        if isinstance(values, tuple) and all(isinstance(value, str) for value in values):
            codes, levels = pd.factorize(np.array(values, object))
            values = Factor(codes, tuple(map(str, levels)))
        seconds = seconds_or_missing(name, values if isinstance(values, Factor) else pd.Series(values).to_numpy())
        return seconds[~np.isnan(seconds)]
    except (InputError, TypeError, ValueError):
        return np.empty(0)
