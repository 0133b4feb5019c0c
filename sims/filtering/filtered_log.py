"""A vote log of which only some votes are rated.

Filters apply in the order in which `WhichVotes` declares them: window, labels, anonymity, voters, duplicates, daily cap, and then competitors. Those
before competitors look at single votes; without them counts are enough. The minimum of votes is asked of what they leave, by those who rate.
"""

from collections.abc import Hashable, Iterable
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from recount.data import Quarantine
from recount.data.choices import Reading
from recount.engine.choices import choices_of
from recount.engine.counting import count
from recount.engine.errors import InputError
from recount.engine.votes import Bools, Factor, PairCounts, Votes
from recount.sims.analysis.log import Log
from recount.sims.filtering.by_vote import Passed, row_filters
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.specification import WhichVotes

OF_NAMES = ("only", "without")


class Step(NamedTuple):
    """What a filter left out: of the votes that stood before it, and what else is to be told of these, and of what it goes by."""

    said: str
    n_left_out: int
    n_before: int
    detail: str = ""
    doubts: tuple[str, ...] = ()


class FilteredLog:
    """The votes of a log that pass the filters; otherwise like the log.

    Parameters
    ----------
    log : Log
    which : WhichVotes
        Its filters; `minimum_votes` is left to those who rate.
    """

    def __init__(self, log: Log, which: WhichVotes) -> None:
        self.whole = log
        self.which = which
        self.filters = tuple(row_filters(which, log))
        self._steps: list[Step] = []
        self._passing: Bools | None = None
        self._counts: PairCounts | None = None
        self._n_bytes = 0

    @property
    def reading(self) -> Reading:
        """How the log is read."""
        return self.whole.reading

    @property
    def is_bundled(self) -> bool:
        """Whether these are of the bundled Arena votes and no others."""
        return self.whole.is_bundled

    @property
    def is_weighted(self) -> bool:
        """Whether the labels of some votes count more than those of others."""
        return self.whole.is_weighted

    @property
    def executor(self) -> Executor | None:
        """What works at the same time, in place of threads."""
        return self.whole.executor

    @property
    def checksums(self) -> dict[str, str]:
        """SHA-256 of each file of the log."""
        return self.whole.checksums

    @property
    def quarantine(self) -> Quarantine:
        """What is no vote, in all of the log."""
        return self.whole.quarantine

    @property
    def counts(self) -> PairCounts:
        """Votes that pass, by pair and outcome."""
        if self._counts is None:
            self._counts = count(self.rows()) if self.filters or self.is_weighted else self._of_names(self.whole.counts)
        return self._counts

    @property
    def names(self) -> tuple[str, ...]:
        """Competitors that have a vote that passes."""
        return self.counts.names

    @property
    def steps(self) -> tuple[Step, ...]:
        """What each filter left out, in order."""
        _ = self.counts
        return tuple(self._steps)

    @property
    def n_bytes(self) -> int:
        """Memory that the single votes take; 0 where counts are enough."""
        _ = self.counts
        return self._n_bytes

    def rows(self, columns: Iterable[str] = ()) -> Votes:
        """Single votes that pass, in their order, with further columns; as of `Log.rows`."""
        rows = self._read(tuple(columns))
        if self._passing is None:
            self._passing, self._steps = self._passed(rows)
            self._n_bytes = n_bytes_of(rows)
        votes = rows.only(self._passing)
        return votes.among(np.bincount(np.append(votes.first, votes.second), minlength=len(votes.names)) > 0)

    def alone(self) -> list[int]:
        """How many votes each filter would leave out by itself, in the order of `steps`."""
        if not self.filters:
            counts = self.whole.counts
            return [counts.n_votes - counts.only(keep).n_votes for _, keep in self._names_kept(counts.names)]
        rows = self._read(())
        everything = np.ones(rows.n_votes, np.bool_)
        passed = [filter.passes(rows, everything).votes for filter in self.filters]
        passed += [keep[rows.first] & keep[rows.second] for _, keep in self._names_kept(rows.names)]
        return [int(rows.n_votes - votes.sum()) for votes in passed]

    def _read(self, columns: tuple[str, ...]) -> Votes:
        """Read the whole log with the columns that the filters need, too."""
        needed = tuple(dict.fromkeys([*columns, *(column for filter in self.filters for column in filter.columns)]))
        try:
            return self.whole.rows(needed)
        except InputError as error:
            for filter in self.filters:
                if any(f"column {column!r} to keep" in str(error) for column in filter.columns):
                    raise InputError(f"{error}; {filter.said} needs it: {filter.remedy}") from error
            raise

    def _passed(self, rows: Votes) -> tuple[Bools, list[Step]]:
        """Which votes pass all filters, and what each of them left out.

        Raises
        ------
        InputError
            If no vote passes.
        """
        standing = np.ones(rows.n_votes, np.bool_)
        steps: list[Step] = []
        for filter in self.filters:
            passed = filter.passes(rows, standing)
            standing, steps = self._next(standing, standing & passed.votes, steps, filter.said, passed)
        for said, keep in self._names_kept(rows.names):
            standing, steps = self._next(standing, standing & keep[rows.first] & keep[rows.second], steps, said)
        return standing, steps

    def _next(self, before: Bools, after: Bools, steps: list[Step], said: str, passed: Passed | None = None) -> tuple[Bools, list[Step]]:
        n_before, n_after = int(before.sum()), int(after.sum())
        further = (passed.detail, passed.doubts) if passed else ()
        steps = [*steps, Step(said, n_before - n_after, n_before, *further)]
        if not n_after:
            raise nothing_left(steps)
        return after, steps

    def _of_names(self, counts: PairCounts) -> PairCounts:
        """Leave out competitors from counts."""
        keep = np.ones(counts.n_competitors, np.bool_)
        n_before = counts.n_votes
        steps: list[Step] = []
        for said, kept in self._names_kept(counts.names):
            keep &= kept
            n_after = counts.only(keep).n_votes
            steps.append(Step(said, n_before - n_after, n_before))
            if not n_after:
                raise nothing_left(steps)
            n_before = n_after
        self._steps, inside = steps, counts.only(keep)
        return inside.only(inside.votes_of_each() > 0)

    def _names_kept(self, names: tuple[str, ...]) -> list[tuple[str, Bools]]:
        """The filters by competitors, and whom each keeps, (n_names,).

        Raises
        ------
        InputError
            If a name is not in the log.
        """
        kept, known = [], set(names)
        for choice in OF_NAMES:
            given = getattr(self.which, choice)
            for name in given:
                if name not in known:
                    raise no_such_competitor(choice, name, names)
            if given:
                among = np.array([(name in given) == (choice == "only") for name in names], np.bool_)
                kept.append((" ".join(f"{choice}={name!r}" for name in given), among))
        return kept


