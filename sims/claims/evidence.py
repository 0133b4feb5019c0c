"""What claims are judged by: ratings, of the day and the category of which a claim speaks; facts of models; benchmark scores."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.data import Board, Catalogue, Scores, read_board
from recount.engine.choices import Where
from recount.engine.errors import InputError, RecountError
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.kept import Kept
from recount.sims.analysis.known_day import day_of, day_of_last_vote
from recount.sims.benchmark_scores.scored_models import facts_of_scored
from recount.sims.claims.claim import OVERALL, Claim
from recount.sims.countries.by_country import known_facts
from recount.sims.countries.facts import Facts

# How publishers call a board with control for style, after what it is called without.
STYLE = "_style_control"
# Further away, ratings are of other models.
MOST_DAYS = 45
# Boards that judge a claim about a longer time; of more, some that are evenly apart.
MOST_BOARDS = 26


class UntestableError(RecountError):
    """These data do not measure what the claim speaks of; the message says why."""


class Rated(NamedTuple):
    """Ratings, facts of their competitors, and their day, if it is known."""

    analysis: Analysis
    facts: Facts
    day: date | None


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Data of which claims may speak.

    Attributes
    ----------
    analysis : Analysis
        Ratings under the usual specification, from votes or given.
    catalogue : Catalogue
        Facts of all known models, by key.
    day : date or None
        Of the ratings; None if it is not known.
    scores : Scores, optional
        Benchmark scores.
    boards : sequence of Board
        Boards of other days, of which each claim takes one of its time.
    """

    analysis: Analysis
    catalogue: Catalogue
    day: date | None = None
    scores: Scores | None = None
    boards: Sequence[Board] = ()
    kept: Kept = field(default_factory=Kept)

    def times_of(self, claim: Claim) -> list[Rated]:
        """Return ratings of all votes of the time of which a claim speaks, those that judge it first, then others that are specifications of it.

        Of a claim about a day these are of days as near to it; of one about a longer time, of days within it or up to `MOST_DAYS` from the first.

        Raises
        ------
        UntestableError
            If all are of another time, or no competitor has a country.
        """
        found = [self._usual()]
        if claim.date and (dated := sorted((board for board in self.boards if board.date), key=_day)):
            first = min(dated, key=lambda board: (_days_from(board, claim), not board.has_intervals, -_day(board).toordinal()))
            away = _days_from(first, claim)
            is_longer = speaks_of_longer(claim)
            near = [one for one in dated if abs((_day(one) - _day(first)).days) <= MOST_DAYS or (is_longer and not _days_from(one, claim))]
            if not is_longer:
                near = [one for one in near if _days_from(one, claim) <= away]
            elif len(near) > MOST_BOARDS:
                near = [near[place] for place in np.linspace(0, len(near) - 1, MOST_BOARDS).round().astype(int)]
            found = [self._of_board(board) for board in dict.fromkeys([first, *near])]
        day = found[0].day
        if claim.date and day is not None and (away := days_between(day, claim.date)) > MOST_DAYS:
            raise UntestableError(f"the ratings are of {day}, {plural(away, 'day')} from {claim.date}, of which it speaks; give ratings of that time")
        return found

    def of_either_style(self, rated: Rated) -> tuple[Rated, ...]:
        """Return ratings, and those of the same votes with control for style, or without it, if they were published beside a board."""
        board = rated.analysis.board
        if board is None or not board.subset:
            return (rated,)

        def other() -> Rated | None:
            plain = board.subset.removesuffix(STYLE)
            name = plain if plain != board.subset else f"{plain}{STYLE}"
            source = Path(board.source)
            beside = [source, *([source.with_name(source.name.replace(board.subset, name, 1))] if board.subset in source.name else [])]
            for path in beside:
                try:
                    return self._of_board(read_board(path, category=board.category, date=board.date, subset=name, columns=board.columns))
                except RecountError:
                    # It was not published, or not there.
                    continue
            return None

        found = self.kept.once("board of the other style", (board.source, board.date, board.category, board.subset), other)
        return (rated,) if found is None else (rated, found)

    def of_category(self, rated: Rated, claim: Claim) -> tuple[Rated, ...]:
        """Return the ratings of the category of which a claim speaks, and of that with which it is compared, if there is one."""
        names = (claim.category, *([claim.against_category] if claim.against_category else []))
        return tuple(self._of_category(rated, name) for name in names)

    def scored_models(self) -> tuple[Scores, Facts]:
        """Return the scores and facts of their models; raise `UntestableError` if none are given."""
        scores = self.scores
        if scores is None:
            raise UntestableError("no benchmark scores are given; give scores")
        return scores, self.kept.once("facts of scored models", None, lambda: facts_of_scored(scores, self.catalogue))

    def _usual(self) -> Rated:
        return self.kept.once("usual", None, lambda: self._rated(self.analysis, self.day))

    def _of_board(self, board: Board) -> Rated:
        def read() -> Rated:
            analysis = Analysis(board, self.analysis.specification)
            return self._rated(analysis, date.fromisoformat(board.date) if board.date else None)

        return self.kept.once("board", (board.source, board.date, board.category, board.subset), read)

    def _rated(self, analysis: Analysis, day: date | None) -> Rated:
        """Add what is known of the competitors; raise `UntestableError` if none has a country."""
        try:
            return Rated(analysis, known_facts(analysis, self.catalogue), day)
        except InputError as error:
            raise UntestableError(str(error)) from error

    def _of_category(self, rated: Rated, name: str) -> Rated:
        """Return ratings by a category of the same votes.

        Raises
        ------
        UntestableError
            If nothing is known of it.
        """
        board, s = rated.analysis.board, rated.analysis.specification
        if name in ("", OVERALL):
            return rated
        try:
            if board is not None:
                return self._of_board(read_board(board.source, category=name, date=board.date, subset=board.subset, columns=board.columns))
            column, sign, label = name.partition("=")
            if not rated.analysis.has_votes or not sign:
                raise UntestableError(f"category {name!r} is of a board; of votes give it as COLUMN=LABEL")
            of_label = rated.analysis.under(s.but(where=(*s.where, Where(column, label))))
            # Only now it is known whether there are such votes, and whether they can be rated.
            if not of_label.names:
                raise UntestableError(f"there are no ratings of category {name!r}")
            return rated._replace(analysis=of_label)
        except UntestableError:
            raise
        except RecountError as error:
            # The message says what the file has, for whoever has it.
            raise UntestableError(f"there are no ratings of category {name!r}{'' if board is None else ' on this board'}") from error


