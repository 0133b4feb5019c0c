"""Boards of several days that claims are judged by, each by that of its own time."""

from pathlib import Path
from typing import TYPE_CHECKING

from recount.data import Board, read_history
from recount.engine.errors import InputError
from recount.sims.command_line.board_option import OF_VOTES
from recount.sims.command_line.shell import Published

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


def boards_by_day(work: "Work") -> list[Board]:
    """Read the boards of several files or folders, or of a file that has several days of which none is named, by date; none of another file."""
    asked = work.choices(Published)
    if not asked.board or asked.date is not None:
        return []
    is_one_file = len(asked.board) == 1 and not asked.board[0].is_dir()
    if is_one_file:
        work.will_read(asked.board[0])
    which = {"category": asked.category or "", "subset": asked.subset or "", "columns": asked.board_columns or ""}
    boards = sorted((board for path in asked.board for board in read_history(path, **which)), key=lambda board: (board.date, board.captured))
    if is_one_file and len(boards) == 1:
        return []
    if undated := [board.source for board in boards if not board.date]:
        raise InputError(f"{undated[0]} says no date; put it in the name of the file, as 2026-08-22.csv")
    work.refuse("with --board", "votes", *OF_VOTES, "replicates", "save_counts", "workers")
    for source in [] if is_one_file else dict.fromkeys(board.source for board in boards):
        work.will_read(Path(source))
    work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_VOTES}
    work.record(category=asked.category, subset=asked.subset, board_columns=asked.board_columns)
    return boards
