"""Whether a log that is rated in its own order is in the order of its times."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.data.recognition.surroundings import TIMES, called
from recount.engine.errors import InputError
from recount.engine.times import seconds_or_missing
from recount.engine.votes import Factor, Floats
from recount.sims.analysis.log import Log
from recount.sims.filtering.found_columns import first_rows

# Of the steps from one row to the next that are back in time: some are, where votes come in over several lines; and of those that run backwards.
SOME, MOST = 0.05, 0.95
# Files that are looked into.
MOST_SOURCES = 50


def of_order_in_time(log: Log) -> Iterator[str]:
    """Say that the first rows are not in the order of a column with a usual name of times, or sources not; nothing if they are, or there is none."""
    samples = [sample for place in range(min(len(log.sources), MOST_SOURCES)) if (sample := first_rows(log, place)) is not None]
    shared = [name for name in samples[0].paths if all(name in sample.paths for sample in samples)] if samples else []
    name = next(iter(called(TIMES, shared)), None)
    if name is None:
        return
    times = [_seconds(name, sample.paths[name].there) for sample in samples]
    steps = np.diff(times[0])
    steps = steps[steps != 0]
    begin = [float(of[0]) for of in times if of.size]
    rated = f"votes are rated in the order of the log, which is not that of {name!r}"
    if steps.size and (back := float((steps < 0).mean())) > SOME:
        runs = "it runs backwards" if back > MOST else f"{100 * back:.0f} % of its first steps go back"
        yield f"{rated} ({runs}); `order` {name} rates them in time"
    elif begin != sorted(begin):
        yield f"{rated} (a later file begins earlier); `order` {name} rates them in time"


def _seconds(name: str, values: Sequence[Any]) -> Floats:
    """Return the times of rows, (n,); nothing if they are none."""
    try:
        if all(isinstance(value, str) for value in values):
            codes, levels = pd.factorize(np.array(values, object))
            return seconds_or_missing(name, Factor(codes, tuple(map(str, levels))))
        return seconds_or_missing(name, pd.Series(values).to_numpy())
    except (InputError, TypeError, ValueError):
        return np.empty(0)
