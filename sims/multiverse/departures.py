"""In which choices specifications of a table depart from the usual one."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.votes import Bools, Ints
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of


def plain_names(field: str) -> list[str]:
    """Return the columns that hold a field of the specification: one, or several of a value with choices of its own; of another choice its name."""
    return [option.name for option in options_of(Specification).values() if option.field == field] or [field]


def departing(lines: pd.DataFrame, usual: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Bools]:
    """Say which rows depart from the usual choices, by plain name, in each of some fields, (n_rows,) each."""
    return {
        field: np.any([[not _same(value, usual[name]) for value in lines[name]] for name in plain_names(field)], axis=0).astype(np.bool_)
        for field in fields
    }


def levels_of(lines: pd.DataFrame, field: str) -> Ints:
    """Number the values of a field in the rows, (n_rows,), from 0 in the order in which they come."""
    return lines.groupby(plain_names(field), sort=False, dropna=False).ngroup().to_numpy(np.int64)


def choice_words(row: Mapping[str, Any], usual: Mapping[str, Any], fields: Iterable[str]) -> str:
    """Say how a row departs from the usual choices in some fields, as ``name=value``, with a plus between them."""
    parts = (" ".join(f"{name}={row[name]}" for name in plain_names(field) if not _same(row[name], usual[name])) for field in fields)
    return " + ".join(filter(None, parts))


def _same(value: Any, chosen: Any) -> bool:
    """Whether two plain values are the same; pandas has NaN where nothing is chosen."""
    return bool(value == chosen) or (chosen is None and (value is None or value != value))
