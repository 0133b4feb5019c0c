"""Boards compared with each other: what a history of them shows that no board shows by itself.

- *frozen*: the same models with the same numbers under later dates, also with other boards between; a scraper may have repeated a board. The later
  dates say nothing new.
- *truncated*: much fewer models than the largest board before; or fewer rows than the source says.
- *renamed*: a model goes, and another comes with exactly its numbers; between boards that are not truncated.
- *missing from the past*: a history that is published today may leave out models that are no longer listed, at all dates. A board taken at the time
  has them. The best models of the past are then understated.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from recount.data.boards.board import Board
from recount.engine.plurals import plural

# Of the models of the largest board before; below, a board is cut off.
LEAST_SHARE = 0.8
# Days before and after a board was taken, in which those of a history are compared with it.
BEFORE, AFTER = 7, 31
Numbers = tuple[float, float, float]


class Finding(NamedTuple):
    """What was found about boards.

    Attributes
    ----------
    kind : {"frozen", "truncated", "renamed", "missing from the past"}
    date : str
        Day of the board that it is about.
    names : tuple of str
        Models that it is about; old and new name of a renamed one.
    says : str
        A sentence.
    """

    kind: Literal["frozen", "truncated", "renamed", "missing from the past"]
    date: str
    names: tuple[str, ...]
    says: str


def compare_boards(history: Sequence[Board]) -> list[Finding]:
    """Compare each board of a history with those before.

    Parameters
    ----------
    history : sequence of Board
        By date, of one category.
    """
    found = [*_truncated_by_itself(history)]
    found += _frozen(history)
    whole: list[Board] = []
    for board in history:
        cut = [*_cut(max(whole, key=lambda one: len(one.names)), board)] if whole else []
        if not cut:
            found += _renamed(whole[-1], board) if whole else []
            whole.append(board)
        found += cut
    return sorted(found, key=lambda one: (one.date, one.kind))


def missing_from_the_past(
    history: Sequence[Board], taken: Sequence[Board], key_of: Callable[[str, str], str] = lambda name, day: name
) -> list[Finding]:
    """Find models that boards taken at the time have, and a history of today leaves out.

    Parameters
    ----------
    history : sequence of Board
        As published today.
    taken : sequence of Board
        Of the same category, at the time.
    key_of : callable
        Key of a model by its name on a day, where the two call it differently; see `recount.data.Catalogue.key_of`.
    """
    found = []
    last = max((board.date for board in history), default="")
    for board in taken:
        # What came or went within these days is not missing.
        near = [one for one in history if -BEFORE <= _days_after(one, board) <= AFTER]
        if not near or last < board.date:
            continue
        listed = {key_of(name, one.date) for one in near for name in one.names}
        missing = tuple(name for name in board.names if key_of(name, board.date) not in listed)
        if not missing:
            continue
        best = max(missing, key=board.at)
        place = 1 + int((board.ratings > board.at(best)).sum())
        of_all = f"{len(missing)} of {plural(len(board.names), 'model')} of {board.date}"
        says = f"{of_all} are not in the history at that time; the best of them, {best!r}, was number {place}"
        found.append(Finding("missing from the past", board.date, missing, says))
    return found


def _truncated_by_itself(history: Sequence[Board]) -> Iterator[Finding]:
    for board in history:
        n = len(board.names) + len(board.left_out)
        if board.n_stated is not None and n < LEAST_SHARE * board.n_stated:
            yield Finding("truncated", board.date, (), f"{board.source} says that it has {plural(board.n_stated, 'model')}, and has {n}")


def _frozen(history: Sequence[Board]) -> Iterator[Finding]:
    """Boards that are the same under several dates."""
    same: dict[frozenset[tuple[str, Numbers]], list[Board]] = defaultdict(list)
    for board in history:
        same[frozenset(numbers_of(board).items())].append(board)
    for boards in same.values():
        first, last = boards[0], boards[-1]
        if len({board.date for board in boards}) > 1:
            says = f"{plural(len(boards), 'board')} from {first.date} to {last.date} are one board; only the first date is one of its"
            yield Finding("frozen", last.date, (), says)


def _cut(before: Board, after: Board) -> Iterator[Finding]:
    """Compare a board with the largest `before`: those that are cut off follow each other."""
    n, of = len(after.names), len(before.names)
    if n < LEAST_SHARE * of:
        says = (
            f"{plural(n, 'model')} after {of} on {before.date}, the most before: probably the first of more; a share of the top N is "
            f"one of a whole board"
        )
        yield Finding("truncated", after.date, (), says)


def _renamed(before: Board, after: Board) -> Iterator[Finding]:
    old, new = numbers_of(before), numbers_of(after)
    gone = {name: numbers for name, numbers in old.items() if name not in new}
    come = {name: numbers for name, numbers in new.items() if name not in old}
    occurs = Counter(old.values()) + Counter(new.values())
    by_numbers: Mapping[Numbers, str] = {numbers: name for name, numbers in come.items()}
    for name, numbers in gone.items():
        # Whole ratings without further numbers are the same by chance.
        if numbers in by_numbers and occurs[numbers] == 2 and (numbers[1:] != (-1.0, -1.0) or numbers[0] % 1):
            other = by_numbers[numbers]
            yield Finding("renamed", after.date, (name, other), f"{name!r} is {other!r} since {after.date}, with the same numbers")


def numbers_of(board: Board) -> dict[str, Numbers]:
    """Return rating, variance and votes of each model; -1 for what is not stated."""
    variances, votes = (np.where(np.isnan(column), -1.0, column) for column in (board.variances, board.n_votes))
    return dict(zip(board.names, zip(board.ratings.tolist(), variances.tolist(), votes.tolist(), strict=True), strict=True))


def _days_after(one: Board, other: Board) -> int:
    return (date.fromisoformat(one.date) - date.fromisoformat(other.date)).days
