"""Times of votes: every way of writing them gives the same times, and what is none, or another unit, is refused by name."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recount.data import with_days
from recount.engine import Factor, InputError, Votes, in_order
from recount.engine.times import is_alphabetical, seconds_of, sortable
from recount.sims.analysis.log import read
from tests.commands import one_line
from tests.random_logs import random_votes

CASES = Path(__file__).parents[2] / "shared" / "cases" / "times"
NO_TIME = "times are Arrow times, ISO 8601 text"


def with_column(held):
    """Votes with one column, `when`."""
    n = held.codes.size if isinstance(held, Factor) else held.size
    return Votes(("a", "b"), np.zeros(n, int), np.ones(n, int), np.zeros(n, int), {"when": held})


def text(*labels):
    """A column of labels, None where one is missing."""
    levels = tuple(dict.fromkeys(label for label in labels if label is not None))
    return Factor(np.array([-1 if label is None else levels.index(label) for label in labels], np.int32), levels)


@pytest.mark.parametrize("ending", ["", "Z", "+00:00"])
@pytest.mark.parametrize("unit", ["D", "s", "us"])
def test_times_as_text(unit, ending):
    """ISO 8601 dates and times are the times that they write, with a T or a space."""
    votes = random_votes(n_votes=200)
    times = (
        np.array(np.random.default_rng(3).integers(-1_000_000_000, 1_700_000_000, 50) * 1_000_000 + 123_456)
        .astype("datetime64[us]")
        .astype(f"M8[{unit}]")
    )
    texts = tuple(f"{text}{ending}" if unit != "D" else text for text in np.datetime_as_string(times))
    codes = np.arange(200, dtype=np.int32) % 50
    columns = {"time": times[codes], "text": Factor(codes, texts), "space": Factor(codes, tuple(text.replace("T", " ") for text in texts))}
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, columns)
    assert np.array_equal(seconds_of(votes, "text"), seconds_of(votes, "time"))
    assert np.array_equal(seconds_of(votes, "space"), seconds_of(votes, "time"))
    days = with_days(votes, ["time:day", "text:day"]).columns
    assert np.array_equal(days["text:day"], times[codes].astype("M8[D]"))
    assert np.array_equal(days["time:day"], times[codes].astype("M8[D]"))


def test_a_missing_time_has_no_day():
    votes = random_votes(n_votes=3)
    text = Factor(np.array([0, -1, 1], np.int32), ("2024-08-14", "2024-08-15  23:59:59.999999"))
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {"when": text, "seconds": np.array([1.7e9 + 0.5, np.nan, -3_063_744_000.5])})
    days = with_days(votes, ["when:day", "seconds:day"]).columns
    assert days["when:day"].astype(str).tolist() == ["2024-08-14", "NaT", "2024-08-15"]
    assert days["seconds:day"].astype(str).tolist() == ["2023-11-14", "NaT", "1872-11-29"]
    with pytest.raises(InputError, match="has no time in 1 of 3 votes, first in vote 2"):
        seconds_of(votes, "when")


EPOCH = np.array([1_704_100_000, 1_709_510_400, 1_722_808_800])
SAME = {
    "text": text(*(f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}" for second in EPOCH)),
    "zulu": text(*(f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}Z" for second in EPOCH)),
    "named zone": text(*(f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} UTC" for second in EPOCH)),
    "basic": text(*(f"{datetime.fromtimestamp(second, UTC):%Y%m%dT%H%M%S}+00:00" for second in EPOCH)),
    "zones": text(*(datetime.fromtimestamp(second, timezone(timedelta(hours=9 - 8 * i))).isoformat() for i, second in enumerate(EPOCH))),
    "nanoseconds": text(*(f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.000000000" for second in EPOCH)),
    "integers": EPOCH,
    "floats": EPOCH.astype(float),
    "numbers as text": text(*(f"{second}.0" for second in EPOCH), str(EPOCH[0])),
    **{unit: EPOCH.astype("M8[s]").astype(f"M8[{unit}]") for unit in ("s", "ms", "us", "ns", "m")},
}


@pytest.mark.parametrize("name", SAME)
def test_one_time_however_it_is_written(name):
    assert np.abs(seconds_of(with_column(SAME[name]), "when")[:3] - EPOCH // (60 if name == "m" else 1) * (60 if name == "m" else 1)).max() == 0


@pytest.mark.parametrize(
    "held",
    [
        np.array([20230101, 20240814, 20230101]),
        np.array([20230101.0, 20240814.0, 20230101.0]),
        text("20230101", "20240814", "20230101"),
        text("2023-01-01", "20240814", "2023-01-01T00:00:00Z"),
        np.array(["2023-01-01", "2024-08-14", "2023-01-01"], "M8[D]"),
    ],
)
def test_days(held):
    votes = with_column(held)
    assert seconds_of(votes, "when").tolist() == [1_672_531_200, 1_723_593_600, 1_672_531_200]
    assert with_days(votes, ["when:day"]).columns["when:day"].astype(str).tolist() == ["2023-01-01", "2024-08-14", "2023-01-01"]
    assert in_order(replace_outcome(votes), "when").outcome.tolist() == [0, 2, 1]


def replace_outcome(votes):
    return Votes(votes.names, votes.first, votes.second, np.arange(votes.n_votes) % 4, votes.columns)


def test_days_of_any_year():
    """Football results begin in 1872; seconds before 1970 are negative."""
    expected = [np.datetime64(day, "s").astype(int) for day in ("1872-11-30", "1066-10-14", "2024-01-01")]
    assert seconds_of(with_column(text("1872-11-30", "1066-10-14", "2024-01-01")), "when").tolist() == expected
    assert seconds_of(with_column(np.array([18721130, 10661014, 20240101])), "when").tolist() == expected
    assert seconds_of(with_column(np.array(expected)), "when").tolist() == expected
    assert seconds_of(with_column(np.array(["1872-11-30", "1066-10-14", "2024-01-01"], "M8[D]")), "when").tolist() == expected


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (np.array([1_700_000_000_000, 1]), "holds 1700000000000 in vote 1, too much for seconds since 1970; divide milliseconds by 1000"),
        (np.array([1.7e9, 1.7e15]), "holds 1700000000000000 in vote 2, too much for seconds since 1970; divide microseconds by 1000000"),
        (np.array([1.7e18]), "divide nanoseconds by 1000000000"),
        (np.array([2e17]), f"too much for seconds since 1970; {NO_TIME}"),
        (np.array([45292, 45300]), r"holds 45292 in vote 1, which would be 1970-01-01T12:34:52 as seconds since 1970; .*ISO 8601"),
        (np.array([45292.75]), "holds 45292.75 in vote 1, which would be 1970-01-01"),
        (np.array([2023, 2024]), "holds 2023 in vote 1, .* write years as dates, such as 2024-01-01"),
        (np.array([1.7e9, 0.0]), "holds 0 in vote 2, which would be 1970-01-01T00:00:00"),
        (np.array([1.7e9, -1.0]), "holds -1 in vote 2, which would be 1969-12-31T23:59:59"),
        (np.array([1.7e9, 631_151_999.0]), "holds 631151999 in vote 2, which would be 1989-12-31T23:59:59"),
        (np.array([1.7e9, 4e9]), "holds 4000000000 in vote 2, which would be 2096-10-02"),
        (np.array([1.7e9, np.inf]), "holds inf in vote 2, which is no time"),
        (np.array([20230101, 1.7e9]), "holds 20230101 in vote 1, which would be 1970-08-23"),
        (np.array([20230101, 20231301]), "holds 20231301 in vote 2, which is no day such as 20241231"),
        (np.array([np.nan, 20230230]), "holds 20230230 in vote 2, which is no day"),
        (np.array([True, False]), "holds no times but bool"),
        (np.array([1, 2], "m8[s]"), "holds no times but timedelta"),
        (text("2024-08-14", "today"), "holds no times but 'today', first in vote 2; times are"),
        (text("1709510400.0", "1716584400.0", "N/A", "N/A"), "holds no times but 'N/A', first in vote 3"),
        (text("N/A", "1709510400"), "holds no times but 'N/A', first in vote 1"),
        (text("31.12.2024"), "holds no times but '31.12.2024', first in vote 1; times are .* ISO 8601 text such as 2024-12-31"),
        (text("2024-02-29", "2023-02-29"), "holds no times but '2023-02-29', first in vote 2"),
        (text("12:30", "12:31"), "holds no times but '12:30'"),
        (text("2024-01-01", None, "1709510400"), "'2024-01-01' in vote 1 and '1709510400' in vote 3, times of two kinds"),
        (text("1709510400", "2024-01-01 00:00:00"), "'1709510400' in vote 1 and '2024-01-01 00:00:00' in vote 2, times of two kinds"),
        # Python alone reads this one as 23:45 on a day of 1701.
        (text("1701010112345", "2024-01-01"), "'1701010112345' in vote 1 and '2024-01-01' in vote 2, times of two kinds"),
        (text("1701010112345", "1701010112345.0"), "holds 1701010112345 in vote 1, too much"),
    ],
    ids=str,
)
def test_what_is_no_time(held, said):
    """The value, its vote and the remedy, whoever asks for times."""
    votes = with_column(held)
    with pytest.raises(InputError, match=f"column 'when' {said.removeprefix('column ')}" if said.startswith("holds") else said):
        seconds_of(votes, "when")
    with pytest.raises(InputError, match=said):
        with_days(votes, ["when:day"])


def test_labels_that_no_vote_has_are_no_times_either():
    votes = with_column(text("2024-01-01", "never", "2024-01-02"))
    assert seconds_of(votes.only(np.array([0, 2])), "when").tolist() == [1_704_067_200, 1_704_153_600]


@pytest.mark.parametrize(
    ("held", "order"),
    [
        (text("2024-03-09T23:30:00+09:00", "2024-03-09T20:00:00+00:00", "2024-03-10T01:00:00-08:00", "2024-03-10T03:00:00+09:00"), [0, 3, 1, 2]),
        (text("2024-01-01T00:00:00.000000002", "2024-01-01T00:00:00.000000001"), [1, 0]),
        (np.array(["2024-01-01T00:00:00.000000002", "2024-01-01T00:00:00.000000001"], "M8[ns]"), [1, 0]),
        (np.array([2**62 + 1, 2**62]), [1, 0]),
        (text("9", "10", "10.0", "8"), [3, 0, 1, 2]),
        (text("4611686018427387905", "4611686018427387904"), [1, 0]),
        (np.array([3, 1, 2]), [1, 2, 0]),
        (np.array([1998, 1872]), [1, 0]),
        (text("1998", "1872"), [1, 0]),
        (np.array([45300, 45292]), [1, 0]),
        (text("2024-03", "2023-12"), [1, 0]),
        (text("c", "a", "b"), [1, 2, 0]),
        (text("round 02", "round 01"), [1, 0]),
        (text("01HX9", "01HX10"[:5]), [1, 0]),
    ],
    ids=str,
)
def test_order(held, order):
    assert in_order(replace_outcome(with_column(held)), "when").outcome.tolist() == order


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (text("31.12.2024", "1.1.2025"), "holds no times but '31.12.2024', first in vote 1"),
        (text("12/31/2024", "01/01/2025"), "holds no times but '12/31/2024'"),
        (text("31 Dec 2024", "1 Jan 2025"), "holds no times but '31 Dec 2024'"),
        (text("Dec 31, 2024", "Jan 1, 2025"), "holds no times but 'Dec 31, 2024'"),
        (text("10:00 PM", "9:00 AM"), "holds no times but '10:00 PM'"),
        (text("2024-01-01", "N/A"), "holds no times but 'N/A', first in vote 2"),
        (text("1709510400.0", "N/A"), "holds no times but 'N/A', first in vote 2"),
        (text("2024-01-01", "1709510400"), "times of two kinds"),
        (text("round 9", "round 10"), "puts 'round 10' before 'round 9'; write its numbers with equally many digits"),
        (np.array([1.7e9, 1.7e12]), "holds 1700000000 in vote 1 and 1700000000000 in vote 2, which cannot be times in one unit"),
        (np.array([1_700_000_000, 20240101]), "holds 1700000000 in vote 1 and 20240101 in vote 2, which cannot be"),
        (np.array([np.nan, 1.7e9, 0.0]), "has no value in 1 vote"),
        (np.array([1.6e9, -np.inf]), "holds -inf in vote 2, which has no place in an order"),
        (np.array([1.6e9, 1.7e9, 0.0]), "holds 1600000000 in vote 1 and 0 in vote 3"),
    ],
    ids=str,
)
def test_what_has_no_order(held, said):
    with pytest.raises(InputError, match=said):
        in_order(with_column(held), "when")


def test_what_is_sorted_by_alphabet():
    assert is_alphabetical(text(None, "b", "a"))
    for held in (text("2024-01-01"), text("7"), text(None), np.array([1.0]), np.array(["2024-01-01"], "M8[D]")):
        assert not is_alphabetical(held)


ZONED = ["2024-03-09T23:30:00+09:00", "2024-03-09T20:00:00+00:00", "2024-03-10T01:00:00-08:00", "2024-03-10T03:00:00+09:00"]
INSTANTS = [pd.Timestamp(text).tz_convert("UTC") for text in ZONED]
COLUMNS = {
    "text": pa.array(ZONED),
    "view": pa.array(ZONED, pa.string_view()),
    "dictionary": pa.array(ZONED).dictionary_encode(),
    "Tokyo": pa.array(INSTANTS, pa.timestamp("ms", "Asia/Tokyo")),
    "no zone": pa.array([t.tz_localize(None) for t in INSTANTS], pa.timestamp("us")),
    "nanoseconds": pa.array(INSTANTS, pa.timestamp("ns", "UTC")),
    "seconds": pa.array([int(t.timestamp()) for t in INSTANTS]),
    "floats": pa.array([t.timestamp() for t in INSTANTS]),
}


def log_of(when):
    n = len(when)
    return pa.table({"model_a": ["p", "q", "p", "q"][:n], "model_b": ["q", "p", "q", "p"][:n], "winner": ["model_a"] * n, "when": when})


@pytest.mark.parametrize("name", COLUMNS)
def test_times_from_every_format(name, tmp_path):
    """Also in two files, one of text and one of this kind."""
    table = log_of(COLUMNS[name])
    log_of(COLUMNS["text"]).to_pandas().to_csv(tmp_path / "text.csv", index=False)
    sources = [table, table.to_pandas()]
    if name != "view":
        pq.write_table(table, tmp_path / "log.parquet")
        sources.append(tmp_path / "log.parquet")
    expected = [t.timestamp() for t in INSTANTS]
    for source in sources:
        votes = read(source).rows(["when", "when:day"])
        assert seconds_of(votes, "when").tolist() == expected
        assert votes.columns["when:day"].astype(str).tolist() == ["2024-03-09", "2024-03-09", "2024-03-10", "2024-03-09"]
        both = read(source, tmp_path / "text.csv")
        if name in ("seconds", "floats"):
            with pytest.raises(InputError, match=r"in row 1 of .* and '2024-03-09T23:30:00\+09:00' in row 1 of .*text.csv, times of two kinds"):
                seconds_of(both.rows(["when"]), "when")
        else:
            assert seconds_of(both.rows(["when"]), "when").tolist() == expected * 2


def test_parquet_times_beside_seconds(tmp_path):
    """Two files, one of times and one of numbers: refused, in whatever order."""
    times, seconds = log_of(COLUMNS["Tokyo"]), log_of(COLUMNS["seconds"])
    for sources in ((times, seconds), (seconds, times)):
        with pytest.raises(InputError, match=r"in row 1 of Arrow table and .* in row 1 of Arrow table 2, times of two kinds"):
            in_order(read(*sources).rows(["when"]), "when")
    days = log_of(pa.array([t.date() for t in INSTANTS]))
    assert seconds_of(read(times, days).rows(["when"]), "when")[[0, 4]].tolist() == [INSTANTS[0].timestamp(), 1_709_942_400]


OFFS = "model_a,model_b,winner,at\n" + "".join(f"{a},{b},model_a,{t}\n" for (a, b), t in zip(("pq", "qp", "qr", "rp"), ZONED, strict=True))


def test_elo_by_time_is_elo_of_the_sorted_log(recount, tmp_path):
    (tmp_path / "offs.csv").write_text(OFFS)
    rows = OFFS.splitlines()
    (tmp_path / "sorted.csv").write_text("\n".join(rows[i] for i in (0, 1, 4, 2, 3)) + "\n")
    assert recount("elo", "offs.csv", "--order", "at").out == recount("elo", "sorted.csv").out != recount("elo", "offs.csv").out
    said = recount("elo", "offs.csv", "--order", "at")
    assert "alphabet" not in said.err
    (tmp_path / "bad.csv").write_text(OFFS.replace(ZONED[2], "N/A"))
    for command in ("elo --order at", "rate --weights decay:at:9", "rate --cluster at:day", "quality --held-out time:at"):
        name, *options = command.split()
        code, said = recount(name, "bad.csv", *options)[0], recount(name, "bad.csv", *options).err
        assert code == 2, command
        assert "column 'at' holds no times but 'N/A', first in row 3 of bad.csv;" in one_line(said), command


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside the checkout")
def test_shared_cases(recount):
    for name in ("yyyymmdd.csv", "iso_day.csv"):
        board = recount("rate", CASES / name, "--weights", "decay:day:90").frame()["rating"].astype(float)
        assert board.to_dict() == pytest.approx({"y": 1039.245, "z": 1037.422, "x": 923.332}, abs=5e-4)
    for name in ("offs.csv", "offs.parquet"):
        board = recount("elo", CASES / name, "--order", "tstamp", "--k-factor", 32).frame()["rating"].astype(float)
        assert board.to_dict() == pytest.approx({"q": 1013.5433, "r": 1000.6994, "p": 985.7573}, abs=5e-5)
    said = recount("elo", CASES / "epochbad.csv", "--order", "tstamp")
    assert said.code == 2
    assert "'N/A', first in row 5 of " in one_line(said.err)


def test_seconds_to_come_have_no_place_in_an_order():
    seconds = np.array([1.7e9, 1.7e9 + 5, 2147483647.0])
    with pytest.raises(InputError, match="which is in the future; leave such votes out"):
        sortable("t", seconds)
    assert sortable("t", np.array([5.0, 2147483647.0])).tolist() == [5.0, 2147483647.0]
