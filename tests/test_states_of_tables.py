"""A log of a table in memory gives numbers of one state: that in which it was read, whatever becomes of the table."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.engine.errors import InputError
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.specification import Specification
from tests.logs import HEADER


@pytest.fixture
def frame():
    rows = [("a", "b", "model_a"), ("b", "c", "model_b"), ("c", "a", "tie"), ("b", "a", "model_a")] * 6
    return pd.DataFrame(rows, columns=list(HEADER)).assign(voter=np.arange(24) % 6)


def overwrite(frame):
    frame.loc[:, "winner"] = "tie"


def rename(frame):
    frame.columns = ["model_a", "model_b", "who", "voter"]


def replace_a_column(frame):
    del frame["winner"]
    frame["winner"] = "model_a"


def reverse_rows(frame):
    frame.iloc[:, 2] = frame["winner"].to_numpy()[::-1].copy()


def write_a_column(frame):
    frame["voter"] = 0


def write_a_cell(frame):
    for row in range(len(frame)):
        frame.iloc[row, 0] = "b" if frame.iloc[row, 1] != "b" else "c"


CHANGES = [overwrite, rename, replace_a_column, reverse_rows, write_a_column, write_a_cell]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", ["before counts", "before rows"])
def test_a_frame_that_is_changed(frame, change, when):
    log, untouched = read(frame), read(frame.copy(deep=True))
    if when == "before rows":
        assert log.counts.n_votes == 24
    before = frame.copy(deep=True)
    change(frame)
    assert not frame.equals(before)
    for choices in (Specification(), Specification(clusters=("voter",))):
        expected, found = (analyse(one, choices).leaderboard().to_frame() for one in (untouched, log))
        pd.testing.assert_frame_equal(found, expected)


def test_a_series_that_is_changed(frame):
    counts = frame[list(HEADER)].value_counts()
    log = read(counts)
    counts.iloc[:] = 1
    assert log.counts.n_votes == 24


def test_the_frame_is_not_written_to(frame):
    before = frame.copy(deep=True)
    analyse(read(frame), Specification(clusters=("voter",))).leaderboard()
    pd.testing.assert_frame_equal(frame, before)


def test_a_frame_takes_no_memory_of_its_own():
    """Where pandas copies on writing."""
    if pd.__version__ < "3":
        pytest.skip("this pandas copies at once")
    frame = pd.DataFrame({"model_a": ["a"], "model_b": ["b"], "winner": ["tie"], "x": [1.0]})
    held = read(frame).sources[0]
    assert np.shares_memory(held["x"].to_numpy(), frame["x"].to_numpy())


class InPlace:
    """A table of another library that changes in place, as those of polars do."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)

    def __dataframe__(self):
        """Offered by what holds its columns."""


def test_tables_of_other_libraries(frame):
    table = InPlace(pa.Table.from_pandas(frame))
    log = read(table)
    table.table = table.table.slice(0, 3)
    assert (log.counts.n_votes, log.rows(["voter"]).n_votes) == (24, 24)


def test_a_stream_that_is_read_once(frame):
    """Its votes cannot be had a second time: never none in silence."""
    log = read(pa.RecordBatchReader.from_stream(pa.Table.from_pandas(frame)))
    assert log.counts.n_votes == 24
    with pytest.raises(InputError, match="a stream can be read only once, and single votes are needed after it was counted"):
        log.rows(["voter"])
    log = read(pa.RecordBatchReader.from_stream(pa.Table.from_pandas(frame)))
    assert (log.rows(["voter"]).n_votes, log.counts.n_votes) == (24, 24)


def test_a_stream_that_breaks():
    def batches():
        yield pa.record_batch({"model_a": ["a"], "model_b": ["b"], "winner": ["tie"]})
        raise pa.ArrowInvalid("gone")

    with pytest.raises(InputError, match=r"Arrow table cannot be read \('.*gone"):
        assert read(pa.RecordBatchReader.from_batches(pa.schema(dict.fromkeys(HEADER, pa.string())), batches())).counts
