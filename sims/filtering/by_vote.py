"""Filters on single votes, in the order in which they apply.

A filter says which votes of a log pass. Duplicates and votes over a cap depend on the other votes: those that still stand.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from recount.data.confusables import lookalikes, told_apart
from recount.data.voter_lists import read_voter_list
from recount.engine.choices import Where, Window
from recount.engine.errors import InputError
from recount.engine.instants import NANOSECONDS
from recount.engine.plurals import plural
from recount.engine.showing import first_of
from recount.engine.times import SECONDS_A_DAY, seconds_of, seconds_or_missing
from recount.engine.votes import TIE, Bools, Ints, Votes, labels_of, levels_of
from recount.sims.analysis.column_notes import of_largest, of_times
from recount.sims.analysis.log import Log
from recount.sims.filtering.found_columns import column_of_times, column_of_voters, usual_times, usual_voters
from recount.sims.filtering.not_there import no_such_label
from recount.sims.specification import WhichVotes

ANONYMOUS = "anony"
YES, NO = ("1", "true", "t", "yes"), ("0", "false", "f", "no")


class Passed(NamedTuple):
    """Which of the votes pass a filter, (n_votes,); what else is to be told of those that do not, and of what it goes by."""

    votes: Bools
    detail: str = ""
    doubts: tuple[str, ...] = ()


class RowFilter(NamedTuple):
    """A filter on single votes.

    Attributes
    ----------
    said : str
        What was chosen, as messages say it.
    columns : tuple of str
        Of the log.
    remedy : str
        What to do if there is no such column.
    passes : callable
        From a log and the votes that still stand.
    """

    said: str
    columns: tuple[str, ...]
    remedy: str
    passes: Callable[[Votes, Bools], Passed]


def row_filters(which: WhichVotes, log: Log) -> Iterator[RowFilter]:
    """The filters on single votes that were chosen, in the order in which they apply."""
    if which.window:
        window, column = which.window, column_of_times(log, which.window.column)
        ends = [f"{name}={end!r}" for name, end in (("since", window.since), ("until", window.until)) if end is not None]
        said = " ".join([*ends, *([] if window.column else [_found_by({column: usual_times(log)}, "`time_column` names another")])])
        yield RowFilter(said, (column,), "name the times with `time_column`", partial(in_window, window=window, column=column))
    for column, labels in _labels_by_column(which.where, log).items():
        said = " ".join(f"where={f'{column}={label}'!r}" for label in labels)
        yield RowFilter(said, (column,), "name another in `where`", partial(having, column=column, labels=labels))
    if which.anonymous:
        yield RowFilter("`anonymous`", (ANONYMOUS,), "leave `anonymous` out", anonymous)
    if which.without_voters is not None:
        path = which.without_voters
        for column, voters in read_voter_list(path).items():
            passes = partial(not_by, column=column, voters=voters)
            yield RowFilter(f"without_voters={str(path)!r}", (column,), "name the right one in the list", passes)
    if which.distinct:
        columns = which.distinct
        said = " ".join(f"distinct={column!r}" for column in columns)
        yield RowFilter(said, columns, "name another in `distinct`", partial(first_of_duplicates, columns=columns))
    if which.daily_cap is not None:
        cap = which.daily_cap
        voter, time = column_of_voters(log, cap.voter), column_of_times(log, cap.time)
        remedy = "name the columns in `daily_cap`, as N:VOTER:TIME"
        found = {**({} if cap.voter else {voter: usual_voters(log)}), **({} if cap.time else {time: usual_times(log)})}
        said = " ".join([f"daily_cap={str(cap)!r}", *([_found_by(found, "N:VOTER:TIME names others")] if found else [])])
        yield RowFilter(said, (voter, time), remedy, partial(under_cap, n=cap.n, voter=voter, time=time))


def _found_by(usual: dict[str, list[str]], remedy: str) -> str:
    """Say by which columns that nobody named a filter goes, and by which of the usual ones besides it might."""
    others = ", ".join(repr(name) for column, names in usual.items() for name in names if name != column)
    return f"by {' and '.join(map(repr, usual))}" + (f", and not by {others}; {remedy}" if others else "")


def _labels_by_column(wanted: tuple[Where, ...], log: Log) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for asked in wanted:
        one = asked.among(log.columns_there) if "=" in asked.label else asked
        found[one.column] = (*found.get(one.column, ()), one.label)
    return found


def in_window(votes: Votes, standing: Bools, window: Window, column: str) -> Passed:
    """Votes cast in a window; those without a time are not.

    Raises
    ------
    InputError
        If the column holds no times.
    """
    seconds = seconds_or_missing(column, votes.columns[column])
    known = ~np.isnan(seconds)
    inside = known.copy()
    if window.start is not None:
        inside &= seconds >= window.start / NANOSECONDS
    if window.end is not None:
        # An instant is as long as a float of seconds is exact.
        inside &= seconds < window.end / NANOSECONDS if window.end % NANOSECONDS == 0 else seconds <= (window.end - 1) / NANOSECONDS
    n = int(known.size - known.sum())
    return Passed(inside, f"{n:,} of them without a time" if n else "", tuple(of_times(votes, column)))


def having(votes: Votes, standing: Bools, column: str, labels: tuple[str, ...]) -> Passed:
    """Votes with one of the labels in a column.

    Raises
    ------
    InputError
        If no vote has one of the labels, or the column holds no labels.
    """
    codes, levels = levels_of(votes, column)
    for label in labels:
        if label not in levels:
            raise no_such_label(column, label, levels)
    wanted = np.append(np.isin(np.array(levels, object), np.array(labels, object)), False)
    n = int((codes < 0).sum())
    told = [f"{n:,} of them without a label"] if n else []
    for group in lookalikes(levels):
        if (others := [label for label in group if label not in labels]) and len(others) < len(group):
            n_alike = int(np.isin(codes, [levels.index(label) for label in others]).sum())
            told.append(f"{n_alike:,} of them with labels that look alike: {first_of(told_apart(others))}")
    return Passed(wanted[codes], ", ".join(told))


def anonymous(votes: Votes, standing: Bools) -> Passed:
    """Votes in which the competitors were anonymous.

    Raises
    ------
    InputError
        If the column says neither yes nor no of a vote.
    """
    codes, levels = levels_of(votes, ANONYMOUS)
    if odd := [level for level in levels if level.strip().casefold() not in (*YES, *NO)]:
        raise InputError(f"column {ANONYMOUS!r} holds {odd[0]!r}, which is neither true nor false; write it as one of them")
    n = int((codes < 0).sum())
    wanted = np.array([*(level.strip().casefold() in YES for level in levels), False], np.bool_)
    return Passed(wanted[codes], f"{n:,} of them without a label" if n else "")


def not_by(votes: Votes, standing: Bools, column: str, voters: frozenset[str]) -> Passed:
    """Votes of others than the voters of a list; votes without a voter pass.

    Raises
    ------
    InputError
        If none of the voters is in the log.
    """
    codes, levels = levels_of(votes, column)
    listed = np.array([*(level in voters for level in levels), False], np.bool_)
    if not listed.any():
        raise InputError(
            f"column {column!r} has none of the {plural(len(voters), 'voter')} of the list, of which one is {min(voters)!r}; is it of this log?"
        )
    n_absent = len(voters) - int(listed.sum())
    return Passed(~listed[codes], f"{n_absent:,} of the {plural(len(voters), 'voter is', 'voters are')} not in the log" if n_absent else "")


def first_of_duplicates(votes: Votes, standing: Bools, columns: tuple[str, ...]) -> Passed:
    """Of the votes that stand, of the same pair and with the same value in every column, the first; one without a value has no duplicate."""
    rows = np.flatnonzero(standing)
    first, second = votes.first[rows].astype(np.int64), votes.second[rows].astype(np.int64)
    group: Ints = np.minimum(first, second) * len(votes.names) + np.maximum(first, second)
    for column in columns:
        codes, n_codes, _ = labels_of(votes, column, rows)
        group = np.unique(group, return_inverse=True)[1] * np.int64(n_codes) + codes
    _, earliest, place = np.unique(group, return_index=True, return_inverse=True)
    # 1 for the one that comes first by name, also where it was shown second.
    outcome = votes.outcome[rows]
    turned = np.where((first > second) & (outcome < TIE), 1 - outcome, outcome)
    n_contradicting = int((turned != turned[earliest][place]).sum()) if rows.size else 0
    passes = np.zeros(standing.size, np.bool_)
    passes[rows[earliest]] = True
    doubts = tuple(doubt for column in columns for doubt in of_largest(votes, column))
    return Passed(passes, f"{n_contradicting:,} of them contradict the first" if n_contradicting else "", doubts)


def under_cap(votes: Votes, standing: Bools, n: int, voter: str, time: str) -> Passed:
    """Of the votes that stand, the first of each voter and day; a vote without a voter is the only one of its own.

    Raises
    ------
    InputError
        If the column of times holds none, or lacks some.
    """
    rows = np.flatnonzero(standing)
    of_voter, _, _ = labels_of(votes, voter, rows)
    seconds = seconds_of(votes, time)[rows]
    day = np.floor(seconds / SECONDS_A_DAY)
    order = np.lexsort((seconds, day, of_voter))
    starts = np.ones(rows.size, np.bool_)
    starts[1:] = (of_voter[order][1:] != of_voter[order][:-1]) | (day[order][1:] != day[order][:-1])
    place = np.arange(rows.size)
    begun = np.maximum.accumulate(np.where(starts, place, 0)) if rows.size else place
    passes = np.zeros(standing.size, np.bool_)
    passes[rows[order[place - begun < n]]] = True
    return Passed(passes, doubts=(*of_times(votes, time), *of_largest(votes, voter)))
