"""Deprecation: models retire silently, before the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.choices.filters import A_TIME
from recount.engine.errors import InputError, OptionError
from recount.engine.instants import NANOSECONDS, instant
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.times import seconds_or_missing
from recount.engine.votes import Bools, PairCounts, Votes
from recount.sims.analysis.log import Log
from recount.sims.filtering.by_vote import Passed
from recount.sims.filtering.found_columns import column_of_times, has_times
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.perturbations.changed_votes import Change
from recount.sims.perturbations.drawing_votes import drawn, share_of

NO_TIMES = "without times, as many of their votes as came before are drawn"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Some models get no more votes from a day on, or after a share of the votes (Singh et al. 2025, arXiv 2504.20879, section 5).

    Votes that lack a time come before every day. Where there are no times, as in counts, a retired model keeps its share of votes at random, which is
    what deprecation does in an arena in which nothing else changes.
    """

    models: tuple[str, ...] = choice((), "Models that retire.", unset="drawn, with share_of_models", example="'gpt-4-0613'")
    share_of_models: float | None = choice(None, "In place of names: share of the models that retire, drawn at random.", above=0.0, below=1.0)
    day: str | None = choice(None, "Time from which on they get no votes.", metavar="TIME", example="'2024-06-01'")
    after: float | None = choice(None, "In place of a day: share of the votes, in order, after which they get none.", least=0.0, most=1.0)
    time_column: str | None = choice(None, "Column of times.", unset="one with a usual name, as tstamp", metavar="COLUMN")

    def __post_init__(self) -> None:
        check(self)
        if bool(self.models) == (self.share_of_models is not None):
            raise OptionError("models and share_of_models: give one of them")
        if (self.day is None) == (self.after is None):
            raise OptionError("day and after: give one of them")
        if self.day is not None and instant(self.day.strip()) is None:
            raise OptionError(f"day is {self.day!r}; give {A_TIME}")

    def columns(self, log: Log) -> tuple[str, ...]:
        """The column of times, if there is one, or a day or a column asks for it."""
        if self.day is None and self.time_column is None and not has_times(log):
            return ()
        return (column_of_times(log, self.time_column, "time_column"),)

    def passing(self, votes: Votes, columns: tuple[str, ...], rng: np.random.Generator) -> Passed:
        """Which votes stay: those before the retirement, and those of others."""
        seconds = seconds_or_missing(columns[0], votes.columns[columns[0]], votes.row_of)
        retired = self.retired(votes.names, rng)
        concerned = retired[votes.first] | retired[votes.second]
        if self.day is not None:
            begins = instant(self.day.strip())
            assert begins is not None
            return Passed(~concerned | ~(seconds >= begins / NANOSECONDS), self._told(votes.names, retired))
        order = np.argsort(np.where(np.isnan(seconds), -np.inf, seconds), kind="stable")
        late = np.zeros(votes.n_votes, np.bool_)
        late[order[share_of(votes.n_votes, self.after or 0.0) :]] = True
        return Passed(~concerned | ~late, self._told(votes.names, retired))

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """What stays of counts."""
        if self.after is None or self.time_column is not None:
            raise OptionError(f"{'day' if self.after is None else 'time_column'} needs the times of votes, and counts have none; give `after` alone")
        retired = self.retired(counts.names, rng)
        concerned = (retired[counts.first] | retired[counts.second])[:, None]
        theirs = counts.counts * concerned
        kept = drawn(theirs.ravel(), share_of(int(theirs.sum()), self.after), rng).reshape(theirs.shape)
        return Change(np.where(concerned, kept, counts.counts), detail="; ".join(filter(None, [NO_TIMES, self._told(counts.names, retired)])))

    def retired(self, names: Sequence[str], rng: np.random.Generator) -> Bools:
        """Which models retire, (n_names,), whatever the order of the names; raise `InputError` if one that was named is not there."""
        for name in self.models:
            if name not in names:
                raise no_such_competitor("models", name, names)
        if self.models:
            return np.isin(np.array(names, object), np.array(self.models, object))
        n = share_of(len(names), self.share_of_models or 0.0)
        if not n:
            raise InputError(f"share_of_models is {self.share_of_models:g}, which is none of {plural(len(names), 'model')}; raise it, or name models")
        return np.isin(np.array(names, object), rng.choice(np.array(sorted(names), object), n, replace=False))

    def _told(self, names: Sequence[str], retired: Bools) -> str:
        """Say who was drawn to retire."""
        return "" if self.models else f"retired: {listed(list(compress(names, retired)))}"
