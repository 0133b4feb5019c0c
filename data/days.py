"""Days of a column of times, as clusters of votes: ``COLUMN:day`` names them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.engine import Votes
from recount.engine.times import SECONDS_A_DAY, seconds_or_missing

SUFFIX = ":day"


def column_names(clusters: Sequence[str]) -> list[str]:
    """Columns of the log that `clusters` need."""
    return list(dict.fromkeys(name.removesuffix(SUFFIX) for name in clusters))


def with_days(votes: Votes, clusters: Sequence[str]) -> Votes:
    """Add a column of days (UTC) for each of `clusters` that is ``COLUMN:day``.

    Raises
    ------
    InputError
        If the column holds no times; see `recount.engine.times.seconds_or_missing`.
    """
    days = {name: _days(name.removesuffix(SUFFIX), votes) for name in clusters if name.endswith(SUFFIX)}
    return replace(votes, columns={**votes.columns, **days}) if days else votes


def _days(column: str, votes: Votes) -> NDArray[Any]:
    seconds = seconds_or_missing(column, votes.columns[column], votes.row_of)
    days = np.full(seconds.size, np.datetime64("NaT"), "datetime64[D]")
    known = ~np.isnan(seconds)
    days[known] = (seconds[known] // SECONDS_A_DAY).astype(np.int64).astype("datetime64[D]")
    return days
