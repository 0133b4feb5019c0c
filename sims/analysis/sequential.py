"""Sequential ratings of a log, in one order or in many."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recount.engine.choices import Elo, Glicko2, RandomOrders, TrueSkill
from recount.engine.choices.sequential import BOTH_BAD, TIES, BothBadScore, TieScore
from recount.engine.errors import InputError, OptionError
from recount.engine.sequential.elo_system import elo, elo_permutations
from recount.engine.sequential.glicko2_system import glicko2
from recount.engine.sequential.state import SequentialRatings, check_same_options, in_order, options_of
from recount.engine.sequential.trueskill_system import trueskill
from recount.engine.times import is_alphabetical
from recount.sims.analysis import notes
from recount.sims.analysis.label_notes import of_times
from recount.sims.analysis.log import Log
from recount.sims.analysis.resumption import read_state, votes_counted
from recount.sims.presentation import Table

Settings = Elo | Glicko2 | TrueSkill
RATE: dict[type[Any], Callable[..., SequentialRatings]] = {Elo: elo, Glicko2: glicko2, TrueSkill: trueskill}
LOG = "log"


def in_one_order(
    log: Log, settings: Settings, order: str = LOG, *, resume: Path | None = None, ties: TieScore = TIES, both_bad: BothBadScore = BOTH_BAD
) -> tuple[Table, dict[str, Any]]:
    """Rate votes one after the other.

    Parameters
    ----------
    log : Log
    settings : Elo, Glicko2 or TrueSkill
    order : str
        "log" for the order of the log, or the column by which votes are sorted.
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
    rows = log.rows([column for column in (order, period) if isinstance(column, str) and column != LOG])
    rated = RATE[type(settings)](rows if order == LOG else in_order(rows, order), settings, state=state, ties=ties, both_bad=both_bad)
    told = [*notes.of_quarantine(log.quarantine)]
    if order in rows.columns and order != LOG and is_alphabetical(rows.columns[order]):
        told.append(f"column {order!r} is text and holds no times; votes are sorted by its alphabet")
    if order in rows.columns and order != LOG:
        told += of_times(rows, order)
    return Table("elo", rated.to_frame(), tuple(told), settings.title), {"order": order, **rated.options}


def _check_not_counted(log: Log, resume: Path) -> None:
    """Raise `InputError` if a file of the log, by its checksum, is among those that the earlier ratings are of."""
    counted = votes_counted(resume)
    for path, checksum in log.checksums.items():
        if checksum in counted:
            known = f"are already in the ratings of {str(resume)!r}, from {counted[checksum]!r}"
            raise InputError(f"the votes of {path!r} {known}; give later votes, or leave out `resume`")


def in_random_orders(
    log: Log, settings: Elo, orders: RandomOrders, *, ties: TieScore = TIES, both_bad: BothBadScore = BOTH_BAD
) -> tuple[Table, dict[str, Any]]:
    """Rate votes in many random orders; parameters and result as of `in_one_order`."""
    _check_unweighted(log)
    permuted = elo_permutations(log.counts, settings, n_permutations=orders.n_permutations, seed=orders.seed, ties=ties, both_bad=both_bad)
    recorded = {"order": orders.word, **dataclasses.asdict(orders), **permuted.options}
    title = f"{settings.title} over {orders.n_permutations} random orders"
    told = *notes.of_quarantine(log.quarantine), *notes.of_orders(orders.n_permutations, orders.confidence_level)
    table = Table("elo orders", permuted.to_frame(orders.confidence_level), told, title)
    return table, recorded


def _check_unweighted(log: Log) -> None:
    if log.is_weighted:
        by = "outcomes" if log.reading.columns.outcomes else "layout"
        raise OptionError(f"`{by}` gives labels weights, which systems that go from vote to vote do not have; give `outcomes` without weights")
