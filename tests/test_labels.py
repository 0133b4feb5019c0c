"""Columns beside the vote: the same labels from every format, empty ones missing, none merged, and names that are whole numbers."""

import json
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import recount
from recount.data import Columns, Reading, read_counts, read_votes
from recount.data.labels import are_level, as_text
from recount.engine import Factor, InputError, OptionError, Prior, Resampling
from recount.engine.votes import labels_of
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import Log
from recount.sims.specification import Specification

LATIN_1 = Path(__file__).parents[2] / "shared" / "cases" / "hostile" / "latin1_voters.csv"


def log_of(voter, names=("p", "q", "r")):
    """A log in which everybody beats everybody, with a column of voters."""
    n = len(voter)
    first, second = np.arange(n) % 3, (np.arange(n) + 1 + np.arange(n) // 3 % 2) % 3
    winner = np.array(["model_a", "model_b", "tie"])[np.random.default_rng(1).integers(0, 3, n)]
    return pa.table({"model_a": [names[i] for i in first], "model_b": [names[i] for i in second], "winner": winner, "voter": voter})


def partition(votes, column="voter"):
    """Which votes have a label in common, as the rows of each, and which have none."""
    codes, n_labels, n_alone = labels_of(votes, column)
    return {tuple(np.flatnonzero(codes == code).tolist()) for code in range(n_labels - n_alone)}, n_alone


def every_way(table, folder):
    """The same table in every format and kind of table."""
    rows = table.to_pylist()
    (folder / "log.jsonl").write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
    (folder / "one.jsonl").write_text("".join(json.dumps(row, default=str) + "\n" for row in rows) + "no line\n")
    table.to_pandas().to_csv(folder / "log.csv", index=False)
    pq.write_table(table, folder / "log.parquet")
    encoded = table.set_column(3, "voter", table["voter"].cast(pa.string()).dictionary_encode())
    frame = table.to_pandas()
    return {
        "csv": folder / "log.csv",
        "json lines": folder / "log.jsonl",
        "json lines, one by one": folder / "one.jsonl",
        "parquet": folder / "log.parquet",
        "arrow": table,
        "dictionary": encoded,
        "views": table.set_column(3, "voter", table["voter"].cast(pa.string()).cast(pa.string_view())),
        "bytes": table.set_column(3, "voter", table["voter"].cast(pa.string()).cast(pa.binary())),
        "run ends": table.set_column(3, "voter", pc.run_end_encode(table["voter"].cast(pa.string()))),
        "frame": frame,
        "frame of objects": frame.astype(object),
        "frame of categories": frame.astype({"voter": "category"}),
    }


@pytest.mark.parametrize("missing", [None, ""])
@pytest.mark.parametrize("kind", ["text", "numbers"])
def test_voters_from_every_format(kind, missing, tmp_path):
    """Clusters, their standard errors, and who has no voter are the same; an empty label is a missing one."""
    rng = np.random.default_rng(5)
    drawn = [f"v{i}" if kind == "text" else str(i) for i in rng.integers(0, 9, 60)]
    absent = rng.random(60) < 0.3
    expected = {tuple(np.flatnonzero((np.array(drawn) == v) & ~absent).tolist()) for v in set(drawn)}
    table = log_of(pa.array([missing if gap else label for gap, label in zip(absent, drawn, strict=True)], pa.string()))
    sources = every_way(table, tmp_path)
    if kind == "numbers" and missing is None:
        whole = table.set_column(3, "voter", table["voter"].cast(pa.int32()))
        sources |= {f"{name} of whole numbers": source for name, source in every_way(whole, tmp_path).items() if isinstance(source, pa.Table)}
        sources["frame of floats"] = whole.to_pandas()
    errors = []
    for name, source in sources.items():
        votes = read_votes(source, keep=["voter"], max_rejected=0.1)[0]
        assert partition(votes) == (expected, absent.sum()), name
        board = analyse(Log([source], None), Specification(clusters=("voter",))) if name != "json lines, one by one" else None
        errors += [board.uncertainty.standard_errors()] if board else []
    assert np.ptp(np.array(errors), axis=0).max() == 0


@pytest.mark.parametrize("blank", ["", " ", "\t", "\N{NO-BREAK SPACE}"])
def test_a_label_of_spaces_is_none(blank, tmp_path):
    table = log_of([blank, "x", "x", blank, "y", blank])
    for name, source in every_way(table, tmp_path).items():
        assert partition(read_votes(source, keep=["voter"], max_rejected=0.2)[0]) == ({(1, 2), (4,)}, 3), name


ODD = {
    "bytes that are no text": [b"M\xfcller", b"M\xf6ller", b"M\xfcller", "M\N{REPLACEMENT CHARACTER}ller".encode()],
    "bytes of a fixed length": pa.array([b"\x00\xff", b"\x00\xfe", b"\x00\xff", b"ab"], pa.binary(2)),
    "large bytes": pa.array([b"\xff", b"\xfe", b"\xff", b"a"], pa.large_binary()),
    "views of bytes": pa.array([b"\xff", b"\xfe", b"\xff", b"a"], pa.binary_view()),
    "dictionary of bytes": pa.array([b"\xff", b"\xfe", b"\xff", b"a"]).dictionary_encode(),
    "views in a dictionary": pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 2]), pa.array(["a", "b", "c"], pa.string_view())),
    "a dictionary that says a label twice": pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3]), pa.array(["a", "b", "a", "c"])),
    "unsigned indices": pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 2], pa.uint8()), pa.array(["a", "b", "c"])),
    "uuid": pa.array([UUID(int=i).bytes for i in (1, 2, 1, 3)], pa.uuid()),
    "unsigned": pa.array([2**64 - 1, 2**64 - 2, 2**64 - 1, 0], pa.uint64()),
    "near each other as floats": pa.array([2**53, 2**53 + 1, 2**53, 2**53 + 2]),
    "the same as text": [str(2**53), str(2**53 + 1), str(2**53), str(2**53 + 2)],
    "leading zeros": ["7", "007", "7", "07"],
    "decimals": [Decimal("1.10"), Decimal("1.20"), Decimal("1.10"), Decimal("1.30")],
    "truth": [True, False, True, None],
    "lists": [["a"], ["b"], ["a"], []],
    "records": [{"id": 1}, {"id": 2}, {"id": 1}, {"id": 3}],
    "times of the day": pa.array([1, 2, 1, 3], pa.time32("s")),
    "dates": pa.array([1, 2, 1, 3], pa.date32()),
    "numbers in a dictionary": pa.array([1, 2, 1, 3]).dictionary_encode(),
    "run ends of numbers": pc.run_end_encode(pa.array([1, 2, 1, 3])),
    "words that may be labels": ["none", "NA", "none", "N/A"],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_labels_are_told_apart(name):
    votes = read_votes(log_of(ODD[name]), keep=["voter"])[0]
    expected = {(0, 2), (1,), (3,)} if name != "truth" else {(0, 2), (1,)}
    assert partition(votes) == (expected, int(name == "truth"))


