"""Bad input: each row is a vote or a counted reject with its number, or the whole is an error in one clear line; nothing is changed in silence."""

import bz2
import gzip
import json
import lzma
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import recount.data.formats.batches
import recount.data.formats.text_streams
from recount.data import Columns, read_counts, read_votes
from recount.data.outcomes import OutcomeCodes
from recount.data.quarantine import name_fault
from recount.engine import InputError
from tests.logs import HEADER, cells, cells_of, in_bytes, meant, rows_of, some_votes, table

VOTES = some_votes()
CSV = in_bytes(".csv", VOTES)
JSONL = in_bytes(".jsonl", VOTES)
PARQUET = in_bytes(".parquet", VOTES)
MANY = in_bytes(".csv", some_votes(20_000))
ARRAY = json.dumps([dict(zip(HEADER, vote, strict=True)) for vote in VOTES]).encode()
JUNK = np.random.default_rng(0).bytes(50_000)


ERRORS = {
    "empty.csv": (b"", "is empty"),
    "empty.parquet": (b"", "is empty"),
    "empty.jsonl": (b"", "is empty"),
    "empty.csv.gz": (gzip.compress(b""), "has no columns 'model_a', 'model_b' and 'winner' but none at all"),
    "header.csv": (CSV.splitlines()[0] + b"\n", "not one row"),
    "header without end.csv": (CSV.splitlines()[0], "not one row"),
    "blank.jsonl": (b"\n\n \n", "not one row"),
    "other columns.csv": (
        b"a,b,c\n1,2,3\n",
        "has no columns 'model_a', 'model_b' and 'winner' but 'a', 'b', 'c'; name them with --model-a, --model-b and --winner; recount check",
    ),
    "other columns.jsonl": (b'{"a": 1}\n', "no line has a value of 'model_a'"),
    "column twice.csv": (CSV.replace(b"winner", b"winner,winner", 1), "has 2 columns 'winner'"),
    "junk.xlsx": (JUNK, "holds no text in UTF-8"),
    "log.xlsx": (b"PK\3\4" + JUNK, "is a workbook or another zip archive; save the table as CSV; readable are Parquet, Arrow, text"),
    "log.bz2": (bz2.compress(b"model_a,model_b,winner\na,b,tie\n"), "is compressed by bzip2; unpack it"),
    "log.xz": (lzma.compress(b"model_a,model_b,winner\na,b,tie\n"), "is compressed by xz; unpack it"),
    "log.csv.gz": (gzip.compress(gzip.compress(b"model_a,model_b,winner\na,b,tie\n")), "is compressed twice; unpack it"),
    "log.html": (b"\n<!DOCTYPE html><title>404, not found</title>", "is a page or XML, perhaps of an error"),
    "log.pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "is a pointer of Git LFS, and not the file itself"),
    "log.rds": (gzip.compress(b"RDX3\n" + JUNK), "holds R's own objects"),
    "log.feather": (b"FEA1" + JUNK, "is Feather version 1; write it again as version 2"),
    "utf-32.csv": (CSV.decode().encode("utf-32"), "holds text in UTF-32; save it as UTF-8"),
    "start only.arrow": (b"ARROW1\0\0" + JUNK, "cannot be read .*is it complete"),
    "start only.ipc": (b"\xff\xff\xff\xff" + JUNK, "cannot be read .*is it complete"),
    "two separators.csv": (
        b"a,b;c,d;e\n1,2;3,4;5\n",
        "more than one separator in its first line, comma and semicolon; name it with --sep",
    ),
    "array that ends.json": (ARRAY[:-30], "ends within its array, after 199 elements"),
    "array without end.json": (ARRAY[:-1], "ends within its array, after 200 elements; is it complete"),
    "array with more.json": (ARRAY + b"[]", "goes on after its array, with '\\[\\]'"),
    "array with a fault.json": (ARRAY.replace(b"}, {", b"} {", 1), "element 2 cannot be parsed, or is too long, at '"),
    "fault in an array.json": (ARRAY.replace(b'": "', b'" "', 1), "element 1 cannot be parsed, or is too long, at '"),
    "empty array.json": (b"[]", "not one row"),
    "object that ends.json": (b'{"model_a": ["a", "b"], "model_b', "is JSON that cannot be parsed"),
    "rows or columns.json": (b'{"model_a": {"model_b": "a"}, "model_b": {"model_b": "b"}, "winner": {"winner": "tie"}}', "outer names may be"),
    "truncated.parquet": (PARQUET[:-200], "cannot be read .*is it complete"),
    "start only.parquet": (PARQUET[:50], "cannot be read .*is it complete"),
    "binary.parquet": (JUNK, "holds no text in UTF-8"),
    "binary.csv": (bytes(50_000), "holds no text in UTF-8"),
    "binary.jsonl": (bytes(50_000), "holds no text in UTF-8"),
    "utf-16 without mark.csv": (CSV.decode().encode("utf-16-le"), "holds no text in UTF-8, but UTF-16 without its mark"),
    "one long line.csv": (b"x" * 10_000_000, "a line is longer than 4 MB"),
    "long line.csv": (CSV + b"x" * 10_000_000, "a line is longer than 4 MB"),
    "truncated.csv.gz": (gzip.compress(MANY)[:-1000], "cannot be read .*[Tt]runcated"),
    "truncated.csv.zst": (zstandard.compress(MANY)[:-1000], "cannot be read .*[Tt]runcated"),
    "damaged.csv.gz": (gzip.compress(MANY)[:-8] + bytes(8), "cannot be read"),
    "quotation mark.csv": (CSV + b'"a,b,tie\n' + b"a,b,tie\n" * 9, "quotation mark is closed lines after it is opened, or never"),
    "quotation marks.csv": (CSV + b'"a,b,tie\na,b,tie\n"a,b,tie\n', "quotation mark is closed lines after it is opened, or never"),
    "line break in name.csv": (CSV + b'"a\nb",b,tie\n', "quotation mark is closed lines after it is opened, or never"),
}


