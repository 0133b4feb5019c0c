"""Published boards as dates of a history: what each can say, and what all of them rest on."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from recount.data import Board, Catalogue
from recount.data.boards.comparing import missing_from_the_past
from recount.data.boards.series import Boards, cut_off
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts, facts_of, stated_by
from recount.sims.specification import Specification

# The one metric of which the first models of a board say who leads.
OF_CUT_BOARDS = "best"
# Elo points by which the ratings of all models move at once; smaller ones happen by new votes.
MOVED = 15.0


class Dated(NamedTuple):
    """Ratings of a date.

    Attributes
    ----------
    date : str
        ISO 8601.
    source : str
        From where, in words.
    analysis : Analysis
        Of which nothing is computed before its turn, nor kept after it: draws of many dates take room.
    catalogue : Catalogue
    """

    date: str
    source: str
    analysis: Analysis
    catalogue: Catalogue

    def of(self, analysis: Analysis) -> Facts:
        """Look up the competitors of an analysis of this date."""
        return facts_of(analysis.names, self.catalogue, None if analysis.board is None else stated_by(analysis.board))


def of_boards(boards: Boards, specification: Specification, catalogue: Catalogue, metric: str) -> tuple[list[Dated], list[str]]:
    """Return the boards that can say something by a metric, by date, and notes on all.

    A board that is cut off says by the metric "best" who leads and by how much, not how surely, because whoever stands below is not known. By other
    metrics it says nothing.

    Raises
    ------
    InputError
        If no board can say anything.
    """

    def key_of(name: str, day: str) -> str:
        return catalogue.key_of(name, day) or name

    cut = cut_off(boards, key_of)
    dated = []
    for place, (series, board) in enumerate(boards.by_date):
        if place in cut and metric != OF_CUT_BOARDS:
            continue
        if place in cut:
            board = replace(board, variances=np.full(len(board.names), np.nan))
        dated.append(Dated(board.date, series.form, Analysis(board, specification), catalogue))
    if not dated:
        raise InputError(f"every board is cut off, and the first models of a board do not say who leads by {metric!r}; give whole boards")
    return dated, [*_of_series(boards), *boards.told, *_of_cut(boards, cut, metric), *_of_intervals(boards), *_of_past(boards, catalogue)]


def _of_series(boards: Boards) -> Iterator[str]:
    """Say what boards there are, and where their scale changes."""
    for form, those, _ in boards.series:
        days = f"{those[0].date} to {those[-1].date}" if len(those) > 1 else those[0].date
        yield f"{len(those)} {'board' if len(those) == 1 else 'boards'}, {days}: {form}"
        if moved := list(_moves_of_scale(those)):
            yield (
                f"{form}: all ratings move at once, on {', '.join(f'{day} by {points:+.0f}' for day, points in moved)} points, so that the scale or "
                f"the method changed there; only differences within a date are compared"
            )


def _moves_of_scale(boards: Sequence[Board]) -> Iterator[tuple[str, float]]:
    """Yield dates at which the median rating of those who stay moves, and by how many points."""
    for before, after in itertools.pairwise(boards):
        earlier = dict(zip(before.names, before.ratings.tolist(), strict=True))
        moves = [rating - earlier[name] for name, rating in zip(after.names, after.ratings.tolist(), strict=True) if name in earlier]
        if moves and abs(np.median(moves)) >= MOVED:
            yield after.date, float(np.median(moves))


def _of_cut(boards: Boards, cut: dict[int, str], metric: str) -> Iterator[str]:
    if cut:
        first = boards.by_date[min(cut)][1].date
        can = "they say who leads, not how surely" if metric == OF_CUT_BOARDS else f"by {metric} they say nothing, and are left out"
        yield f"{len(cut)} {'board is' if len(cut) == 1 else 'boards are'} cut off, and {can}; the first, of {first}: {cut[min(cut)]}"


def _of_intervals(boards: Boards) -> Iterator[str]:
    everything = [board for _, board in boards.by_date]
    if without := [board for board in everything if not board.has_intervals]:
        partly = sum(bool(np.isfinite(board.variances).any()) for board in without)
        some = f" ({partly} of them have some, of which none is used)" if partly else ""
        yield (
            f"{len(without)} of {plural(len(everything), 'board does', 'boards do')} not state an interval of every rating{some}: how "
            f"sure their leads are is not known"
        )


def _of_past(boards: Boards, catalogue: Catalogue) -> Iterator[str]:
    """Say what a history that was published at once leaves out, as far as boards taken at the time show it."""

    def key_of(name: str, day: str) -> str:
        return catalogue.key_of(name, day) or name

    for form, those, is_of_one_day in boards.series:
        if not is_of_one_day or len(those) < 2:
            continue
        taken = [board for one in boards.series if not one.is_of_one_day for board in one.boards]
        found = missing_from_the_past(those, taken, key_of)
        shown = f"; boards taken at the time show it at {plural(len(found), 'date')}, as: {found[0].says}" if found else ""
        yield f"{form}: published at once, so that it may leave out models that are no longer listed, at all dates{shown}"
