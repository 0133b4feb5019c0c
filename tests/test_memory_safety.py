"""What a file says about memory is checked before it is believed."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recount.data import read_counts, read_votes
from recount.engine import InputError
from tests.logs import HEADER, some_votes, table

INT32 = pa.int32()
CASES = Path(__file__).parents[2] / "shared" / "cases" / "hostile"


def crafted(index, kind=INT32, column=0, nulls=False):
    """Votes of which one has an index that its dictionary does not have."""
    columns = [column.combine_chunks().dictionary_encode() for column in table(some_votes()).columns]
    wrong = columns[column].indices.to_numpy().astype(kind.to_pandas_dtype())
    wrong[77] = index
    mask = np.arange(wrong.size) % 5 == 0 if nulls else None
    indices = pa.array(wrong, kind, mask=mask)
    columns[column] = pa.DictionaryArray.from_arrays(indices, columns[column].dictionary, safe=False)
    return pa.table(dict(zip(HEADER, columns, strict=True)))


@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("nulls", [False, True])
@pytest.mark.parametrize(("index", "kind"), [(7, pa.int32()), (-1, pa.int32()), (2**31 - 1, pa.int32()), (-128, pa.int8()), (2**40, pa.int64())])
def test_indices_without_a_value(column, nulls, index, kind):
    """Seven is the first beyond the names, and what a missing value is held as."""
    votes = crafted(index, kind, column, nulls)
    for read in (read_counts, read_votes):
        with pytest.raises(InputError, match=r"Arrow table( cannot be read|: column '\w+' is damaged)"):
            read(votes, max_rejected=1)


def test_indices_of_missing_values_may_be_anything():
    votes = crafted(0, nulls=True)
    indices = votes["model_a"].combine_chunks().indices
    values = indices.to_numpy(zero_copy_only=False)
    numbers = np.where(np.isnan(values), 9999, values).astype(np.int32)
    garbage = pa.Array.from_buffers(INT32, len(indices), [indices.buffers()[0], pa.py_buffer(numbers)])
    column = pa.DictionaryArray.from_arrays(garbage, votes["model_a"].combine_chunks().dictionary, safe=False)
    found = read_counts(votes.set_column(0, "model_a", column), max_rejected=1)
    assert found[0].n_votes + found[1].n_rejected == 200
    assert found[1].n_of_reason["missing name"] == 40


def test_indices_of_further_columns():
    labels = pa.DictionaryArray.from_arrays(pa.array(np.full(200, 5, np.int32)), pa.array(["x"]), safe=False)
    votes = table(some_votes()).append_column("voter", labels)
    with pytest.raises(InputError, match=r"damaged|cannot be read"):
        read_votes(votes)


def test_indices_in_a_parquet_file():
    if not CASES.is_dir():
        pytest.skip("the shared cases are not beside the checkout")
    with pytest.raises(InputError, match=r"column 'model_a' is damaged \(indices 0 to 305 into a dictionary of 300 values\)"):
        read_counts(CASES / "index_out_of_bounds.parquet")


def test_page_checksums(tmp_path):
    """A flipped bit anywhere in the pages is noticed where they have checksums."""
    sink = io.BytesIO()
    pq.write_table(table(some_votes(2000)), sink, write_page_checksum=True, compression="none")
    whole, path = sink.getvalue(), tmp_path / "log.parquet"
    path.write_bytes(whole)
    right = read_counts(path)[0]
    rng, n_refused = np.random.default_rng(4), 0
    for _ in range(60):
        flipped = bytearray(whole)
        flipped[rng.integers(4, len(whole))] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        try:
            found = read_counts(path, max_rejected=1)[0]
        except InputError:
            n_refused += 1
            continue
        # What is left is in no page: statistics and the like.
        assert (found.names, found.counts.tolist()) == (right.names, right.counts.tolist())
    assert n_refused > 30