@pytest.mark.parametrize(
    "make", [pa.nulls, lambda n: pa.nulls(n, pa.string()), lambda n: pa.nulls(n, pa.timestamp("us")), lambda n: pa.nulls(n, pa.float64())]
)
def test_a_column_without_a_label(make):
    assert partition(read_votes(log_of(make(6)), keep=["voter"])[0]) == (set(), 6)


def test_an_all_null_file_beside_another(tmp_path):
    log_of(["a", "b", "a", "b", "a", "b"]).to_pandas().to_csv(tmp_path / "log.csv", index=False)
    votes = read_votes(log_of(pa.nulls(6)), tmp_path / "log.csv", keep=["voter"])[0]
    assert partition(votes) == ({(6, 8, 10), (7, 9, 11)}, 6)


def test_whole_numbers_and_floats_of_two_files_are_the_same_voters():
    """A file in which some voters are missing holds floats where another holds whole numbers."""
    votes = read_votes(log_of(pa.array([1, 2, 3])), log_of(pa.array([1.0, None, 2.0])), keep=["voter"])[0]
    assert partition(votes) == ({(0, 3), (1, 5), (2,)}, 1)


@pytest.mark.parametrize("name", ["json lines", "frame"])
def test_whole_numbers_of_any_length(name, tmp_path):
    huge = [10**30, 10**30 + 1, 10**30, 7]
    table = log_of(["x"] * 4).drop_columns("voter").to_pandas().assign(voter=pd.Series(huge, dtype=object))
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in table.to_dict("records")))
    votes = read_votes(table if name == "frame" else tmp_path / "log.jsonl", keep=["voter"])[0]
    assert isinstance(votes.columns["voter"], Factor)
    assert votes.columns["voter"].levels == (str(10**30), str(10**30 + 1), "7")


