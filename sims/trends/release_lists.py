"""Releases of models in periods, counted from a list of models with what is known of each."""

from functools import cache, lru_cache
from typing import NamedTuple

import pandas as pd

from recount.engine.errors import InputError
from recount.engine.votes import Bools

# A list that knows of no release for so long after a period begins does not begin later than that.
WITHOUT_RELEASE = pd.Timedelta(days=31)


class Period(NamedTuple):
    """Days from the first to the last, both included."""

    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def known(self, first: pd.Timestamp, last: pd.Timestamp) -> "Period":
        """Return what is left of it between the first and the last release of a list, before and after which nobody has looked."""
        return Period(first if self.first < first - WITHOUT_RELEASE else self.first, min(self.last, last))


# Texts of claims are asked for under many specifications.
@lru_cache(maxsize=256)
def period_of(text: str) -> Period:
    """Read a period as FROM/TO, each a day, a month or a year, both included whole; or as one of these alone.

    Raises
    ------
    InputError
        If it is none, or ends before it begins.
    """
    try:
        start, end = (pd.Period(part.strip()) for part in (text.split("/") if "/" in text else (text, text)))
    except ValueError as error:
        raise InputError(f"{text!r}, which is no period; give it as FROM/TO, such as 2024-01-01/2024-12-31, or as a month or a year") from error
    if end.end_time < start.start_time:
        raise InputError(f"{text!r}, which ends before it begins")
    return Period(start.start_time.normalize(), end.end_time.normalize())


def released_in(dates: "pd.Series[str]", period: Period) -> Bools:
    """Say which dates of release, (n,), are in a period; a month or a year is if all of its days are, and what is not known is not."""
    spans = [_span(date) if date else None for date in dates]
    return dates.notna().to_numpy() & [span is not None and period.first <= span[0] and span[1] <= period.last for span in spans]


def days_known(dates: "pd.Series[str]") -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of which a list knows a release.

    Raises
    ------
    InputError
        If it knows none.
    """
    known = [_span(date) for date in dates if date]
    if not known:
        raise InputError("the list states no date of release; give a catalogue with release_date")
    return min(first for first, _ in known), max(last for _, last in known)


# A list is looked at under many specifications, and a text read in a tenth of a millisecond.
@cache
def _span(date: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of a day, a month or a year."""
    period = pd.Period(date)
    return period.start_time, period.end_time.normalize()
