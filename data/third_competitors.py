"""Lists of competitors, of which two places are asked for as the sides, and that hold a third one in some rows.

A vote between three is none between the first two: such a row says so in the place of its first competitor.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recount.data.fields import Field, field_of, value_at, value_in
from recount.data.labels import is_missing
from recount.data.layouts.declaring import MORE_THAN_TWO, NoVote
from recount.data.nested_arrays import array_at


class SharedList(NamedTuple):
    """A list in which both sides stand: where it is, their places, and where within an element a competitor's name is."""

    field: Field
    places: frozenset[int]
    steps: tuple[str | int, ...]

    def third_in(self, value: object) -> NoVote | None:
        """Return why a row is no vote if its list has a further competitor."""
        if not isinstance(value, list) or len(value) <= len(self.places):
            return None
        others = [element for place, element in enumerate(value) if place not in self.places]
        named = any(not is_missing(name) for name in (value_at(element, self.steps) for element in others))
        return NoVote(MORE_THAN_TWO, self.field.column, value) if named else None


def shared_list(first: str, second: str, columns: Collection[str]) -> SharedList | None:
    """Return the list in which both sides stand among columns; None if there is none."""
    one, two = field_of(first, columns), field_of(second, columns)
    if one is None or two is None or one.column != two.column or len(one.steps) != len(two.steps):
        return None
    apart = [place for place, steps in enumerate(zip(one.steps, two.steps, strict=True)) if steps[0] != steps[1]]
    if len(apart) != 1:
        return None
    (at,) = apart
    places = [step for step in (one.steps[at], two.steps[at]) if isinstance(step, int)]
    return SharedList(Field(one.column, one.steps[:at]), frozenset(places), one.steps[at + 1 :]) if len(places) == 2 else None


def first_of_record(record: Mapping[str, Any], first: str, second: str) -> object:
    """Return the first competitor of a record; why it is no vote, if a further one stands in the list of both sides."""
    shared = shared_list(first, second, record) if "[" in first else None
    third = shared.third_in(value_at(record[shared.field.column], shared.field.steps)) if shared else None
    return value_in(record, first) if third is None else third


def thirds_of_batch(batch: pa.RecordBatch, first: str, second: str) -> dict[int, NoVote]:
    """Return why rows of a batch are no votes, by row, as `first_of_record`."""
    shared = shared_list(first, second, batch.schema.names)
    if shared is None:
        return {}
    lists = array_at(batch.column(shared.field.column), shared.field)
    rows = np.flatnonzero(pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False) > len(shared.places))
    values = lists.take(pa.array(rows)).to_pylist()
    return {int(row): third for row, value in zip(rows, values, strict=True) if (third := shared.third_in(value)) is not None}