def test_labels_of_several_types(tmp_path):
    mixed = [1, "1", "b", 2.5, True, None]
    table = log_of(["x"] * 6).drop_columns("voter").to_pandas().assign(voter=pd.Series(mixed, dtype=object))
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in table.to_dict("records")))
    for source in (table, tmp_path / "log.jsonl"):
        votes = read_votes(source, keep=["voter"])[0]
        assert partition(votes) == ({(0, 1), (2,), (3,), (4,)}, 1)


def test_half_characters_are_told_apart(tmp_path):
    table = log_of(["x"] * 4).drop_columns("voter").to_pandas().assign(voter=pd.Series(["\ud800", "\ud801", "\ud800", "a"], dtype=object))
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in table.to_dict("records")))
    for source in (table, tmp_path / "log.jsonl"):
        assert partition(read_votes(source, keep=["voter"])[0]) == ({(0, 2), (1,), (3,)}, 0)


@pytest.mark.parametrize("array", [pa.array([1, 2, 3], pa.duration("s")), pa.array([(1, 2, 3)] * 3, pa.month_day_nano_interval())], ids=str)
def test_what_is_no_label(array):
    with pytest.raises(InputError, match=r"column 'voter' holds .*, which is neither a label nor a time"):
        read_votes(log_of(array), keep=["voter"])


def test_text_of_parquet_that_is_not_utf_8(tmp_path):
    """Parquet does not check it; a table of Arrow that breaks Arrow's rules is refused."""
    table = log_of(pa.array([b"\xff", b"\xfe", b"\xff", b"a"]).view(pa.string()))
    pq.write_table(table, tmp_path / "log.parquet")
    assert partition(read_votes(tmp_path / "log.parquet", keep=["voter"])[0]) == ({(0, 2), (1,), (3,)}, 0)
    with pytest.raises(InputError, match="Invalid UTF8 sequence"):
        read_votes(table, keep=["voter"])


