"""Fields within nested columns of Arrow arrays, and the types under which JSON is parsed to find them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recount.data.fields import Field, field_of, readings, value_in
from recount.engine.errors import InputError

N_SHOWN = 12


def array_at(array: pa.Array, field: Field) -> pa.Array:
    """Return the values of a field in an array of its column; missing where a list is too short.

    Raises
    ------
    InputError
        If the column has no such field.
    """
    for step in field.steps:
        kind = array.type
        if isinstance(step, str):
            names = [part.name for part in kind] if pa.types.is_struct(kind) else []
            if names.count(step) != 1:
                among = f"of {', '.join(map(repr, names[:N_SHOWN]))}" if names else f"but {kind}"
                raise InputError(f"column {field.column!r} has no field {step!r} {among}")
            array = pc.struct_field(array, step)
        else:
            array = _elements(array, step, field.column)
    return array


def _elements(array: pa.Array, place: int, column: str) -> pa.Array:
    """Return the elements at a place of lists."""
    if pa.types.is_fixed_size_list(array.type) or pa.types.is_list_view(array.type) or pa.types.is_large_list_view(array.type):
        array = array.cast(pa.large_list(array.type.value_type))
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        raise InputError(f"column {column!r} holds {array.type} where a list is named by [{place}]")
    starts = array.offsets.to_numpy().astype(np.int64)
    where = starts[:-1] + place
    absent = (where >= starts[1:]) | array.is_null().to_numpy(zero_copy_only=False)
    return array.values.take(pa.array(where, mask=absent))


def type_of_first(names: Iterable[str], first: Mapping[str, Any], of_value: Callable[[Any], pa.DataType]) -> pa.Schema | None:
    """Return the types of the columns that hold the values of `names`, as in a first record; None if they are not known from it.

    `of_value` gives the type of a plain value.
    """
    kinds: dict[str, pa.DataType] = {}
    for name in names:
        field = field_of(name, first)
        if field is None and len(readings(name)) > 1:
            return None
        field = field or Field(name, ())
        kind = of_value(value_in(first, name))
        for step in reversed(field.steps):
            kind = pa.struct([(step, kind)]) if isinstance(step, str) else pa.list_(kind)
        merged = _merged(kinds.get(field.column, kind), kind)
        if merged is None:
            return None
        kinds[field.column] = merged
    return pa.schema(list(kinds.items()))


def _merged(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """Return the type that has the fields of both; None if there is none."""
    if one == other:
        return one
    if pa.types.is_list(one) and pa.types.is_list(other):
        inner = _merged(one.value_type, other.value_type)
        return None if inner is None else pa.list_(inner)
    if not (pa.types.is_struct(one) and pa.types.is_struct(other)):
        return None
    kinds = {part.name: part.type for part in one}
    for part in other:
        merged = _merged(kinds.get(part.name, part.type), part.type)
        if merged is None:
            return None
        kinds[part.name] = merged
    return pa.struct(list(kinds.items()))
