"""Published boards from files: one of them, or a history."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recount.data.boards.board import HALF_WIDTH, Board
from recount.data.boards.board_forms import CAPTURED, Form, form_by_columns, form_of, is_by_dates
from recount.data.boards.contents import ENDINGS, Contents, contents_of
from recount.data.checksums import sha256
from recount.engine.errors import InputError, OptionError
from recount.engine.votes import Floats

# Of all votes.
OVERALL = ("overall", "full")
LATEST = "latest"
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
INTERVAL = re.compile(r"\+(\d+(?:\.\d+)?)\s*/\s*[-−](\d+(?:\.\d+)?)")
MISSING = ("", "-", "nan", "n/a", "na", "none", "null")
N_NAMED = 8


def looks_like_board(path: Path) -> bool:
    """Whether a file holds a board in one of the known forms; false if it cannot be read."""
    try:
        contents = contents_of(path)
    except InputError:
        return False
    names = list(map(str, contents.frame.columns))
    return form_of(names) is not None or (not contents.frame.empty and is_by_dates(names, contents.frame.iloc[:, 0].tolist()))


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
    table = table_of(Path(path), columns)
    dates = sorted(set(table.frame["date"]))
    asked = dates[-1] if date in ("", LATEST) else day_of(date)
    if asked is None or asked not in dates:
        near = min(dates, key=lambda one: abs(_number(one) - _number(asked or dates[-1])))
        raise OptionError(f"date is {date!r}, of which {path} has no board; it has {len(dates)}, from {dates[0]} to {dates[-1]}, the nearest {near}")
    board = table.board(asked, category, subset)
    if len(dates) > 1 and date == "":
        return replace(board, remarks=(*board.remarks, f"the file has boards of {len(dates)} days from {dates[0]}; this is the latest"))
    return board


def read_history(path: str | Path, *, category: str = "", subset: str = "", columns: str = "") -> list[Board]:
    """Read all boards of one category from a file or a folder, by date.

    Raises
    ------
    InputError, OptionError
        As of `read_board`; or if a board has no date, or two of the same day differ.
    """
    path = Path(path)
    files = sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file()) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path} has no file that ends in {', '.join(ENDINGS)}")
    found: list[Board] = []
    for file in files:
        table = table_of(file, columns)
        if path.is_dir() and subset and set(table.frame["subset"]) - {""} and subset not in set(table.frame["subset"]):
            continue
        found += [table.board(date, category, subset) for date in sorted(set(table.frame["date"]))]
    if undated := [board.source for board in found if not board.date]:
        raise InputError(f"{undated[0]} says no date; put it in the name of the file, as 2026-08-22.csv")
    if path.is_dir() and len({board.subset for board in found}) > 1:
        raise OptionError(f"{path} has boards of {', '.join(sorted({board.subset for board in found}))}; give subset")
    if not found:
        raise OptionError(f"{path} has no board of subset {subset!r}")
    return sorted(found, key=lambda board: (board.date, board.captured, board.source))


class BoardTable:
    """All boards of a file, one row a model and board.

    Attributes
    ----------
    frame : DataFrame
        name, rating, variance, votes, rank (float64), organisation, licence, subset, category, date (text).
    """

    def __init__(self, path: Path, frame: pd.DataFrame, form: Form, about: dict[str, Any]) -> None:
        self.path, self.frame, self.form, self.about = path, frame, form, about

    def board(self, date: str, category: str, subset: str) -> Board:
        """Return one of them; raise `OptionError` if there is none, or several and nothing says which."""
        frame = self.frame[self.frame["date"] == date]
        subset = _one_of(self.path, "subset", subset, frame["subset"])
        frame = frame[frame["subset"] == subset]
        category = _one_of(self.path, "category", category, frame["category"])
        frame = frame[frame["category"] == category]
        rated = frame["rating"].notna().to_numpy()
        n_categories, n_rows = len(set(self.frame["category"])), self.about.get("n_rows", 0)
        remarks = [f"category {category!r}, of {n_categories}"] if n_categories > 1 else []
        if len(self.frame) < n_rows:
            remarks.append(f"truncated: {self.path.name} says that it has {n_rows:,} rows, and has {len(self.frame):,}")
        board = frame[rated]
        board = board[~board.duplicated(["name", "rating", "variance", "votes"])]
        names, twice = told_apart_by_number(board["name"])
        if len(board) < rated.sum():
            remarks.append(f"{rated.sum() - len(board)} rows that repeat another one are left out")
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
            sha256(self.path),
            tuple(remarks),
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
    contents = contents_of(path)
    names = list(map(str, contents.frame.columns))
    if not columns and form_of(names) is None and not contents.frame.empty and is_by_dates(names, contents.frame.iloc[:, 0].tolist()):
        return BoardTable(path, _by_dates(path, contents.frame), Form("Arena's history, a row a day", {}, ()), {})
    form = form_by_columns(columns) if columns else form_of(names)
    if form is None:
        raise InputError(f"board {path} has no known form (columns {', '.join(names[:N_NAMED])}); give board_columns name=COLUMN,rating=COLUMN,...")
    if lacking := [name for name in form.needed if name not in names]:
        raise InputError(f"board {path} has no column {lacking[0]!r}; there are {', '.join(names[:N_NAMED])}")
    about = _about(path, contents, form)
    frame = _canonical(path, contents.frame, form)
    for name in ("subset", "category"):
        frame[name] = frame[name].where(frame[name] != "", str(about.get(name, "")))
    of_file = str(about.get("published") or about.get("captured") or "")
    frame["date"] = [day_of(text) or of_file for text in frame["date"]]
    return BoardTable(path, frame, form, about)


def _canonical(path: Path, raw: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Return the columns of a board by what they hold."""
    have = {part: raw[column] for part, column in form.columns.items() if column in raw}
    numbers: dict[str, Floats] = {
        part: _numbers(path, form.columns[part], have[part])
        for part in ("rating", "lower", "upper", "half_width", "variance", "error", "votes", "rank")
        if part in have
    }
    texts = {
        part: have[part].map(lambda value: "" if value is None or value != value else str(value).strip())
        if part in have
        else pd.Series([""] * len(raw), raw.index)
        for part in ("name", "organisation", "licence", "category", "subset", "date")
    }
    if (texts["name"] == "").any():
        raise InputError(f"board {path} has no {form.columns['name']!r} in row {1 + int(np.argmax(texts['name'] == ''))}")
    variance = _variances(path, numbers, have.get("interval"), texts["name"])
    missing = np.full(len(raw), np.nan)
    return pd.DataFrame(
        {**texts, "rating": numbers["rating"], "variance": variance, "votes": numbers.get("votes", missing), "rank": numbers.get("rank", missing)}
    )


