"""Windows: the votes of a span of time, or the models released in one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.data import Catalogue
from recount.engine.choices import Window, check, choice
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.times import seconds_or_missing
from recount.engine.votes import Bools, Votes
from recount.sims.analysis.log import Log
from recount.sims.countries.facts import Stated, facts_of
from recount.sims.filtering.by_vote import Passed, in_window
from recount.sims.filtering.found_columns import column_of_times
from recount.sims.perturbations.drawing_votes import share_of
from recount.sims.trends.release_lists import period_of, released_in


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The votes of a span of time: from and to a day, or a share of them in a row that begins anywhere, each place as likely.

    Whether the arena says the same at all times; consecutive votes as blocks of a time series (Politis, Romano and Wolf 1999). Votes without a time
    are left out.
    """

    since: str | None = choice(None, "First time that is included.", metavar="TIME", example="'2024-01-01'")
    until: str | None = choice(None, "Last time that is included, and of a day the whole day.", metavar="TIME", example="'2024-12-31'")
    share: float | None = choice(None, "In place of times: share of the votes that follow one another, from a random place on.", above=0.0, most=1.0)
    time_column: str | None = choice(None, "Column of times.", unset="one with a usual name, as tstamp", metavar="COLUMN")

    def __post_init__(self) -> None:
        check(self)
        window = Window(self.since, self.until)
        if bool(window) == (self.share is not None):
            raise OptionError("since, until and share: give a time, or else a share")

    def columns(self, log: Log) -> tuple[str, ...]:
        """The column of times."""
        return (column_of_times(log, self.time_column, "time_column"),)

    def passing(self, votes: Votes, columns: tuple[str, ...], rng: np.random.Generator) -> Passed:
        """Which votes lie in the window."""
        if self.share is None:
            return in_window(votes, np.ones(votes.n_votes, np.bool_), Window(self.since, self.until), columns[0])
        seconds = seconds_or_missing(columns[0], votes.columns[columns[0]], votes.row_of)
        order = np.argsort(seconds, kind="stable")[: int((~np.isnan(seconds)).sum())]
        n = share_of(order.size, self.share)
        start = int(rng.integers(order.size - n + 1))
        inside = np.zeros(votes.n_votes, np.bool_)
        inside[order[start : start + n]] = True
        return Passed(inside, f"{plural(votes.n_votes - order.size, 'vote has', 'votes have')} no time" if order.size < votes.n_votes else "")


@dataclass(frozen=True, slots=True)
class ReleaseWindow:
    """The models released in a span of time, with their votes against one another; one that may have been released outside is left out."""

    released: str = choice(None, "Period of release: FROM/TO, each a day, a month or a year, or one of them.", example="'2024-01/2024-06'")

    def __post_init__(self) -> None:
        check(self)
        try:
            period_of(self.released)
        except InputError as error:
            raise OptionError(f"released is {error}") from error

    def staying(self, names: Sequence[str], catalogue: Catalogue | None, stated: Stated | None) -> Bools:
        """Which models were released in the period."""
        dates = facts_of(names, catalogue, stated).frame["release_date"].fillna("").astype(str)
        return released_in(dates, period_of(self.released))
