"""Published boards from files: one of them, or a history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.boards.board import OWN_UNITS, POINTS, Board, are_elo_points
from recount.data.boards.board_forms import CAPTURED, Form, form_by_columns, form_of
from recount.data.boards.contents import ENDINGS, Contents, contents_of
from recount.data.boards.days import DAY, day_of
from recount.data.boards.number_marks import MISSING, decimal_mark_of, stated_numbers, texts_in
from recount.data.boards.rows_of_days import is_by_dates, long_table
from recount.data.boards.stated_intervals import stated_variances
from recount.data.checksums import sha256
from recount.data.choices import LMARENA
from recount.data.formats.kinds import ending_of
from recount.data.places.naming import check_is_there
from recount.engine.choices import of_kind
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import near_to
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.votes import Floats

# Of all votes.
OVERALL = ("overall", "full")
LATEST = "latest"
N_NAMED = 8
# Rows by which a board is known.
N_LOOKED_AT = 20
NUMBERS = ("rating", "lower", "upper", "half_width", "variance", "error", "votes", "rank")


def looks_like_board(path: Path) -> bool:
    """Whether a file holds a board in one of the known forms; false if it cannot be read."""
    try:
        contents = contents_of(path, _is_known, N_LOOKED_AT)
    except InputError:
        return False
    names = list(map(str, contents.frame.columns))
    if {*LMARENA} <= {*names}:
        return False
    # Several games of a day have a row each; a history has one.
    return form_of(names) is not None or (is_by_dates(contents.frame) and not contents.frame.iloc[:, 0].duplicated().any())


def _is_known(names: Sequence[str]) -> bool:
    return form_of(names) is not None


@checked
def read_board(path: str | Path, *, category: str = "", date: str = "", subset: str = "", columns: str = "") -> Board:
    """Read one published board.

    Parameters
    ----------
    path : path
        CSV, JSON or Parquet, in one of `recount.data.boards.board_forms.FORMS`, or with columns that `columns` names.
    category, date, subset : str, optional
        Which board, where the file has several. By default that of all votes, and the latest; "latest" says so, another date is ISO 8601.
    columns : str, optional
        What columns hold, as ``name=Model,rating=Elo,lower=From,upper=To``; see `recount.data.boards.board_forms.PARTS`.

    Raises
    ------
    InputError, OptionError
        If the file cannot be read, has no known form or no such board, or several and nothing says which.
    """
    of_kind("path", path, str, Path)
    table = table_of(Path(path), columns)
    asked = _date_of(table, date)
    board, dates = table.board(asked, category, subset), sorted(set(table.frame["date"]))
    if len(dates) > 1 and date == "":
        return replace(board, remarks=(*board.remarks, f"the file has boards of {plural(len(dates), 'day')} from {dates[0]}; this is the latest"))
    return board


def read_categories(path: str | Path, categories: Sequence[str] = (), *, date: str = "", subset: str = "", columns: str = "") -> dict[str, Board]:
    """Read the boards of several categories of one day from a file, by category: those named, or all but that of all votes.

    Raises
    ------
    InputError, OptionError
        As of `read_board`; or if the file has no such category, or none besides that of all votes.
    """
    table = table_of(Path(path), columns)
    asked = _date_of(table, date)
    here = table.frame[(table.frame["date"] == asked) & ((table.frame["subset"] == subset) | (subset == ""))]
    found = [name for name in dict.fromkeys(here["category"]) if name not in OVERALL and name]
    if not found:
        raise OptionError(f"{path} has no categories besides that of all votes; leave out `by`")
    return {name: table.board(asked, name, subset) for name in (categories or found)}


def _date_of(table: "BoardTable", date: str) -> str:
    """Return the date of the board that is asked for; raise `OptionError` if there is none of it."""
    path, dates = table.path, sorted(set(table.frame["date"]))
    asked = dates[-1] if date in ("", LATEST) else day_of(date)
    if date not in ("", LATEST) and dates == [""]:
        raise OptionError(f"date is {date!r}, and {path} says no date; leave it out")
    if asked is None or asked not in dates:
        near = min(dates, key=lambda one: abs(_number(one) - _number(asked or dates[-1])))
        raise OptionError(f"date is {date!r}, of which {path} has no board; it has {len(dates)}, from {dates[0]} to {dates[-1]}, the nearest {near}")
    return asked


@checked
def read_history(path: str | Path, *, category: str = "", subset: str = "", columns: str = "") -> list[Board]:
    """Read all boards of one category from a file or a folder, by date.

    Raises
    ------
    InputError, OptionError
        As of `read_board`; or if one of several boards has no date.
    """
    of_kind("path", path, str, Path)
    path = Path(path)
    files = sorted(one for one in path.rglob("*") if ending_of(one) in ENDINGS and one.is_file()) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path} has no file that ends in {', '.join(ENDINGS)}")
    found: list[Board] = []
    for file in files:
        table = table_of(file, columns)
        if path.is_dir() and subset and set(table.frame["subset"]) - {""} and subset not in set(table.frame["subset"]):
            continue
        found += [table.board(date, category, subset) for date in sorted(set(table.frame["date"]))]
    if len(found) > 1 and (undated := [board.source for board in found if not board.date]):
        raise InputError(f"{undated[0]} says no date; put it in the name of the file, as 2026-08-22.csv")
    if path.is_dir() and len({board.subset for board in found}) > 1:
        raise OptionError(f"subset is not given, and {path} has boards of {', '.join(sorted({board.subset for board in found}))}; give one of them")
    if not found:
        raise OptionError(f"{path} has no board of subset {subset!r}")
    return sorted(found, key=lambda board: (board.date, board.captured, board.source))


class BoardTable:
    """All boards of a file, one row a model and board.

    Attributes
    ----------
    frame : DataFrame
        name, rating, variance, votes, rank (float64), organisation, licence, subset, category, date (text).
    columns : str
        What was said of its columns, if anything.
    """

    def __init__(self, path: Path, frame: pd.DataFrame, form: Form, about: dict[str, Any], remarks: Sequence[str] = (), columns: str = "") -> None:
        self.path, self.frame, self.form, self.about, self.remarks, self.columns = path, frame, form, about, remarks, columns

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.path)

    @cached_property
    def n_categories(self) -> int:
        """How many categories there are."""
        return int(self.frame["category"].nunique())

    def boards(self, category: str, subset: str, told: list[str]) -> Iterator[Board]:
        """Yield one of each date; `told` is told of dates that lack the subset or the category, as long as others have it."""
        dates = {str(date): frame for date, frame in self.frame.groupby("date")}
        lacking = []
        for what, asked in (("subset", subset), ("category", category if category not in OVERALL else "")):
            without = [date for date, frame in dates.items() if asked and asked not in set(frame[what])]
            if without and len(without) < len(dates):
                told.append(f"{self.path.name}: left out {plural(len(without), 'date')} without {what} {asked!r}, the last of them {without[-1]}")
                lacking += without
        for date, frame in dates.items():
            if date not in lacking:
                yield self._board(frame, date, category, subset)

    def board(self, date: str, category: str, subset: str) -> Board:
        """Return one of them; raise `OptionError` if there is none, or several and nothing says which."""
        return self._board(self.frame[self.frame["date"] == date], date, category, subset)

    def _board(self, frame: pd.DataFrame, date: str, category: str, subset: str) -> Board:
        """Return the board of a date, of which `frame` has all rows."""
        subset = _one_of(self.path, "subset", subset, frame["subset"])
        frame = frame[frame["subset"] == subset]
        category = _one_of(self.path, "category", category, frame["category"])
        frame = frame[frame["category"] == category]
        rated = frame["rating"].notna().to_numpy()
        n_rows = self.about.get("n_rows", 0)
        remarks = [*([f"category {category!r}, of {self.n_categories}"] if self.n_categories > 1 else []), *self.remarks]
        if len(self.frame) < n_rows:
            remarks.append(f"truncated: {self.path.name} says that it has {plural(n_rows, 'row')}, and has {len(self.frame):,}")
        board = frame[rated]
        board = board[~board.duplicated(["name", "rating", "variance", "votes"])]
        names, twice = told_apart_by_number(board["name"])
        if len(board) < rated.sum():
            remarks.append(f"{plural(rated.sum() - len(board), 'row that repeats another one is', 'rows that repeat another one are')} left out")
        if twice:
            remarks.append(f"models with several rows, told apart by a number: {', '.join(map(repr, twice))}")
        zero = (board["variance"] == 0).to_numpy()
        if zero.sum() == 1:
            fixed = board["name"][zero].iloc[0]
            remarks.append(f"{fixed!r} has an interval of width 0: it fixes the scale, and intervals of others are relative to it")
        elif zero.any():
            remarks.append(f"intervals of width 0 are taken for none: {', '.join(map(repr, board['name'][zero][:N_NAMED]))}")
        variance = board["variance"].mask(zero & (zero.sum() > 1)).to_numpy(np.float64)
        numbers = {name: board[name].to_numpy(np.float64, copy=True) for name in ("rating", "votes", "rank")}
        return Board(
            names,
            numbers["rating"],
            variance.copy(),
            numbers["votes"],
            numbers["rank"],
            tuple(board["organisation"]),
            tuple(board["licence"]),
            category,
            subset,
            "" if date == self.about.get("captured") and not self.about.get("published") else date,
            str(self.about.get("captured", "")),
            self.form.measure,
            # Of all categories together.
            self.about.get("n_models") if category in ("", *OVERALL) else None,
            tuple(frame["name"][~rated]),
            str(self.path),
            self.checksum,
            tuple(remarks),
            columns=self.columns,
        )


def told_apart_by_number(names: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return names of which the second of the same is called "NAME (2)", and those that occur several times."""
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(numbered), [name for name, n in seen.items() if n > 1]


