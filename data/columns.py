"""Columns of a vote log: which ones hold the vote, and how a column is held while it is read.

Text is dictionary-encoded when it is read: a column holds indices into its distinct values, so work is done once per value, not once per row.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recount.data.choices import MEANINGS, Columns
from recount.data.fields import field_of, value_in
from recount.data.further_columns import array_of_values, is_text, plain, plain_or_json
from recount.data.labels import are_level, as_name, largest_exact, number_in
from recount.data.nested_arrays import array_at
from recount.data.third_competitors import first_of_record, thirds_of_batch
from recount.engine.errors import InputError
from recount.engine.plurals import plural

N_SHOWN = 120
# Values of a dictionary that are kept for the next batches.
LARGEST_SHARED = 10_000

Ints = NDArray[np.integer[Any]]

# Kept by `read_votes` where a log has them: names that public logs give to time, voter, prompt, session and category.
KEPT = tuple(
    "tstamp timestamp voter judge worker user_id evaluation_session_id session prompt question_id turn "
    "match evaluation_order language category is_code anony".split()
)


FLAGS = {"1": 1, "1.0": 1, "true": 1, "t": 1, "yes": 1, "0": 0, "0.0": 0, "false": 0, "f": 0, "no": 0}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a chunk: `values[i]` for each element of `indices` (int32); the index `len(values)` means missing.

    `may_miss` says whether any is missing, as far as that is known without looking; `scores` are the columns of the two sides that it was made of.
    """

    indices: Ints
    values: Sequence[object]
    may_miss: bool = True
    scores: tuple["Column", ...] = ()

    def codes(self, code: Callable[[object], int], dtype: type[np.integer[Any]]) -> Ints:
        """Return the code of every value, and of a missing one; (len(values) + 1,)."""
        return np.array([*map(code, self.values), code(None)], dtype)

    def at(self, rows: Ints) -> list[object]:
        """Return the values in `rows`."""
        return [None if i == len(self.values) else self.values[i] for i in self.indices[rows]]

    def with_values(self, value_of: Mapping[int, object]) -> "Column":
        """Return the column with other values in some rows."""
        indices, n_values = self.indices.copy(), len(self.values)
        indices[indices == n_values] += len(value_of)
        indices[list(value_of)] = np.arange(n_values, n_values + len(value_of))
        return Column(indices, [*self.values, *value_of.values()], self.may_miss)


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Some consecutive rows of a log.

    Attributes
    ----------
    first, second, outcome : Column
    n_of_row : Column or None
        Votes that each row stands for; None where a row is one vote.
    kept : mapping of str to pyarrow.Array
        Further columns.
    row_numbers : callable
        Turns positions in the chunk into row numbers of the source, from 1.
    share_read : float
        How much of the source has been read after this chunk, 0 to 1; NaN if not known.
    """

    first: Column
    second: Column
    outcome: Column
    n_of_row: Column | None
    kept: dict[str, pa.Array]
    row_numbers: Callable[[Ints], Ints]
    share_read: float

    def __post_init__(self) -> None:
        for side in ("first", "second"):
            object.__setattr__(self, side, _as_names(getattr(self, side)))

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.first.indices.size)


def chunk_of_batch(
    batch: pa.RecordBatch, columns: Columns, kept: Sequence[str], counts: str | None, row_numbers: Callable[[Ints], Ints], share_read: float
) -> Chunk:
    """Hold a record batch as a chunk; `counts` names the column of votes a row, if there is one.

    Raises
    ------
    InputError
        If names are not text, a column has no dictionary form, or its memory is not as Arrow defines it.
    """
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        try:
            check_indices(array)
        except pa.ArrowInvalid as error:
            raise InputError(f"column {name!r} is damaged ({str(error).partition(chr(10))[0][:N_SHOWN]}); write the file again") from error
    parts = []
    for name in (*columns.names(), *([counts] if counts else [])):
        array = plain(name, _array_named(batch, name))
        if name in (columns.first, columns.second) and not _may_be_name(array.type):
            raise InputError(f"column {name!r} holds {array.type}; names of competitors are text or numbers{_or_within(name, array.type)}")
        if name in (columns.first, columns.second) and pa.types.is_floating(array.type):
            _check_digits(name, array)
        try:
            parts.append(column_of_array(array))
        except pa.ArrowNotImplementedError as error:
            raise InputError(f"column {name!r} holds neither text nor numbers{_or_within(name, array.type)}") from error
    n_of_row = parts.pop() if counts else None
    first, second, *outcome = parts
    if thirds := thirds_of_batch(batch, columns.first, columns.second):
        first = first.with_values(thirds)
    held = {name: plain_or_json(name, _array_named(batch, name)) for name in kept}
    return Chunk(first, second, joined(outcome), n_of_row, held, row_numbers, share_read)


def _array_named(batch: pa.RecordBatch, name: str) -> pa.Array:
    """Return the array of a column of a batch, or of a field within one."""
    field = field_of(name, batch.schema.names)
    if field is None:
        raise InputError(f"has no column {name!r}")
    return array_at(batch.column(field.column), field)


def chunk_of_records(
    records: Sequence[Mapping[str, Any]],
    columns: Columns,
    kept: Sequence[str],
    counts: str | None,
    row_numbers: Callable[[Ints], Ints],
    share_read: float,
) -> Chunk:
    """Hold records of Python values as a chunk; as `chunk_of_batch`."""
    first = column_of_values([first_of_record(record, columns.first, columns.second) for record in records])
    second, *outcome = (column_of_values([value_in(record, name) for record in records]) for name in columns.names()[1:])
    n_of_row = column_of_values([value_in(record, counts) for record in records]) if counts else None
    held = {name: array_of_values([value_in(record, name) for record in records]) for name in kept}
    return Chunk(first, second, joined(outcome), n_of_row, held, row_numbers, share_read)


def _as_names(column: Column) -> Column:
    """Write names as text, as which a text file holds them."""
    values = column.values.as_names if isinstance(column.values, _Values) else [as_name(value) for value in column.values]
    return Column(column.indices, values, column.may_miss)


def joined(outcome: Sequence[Column]) -> Column:
    """Return the one column of the outcome: of several, the label of the one that is 1 in each row; of two, that of the one with the higher score.

    What says nothing of the kind is a label as it stands there.
    """
    if len(outcome) == 1:
        return outcome[0]
    if len(outcome) == 2:
        return _of_scores(*outcome)
    flags = np.stack([column.codes(says_yes, np.int8)[column.indices] for column in outcome])
    good = (np.count_nonzero(flags == 1, axis=0) == 1) & (np.count_nonzero(flags == 0, axis=0) == len(outcome) - 1)
    indices = flags.argmax(axis=0).astype(np.int32)
    bad = np.flatnonzero(~good)
    odd, indices[bad] = np.unique(np.stack([column.indices[bad] for column in outcome]), axis=1, return_inverse=True)
    indices[bad] += len(outcome)
    examples = ([None if i == len(column.values) else column.values[i] for i in row] for column, row in zip(outcome, odd, strict=True))
    return Column(indices, [*MEANINGS[: len(outcome)], *map(_as_it_stands, zip(*examples, strict=True))])


def _as_it_stands(values: Sequence[object]) -> str:
    return ",".join("" if value is None else str(value) for value in values)


def _of_scores(first: Column, second: Column) -> Column:
    """Return the label of the side with the higher score; both scores where one is no number, or where both are 0 or 1 and may be flags."""
    n_second = len(second.values) + 1
    seen, indices = np.unique(first.indices.astype(np.int64) * n_second + second.indices, return_inverse=True)
    ends = [[*first.values, None], [*second.values, None]]
    labels = [_label_of_scores(ends[0][one // n_second], ends[1][one % n_second]) for one in seen]
    return Column(indices.astype(np.int32), labels, scores=(first, second))


def _label_of_scores(first: object, second: object) -> str:
    a, b = number_in(first), number_in(second)
    if not (math.isfinite(a) and math.isfinite(b)):
        return _as_it_stands((first, second))
    if {a, b} <= {0, 1}:
        return f"{a:.0f},{b:.0f}"
    return MEANINGS[2] if are_level(a, b) else MEANINGS[0] if a > b else MEANINGS[1]


def says_yes(value: object) -> int:
    """Return whether a value says yes, 1, or no, 0; -1 if neither."""
    if isinstance(value, str):
        return FLAGS.get(value.strip().casefold(), -1)
    number = float(value) if isinstance(value, bool) else number_in(value)
    return int(number) if number in (0, 1) else -1


def numbers_from(n_before: int) -> Callable[[Ints], Ints]:
    """Row numbers of a chunk that follows on `n_before` rows."""
    return lambda positions: positions + (n_before + 1)


def check_indices(array: pa.Array) -> None:
    """Raise `ArrowInvalid` if an index has no value, which neither Parquet nor Arrow's files prevent, and which a kernel would follow."""
    if pa.types.is_nested(array.type):
        array.validate(full=True)
    elif pa.types.is_dictionary(array.type):
        n_values = len(array.dictionary)
        # A negative index is a very large one without a sign; Arrow's own bounds, which mind missing values, take longer.
        simple = array.type.index_type == pa.int32() and not array.null_count and len(array) > 0
        if simple and array.indices.to_numpy().view(np.uint32).max() < n_values:
            return
        used = pc.min_max(array.indices)
        if used["min"].is_valid and not (used["min"].as_py() >= 0 and used["max"].as_py() < n_values):
            raise pa.ArrowInvalid(f"indices {used['min']} to {used['max']} into a dictionary of {plural(n_values, 'value')}")


