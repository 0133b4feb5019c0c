"""Sequential ratings of a log, in one order or in many."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recount.engine.choices import Elo, Glicko2, RandomOrders, TrueSkill
from recount.engine.choices.sequential import BOTH_BAD, TIES, BothBadScore, TieScore
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.sequential.elo_system import elo, elo_permutations
from recount.engine.sequential.glicko2_system import glicko2
from recount.engine.sequential.state import SequentialRatings, check_same_options, in_order, options_of
from recount.engine.sequential.trueskill_system import trueskill
from recount.engine.votes import PairCounts, Votes
from recount.sims.analysis import notes
from recount.sims.analysis.column_notes import of_periods, of_sorting, of_times
from recount.sims.analysis.log import Log
from recount.sims.analysis.order_in_time import of_order_in_time, times_beside
from recount.sims.analysis.rating import have_enough_votes
from recount.sims.analysis.resumption import (
    check_follows,
    check_not_again,
    portion_of,
    portions_counted,
    read_state,
    said_of_earlier,
    span_of_order,
    votes_counted,
    votes_until,
)
from recount.sims.filtering import FilteredLog, filtered, of_filters
from recount.sims.presentation import Table
from recount.sims.specification import WhichVotes

Settings = Elo | Glicko2 | TrueSkill
RATE: dict[type[Any], Callable[..., SequentialRatings]] = {Elo: elo, Glicko2: glicko2, TrueSkill: trueskill}
LOG = "log"


def in_one_order(
    log: Log,
    settings: Settings,
    order: str = LOG,
    *,
    which: WhichVotes | None = None,
    resume: Path | None = None,
    ties: TieScore = TIES,
    both_bad: BothBadScore = BOTH_BAD,
) -> tuple[Table, dict[str, Any]]:
    """Rate votes one after the other.

    Parameters
    ----------
    log : Log
    settings : Elo, Glicko2 or TrueSkill
    order : str
        "log" for the order of the log, or the column by which votes are sorted.
    which : WhichVotes, optional
        Filters, which keep the order; all votes by default.
    resume : Path, optional
        A file of such ratings to resume from, with its manifest.
    ties : {"half", "drop"}
    both_bad : {"tie", "drop"}

    Returns
    -------
    Table
    dict
        Every choice, so that ratings that go on can check that theirs are the same.

    Raises
    ------
    OptionError
        If the earlier ratings were made with other choices.
    """
    _check_unweighted(log)
    if log.is_bundled:
        raise OptionError("the bundled Arena votes are counts, which have lost their order; give a log, or take order='random'")
    state = None if resume is None else read_state(resume)
    if state is not None and resume is not None:
        check_same_options(state, {"order": order, **options_of(settings, ties, both_bad)})
        _check_not_counted(log, resume)
    period = getattr(settings, "period", None)
    which = which or WhichVotes()
    passing = filtered(log, which)
    beside = times_beside(log) if order == LOG else None
    rows = _rated(passing, which, [column for column in (order, period, beside) if isinstance(column, str) and column != LOG])
    if resume is not None:
        if order != LOG:
            check_follows(rows, order, resume)
        check_not_again(rows, resume)
    rated = RATE[type(settings)](rows if order == LOG else in_order(rows, order), settings, state=state, ties=ties, both_bad=both_bad)
    told = [*notes.of_quarantine(log.quarantine), *_of_left_out(passing, which)]
    if resume is not None and isinstance(period, int) and any(one["n"] % period for one in portions_counted(resume)):
        early = f"a rating period of {plural(period, 'vote')} was closed early where earlier ratings were saved"
        told.append(f"{early}; one run over all votes rates otherwise")
    if isinstance(period, str):
        told += of_periods(rows, period)
    if order == LOG:
        told += of_order_in_time(log, rows)
        if beside and resume is not None and (said := said_of_earlier(rows, beside, resume)):
            told.append(f"{said}, so the order of the log is not that of {beside!r}; rate all votes by `order` {beside}, without `resume`")
    if order in rows.columns and order != LOG:
        told += of_sorting(rows, order)
        told += of_times(rows, order)
    return Table("elo", rated.to_frame(), tuple(told), settings.title), {"order": order, **rated.options}


def last_in_order(log: Log, order: str, which: WhichVotes, resume: Path | None) -> float | None:
    """Return the last time or number by which votes are sorted, also of those that were resumed from; None if there is none."""
    earlier = None if resume is None else votes_until(resume)
    column = times_beside(log) if order == LOG else order
    span = None if column is None else span_of_order(filtered(log, which).rows([column]), column)
    return max((end for end in (earlier, span and span[1]) if end is not None), default=None)


def rated_in_turn(log: Log, which: WhichVotes, resume: Path | None) -> list[dict[str, Any]]:
    """Return the votes that are rated, after those that were resumed from, by number and fingerprint, so that none is rated again."""
    earlier = [] if resume is None else portions_counted(resume)
    return [*earlier, portion_of(_rated(filtered(log, which), which))]


def _rated(passing: Log | FilteredLog, which: WhichVotes, columns: Sequence[str] = ()) -> Votes:
    """Return the votes that are rated: those that pass, between competitors that have enough."""
    rows = passing.rows(columns)
    if not which.minimum_votes:
        return rows
    return rows.among(np.isin(np.array(rows.names, object), np.array(_enough(passing.counts, which).names, object)))


def _check_not_counted(log: Log, resume: Path) -> None:
    """Raise `InputError` if a file of the log, by its checksum, is among those that the earlier ratings are of."""
    counted = votes_counted(resume)
    for path, checksum in log.checksums.items():
        if checksum in counted:
            known = f"are already in the ratings of {str(resume)!r}, from {counted[checksum]!r}"
            raise InputError(f"the votes of {path!r} {known}; give later votes, or leave out `resume`")


def in_random_orders(
    log: Log,
    settings: Elo,
    orders: RandomOrders,
    *,
    which: WhichVotes | None = None,
    ties: TieScore = TIES,
    both_bad: BothBadScore = BOTH_BAD,
) -> tuple[Table, dict[str, Any]]:
    """Rate votes in many random orders; parameters and result as of `in_one_order`."""
    _check_unweighted(log)
    which = which or WhichVotes()
    passing = filtered(log, which)
    counts = _enough(passing.counts, which)
    drawn: dict[str, Any] = {"n_permutations": orders.n_permutations, "seed": orders.seed}
    permuted = elo_permutations(counts, settings, ties=ties, both_bad=both_bad, executor=log.executor, **drawn)
    recorded = {"order": orders.word, **dataclasses.asdict(orders), **permuted.options}
    title = f"{settings.title} over {plural(orders.n_permutations, 'random order')}"
    told = *notes.of_quarantine(log.quarantine), *_of_left_out(passing, which), *notes.of_orders(orders.n_permutations, orders.confidence_level)
    table = Table("elo orders", permuted.to_frame(orders.confidence_level), told, title)
    return table, recorded


def _enough(counts: PairCounts, which: WhichVotes) -> PairCounts:
    return counts.only(have_enough_votes(counts, which)) if which.minimum_votes else counts


def _of_left_out(passing: Log | FilteredLog, which: WhichVotes) -> Iterator[str]:
    """What filters left out, and who has too few votes."""
    yield from of_filters(passing)
    if which.minimum_votes:
        yield from notes.of_minimum(passing.counts, which)


def _check_unweighted(log: Log) -> None:
    if log.is_weighted:
        by = "outcomes" if log.reading.columns.outcomes else "layout"
        raise OptionError(f"`{by}` gives labels weights, which systems that go from vote to vote do not have; give `outcomes` without weights")
