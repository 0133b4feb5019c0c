"""Boards of several sources, by date, as one history that can be relied on.

Boards of one form are a series. In a series a board that repeats an earlier one, number for number, is the same evidence under another date, and is
left out. A board that was cut off by whoever copied it holds the first of more models; that is seen beside a whole board of an earlier date, of
whatever form.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from recount.data.boards.board import POINTS, Board
from recount.data.boards.comparing import LEAST_SHARE, compare_boards, numbers_of
from recount.data.boards.contents import ENDINGS
from recount.data.boards.published import BoardTable, table_of
from recount.data.formats.kinds import ending_of
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural

KeyOf = Callable[[str, str], str]
# Of the models that a board lacks and an earlier one had: so many stood below all that it has, if it was cut off.
BELOW = 0.75


class Series(NamedTuple):
    """Boards of one form.

    Attributes
    ----------
    form : str
        In words.
    boards : tuple of Board
        By date.
    is_of_one_day : bool
        Whether all of it was published at once, so that of the past it has only those who were still listed then.
    """

    form: str
    boards: tuple[Board, ...]
    is_of_one_day: bool


@dataclass(frozen=True, slots=True, eq=False)
class Boards:
    """Published boards of one question, of any dates and forms.

    Attributes
    ----------
    series : tuple of Series
        Without repeats.
    told : tuple of str
        What was left out, and what is odd, in sentences.
    """

    series: tuple[Series, ...]
    told: tuple[str, ...] = ()

    @property
    def by_date(self) -> list[tuple[Series, Board]]:
        """Every board with its series."""
        return sorted(((one, board) for one in self.series for board in one.boards), key=lambda pair: _place(pair[1]))


@checked
def read_boards(*paths: str | Path, category: str = "", subset: str = "", columns: str = "") -> Boards:
    """Read all boards of some files and folders.

    Parameters
    ----------
    *paths : path
        Files, each with boards of one date or more, and folders of them.
    category, subset : str, optional
        Which boards, where there are several at a date. Where a subset is asked for, a source that states none is taken as it is.
    columns : str, optional
        As of `recount.read_board`.

    Raises
    ------
    InputError, OptionError
        If a file cannot be read or is no board, one has no date, there are boards of several subsets and nothing says which, or none is left.
    """
    if not paths:
        raise OptionError("no board is given; name files, or folders of them")
    told: list[str] = []
    tables = _of_subset(_in_points([table_of(file, columns) for file in _files_in(paths)], told), subset, told)
    found: dict[str, list[Board]] = {}
    of_one_day: dict[str, bool] = {}
    for table in tables:
        boards = list(table.boards(category, subset if _subsets(table) else "", told))
        found.setdefault(table.form.what, []).extend(boards)
        of_one_day[table.form.what] = of_one_day.get(table.form.what, True) and len(boards) > 1
    if undated := [board.source for boards in found.values() for board in boards if not board.date]:
        raise InputError(f"{undated[0]} says no date; put it in the name of the file, as 2026-08-22.csv")
    return Boards(
        tuple(Series(form, _without_repeats(sorted(boards, key=_place), told), of_one_day[form]) for form, boards in found.items()),
        tuple(told),
    )


def cut_off(boards: Boards, key_of: KeyOf) -> dict[int, str]:
    """Find boards that hold the first of more models: why it is thought of each, by its place in `boards.by_date`.

    Parameters
    ----------
    boards : Boards
    key_of : callable
        Key of a model by its name on a day; see `recount.data.Catalogue.key_of`.
    """
    found: dict[int, str] = {}
    whole: Board | None = None
    for place, (_, board) in enumerate(boards.by_date):
        by_itself = [one.says for one in compare_boards([board])] + [one for one in board.remarks if one.startswith("truncated")]
        if by_itself:
            found[place] = by_itself[0]
        elif whole is not None and _is_cut(whole, board, key_of):
            found[place] = (
                f"{plural(len(board.names), 'model')}, the first of those that stood on the board of {whole.date}, which has {len(whole.names)}"
            )
        else:
            whole = board
    return found


def _is_cut(whole: Board, board: Board, key_of: KeyOf) -> bool:
    """Whether a board is much shorter than a whole one, and lacks those below."""
    if len(board.names) >= LEAST_SHARE * len(whole.names):
        return False
    here = {key_of(name, board.date) for name in board.names}
    ratings = {key_of(name, whole.date): rating for name, rating in zip(whole.names, whole.ratings.tolist(), strict=True)}
    common = [ratings[key] for key in ratings if key in here]
    gone = [ratings[key] for key in ratings if key not in here]
    # With no model in common the number alone says it.
    return not common or sum(rating <= min(common) for rating in gone) >= BELOW * len(gone)


def _without_repeats(boards: Sequence[Board], told: list[str]) -> tuple[Board, ...]:
    """Leave out boards that repeat an earlier one, and say which."""
    kept: dict[frozenset[object], tuple[Board, list[str]]] = {}
    for board in boards:
        numbers = frozenset(numbers_of(board).items())
        if numbers in kept:
            kept[numbers][1].append(board.date)
        else:
            kept[numbers] = board, []
    for first, dates in kept.values():
        if later := sorted({day for day in dates if day > first.date}):
            days = later[0] if len(later) == 1 else f"{plural(len(later), 'later date')}, {later[0]} to {later[-1]}"
            told.append(f"frozen: the board of {first.date} was captured again, unchanged, on {days}, which is no new evidence")
        elif dates:
            told.append(f"the board of {first.date} is given {len(dates) + 1} times, and counts once")
    return tuple(board for board, _ in kept.values())


def _in_points(tables: list[BoardTable], told: list[str]) -> list[BoardTable]:
    """Leave out tables of another measure, and say so; raise `InputError` if there are no others."""
    kept = [table for table in tables if table.form.measure == POINTS]
    if not kept:
        raise InputError(f"{tables[0].path} has {tables[0].form.measure}, not Elo points; give boards of ratings")
    told += [f"{table.path.name} is left out: it has {table.form.measure}, not Elo points" for table in tables if table not in kept]
    return kept


def _of_subset(tables: list[BoardTable], subset: str, told: list[str]) -> list[BoardTable]:
    """Leave out tables of other subsets, and say so; raise `OptionError` if there are several and nothing says which."""
    there = sorted({one for table in tables for one in _subsets(table)})
    if not subset and len(there) > 1:
        raise OptionError(f"subset is not given, and there are boards of {', '.join(there)}, of different votes or methods; give one of them")
    if subset and subset not in there:
        raise OptionError(f"subset is {subset!r}; there are boards of {', '.join(there) or 'no subset'}")
    kept = [table for table in tables if not _subsets(table) or not subset or subset in _subsets(table)]
    if left := [table for table in tables if table not in kept]:
        others = ", ".join(sorted({one for table in left for one in _subsets(table)}))
        told.append(f"{len(left)} {'file is' if len(left) == 1 else 'files are'} left out, of other subsets: {others}")
    if subset and (parts := sorted({table.form.what for table in kept if not _subsets(table)})):
        told.append(f"no subset is stated by {', '.join(parts)}; these boards are taken as they are, beside those of {subset}")
    return kept


def _files_in(paths: Sequence[str | Path]) -> Iterator[Path]:
    """Yield the files, those of a folder in the order of their names, each once."""
    seen = set()
    for path in map(Path, paths):
        files = sorted(one for one in path.rglob("*") if ending_of(one) in ENDINGS and one.is_file()) if path.is_dir() else [path]
        if not files:
            raise InputError(f"{path} has no file that ends in {', '.join(ENDINGS)}")
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _subsets(table: BoardTable) -> set[str]:
    return set(table.frame["subset"]) - {""}


def _place(board: Board) -> tuple[str, str, str]:
    return board.date, board.captured, board.source