@pytest.mark.parametrize("reader", [read_counts, read_votes])
@pytest.mark.parametrize("name", ERRORS)
def test_error_in_one_line(write, name, reader):
    content, message = ERRORS[name]
    path = write(name, content)
    with pytest.raises(InputError, match=message) as caught:
        reader(path, max_rejected=1)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
    if "not one row" not in message:
        assert str(path) in str(caught.value)


def test_what_is_no_file(tmp_path):
    for path, message in ((tmp_path, "is a folder without files"), (tmp_path / "none.csv", "does not exist")):
        with pytest.raises(InputError, match=message):
            read_counts(path)
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(InputError, match="is a folder without files"):
        read_counts(tmp_path / "folder.parquet")
    with pytest.raises(InputError, match="no file matches"):
        read_counts(tmp_path / "*.csv")
    with pytest.raises(InputError, match="an empty name"):
        read_counts("")


def test_a_file_that_may_not_be_read(write, monkeypatch):
    path = write("log.csv", CSV)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("whoever runs this may read everything")
    with pytest.raises(InputError, match=r"log\.csv cannot be read .*Permission denied"):
        read_counts(path)


@pytest.mark.parametrize("thing", [None, 7, [("a", "b", "tie")], {"model_a": ["a"]}, b"log.csv"])
def test_what_is_no_table(thing):
    with pytest.raises(InputError, match=f"not from {type(thing).__name__}"):
        read_counts(thing)


def test_nothing_to_read():
    with pytest.raises(InputError, match="no votes are given"):
        read_counts()


WITH_SCORES = Columns(outcomes="scores")
CODES = OutcomeCodes(WITH_SCORES)
TYPES = {
    "days for names": ("model_a", pa.array([1, 2], pa.date32()), "column 'model_a' holds date32.*; names of competitors are text or numbers"),
    "times of the day for names": ("model_a", pa.array([1, 2], pa.time32("s")), "column 'model_a' holds time32.*; names of competitors are text"),
    "times for names": ("model_b", pa.array([0, 1], pa.timestamp("s")), "column 'model_b' holds timestamp.*; names of competitors are text"),
    "lists for names": ("model_b", pa.array([["a"], ["b"]]), "column 'model_b' holds list.*; names of competitors are text"),
    "lists for outcomes": ("winner", pa.array([["tie"], ["tie"]]), "column 'winner' holds neither text nor numbers"),
    "records for outcomes": ("winner", pa.array([{"tie": 1}, {"tie": 2}]), "column 'winner' holds neither text nor numbers"),
    "truth values": (
        "winner",
        pa.array([True, False]),
        "labels .* 'winner' are False 1, True 1: not all of them are outcomes; say .* False=MEANING,True=MEANING",
    ),
    "times": (
        "winner",
        pa.array([0, 1], pa.timestamp("s")),
        ": not all of them are outcomes; .*--outcomes '1970-01-01 00:00:00=MEANING",
    ),
    "nulls for names": ("model_a", pa.nulls(2), "2 of 2 rows are no votes .missing name: 2.*model_a=None"),
    "nulls for outcomes": ("winner", pa.nulls(2), "column 'winner' are .empty. 2: there is no outcome in it; name another column with --winner"),
    "not a number": (
        "winner",
        pa.array([np.nan, np.nan]),
        "column 'winner' are .empty. 2: there is no outcome in it; name another column with --winner",
    ),
}