def test_voters_in_another_encoding(tmp_path):
    """Latin-1 in CSV and in JSON lines: as many voters as there are, whatever their names look like."""
    names = [f"M{chr(code)}ller" for code in range(0xE0, 0xF6)]
    voter = [name for name in names for _ in range(3)]
    frame = log_of(voter).to_pandas()
    frame.to_csv(tmp_path / "log.csv", index=False, encoding="latin-1")
    (tmp_path / "log.jsonl").write_bytes("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in frame.to_dict("records")).encode("latin-1"))
    expected = partition(read_votes(frame, keep=["voter"])[0])
    assert len(expected[0]) == 22
    for file in ("log.csv", "log.jsonl"):
        assert partition(read_votes(tmp_path / file, keep=["voter"])[0]) == expected


@pytest.mark.parametrize(("kind", "n"), [(pa.int8(), 128), (pa.uint8(), 256), (pa.int16(), 300), (pa.uint64(), 300)], ids=str)
def test_a_dictionary_that_is_full(kind, n):
    """Its indices have no room for one that means missing."""
    names = pa.DictionaryArray.from_arrays(pa.array([*range(n), None], kind), pa.array([f"m{i}" for i in range(n)]))
    table = pa.table({"model_a": names, "model_b": ["z"] * (n + 1), "winner": ["tie"] * (n + 1), "voter": names})
    votes, quarantine = read_votes(table, keep=["voter"], max_rejected=1)
    assert (votes.n_votes, read_counts(table, max_rejected=1)[0].n_votes) == (n, n)
    assert quarantine.rejects["reason"].tolist() == ["missing name"]
    assert partition(votes) == ({(i,) for i in range(n)}, 0)


def test_names_in_another_encoding_are_no_names(tmp_path):
    log_of(["x"] * 6, ("p\xe9", "q", "r")).to_pandas().to_csv(tmp_path / "log.csv", index=False, encoding="latin-1")
    quarantine = read_counts(tmp_path / "log.csv", max_rejected=1)[1]
    assert set(quarantine.rejects["reason"]) == {"name is not UTF-8"}
    table = log_of(["x"] * 6)
    bad = pa.array([b"p\xe9" if name == "p" else name.encode() for name in table["model_a"].to_pylist()]).view(pa.string())
    pq.write_table(table.set_column(0, "model_a", bad), tmp_path / "log.parquet")
    assert set(read_counts(tmp_path / "log.parquet", max_rejected=1)[1].rejects["reason"]) == {"name is not UTF-8"}


@pytest.mark.skipif(not LATIN_1.is_file(), reason="the shared cases are not beside the checkout")
def test_shared_case_in_another_encoding():
    labels, n_alone = partition(read_votes(LATIN_1, keep=["voter"])[0])
    assert (len(labels), n_alone) == (22, 0)


def test_names_that_are_whole_numbers(tmp_path):
    """As text holds them, from every format, of any length, together in one log."""
    text = log_of(["x"] * 30, ("7", "12", "-3"))
    whole = text
    for side, name in enumerate(("model_a", "model_b")):
        whole = whole.set_column(side, name, whole[name].cast(pa.int16()))
    expected = read_counts(text)[0]
    for name, source in every_way(whole, tmp_path).items():
        counts = read_counts(source, max_rejected=0.1)[0]
        assert counts.names == expected.names == ("-3", "12", "7"), name
        assert np.array_equal(counts.counts, expected.counts), name
    both = read_counts(text, whole, whole.to_pandas().astype(object))[0]
    assert both.names == expected.names
    assert np.array_equal(both.counts, 3 * expected.counts)
    (tmp_path / "huge.jsonl").write_text(f'{{"model_a": {10**40}, "model_b": "b", "winner": "tie"}}\n')
    assert read_counts(tmp_path / "huge.jsonl")[0].names == (str(10**40), "b")
    (tmp_path / "self.jsonl").write_text("".join(f'{{"model_a": {name}, "model_b": "1", "winner": "tie"}}\n' for name in ("1", "[1]")))
    reasons = read_counts(tmp_path / "self.jsonl", max_rejected=1)[1].rejects["reason"]
    assert reasons.tolist() == ["competitor against itself", "name of the wrong type"]


def test_no_order_decides_about_labels():
    """Categories, clusters and their bootstrap are the same whatever the order of rows, of files, or of a dictionary."""
    rng = np.random.default_rng(3)
    table = log_of(rng.choice(["v", "w", "x", "y", "z"], 60).tolist())
    turned = table.take(pa.array(np.arange(60)[::-1]))
    frame = table.to_pandas()
    frame["voter"] = pd.Categorical(frame["voter"], ["z", "x", "v", "y", "w"])
    boards = [
        analyse(Log(list(sources), None), Specification(by="voter", existence="prior")).leaderboard().frame
        for sources in ([table], [turned], [frame])
    ]
    assert boards[0]["category"].unique().tolist() == ["v", "w", "x", "y", "z"]
    for board in boards[1:]:
        pd.testing.assert_frame_equal(board, boards[0])
    resampled = Specification(clusters=("voter",), intervals=Resampling(n_replicates=20))
    halves = [table.slice(0, 30), table.slice(30)]
    drawn = [analyse(Log(list(sources), None), resampled).uncertainty.values for sources in (halves, halves[::-1], [turned], [frame])]
    # Votes of a cluster are summed in the order of the log.
    for values in drawn:
        np.testing.assert_allclose(values, drawn[0], atol=1e-9)


def test_a_zero_has_no_sign():
    assert [as_text(zero) for zero in (0, 0.0, -0.0, Decimal("-0.00"))] == ["0"] * 4
    assert as_text(False) == "False"


def test_whole_scores_are_not_rounded():
    assert not are_level(1e15 + 1, 1e15)
    assert are_level(0.1 + 0.2, 0.3)
    assert not are_level(0.1, 0.1001)


def test_names_in_bytes_are_text():
    rows = pd.DataFrame({"model_a": [b"m1", b"m2"] * 3, "model_b": [b"m2", b"m1"] * 3, "winner": [b"model_a", b"model_a", b"tie"] * 2})
    assert recount.read(rows).counts.names == ("m1", "m2")


def test_a_column_that_is_asked_for_as_two_things():
    rows = pd.DataFrame({"model_a": ["x", "y"] * 20, "model_b": ["y", "z"] * 20, "winner": ["model_a", "model_b", "tie", "model_a"] * 10})
    table = pd.crosstab([rows.model_a, rows.model_b], rows.winner)
    with pytest.raises(OptionError, match="'model_a' is the column of a competitor"):
        Columns(layout="outcomes:model_a,model_b,tie")
    with pytest.raises(InputError, match="'model_a' is the name of a level of the index and of a column"):
        _ = recount.read(table, reading=Reading(columns=Columns(layout="outcomes:tie,other"))).counts


def test_times_that_a_spreadsheet_rounded():
    rows = pd.DataFrame({"model_a": ["x"] * 6, "model_b": ["y"] * 6, "winner": ["model_a", "model_b"] * 3})
    decay = recount.Weights("decay", "tstamp", 30)
    rounded = rows.assign(tstamp=["1.69E+09", "1.70002E+09", "1.71E+09"] * 2)
    for times in (rounded, rounded.assign(tstamp=rounded["tstamp"].astype(float))):
        with pytest.raises(InputError, match="no row more than 6 digits before zeros: a spreadsheet has rounded the times"):
            recount.analyse(recount.read(times), weights=decay).leaderboard()
    days = rows.assign(tstamp=[1_690_848_000, 1_690_934_400, 1_691_020_800] * 2)
    assert len(recount.analyse(recount.read(days), weights=decay).leaderboard().frame) == 2


@pytest.mark.parametrize(("kind", "first"), [(pa.float32(), 2**24), (pa.float16(), 2048), (pa.float64(), 2**53)])
def test_floats_that_tell_no_names_apart(kind, first):
    """Of a short float fewer whole numbers are exact; below, names are what they were."""
    ids = np.array([first, first + 2], np.float64).astype(kind.to_pandas_dtype())
    wrong = pa.table({"model_a": pa.array(ids, kind), "model_b": ["x", "y"], "winner": ["tie", "tie"]})
    with pytest.raises(InputError, match=f"as a float of {kind.bit_width} bits, which tells no whole numbers apart from {first:,} on"):
        read_counts(wrong)
    fine = wrong.set_column(0, "model_a", pa.array([first // 2, first // 4], pa.int64()).cast(kind, safe=False))
    assert {str(first // 2), str(first // 4)} < set(read_counts(fine)[0].names)


SHORT, CUT = np.arange(60, dtype=np.float32) + 2**24, [f"12345678901{i:04d}0000" for i in range(60)]


@pytest.mark.parametrize("lost", [SHORT, CUT], ids=["float32", "spreadsheet"])
def test_voters_that_lost_digits(lost):
    frame = pd.DataFrame({"model_a": list("abc") * 20, "model_b": list("bca") * 20, "winner": "tie", "voter": lost})
    notes = analyse(Log([frame], None), Specification(clusters=("voter",), prior=Prior("votes", 1.0))).notes()
    assert any("of which only the first digits are there" in note for note in notes)
