"""Days of a column of times, as clusters of votes: ``COLUMN:day`` names them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import Factor, InputError, Votes

SUFFIX = ":day"


def column_names(clusters: Sequence[str]) -> list[str]:
    """Columns of the log that `clusters` need."""
    return list(dict.fromkeys(name.removesuffix(SUFFIX) for name in clusters))


def with_days(votes: Votes, clusters: Sequence[str]) -> Votes:
    """Add a column of days (UTC) for each of `clusters` that is ``COLUMN:day``.

    Raises
    ------
    InputError
        If the column holds no times: times of Arrow, or seconds since 1970.
    """
    days = {name: _days(name, votes.columns[name.removesuffix(SUFFIX)]) for name in clusters if name.endswith(SUFFIX)}
    return replace(votes, columns={**votes.columns, **days}) if days else votes


def _days(name: str, column: NDArray[Any] | Factor) -> NDArray[Any]:
    if isinstance(column, Factor) or column.dtype.kind not in "Mfiu":
        raise InputError(f"cluster {name!r}: the column holds no times; they are Arrow times or seconds since 1970")
    if column.dtype.kind == "M":
        return column.astype("datetime64[D]")
    seconds = column.astype(np.float64)
    days = np.full(seconds.size, np.datetime64("NaT"), "datetime64[D]")
    known = np.isfinite(seconds)
    days[known] = (seconds[known] // 86_400).astype(np.int64).astype("datetime64[D]")
    return days
