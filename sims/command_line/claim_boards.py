"""Boards of several days that claims are judged by, each by that of its own time."""

from pathlib import Path
from typing import TYPE_CHECKING

from recount.data import Board, read_history
from recount.sims.command_line.board_option import OF_VOTES
from recount.sims.command_line.shell import Published

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


def boards_by_day(work: "Work") -> list[Board]:
    """Read the boards of a folder, or of a file that has several days of which none is named, by date, and record which; none of another file."""
    asked = work.choices(Published)
    if asked.board is None or asked.date is not None:
        return []
    if not (is_folder := asked.board.is_dir()):
        work.will_read(asked.board)
    boards = read_history(asked.board, category=asked.category or "", subset=asked.subset or "", columns=asked.board_columns or "")
    if not is_folder and len(boards) == 1:
        return []
    work.refuse("with --board", "votes", *OF_VOTES, "replicates", "save_counts", "workers")
    for board in boards if is_folder else []:
        work.will_read(Path(board.source))
    work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_VOTES}
    work.record(category=asked.category, subset=asked.subset, board_columns=asked.board_columns)
    return boards
