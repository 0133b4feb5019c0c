"""Histories of boards as one table: a row for each day, a column of ratings for each model."""

import re

import pandas as pd

from recount.data.boards.number_marks import MISSING

DAY_COLUMN = re.compile(r"(19|20)\d{6}|(19|20)\d\d-\d\d-\d\d")


def is_by_dates(frame: pd.DataFrame) -> bool:
    """Whether a table has a row for each day and a column of ratings for each model: no column holds nothing but words, as one of names does."""
    if frame.empty or frame.shape[1] <= 2 or not all(DAY_COLUMN.fullmatch(str(value)) for value in frame.iloc[:, 0]):
        return False
    return all(any(_may_be_rating(value) for value in values) for _, values in frame.iloc[:, 1:].items())


def _may_be_rating(value: object) -> bool:
    return not isinstance(value, str) or value.strip().lower() in MISSING or value.strip().lstrip("+-")[:1].isdigit()
