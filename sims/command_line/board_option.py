"""The published board that a command was given in place of votes."""

from typing import TYPE_CHECKING

from recount.data import Board, read_board
from recount.data.choices import Reading
from recount.engine.errors import OptionError
from recount.sims.command_line.options import chosen
from recount.sims.command_line.shell import Published
from recount.sims.filtering.models_of_boards import OF_MODELS
from recount.sims.specification import HowSure, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work

OF_SINGLE_VOTES = tuple(name for name in chosen(WhichVotes) if name not in OF_MODELS)
OF_VOTES = (*chosen(Reading), *chosen(WhichModel), *OF_SINGLE_VOTES, *chosen(HowSure, "intervals", "clusters"), "by", "shrink")
OF_ERRORS = ("confidence_level", "n_draws", "seed", "p_top")


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
    if asked.board is None:
        raise OptionError("board is not given; name the file")
    work.will_read(asked.board)
    board = read_board(
        asked.board, category=asked.category or "", date=asked.date or "", subset=asked.subset or "", columns=asked.board_columns or ""
    )
    if not board.has_intervals:
        work.refuse("on a board without intervals", *OF_ERRORS)
    # Which board it was, also where that was the default.
    which = {"category": board.category, "date": board.date, "subset": board.subset, "board_columns": asked.board_columns}
    work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_VOTES}
    work.record(**{name: value or None for name, value in which.items()})
    return board