@pytest.mark.parametrize("case", TYPES)
def test_columns_of_the_wrong_type(tmp_path, case):
    name, column, message = TYPES[case]
    columns = {"model_a": pa.array(["a", "b"]), "model_b": pa.array(["b", "a"]), "winner": pa.array(["tie", "tie"])}
    log = pa.table({**columns, name: column})
    pq.write_table(log, tmp_path / "log.parquet")
    for source in (log, tmp_path / "log.parquet"):
        with pytest.raises(InputError, match=message):
            read_counts(source)


@pytest.mark.parametrize("source", ["arrow", "parquet", "pandas"])
def test_tables_without_rows_or_columns(tmp_path, source):
    def read(log):
        pq.write_table(log, tmp_path / "log.parquet")
        read_counts({"arrow": log, "parquet": tmp_path / "log.parquet", "pandas": log.to_pandas()}[source])

    with pytest.raises(InputError, match="not one row"):
        read(table(VOTES)[:0])
    with pytest.raises(InputError, match="has no column 'winner' but 'model_a', 'model_b'"):
        read(table(VOTES).drop(["winner"]))
    doubled = pa.Table.from_arrays([*table(VOTES).columns, table(VOTES)["winner"]], [*HEADER, "winner"])
    with pytest.raises(InputError, match="has 2 columns 'winner'"):
        read(doubled)


def test_columns_of_a_frame_that_are_not_named_in_text():
    with pytest.raises(InputError, match="has no columns 'model_a', 'model_b' and 'winner' but '0', '1', '2'"):
        read_counts(pd.DataFrame(VOTES))
    assert cells_of(read_counts(pd.DataFrame(VOTES), columns=Columns("0", "1", "2"))[0]) == cells(VOTES)


def test_objects_are_judged_one_by_one():
    """1 and True are equal in Python and in a dictionary of values, and different votes; bytes of text are text."""
    outcomes = ["tie", 1, True, 1.0, np.int64(0), 0.5, pd.NA, None, float("nan"), pd.NaT, [1], np.array([1, 2]), b"tie", "\ud800", {"winner": 1}]
    names = ["a"] * len(outcomes)
    frame = pd.DataFrame({"model_a": pd.Series(names, dtype=object), "model_b": "b", "winner": pd.Series(outcomes, dtype=object)})
    counts, quarantine = read_counts(frame, max_rejected=1)
    assert cells_of(counts) == {("a", "b", "tie"): 3, ("a", "b", "model_a"): 2, ("a", "b", "model_b"): 1}
    missing = {7, 8, 9, 10}
    assert dict(zip(quarantine.rejects["row"], quarantine.rejects["reason"], strict=True)) == {
        row: "missing outcome" if row in missing else "unknown outcome" for row in (3, *missing, 11, 12, 14, 15)
    }
    frame = pd.DataFrame(
        {"model_a": pd.Series(["a", 1, None, "\ud800", ["a"], "a"], dtype=object), "model_b": "b", "winner": [1.0, 1, 1, 1, 1, True]}
    )
    assert read_counts(frame.astype({"winner": object}), columns=WITH_SCORES, max_rejected=1)[1].rejects["row"].tolist() == [3, 4, 5, 6]


