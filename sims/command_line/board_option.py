"""The published board that a command was given in place of votes."""

from pathlib import Path
from typing import TYPE_CHECKING

from recount.data import Board, read_board, read_categories
from recount.data.boards.series import Boards, read_boards
from recount.data.choices import Reading
from recount.engine.errors import OptionError
from recount.sims.command_line.options import chosen
from recount.sims.command_line.shell import Published
from recount.sims.filtering.models_of_boards import OF_MODELS
from recount.sims.specification import HowSure, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work

OF_SINGLE_VOTES = tuple(name for name in chosen(WhichVotes) if name not in OF_MODELS)
OF_VOTES = (*chosen(Reading), *chosen(WhichModel), *OF_SINGLE_VOTES, *chosen(HowSure, "intervals", "clusters"), "shrink")
OF_ERRORS = ("confidence_level", "n_draws", "seed", "p_top", "country_draws")


def refuse_what_needs_votes(work: "Work") -> None:
    """Raise `OptionError` if an option was given beside a board that needs votes."""
    work.refuse("with --board, which has no single votes", *OF_SINGLE_VOTES)
    work.refuse("with --board", "votes", *OF_VOTES, "replicates", "save_counts", "workers")


def board_asked(work: "Work") -> Board:
    """Read the board, and record which it was.

    Raises
    ------
    OptionError
        If an option was given that needs intervals, and the board states none.
    """
    asked = work.choices(Published)
    if len(asked.board) != 1:
        raise OptionError(f"board is given {len(asked.board)} times ({', '.join(map(str, asked.board))}); give one, or rank countries through time")
    (path,) = asked.board
    if path.is_dir():
        raise OptionError(f"board is {str(path)!r}, a folder; name one of its files, or rank countries through time")
    work.will_read(path)
    board = read_board(path, category=asked.category or "", date=asked.date or "", subset=asked.subset or "", columns=asked.board_columns or "")
    if not board.has_intervals:
        work.refuse("on a board without intervals", *OF_ERRORS)
    # Which board it was, also where that was the default.
    which = {"category": board.category, "date": board.date, "subset": board.subset, "board_columns": asked.board_columns}
    work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_VOTES}
    work.record(**{name: value or None for name, value in which.items()})
    return board


def boards_asked(work: "Work") -> Boards:
    """Read all boards of the files and folders named, and record which they were.

    Raises
    ------
    OptionError
        If an option was given that needs votes, or one board.
    """
    asked = work.choices(Published)
    refuse_what_needs_votes(work)
    work.refuse("where all dates of the boards are taken", "date")
    boards = read_boards(*asked.board, category=asked.category or "", subset=asked.subset or "", columns=asked.board_columns or "")
    for source in dict.fromkeys(board.source for _, board in boards.by_date):
        work.will_read(Path(source))
    if not any(board.has_intervals for _, board in boards.by_date):
        work.refuse("on boards without intervals", *OF_ERRORS)
    work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_VOTES}
    work.record(category=asked.category, subset=asked.subset, board_columns=asked.board_columns)
    return boards


def categories_asked(work: "Work", named: str) -> dict[str, Board]:
    """Read the boards of the categories that are named, separated by commas, or of all, from the one file that `board_asked` has read."""
    asked = work.choices(Published)
    (path,) = asked.board
    names = [] if named.strip() == "all" else [name.strip() for name in named.split(",")]
    return read_categories(path, names, date=asked.date or "", subset=asked.subset or "", columns=asked.board_columns or "")
