"""Voters under suspicion: who votes as honest voters would not. Nobody's vote is left out; `without_voters` does that with the list."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.choices.usual import SEED
from recount.engine.errors import InputError
from recount.engine.kernels.voters import most_at_once
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.times import seconds_or_missing
from recount.engine.voters.fair_coins import shown_order
from recount.engine.voters.fisher_sequence import sequential_p_values
from recount.engine.voters.four_tests import FALSE_ALARMS, TESTS, Suspicion, suspicion
from recount.engine.votes import Floats, Ints, Votes, levels_of
from recount.sims.analysis.log import Log
from recount.sims.filtering import FilteredLog
from recount.sims.filtering.found_columns import column_of_times, column_of_voters, has_times
from recount.sims.presentation import Table
from recount.sims.presentation.wording import percent

CHOICE = "voter_column"
MINUTE = 60.0
# Votes in a minute: six seconds each to read two answers.
FAST = 10
# Of a test by itself, to be given as a reason.
A_REASON = 0.01


class Examined(NamedTuple):
    """Voters, and what was found.

    Attributes
    ----------
    table : Table
        Those under suspicion.
    column : str
        Of the log.
    n_voters, n_votes, n_nameless : int
        Voters, all votes, and those without a voter.
    n_named : int
        By the tests; others in the table are only fast.
    """

    table: Table
    column: str
    n_voters: int
    n_votes: int
    n_nameless: int
    n_named: int


@checked
def suspects(log: Log | FilteredLog, column: str | None = None, *, time: str | None = None, seed: int = SEED) -> Table:
    """List the voters of a log under suspicion.

    Parameters
    ----------
    log : Log or FilteredLog
        With single votes.
    column : str, optional
        Of the log, that names voters; by default the one with a usual name, such as voter, judge or user_id.
    time : str, optional
        Column of times; by default the one with a usual name, such as tstamp, if there is one.
    seed : int
        Of the times at which Chiang et al.'s test looks.

    Returns
    -------
    Table
        voter, column, n_votes, score (-log10 of the p-value), p_value, p_adjusted, reason, the p-value of each test (`recount.engine.voters`; that of
        `p_sequential` has no part in the list), n_in_a_minute (missing without times). Named are voters whose adjusted p-value is at most 5 %, and
        those with more than `FAST` votes in a minute, of whom nothing is promised.

    Raises
    ------
    InputError
        If the log has no such column, or no single votes.
    """
    return examined(log, column, time=time, seed=seed).table


def examined(log: Log | FilteredLog, column: str | None = None, *, time: str | None = None, seed: int = SEED) -> Examined:
    """Examine the voters of a log; parameters as of `suspects`."""
    whole = log.whole if isinstance(log, FilteredLog) else log
    voters, times = column_of_voters(whole, column), column_of_times(whole, time) if time or has_times(whole) else None
    votes = _rows(log, voters, times)
    codes, levels = levels_of(votes, voters)
    seconds = None if times is None else _seconds(times, votes)
    order = shown_order(log.counts)
    in_time = votes if seconds is None else votes.only(np.argsort(seconds, kind="stable"))
    in_time_codes = codes if seconds is None else codes[np.argsort(seconds, kind="stable")]
    found = suspicion(votes, codes, len(levels), by_chance=order.is_by_chance, when=seconds)
    sequential = sequential_p_values(in_time, in_time_codes, len(levels), seed)
    at_once = None if seconds is None else n_in_a_minute(codes, seconds, len(levels))
    frame = _frame(levels, np.bincount(codes[codes >= 0], minlength=len(levels)), votes.names, found, sequential, at_once)
    frame.insert(1, "column", voters)
    n_nameless, n_named = int((codes < 0).sum()), int((frame["p_adjusted"] <= FALSE_ALARMS).sum())
    told = (*_of_tests(found, len(levels), n_named, len(frame) - n_named), *_of_gaps(found, n_nameless, times))
    table = Table("suspects", frame, told, "Voters under suspicion")
    return Examined(table, voters, len(levels), votes.n_votes, n_nameless, n_named)


def _rows(log: Log | FilteredLog, voters: str, times: str | None) -> Votes:
    """Read the votes with these columns; raise `InputError` if there is none of voters, or none of times."""
    try:
        return log.rows([voters] if times is None else [voters, times])
    except InputError as error:
        remedy = f"; name the column of voters with {CHOICE}" if repr(voters) in str(error) and CHOICE not in str(error) else ""
        raise InputError(f"{error}{remedy}") from error


def _seconds(column: str, votes: Votes) -> Floats | None:
    """Times of the votes; None if some have none."""
    seconds = seconds_or_missing(column, votes.columns[column])
    return None if np.isnan(seconds).any() else seconds


def n_in_a_minute(voter: Ints, seconds: Floats, n_voters: int) -> Ints:
    """Count the most votes of each voter within 60 seconds, (n_voters,)."""
    rows = np.flatnonzero(voter >= 0)
    rows = rows[np.lexsort((seconds[rows], voter[rows]))]
    starts, found = np.searchsorted(voter[rows], np.arange(n_voters + 1)), np.zeros(n_voters, np.int64)
    most_at_once(starts, seconds[rows], MINUTE, found)
    return found


def _frame(
    levels: tuple[str, ...], n_votes: Ints, names: tuple[str, ...], found: Suspicion, sequential: Floats, at_once: Ints | None
) -> pd.DataFrame:
    """Put those under suspicion in a table, the most suspicious first."""
    fast = np.zeros(len(levels), np.bool_) if at_once is None else at_once > FAST
    listed = np.flatnonzero((found.adjusted <= FALSE_ALARMS) | fast)
    listed = listed[np.lexsort((listed, found.p_value[listed]))]
    # The p-value is 0 where a smaller one is no float.
    with np.errstate(divide="ignore"):
        score = np.minimum(-np.log10(found.p_value[listed]), 300.0) + 0.0
    columns = {
        "voter": np.array(levels, object)[listed],
        "n_votes": n_votes[listed],
        "score": score,
        "p_value": found.p_value[listed],
        "p_adjusted": found.adjusted[listed],
        "reason": np.array(["; ".join(_reasons(found, int(k), names, bool(fast[k]))) for k in listed], dtype=object),
        **{f"p_{test}": found.p_values[test][listed] if test in found.p_values else np.full(listed.size, np.nan) for test in TESTS},
        "p_sequential": sequential[listed],
        "n_in_a_minute": pd.array([pd.NA] * listed.size if at_once is None else at_once[listed], "Int64"),
    }
    return pd.DataFrame(columns)


def _reasons(found: Suspicion, voter: int, names: tuple[str, ...], fast: bool) -> Iterator[str]:
    """Say what speaks against a voter."""
    said = {
        "against": "votes for the weaker one",
        "favourite": f"{'wins' if found.favoured[voter] else 'losses'} of {names[found.favourite[voter]]!r}",
        "focus": f"votes on {names[found.focus[voter]]!r}",
        "side": "votes for one side",
    }
    if found.adjusted[voter] <= FALSE_ALARMS:
        by_itself = [said[test] for test, p_values in found.p_values.items() if p_values[voter] <= A_REASON]
        yield from by_itself or ["no test by itself, all of them together"]
    if fast:
        yield f"more than {FAST} votes in a minute"


def _of_tests(found: Suspicion, n_voters: int, n_named: int, n_fast: int) -> Iterator[str]:
    """What the list promises, and what it allows for."""
    honest, logs = percent(FALSE_ALARMS), percent(1 - FALSE_ALARMS)
    promise = f"on average no more than {honest} of them are honest, and where all voters are, nobody is named in {logs} of logs"
    yield (
        f"{n_named:,} of {plural(n_voters, 'voter is', 'voters are')} named by {plural(len(found.p_values), 'test')}: {promise}; no vote is left out"
    )
    if n_fast:
        yield f"{n_fast:,} more cast more than {FAST} votes in a minute, of which no test says how often honest voters do"
    yield f"allowed for: honest voters' tastes, with a standard deviation of {ELO * found.taste_variance**0.5:.0f} Elo"


def _of_gaps(found: Suspicion, n_nameless: int, times: str | None) -> Iterator[str]:
    """What could not be looked at."""
    if "side" not in found.p_values:
        yield "who is shown first is not drawn by chance for each vote, so that nobody is tested for votes for one side"
    if n_nameless:
        yield f"{plural(n_nameless, 'vote has no voter and is', 'votes have no voter and are')} of nobody who is tested"
    if times is None:
        yield "without times nobody is looked at for votes a minute, and the order of the log is taken for that of the votes"