def test_names_of_nobody_are_no_competitors(write):
    """Names that stand in rejected rows only, or in a dictionary and in no row."""
    frame = table([("a", "b", "tie"), ("c", "b", "?"), ("d", "d", "tie"), ("e", "b", "tie")]).to_pandas().astype("category")[:3]
    for reader in (read_counts, read_votes):
        votes, quarantine = reader(frame, max_rejected=1)
        assert votes.names == ("a", "b")
        assert quarantine.rejects["row"].tolist() == [2, 3]
        nobody, _ = reader(frame[1:], max_rejected=1)
        assert (nobody.names, nobody.n_votes) == ((), 0)
    alike = table([("a", "b", "tie"), ("A", "b", "?")])
    assert read_counts(alike, max_rejected=1)[1].lookalikes == ()
    assert read_counts(alike, table([("A", "b", "tie")]), max_rejected=1)[1].lookalikes == (("A", "a"),)


COUNTS = [3, 2.0, -1, 1.5, None, 1e300, float("inf"), 2**53]


def test_counts_that_are_none(write):
    rows = [("a", "b", "tie", n) for n in COUNTS]
    good = 5
    in_csv = write("saved.csv", in_bytes(".csv", [*rows, ("a", "b", "tie", "x"), ("b", "b", "tie", 1), ("b", "a", "?", 1)], (*HEADER, "count")))
    counts, quarantine = read_counts(in_csv, max_rejected=1)
    assert cells_of(counts) == {("a", "b", "tie"): good}
    assert quarantine.by_reason().to_dict() == {
        "count is not a whole number, 0 or more": 7,
        "competitor against itself": 1,
        "unknown outcome": 1,
    }
    counts, quarantine = read_counts(table([row[:3] for row in rows]).append_column("count", pa.array(COUNTS, pa.float64())), max_rejected=1)
    assert cells_of(counts) == {("a", "b", "tie"): good}
    assert quarantine.rejects["row"].tolist() == [3, 4, 5, 6, 7, 8]
    huge = write("huge.csv", in_bytes(".csv", [("a", "b", "tie", 2**53 - 1)] * 2048, (*HEADER, "count")))
    with pytest.raises(InputError, match="the counts add up to"):
        read_counts(huge)


def test_lines_that_cannot_be_taken_apart(write):
    lines = [b'{"model_a": "a", "model_b": "b", "winner": "tie"}'] * 3
    bad = [b"{", b"[1]", b"null", b'"text"', b"\xff", b"{}", b"x" * 10_000_000, b'{"model_a": ' + b"[" * 100_000, b'{"winner": ' + b"9" * 5000 + b"}"]
    counts, quarantine = read_counts(write("log.jsonl", b"\n".join([*lines, *bad, b"", *lines])), max_rejected=1)
    assert counts.n_votes == 6
    assert quarantine.rejects["row"].tolist() == list(range(4, 13))
    assert quarantine.n_rows == 15
    assert quarantine.by_reason().to_dict() == {"unparsable line": 8, "missing name": 1}
    assert quarantine.rejects["value"].str.len().max() <= 100
    bad = [b"a", b"a,b", b"a,b,tie,more", b"x" * 1_000_000, b"\xff,\xfe", b'"a" x,b,c,d']
    counts, quarantine = read_counts(write("log.csv", b"model_a,model_b,winner\na,b,tie\n" + b"\n".join(bad) + b"\n\n"), max_rejected=1)
    assert counts.n_votes == 1
    assert quarantine.by_reason().to_dict() == {"unparsable line": 6}


def test_text_that_is_not_utf_8(write):
    """A log in Latin 1: the names that it garbles are counted, the others are votes."""
    log = [("a", "b", "tie"), ("é", "b", "tie"), ("a", "b", "tie")]
    for kind in (".csv", ".jsonl"):
        text = in_bytes(kind, log).decode().replace("\\u00e9", "é").encode("latin1")
        counts, quarantine = read_counts(write(f"log{kind}", text), max_rejected=1)
        assert counts.n_votes == 2
        assert quarantine.rejects[["row", "reason"]].values.tolist() == [[2, "name is not UTF-8"]]
    names = pa.array([first.encode("latin1") for first, _, _ in log], pa.binary())
    pq.write_table(table(log).set_column(0, "model_a", names), write("log.parquet", b""))
    assert read_counts(write("log.csv", b"").with_suffix(".parquet"), max_rejected=1)[1].rejects["value"].tolist() == [r"model_a=b'\xe9'"]


