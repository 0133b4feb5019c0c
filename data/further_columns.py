"""Further columns of a log: what Arrow and Python hold, as labels, numbers and times.

What a label is, and which are missing, is in `recount.data.labels`. Text that is not UTF-8 is kept apart by its bytes.
"""

import codecs
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recount.data.labels import LARGEST_EXACT, as_text, is_missing, number_in
from recount.data.marks_of_numbers import Marks
from recount.engine.errors import InputError
from recount.engine.votes import Factor

ARROW_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
MARKING = "recount.mark"
REPLACED = "\N{REPLACEMENT CHARACTER}"


def mark(error: UnicodeError) -> tuple[str, int]:
    """Write each byte that is no text as the replacement character and its two hexadecimal digits, so that different bytes stay different."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{REPLACED}{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARKING, mark)


def plain(name: str, array: pa.Array) -> pa.Array:
    """Return an array of a column `name` without extension types, views and run ends, which few functions of Arrow take.

    Raises
    ------
    InputError
        If it holds neither text nor numbers nor times.
    """
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        text = [None if value is None else str(value) for value in array.to_pylist()] if isinstance(kind, pa.UuidType) else None
        return plain(name, array.storage) if text is None else pa.array(text, pa.string())
    if pa.types.is_dictionary(kind):
        values = plain(name, array.dictionary)
        if is_text(values.type):
            return array if values is array.dictionary else pa.DictionaryArray.from_arrays(array.indices, values)
        return plain(name, array.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return plain(name, pc.run_end_decode(array))
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind):
        return array.cast(pa.large_string() if pa.types.is_string_view(kind) else pa.large_binary())
    if pa.types.is_duration(kind) or pa.types.is_interval(kind):
        raise InputError(f"column {name!r} holds {kind}, which is neither a label nor a time; write it as text or a number")
    return array


def plain_or_json(name: str, array: pa.Array) -> pa.Array:
    """Return an array of a column as `plain` does, with nested values as JSON."""
    array = plain(name, array)
    return pa.array([_written(value) for value in array.to_pylist()], pa.string()) if pa.types.is_nested(array.type) else array


def array_of_values(values: Sequence[object]) -> pa.Array:
    """Hold Python values of one type as they are, and others as text."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) == 1 and kinds <= set(ARROW_TYPES):
        try:
            return pa.array(values)
        except (OverflowError, pa.ArrowInvalid, UnicodeEncodeError):
            # Whole numbers of more than 64 bits, or half characters.
            pass
    return pa.array([_written(value) for value in values], pa.string())


def kept_column(name: str, arrays: Sequence[pa.Array]) -> NDArray[Any] | Factor:
    """Join the parts of a further column: numbers and times as they are, others as labels, unless all labels are numbers.

    Parameters
    ----------
    name : str
        For errors.
    arrays : sequence of pyarrow.Array
        As `plain_or_json` returns them.

    Raises
    ------
    InputError
        If Arrow cannot join them.
    """
    kinds = {array.type for array in arrays if not pa.types.is_null(array.type)}
    kind = _common(kinds)
    try:
        joined = pa.chunked_array([_cast(array, kind) for array in arrays], kind)
    except pa.ArrowException as error:
        raise InputError(f"column {name!r} holds {' and '.join(sorted(map(str, kinds)))}, which do not go together; write all in one way") from error
    gaps_allowed = pa.types.is_floating(kind) or pa.types.is_temporal(kind)
    # Whole numbers with gaps have no array form that keeps every digit.
    if gaps_allowed or (not is_text(kind) and joined.null_count == 0):
        return np.asarray(joined.to_numpy())
    return _labels(joined if is_text(joined.type) else pa.chunked_array([_cast(array, pa.string()) for array in joined.chunks], pa.string()))


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    """Return the type in which values of several types are held: text, unless all are numbers or all are times."""
    if len(kinds) == 1:
        (kind,) = kinds
        return pa.string() if pa.types.is_decimal(kind) or pa.types.is_time(kind) else kind
    if kinds and all(pa.types.is_timestamp(kind) or pa.types.is_date(kind) for kind in kinds):
        # UTC, as for a time without a zone.
        return pa.timestamp("ns" if any(pa.types.is_timestamp(kind) and kind.unit == "ns" for kind in kinds) else "us")
    if kinds and all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds):
        return pa.float64()
    return (
        pa.large_binary()
        if any(pa.types.is_binary(_value_type(kind)) or pa.types.is_large_binary(_value_type(kind)) for kind in kinds)
        else pa.string()
    )


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if array.type == kind:
        return array
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if is_text(kind) and not is_text(array.type) and (pa.types.is_floating(array.type) or pa.types.is_boolean(array.type)):
        # Arrow writes 1e15 and True in another way.
        held = array.dictionary_encode()
        array = pa.array([as_text(value) for value in held.dictionary.to_pylist()], pa.string()).take(held.indices)
    if pa.types.is_large_binary(kind) and not is_text(array.type):
        array = array.cast(pa.string())
    return array.cast(kind)


def _labels(joined: pa.ChunkedArray) -> NDArray[Any] | Factor:
    """Encode text, labels by alphabet; as numbers if all labels are."""
    encoded = joined.dictionary_encode().unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    # Bytes, because Arrow does not check that text is UTF-8.
    dictionary = encoded.dictionary.cast(pa.large_binary())
    written = [None if value is None else value.decode(errors=MARKING) for value in dictionary.to_pylist()]
    marks = Marks()
    marks.add(written)
    texts = [value if value is None or marks.are_doubtful else as_text(value) for value in written]
    # By alphabet, so that no order of rows, files or categories decides anything.
    levels = tuple(sorted({text for text in texts if isinstance(text, str) and not is_missing(text)}))
    place: dict[object, int] = {text: i for i, text in enumerate(levels)}
    # The last is for null; indices may be unsigned, or too short for -1.
    place_of = np.array([*(place.get(text, -1) for text in texts), -1], np.int32)
    codes = place_of[pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy()]
    numbers = None if marks.are_doubtful else _numbers(levels)
    return Factor(codes, levels) if numbers is None else np.append(numbers, np.nan)[codes]


def _numbers(levels: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Return labels as numbers, for CSV holds only text; None unless all are numbers, exact, and differ, so that 7 and 007 stay distinct."""
    numbers = np.array([number_in(level) for level in levels])
    exact = bool((np.abs(numbers) < LARGEST_EXACT).all())
    return numbers if exact and 0 < np.unique(numbers).size == len(levels) else None


def _written(value: object) -> str | None:
    """Write a value as text: nested ones as JSON, bytes that are no text as `mark` does."""
    if value is None:
        return None
    if isinstance(value, dict | list | tuple):
        value = json.dumps(value, default=str)
    text = value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")
    return text.decode(errors=MARKING)


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


@lru_cache(maxsize=64)
def is_text(kind: pa.DataType) -> bool:
    """Whether a plain type is text or bytes, as they are or as a dictionary."""
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(_value_type(kind)) for test in tests)
