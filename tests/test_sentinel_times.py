"""Dates that programs write where there is none: in the future refused by their row, in the past told, of any year read."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_votes
from recount.engine.errors import InputError
from recount.engine.times import far_from_others, seconds_of
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.column_notes import of_times
from recount.sims.analysis.log import read
from recount.sims.specification import Specification
from tests.commands import one_line
from tests.logs import HEADER

DAY = 86_400.0


@pytest.fixture
def frame():
    rows = [("a", "b", "model_a"), ("b", "c", "model_b"), ("c", "a", "tie"), ("b", "a", "model_a")] * 10
    days = pd.date_range("2023-04-24", periods=40, freq="3D")
    return pd.DataFrame(rows, columns=list(HEADER)).assign(day=days.strftime("%Y-%m-%d"))


USES = (
    "rate --weights decay:day:90",
    "rate --cluster day:day",
    "elo --order day",
    "quality --held-out time:day",
    "quality --table calibration --held-out time:day",
)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("value", ["9999-12-31", "9999-12-31T23:59:59Z", "2099-01-01", "2100-01-01 00:00:00"])
def test_a_time_to_come_is_refused(recount, tmp_path, frame, use, value):
    frame.loc[[7, 20], "day"] = value
    frame.to_csv(tmp_path / "log.csv", index=False)
    name, *options = use.split()
    said = recount(name, "log.csv", *options)
    assert said.code == 2
    assert f"column 'day' holds {value!r}, first in row 8 of log.csv, which is in the future; leave such votes out" in one_line(said.err)


@pytest.mark.parametrize("kind", [pa.timestamp("us"), pa.timestamp("s", "Asia/Tokyo"), pa.date32(), pa.date64(), "numbers"], ids=str)
def test_every_type_of_column(frame, kind):
    late = frame.assign(day=pd.to_datetime(frame["day"]))
    late.loc[3, "day"] = pd.Timestamp("2100-01-01")
    if kind == "numbers":
        table = late.assign(day=late["day"].dt.strftime("%Y%m%d").astype(int))
    else:
        times = pa.array(late["day"], pa.timestamp("us"))
        table = pa.Table.from_pandas(frame).set_column(3, "day", times.cast(pa.timestamp("s")).cast(kind))
    with pytest.raises(InputError, match=r"first in row 4 of (Arrow table|data frame), which is in the future"):
        seconds_of(read_votes(table, keep=["day"])[0], "day")


def test_a_clock_that_is_fast_by_some_hours_is_none_to_come(frame):
    frame.loc[39, "day"] = (pd.Timestamp.now("UTC") + pd.Timedelta(hours=12)).isoformat()
    assert seconds_of(read_votes(frame, keep=["day"])[0], "day").size == 40


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("value", ["1900-01-01", "0001-01-01", "1800-01-01", "1970-01-01"])
def test_a_lone_time_is_told(recount, tmp_path, frame, use, value):
    frame.loc[[7, 20, 21], "day"] = value
    frame.to_csv(tmp_path / "log.csv", index=False)
    name, *options = use.split()
    said = recount(name, "log.csv", *options)
    assert said.code == 0
    assert f"3 votes are of {value} by 'day', far from the others, which are of 2023-04-24 to 2023-08-19; leave them out if that stands" in said.err
    assert "far from" not in recount(name, in_time(tmp_path, frame), *options).err


def in_time(folder, frame):
    frame[frame["day"] > "2000"].to_csv(folder / "rest.csv", index=False)
    return "rest.csv"


def test_several_such_times(frame):
    frame.loc[[7, 20], "day"] = "1900-01-01"
    frame.loc[[8, 9, 10], "day"] = "1970-01-01"
    notes = list(of_times(read_votes(frame, keep=["day"])[0], "day"))
    assert [note.partition(" by ")[0] for note in notes] == ["2 votes are of 1900-01-01", "3 votes are of 1970-01-01"]


def test_one_time_for_all(frame):
    notes = analyse(read(frame.assign(day="1970-01-01")), Specification.from_dict({"weights": "decay:day:90"})).leaderboard().notes
    assert any("column 'day' has one time, 1970-01-01, in all votes, which tells none apart" in note for note in notes)


@pytest.mark.parametrize(
    "years",
    [
        # Football since 1872, a year without any, seasons, and a half each.
        np.arange(1872, 2025),
        np.r_[1872, 1880, np.arange(1884, 2025)],
        np.r_[2020, 2022, 2023, 2024],
        np.repeat([1990.0, 2020.0], 10),
        np.array([2020.0]),
        np.array([]),
        np.full(5, np.nan),
    ],
    ids=str,
)
def test_times_that_are_no_outliers(years):
    assert not far_from_others(years * 365.25 * DAY).any()


def test_outliers_by_hand():
    seconds = np.array([0.0, 20_000, 20_001, np.nan, 20_010, 20_300]) * DAY
    assert far_from_others(seconds).tolist() == [True, False, False, False, False, False]
    assert far_from_others(-seconds).tolist() == [True, False, False, False, False, False]


def test_rows_of_several_files_after_rejects(tmp_path, frame):
    """What a message names is the row of the file, whatever was left out before, of whichever file, and of one category."""
    bad = frame.copy()
    bad.loc[[1, 5], "winner"] = "?"
    bad.loc[9, "day"] = "soon"
    frame.to_csv(tmp_path / "one.csv", index=False)
    text = bad.to_csv(index=False).split("\n")
    text[3] = "a,b"
    (tmp_path / "two.csv").write_text("\n".join(text))
    votes, _ = read_votes(tmp_path / "one.csv", tmp_path / "two.csv", keep=["day"], max_rejected=1)
    with pytest.raises(InputError, match=r"'soon' first in row 10 of .*two\.csv|'soon', first in row 10 of .*two\.csv"):
        seconds_of(votes, "day")
    late = votes.only(np.arange(votes.n_votes)[::-1])
    assert late.row_of(0).endswith("row 40 of " + str(tmp_path / "two.csv"))
    assert late.among(np.array([name != "c" for name in votes.names])).row_of(0).startswith("row 40 of ")
    (tmp_path / "three.jsonl").write_text("no line\n\n" + bad.to_json(orient="records", lines=True))
    votes, _ = read_votes(tmp_path / "three.jsonl", keep=["day"], max_rejected=1, columns=Columns())
    with pytest.raises(InputError, match=r"'soon', first in row 12 of .*three\.jsonl"):
        seconds_of(votes, "day")


def test_two_tables_are_told_apart(frame):
    votes, _ = read_votes(frame, frame.assign(day="soon"), keep=["day"])
    with pytest.raises(InputError, match="'soon', first in row 1 of data frame 2"):
        seconds_of(votes, "day")
