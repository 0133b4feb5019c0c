"""Boards with a row for each day and a column for each model."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from recount.data.boards.days import day_of
from recount.data.boards.number_marks import MISSING, decimal_mark_of, stated_numbers, texts_in
from recount.engine.errors import InputError

DAY_COLUMN = re.compile(r"(19|20)\d{6}|(19|20)\d\d-\d\d-\d\d")


def is_by_dates(frame: pd.DataFrame) -> bool:
    """Whether a table has a row for each day and a column of ratings for each model: no column holds nothing but words, as one of names does."""
    if frame.empty or frame.shape[1] <= 2 or not all(DAY_COLUMN.fullmatch(str(value)) for value in frame.iloc[:, 0]):
        return False
    return all(any(_may_be_rating(value) for value in values) for _, values in frame.iloc[:, 1:].items())


def _may_be_rating(value: object) -> bool:
    return not isinstance(value, str) or value.strip().lower() in MISSING or value.strip().lstrip("+-")[:1].isdigit()


def long_table(path: Path, raw: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a row a day and a column a model as one with a row a rating; 0 and an empty cell mean that there is none."""
    heading = raw.columns[0]
    long = raw.melt(id_vars=heading, var_name="name", value_name="rating")
    ratings = stated_numbers(path, "rating", long["rating"], decimal_mark_of(path, {"rating": texts_in(long["rating"])}))
    days = {one: _day_in_row(path, one) for one in raw[heading]}
    frame = pd.DataFrame({"name": long["name"].astype(str), "rating": ratings, "date": [days[one] for one in long[heading]]})
    frame = frame[(ratings != 0) & ~np.isnan(ratings)]
    if raw[heading].duplicated().any():
        raise InputError(f"board {path} has the day {raw[heading][raw[heading].duplicated()].iloc[0]} twice")
    full: pd.DataFrame = frame.assign(variance=np.nan, votes=np.nan, rank=np.nan, organisation="", licence="", subset="", category="")
    return full.reset_index(drop=True)


def _day_in_row(path: Path, value: object) -> str:
    if (day := day_of(str(value))) is None:
        raise InputError(f"board {path} has a row of {value!r}, which is no day; write it as 2024-12-31")
    return day
