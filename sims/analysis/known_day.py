"""The day of ratings, where it is known."""

from datetime import UTC, date, datetime

import numpy as np

from recount.data import ARENA_DAY, Board
from recount.engine.errors import RecountError
from recount.engine.times import seconds_or_missing
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.filtering.found_columns import column_of_times, has_times


def day_of(source: object) -> date | None:
    """Return the day of a board, or of the bundled votes; None if it is not known."""
    if isinstance(source, Board):
        return date.fromisoformat(source.date) if source.date else None
    return ARENA_DAY if isinstance(source, Log) and source.is_bundled else None


def day_of_last_vote(analysis: Analysis) -> date | None:
    """Return the day (UTC) of the last vote that is rated, by a column with a usual name of times; None if there is none that says it of any."""
    source = analysis.source
    if not isinstance(source, Log) or source.is_bundled or not has_times(source):
        return None
    name = column_of_times(source)
    try:
        seconds = seconds_or_missing(name, analysis.log.rows([name]).columns[name])
    except RecountError:
        # Counts, or times of which nobody knows what they are.
        return None
    known = seconds[np.isfinite(seconds)]
    return datetime.fromtimestamp(float(known.max()), UTC).date() if known.size else None