def table_of(path: Path, columns: str = "") -> BoardTable:
    """Read all boards of a file.

    Raises
    ------
    InputError
        If it cannot be read, has no known form, lacks a column, or has a number that is none.
    """
    check_is_there(path)
    own = form_by_columns(columns) if columns else None
    contents = contents_of(path, _is_known if own is None else lambda names: {*own.needed} <= {*names})
    names = list(map(str, contents.frame.columns))
    if contents.frame.empty:
        raise InputError(f"board {path} has no rows; give one with a model a row")
    if not columns and form_of(names) is None and is_by_dates(contents.frame):
        return BoardTable(path, long_table(path, contents.frame), Form("Arena's history, a row a day", {}, ()), {})
    form = own or form_of(names)
    if form is None:
        raise InputError(f"board {path} has no known form (columns {', '.join(names[:N_NAMED])}); give board_columns name=COLUMN,rating=COLUMN,...")
    if lacking := [name for name in form.needed if name not in names]:
        raise InputError(f"board {path} has no column {lacking[0]!r}; there are {', '.join(names[:N_NAMED])}")
    about = _about(path, contents, form)
    frame, remarks = _canonical(path, contents.frame, form)
    if own is None and frame["variance"].isna().all() and (unread := [name for name in names if name not in form.columns.values()]):
        remarks.append(f"without intervals; not read: {', '.join(map(repr, unread[:N_NAMED]))}; if ends or errors are among them, give board_columns")
    if form.measure == POINTS and not are_elo_points(ratings := frame["rating"].to_numpy(np.float64)):
        form = form._replace(measure=OWN_UNITS)
        remarks.append(
            f"ratings from {np.nanmin(ratings):.3g} to {np.nanmax(ratings):.3g} are not taken for Elo points; strengths in log-odds are such when "
            f"multiplied by {ELO:.2f}"
        )
    for name in ("subset", "category"):
        frame[name] = frame[name].where(frame[name] != "", str(about.get(name, "")))
    frame["date"] = _days(path, frame, form, str(about.get("published") or about.get("captured") or ""))
    return BoardTable(path, frame, form, about, remarks, columns)