def column_of_array(array: pa.Array) -> Column:
    """Hold an Arrow array as a column."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    dictionary = array.dictionary
    values = _shared_values(_Dictionary(dictionary)) if len(dictionary) <= LARGEST_SHARED else _values_of(dictionary)
    # Indices of 8 bits may have no room for one more.
    indices = array.indices.cast(pa.int32())
    indices = indices.fill_null(len(values)) if indices.null_count else indices
    return Column(indices.to_numpy(zero_copy_only=False), values, array.null_count > 0)


class _Values(list[object]):
    """Values of a dictionary, which many batches share."""

    @cached_property
    def as_names(self) -> list[object]:
        """The values as names of competitors."""
        return [as_name(value) for value in self]


class _Dictionary:
    """A dictionary by what it holds, so that its values are found among those of the last ones."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values

    def __hash__(self) -> int:
        return hash((self.values.type, len(self.values)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Dictionary) and bool(self.values.equals(other.values))


@lru_cache(maxsize=16)
def _shared_values(dictionary: _Dictionary) -> _Values:
    return _Values(_values_of(dictionary.values))


def _values_of(dictionary: pa.Array) -> list[object]:
    """Return the values of a dictionary."""
    try:
        if dictionary.type in (pa.float16(), pa.float32()):
            # 0.1, where Python makes 0.10000000149 of it.
            return [float(str(value)) for value in dictionary.to_numpy()]
        return [_text(value) for value in dictionary.to_pylist()]
    except UnicodeDecodeError:
        # Arrow does not check that text is UTF-8.
        return [_text(value) for value in dictionary.cast(pa.large_binary()).to_pylist()]


def column_of_values(values: Sequence[object]) -> Column:
    """Hold Python values of any types as a column."""
    # The type is part of the key: 1, 1.0 and True are equal, and lists are not hashable.
    place: dict[tuple[type, str], int] = {}
    distinct: list[object] = []
    indices = np.empty(len(values), np.int32)
    for row, value in enumerate(map(_text, values)):
        key = (type(value), value if isinstance(value, str) else repr(value))
        if key not in place:
            place[key] = len(distinct)
            distinct.append(value)
        indices[row] = place[key]
    return Column(indices, distinct)


@lru_cache(maxsize=64)
def _may_be_name(kind: pa.DataType) -> bool:
    """Whether a plain type is text, numbers or truth values; a column of nulls is text that is missing."""
    tests = (is_text, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_null)
    return any(test(kind) for test in tests)


def _check_digits(name: str, array: pa.Array) -> None:
    """Raise `InputError` if names that are numbers are beyond those that floats of their type tell apart."""
    values = array.drop_null().to_numpy(zero_copy_only=False)
    largest = largest_exact(values.dtype)
    far = max(values[np.isfinite(values)].tolist(), key=abs, default=0.0)
    if abs(far) >= largest:
        raise InputError(
            f"column {name!r} holds {far:.0f} as a float of {8 * values.dtype.itemsize} bits, which tells no whole numbers apart from {largest:,} "
            "on, so that several names may have become one; write them as whole numbers, or as text"
        )


def _or_within(name: str, kind: pa.DataType) -> str:
    """Say how a value within a column is named, if it holds several."""
    if pa.types.is_struct(kind) and kind.num_fields:
        return f"; a value in it is named as {name}.{kind.field(0).name}"
    return f"; a value in it is named as {name}[0]" if pa.types.is_list(kind) or pa.types.is_large_list(kind) else ""


def _text(value: object) -> object:
    """Decode bytes, which readers hand over where text may not be valid; invalid ones stay bytes."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return value