def day_of_ratings(claims: Sequence[Claim], analysis: Analysis, given: date | None = None) -> date | None:
    """Return the day of the ratings that judge claims: as given, of the board or the bundled votes, or of the last vote; None if unknown."""
    return given or day_of(analysis.source) or (day_of_last_vote(analysis) if any(claim.date for claim in claims) else None)


def _day(board: Board) -> date:
    return date.fromisoformat(board.date)


def _days_from(board: Board, claim: Claim) -> int:
    return days_between(_day(board), claim.date)


def speaks_of_longer(claim: Claim) -> bool:
    """Whether a claim speaks of more than one day, as of a month or a year."""
    return bool(claim.date) and (span := pd.Period(claim.date)).start_time.date() != span.end_time.date()


def is_of_one_day(claim: Claim, rated: Rated, n_days: int = 1) -> bool:
    """Whether a claim speaks of more than the day of the only board that judges it; votes are of the time up to their day."""
    return speaks_of_longer(claim) and rated.analysis.board is not None and rated.day is not None and n_days <= 1


def days_between(day: date, spoken: str) -> int:
    """Days from a day to the nearest one of which a claim speaks, as "2025-08-06", "2025-08" or "2025"."""
    period = pd.Period(spoken)
    return max((day - period.end_time.date()).days, (period.start_time.date() - day).days, 0)