def _days(path: Path, frame: pd.DataFrame, form: Form, of_file: str) -> list[str]:
    """Return the day of each row: as its column says, or that of the file where there is none in any row.

    Raises
    ------
    InputError
        If a date cannot be read, or some rows have one and others have none.
    """
    found = [day_of(text) for text in frame["date"]]
    column, empty = form.columns.get("date", ""), (frame["date"].str.strip().str.lower().isin(MISSING)).tolist()
    if all(empty):
        return [of_file] * len(frame)
    for row, (day, text, name) in enumerate(zip(found, frame["date"], frame["name"], strict=True)):
        if empty[row]:
            raise InputError(f"board {path} has no {column!r} in row {row + 1} ({name!r}), and in others; write it there, or leave such rows out")
        if day is None:
            raise InputError(f"board {path}: {column!r} is {text!r} in row {row + 1}, which is no date; write it as 2024-12-31")
    return [str(day) for day in found]


def _canonical(path: Path, raw: pd.DataFrame, form: Form) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns of a board by what they hold, and what was decided about its intervals."""
    have = {part: raw[column] for part, column in form.columns.items() if column in raw}
    stated = [part for part in NUMBERS if part in have]
    mark = decimal_mark_of(path, {part: texts_in(have[part]) for part in stated})
    numbers: dict[str, Floats] = {part: stated_numbers(path, form.columns[part], have[part], mark) for part in stated}
    _check_votes(path, form, numbers.get("votes", np.zeros(0)))
    texts = {
        part: have[part].map(lambda value: "" if value is None or value != value else str(value).strip())
        if part in have
        else pd.Series([""] * len(raw), raw.index)
        for part in ("name", "organisation", "licence", "category", "subset", "date")
    }
    if (texts["name"] == "").any():
        raise InputError(f"board {path} has no {form.columns['name']!r} in row {1 + int(np.argmax(texts['name'] == ''))}")
    variance, remarks = stated_variances(path, numbers, have.get("interval"), texts["name"], mark)
    missing = np.full(len(raw), np.nan)
    frame = pd.DataFrame(
        {**texts, "rating": numbers["rating"], "variance": variance, "votes": numbers.get("votes", missing), "rank": numbers.get("rank", missing)}
    )
    return frame, remarks


def _check_votes(path: Path, form: Form, votes: Floats) -> None:
    """Raise `InputError` if a number of votes is not whole, or negative."""
    odd = ~np.isnan(votes) & ((votes < 0) | (votes != np.floor(votes)))
    if odd.any():
        at = int(np.argmax(odd))
        raise InputError(
            f"board {path}: {form.columns['votes']!r} is {votes[at]:g} in row {at + 1}, which is no number of votes; write a whole number"
        )


def _about(path: Path, contents: Contents, form: Form) -> dict[str, Any]:
    """Return what is said about a file: subset, published and captured (ISO days), n_models, n_rows; a date may be in its name, or its folder's."""
    about: dict[str, Any] = {part: contents.about[name] for part, name in (form.about or CAPTURED).items() if contents.about.get(name) is not None}
    for name in ("published", "captured"):
        if name in about:
            if (day := day_of(str(about[name]))) is None:
                raise InputError(f"board {path}: {name} is {about[name]!r}, which is no date")
            about[name] = day
    in_name = next((day for part in (path.name, path.parent.name) if (found := DAY.search(part)) and (day := day_of(found[0]))), None)
    if "captured" not in about and in_name:
        about["captured"] = in_name
    for name in ("n_models", "n_rows"):
        if name in about and not isinstance(about[name], int):
            raise InputError(f"board {path}: {name} is {about[name]!r}, which is no number of rows")
    return about


def _one_of(path: Path, what: str, asked: str, there: "pd.Series[str]") -> str:
    """Return which part of a file is asked for: that of all votes by default."""
    found = list(dict.fromkeys(there))
    if asked in found:
        return asked
    overall = [one for one in OVERALL if one in found] if what == "category" else []
    if (asked == "" or asked in OVERALL) and overall:
        return overall[0]
    if asked == "" and len(found) == 1:
        return str(found[0])
    listed = ", ".join(found[:30]) + (f" and {len(found) - 30} more" if len(found) > 30 else "")
    if asked == "":
        raise OptionError(f"{what} is not given, and {path} has boards of {listed}; give one of them")
    if found == [""]:
        raise OptionError(f"{what} is {asked!r}, and {path} is one board without parts; leave it out")
    near = near_to(asked, found)
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise OptionError(f"{what} is {asked!r}; {meant}{path} has {listed}")


def _number(day: str) -> int:
    return datetime.fromisoformat(day).toordinal() if day else 0
