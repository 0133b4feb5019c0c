"""What a file or a folder of published boards holds, and what is odd about it."""

import math
import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from recount.data import Board, read_catalogue
from recount.data.boards.comparing import compare_boards, missing_from_the_past
from recount.data.boards.published import looks_like_board, read_history, table_of
from recount.data.catalogue import is_stated
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.sims.countries.facts import facts_of, stated_by
from recount.sims.presentation import Table
from recount.sims.presentation.wording import percent

Line = tuple[str, str, object]
N_SHOWN = 40


def are_boards(paths: Sequence[Path]) -> bool:
    """Whether the first of some files, or of a folder's, is a published board."""
    if not paths:
        return False
    first = paths[0]
    files = sorted(one for one in first.rglob("*") if one.is_file()) if first.is_dir() else [first]
    return any(looks_like_board(file) for file in files[:3])


def check_boards(paths: Sequence[Path]) -> Table:
    """Summarise published boards: what they are, who has a country, and what a comparison of their dates shows.

    Parameters
    ----------
    paths : sequence of Path
        A file or a folder; and if there is a second, boards that were taken at the time of those in the first.

    Returns
    -------
    Table
        topic, item, value (text).

    Raises
    ------
    OptionError
        If more than two are given.
    """
    if len(paths) > 2:
        raise OptionError(
            f"{plural(len(paths), 'board is', 'boards are')} given; give one file or folder, or two: a history, and boards taken at the time"
        )
    lines: list[Line] = []
    histories = [_history(path) for path in paths]
    findings = [compare_boards(history) for history in histories]
    for path, history, found in zip(paths, histories, findings, strict=True):
        lines += _of_path(path, history, {one.date for one in found if one.kind == "truncated"})
    lines += [(one.kind, one.date, one.says) for one in findings[0]]
    if len(paths) == 2:
        catalogue = read_catalogue()

        def key(name: str, day: str) -> str:
            return catalogue.key_of(name, day) or name

        missing = missing_from_the_past(histories[0], histories[1], key)
        lines += [(one.kind, one.date, f"{one.says}: {listed(one.names)}") for one in missing]
    # Names of files may be no text.
    texts = [tuple(str(part).encode(errors="backslashreplace").decode() for part in line) for line in lines]
    return Table("check", pd.DataFrame(texts, columns=["topic", "item", "value"]), (), "Boards")


def _of_path(path: Path, boards: Sequence[Board], truncated: Collection[str]) -> list[Line]:
    """Say what boards a file or folder has, and what joins of the last, if there is one that is not of a `truncated` date."""
    whole = [board for board in boards if board.date not in truncated]
    last = (whole or boards)[-1]
    lines: list[Line] = [("board", str(path), repr(last))]
    if len({board.date for board in boards}) > 1:
        lines.append(("dates", f"{plural(len(boards), 'board')}", f"{boards[0].date} to {boards[-1].date}"))
    if path.is_file():
        frame = table_of(path).frame
        for part in ("subset", "category"):
            if len(names := sorted(set(frame[part]))) > 1:
                lines.append(("parts", part, f"{len(names)}: {', '.join(names[:N_SHOWN])}"))
    lines += [("remark", last.date, remark) for remark in last.remarks]
    lines += _joined(last)
    if whole:
        of_date = f" --date {last.date}" if path.is_file() and last.date != boards[-1].date else ""
        which = of_date + (f" --subset {last.subset}" if last.subset else "")
        lines.append(("proposal", "country rankings", f"recount countries --board {shlex.quote(last.source)}{which}"))
    return lines


def _joined(board: Board) -> list[Line]:
    facts = facts_of(board.names, None, stated_by(board))
    n, known = len(board.names), len(board.names) - len(facts.unknown)
    n_stated = sum(map(is_stated, board.organisations))
    intervals = int(sum(not math.isnan(variance) for variance in board.variances))
    lines: list[Line] = [
        ("models", "with a rating", n),
        ("models", "listed without a rating", len(board.left_out)),
        ("models", "with an interval", intervals),
        ("models", "with an organisation stated", n_stated),
        ("models", "with a country", f"{known} ({percent(known / n, 1)})" + (f"; without: {listed(facts.unknown)}" if facts.unknown else "")),
    ]
    return lines + [("not joined", "", note) for note in facts.notes]


def _history(path: Path) -> list[Board]:
    """Return the boards of a file or folder; of the first part, where a file has several."""
    if path.is_dir():
        return read_history(path)
    subsets = sorted(set(table_of(path).frame["subset"]))
    return read_history(path, subset=subsets[0])