def _variances(path: Path, numbers: dict[str, Floats], interval: "pd.Series[Any] | None", names: "pd.Series[str]") -> Floats:
    """Variance of each rating: as stated, or of its standard error, or of its 95 % interval; NaN where none is stated."""
    found = numbers.get("variance", np.full(len(names), np.nan)).copy()
    widths = []
    if "error" in numbers:
        widths.append(numbers["error"])
    if {"lower", "upper"} <= numbers.keys():
        if (numbers["lower"] > numbers["upper"]).any():
            at = int(np.argmax(numbers["lower"] > numbers["upper"]))
            raise InputError(f"board {path}: the interval of {names.iloc[at]!r} ends before it begins")
        widths.append((numbers["upper"] - numbers["lower"]) / 2 / HALF_WIDTH)
    if "half_width" in numbers:
        widths.append(numbers["half_width"] / HALF_WIDTH)
    if interval is not None:
        widths.append(np.array([_half(path, value) for value in interval]) / HALF_WIDTH)
    for errors in widths:
        if (errors < 0).any():
            raise InputError(f"board {path}: {names.iloc[int(np.argmax(errors < 0))]!r} has a negative error")
        found = np.where(np.isnan(found), errors**2, found)
    return found


def _half(path: Path, value: object) -> float:
    text = str(value).strip()
    if text.lower() in MISSING:
        return float("nan")
    if (ends := INTERVAL.fullmatch(text)) is None:
        raise InputError(f"board {path} has the interval {text!r}; it is written as +5/-4")
    return (float(ends[1]) + float(ends[2])) / 2


def _numbers(path: Path, column: str, values: "pd.Series[Any]") -> Floats:
    """Return a column of numbers; NaN where it says that there is none."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(np.float64, copy=True)
    texts = [None if value is None or str(value).strip().lower() in MISSING else value for value in values]
    try:
        return np.array([np.nan if text is None else float(text) for text in texts])
    except (TypeError, ValueError) as error:
        raise InputError(f"board {path}: column {column!r} holds a value that is no number ({error})") from error


def _by_dates(path: Path, raw: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a row a day and a column a model as one with a row a rating; 0 and an empty cell mean that there is none."""
    heading = raw.columns[0]
    long = raw.melt(id_vars=heading, var_name="name", value_name="rating")
    ratings = _numbers(path, "rating", long["rating"])
    frame = pd.DataFrame({"name": long["name"].astype(str), "rating": ratings, "date": [day_of(str(one)) for one in long[heading]]})
    frame = frame[(ratings != 0) & ~np.isnan(ratings)]
    if raw[heading].duplicated().any():
        raise InputError(f"board {path} has the day {raw[heading][raw[heading].duplicated()].iloc[0]} twice")
    full: pd.DataFrame = frame.assign(variance=np.nan, votes=np.nan, rank=np.nan, organisation="", licence="", subset="", category="")
    return full.reset_index(drop=True)


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
        raise OptionError(f"{path} has boards of {listed}; give {what}")
    if found == [""]:
        raise OptionError(f"{what} is {asked!r}, and {path} is one board without parts; leave it out")
    raise OptionError(f"{what} is {asked!r}; {path} has {listed}")


def day_of(text: str) -> str | None:
    """Return the day that a text names, in ISO 8601; None if it names none."""
    text = text.strip()
    if found := DAY.match(text):
        try:
            return datetime(*map(int, found.groups())).date().isoformat()  # type: ignore[arg-type]
        except ValueError:
            return None
    try:
        return datetime.strptime(text, "%b %d, %Y").date().isoformat()
    except ValueError:
        return None


def _number(day: str) -> int:
    return datetime.fromisoformat(day).toordinal() if day else 0