def filtered(log: Log, which: WhichVotes) -> Log | FilteredLog:
    """Return the votes of a log that pass the filters; the log itself if there are none.

    Parameters
    ----------
    log : Log
    which : WhichVotes
        Its filters; `minimum_votes` is left to those who rate.
    """
    if not which.filters_rows and not which.only and not which.without:
        return log
    key: Hashable = tuple(getattr(which, name) for name in choices_of(WhichVotes) if name != "minimum_votes")
    # Of one log under many specifications filters are applied once.
    if key not in log.views:
        log.views[key] = FilteredLog(log, which)
    view: FilteredLog = log.views[key]
    return view


def nothing_left(steps: list[Step]) -> InputError:
    """The error that filters left no vote."""
    said = ", ".join(f"{step.said} left out {step.n_left_out:,} of {step.n_before:,}" for step in steps)
    return InputError(f"no vote passes the filters: {said}; loosen the last of them")


def n_bytes_of(votes: Votes) -> int:
    """Memory that single votes take."""
    of_columns = sum((held.codes if isinstance(held, Factor) else held).nbytes for held in votes.columns.values())
    of_labels = sum(sum(map(len, held.levels)) + 60 * len(held.levels) for held in votes.columns.values() if isinstance(held, Factor))
    return votes.first.nbytes + votes.second.nbytes + votes.outcome.nbytes + of_columns + of_labels