CELL = st.sampled_from(["a", "b", "A", "名", 'q"', "x,y", "", " ", "nan", "a\tb", "é", "x" * 1001])
OUTCOME = st.sampled_from(["tie", "model_a", "MODEL_B", "bothbad", "1", "0.50", "", "?", "None"])


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, OUTCOME, st.sampled_from(["", "short", "long", "blank"])), min_size=1, max_size=60), st.integers(64, 400))
def test_every_row_is_a_vote_or_a_reject(write, rows, block):
    """In every format, whatever the chunks: the same votes in the same order, the same rejects with the same numbers."""
    good = [not damage and name_fault(a) is None and name_fault(b) is None and CODES.code(o) >= 0 and a != b for a, b, o, damage in rows]
    votes = [row[:3] for row, kept in zip(rows, good, strict=True) if kept]
    text = {kind: in_bytes(kind, [row[:3] for row in rows]).decode().split("\n") for kind in (".csv", ".jsonl")}
    for i, (*_, damage) in enumerate(rows):
        if damage:
            text[".csv"][i + 1] = {"short": "a,b", "long": "a,b,tie,tie", "blank": "\na"}[damage]
            text[".jsonl"][i] = {"short": '{"model_a": "a"', "long": "[]", "blank": "{} {}"}[damage]
    numbers = [i + 1 for i, kept in enumerate(good) if not kept]
    columns = WITH_SCORES if any(o in ("1", "0.50") and not damage for *_, o, damage in rows) else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recount.data.formats.text_streams, "BLOCK", 1 << 12 if any("x" * 1001 in row for row in rows) else block)
        patch.setattr(recount.data.formats.batches, "ROWS_OF_A_CHUNK", 7)
        sources = [write(f"log{kind}", "\n".join(lines).encode()) for kind, lines in text.items()]
        if not any(damage for *_, damage in rows):
            sources += [write("log.parquet", in_bytes(".parquet", [row[:3] for row in rows])), table([row[:3] for row in rows])]
        for source in sources:
            read, quarantine = read_votes(source, columns=columns, max_rejected=1)
            assert rows_of(read) == meant(votes)
            assert (quarantine.rejects["row"].tolist(), quarantine.n_rows) == (numbers, len(rows))
            counts, again = read_counts(source, columns=columns, max_rejected=1)
            assert cells_of(counts) == cells(votes)
            pd.testing.assert_frame_equal(again.rejects, quarantine.rejects)


def test_too_many_rejects(write):
    log = write("log.csv", CSV + b"a,a,tie\n" * 2)
    for share in (0.0099, 0.0):
        with pytest.raises(
            InputError, match=r"2 of 202 rows are no votes \(competitor against itself: 2; first: .*log.csv row 201, model_a=model_b='a'\)"
        ):
            read_counts(log, max_rejected=share)
    assert len(read_counts(log, max_rejected=0.01)[1].rejects) == 2


@pytest.mark.parametrize("reader", [read_counts, read_votes])
@pytest.mark.parametrize("place", range(5))
def test_rows_that_a_stray_quotation_mark_swallows(write, reader, place):
    """In a column that nobody asks for; texts that people wrote may have line ends, separators and tables in them."""
    names = [*HEADER, "language"]
    rows = [["pqrs"[i % 4], "tuv"[i % 3], ("model_a", "model_b", "tie")[i % 3], "English" if i % 2 else "French"] for i in range(300)]

    def log(comments):
        rows_of_text = [[*row[:place], comment, *row[place:]] for row, comment in zip(rows, comments, strict=True)]
        return "\n".join(",".join(row) for row in [[*names[:place], "comment", *names[place:]], *rows_of_text]).encode() + b"\n"

    comments = [f"comment {i}" for i in range(300)]
    texts = ['"two\nlines"', '"a,b,c,d\n\ne"', '"he said ""no"", and left"', '"one, two, three\n1,2,3,4,5\nfour, five"', "plain"]
    assert reader(write("texts.csv", log(texts * 60)))[0].n_votes == reader(write("whole.csv", log(comments)))[0].n_votes == 300
    comments[100], comments[140] = '"comment', 'comment"'
    with pytest.raises(InputError, match="a quotation mark in column 'comment' is closed lines after it is opened, and rows stand inside it, at '"):
        reader(write("stray.csv", log(comments)))
