"""Boards of several days that claims are judged by, each by that of its own time."""

from typing import TYPE_CHECKING

from recount.data import Board, read_history
from recount.data.boards.series import Boards
from recount.sims.command_line.board_option import OF_VOTES, boards_asked, refuse_what_needs_votes
from recount.sims.command_line.shell import Published

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


def boards_by_day(work: "Work") -> Boards | list[Board]:
    """Read the boards of several files or folders, or of a file that has several days of which none is named, by date; none of another file."""
    asked = work.choices(Published)
    if not asked.board or asked.date is not None:
        return []
    if len(asked.board) > 1 or asked.board[0].is_dir():
        return boards_asked(work)
    (path,) = asked.board
    work.will_read(path)
    boards = read_history(path, category=asked.category or "", subset=asked.subset or "", columns=asked.board_columns or "")
    if len(boards) == 1:
        return []
    refuse_what_needs_votes(work)
    work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_VOTES}
    work.record(category=asked.category, subset=asked.subset, board_columns=asked.board_columns)
    return boards
