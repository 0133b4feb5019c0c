"""Parquet as other programs write it: every encoding, compression and version of pages, and the same votes."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recount.data import read_counts, read_votes
from tests.logs import HEADER


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(4)
    first = rng.integers(0, 40, 3000)
    second = (first + rng.integers(1, 40, 3000)) % 40
    names = np.array([f"model-{i}" for i in range(40)])
    winner = rng.choice(["model_a", "model_b", "tie"], 3000)
    voter = pa.array([f"v{i}" if i % 9 else None for i in rng.integers(0, 90, 3000)])
    return pa.table({"model_a": names[first], "model_b": names[second], "winner": winner, "voter": voter, "length": rng.random(3000)})


def same(path, table):
    expected, found = (read_votes(source, keep=["voter", "length"])[0] for source in (table, path))
    assert found.names == expected.names
    for part in ("first", "second", "outcome"):
        assert np.array_equal(getattr(found, part), getattr(expected, part))
    assert found.columns["voter"].levels == expected.columns["voter"].levels
    assert np.array_equal(found.columns["voter"].codes, expected.columns["voter"].codes)
    assert np.array_equal(found.columns["length"], expected.columns["length"])
    assert np.array_equal(read_counts(path)[0].counts, read_counts(table)[0].counts)


@pytest.mark.parametrize("pages", ["1.0", "2.0"])
@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
def test_every_encoding(table, tmp_path, encoding, compression, pages):
    text = dict.fromkeys((*HEADER, "voter"), encoding)
    pq.write_table(
        table,
        tmp_path / "log.parquet",
        use_dictionary=False,
        column_encoding={**text, "length": "BYTE_STREAM_SPLIT"},
        compression=compression,
        data_page_version=pages,
        row_group_size=700,
    )
    same(tmp_path / "log.parquet", table)


@pytest.mark.parametrize("pages", ["1.0", "2.0"])
def test_some_columns_and_some_groups(table, tmp_path, pages):
    """A dictionary for one column, and one that is given up when it grows."""
    pq.write_table(
        table, tmp_path / "one.parquet", use_dictionary=["model_a"], column_encoding={"model_b": "DELTA_BYTE_ARRAY"}, data_page_version=pages
    )
    same(tmp_path / "one.parquet", table)
    pq.write_table(table, tmp_path / "short.parquet", dictionary_pagesize_limit=64, data_page_size=256, row_group_size=900, data_page_version=pages)
    same(tmp_path / "short.parquet", table)


@pytest.mark.parametrize("kind", [pa.int64(), pa.int32()], ids=str)
@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"])
def test_names_and_counts_that_are_numbers(tmp_path, kind, encoding):
    columns = {
        "model_a": pa.array([1, 2, 3] * 9, kind),
        "model_b": pa.array([2, 3, 1] * 9, kind),
        "winner": ["tie"] * 27,
        "count": pa.array([4] * 27, kind),
    }
    encodings = dict.fromkeys(("model_a", "model_b", "count"), encoding)
    pq.write_table(pa.table(columns), tmp_path / "log.parquet", use_dictionary=False, column_encoding=encodings)
    counts, _ = read_counts(tmp_path / "log.parquet")
    assert (counts.names, counts.n_votes) == (("1", "2", "3"), 108)
