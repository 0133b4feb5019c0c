"""Values within nested columns, which are named by a path: conversation_a.model, models[0], judge[0].score."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

STEPS = re.compile(r"(?:\.[^.\[\]]+|\[\d+\])+")
STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


class Field(NamedTuple):
    """A column, and the steps from its value to one within it: names of fields, places in lists."""

    column: str
    steps: tuple[str | int, ...]

    @property
    def outer(self) -> str:
        """Path down to the first list, by which Parquet reads a part of a column."""
        fields = takewhile(lambda step: isinstance(step, str), self.steps)
        return ".".join([self.column, *map(str, fields)])


def field_of(name: str, columns: Collection[str]) -> Field | None:
    """Return the field that a name means among columns; a column of exactly this name comes first. None if there is none."""
    return next((field for field in readings(name) if field.column in columns), None)


@cache
def readings(name: str) -> tuple[Field, ...]:
    """Return every way to read a name, the longest column first."""
    cuts = [place for place in range(len(name) - 1, 0, -1) if name[place] in ".[" and STEPS.fullmatch(name, place)]
    return Field(name, ()), *(Field(name[:cut], tuple(int(n) if n else key for key, n in STEP.findall(name, cut))) for cut in cuts)


def value_in(record: Mapping[str, Any], name: str) -> Any:
    """Return the value that a name means in a record; None if there is none."""
    if name in record:
        return record[name]
    if (field := field_of(name, record)) is None:
        return None
    return value_at(record[field.column], field.steps)


def value_at(value: Any, steps: Sequence[str | int]) -> Any:
    """Return the value to which steps lead from another; None if there is none."""
    for step in steps:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value
