"""The same votes in every format that people keep logs in, whatever the file is called; and fields within nested columns."""

import gzip
import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import zstandard

from recount.data import Columns, read_counts, read_votes
from recount.engine import ELO, InputError, OptionError, fit
from tests.logs import HEADER, cells, cells_of, rows_of, some_votes, table
from tests.test_counts_and_labels import case

VOTES = some_votes(300, seed=5)
RECORDS = [dict(zip(HEADER, vote, strict=True)) for vote in VOTES]
FRAME = pd.DataFrame(RECORDS)


def delimited(separator):
    return FRAME.to_csv(index=False, sep=separator).encode()


def arrow(write, log=None):
    log = table(VOTES) if log is None else log
    sink = io.BytesIO()
    with write(sink, log.schema) as writer:
        writer.write_table(log, 70)
    return sink.getvalue()


def feather():
    sink = io.BytesIO()
    pyarrow.feather.write_feather(table(VOTES), sink, compression="zstd")
    return sink.getvalue()


def parquet(log):
    sink = io.BytesIO()
    pq.write_table(log, sink)
    return sink.getvalue()


TEXT = delimited(",").decode()
FORMS = {
    "comma": delimited(","),
    "semicolon": delimited(";"),
    "tab": delimited("\t"),
    "bar": delimited("|"),
    "mark": b"\xef\xbb\xbf" + delimited(","),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16, the other order": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 lines": FRAME.to_json(orient="records", lines=True, force_ascii=False).encode("utf-16"),
    "UTF-16 array": FRAME.to_json(orient="records", force_ascii=False).encode("utf-16"),
    "Arrow file": arrow(pa.ipc.new_file),
    "Arrow stream": arrow(pa.ipc.new_stream),
    "Arrow of dictionaries": arrow(pa.ipc.new_file, pa.table({name: table(VOTES)[name].dictionary_encode() for name in HEADER})),
    "Feather": feather(),
    "Parquet": parquet(table(VOTES)),
    "array": json.dumps(RECORDS).encode(),
    "array, indented": json.dumps(RECORDS, indent=2).encode(),
    "lines": FRAME.to_json(orient="records", lines=True).encode(),
    "columns": FRAME.to_json(orient="columns").encode(),
    "columns of lists": json.dumps({name: FRAME[name].tolist() for name in FRAME}).encode(),
    "index": FRAME.to_json(orient="index").encode(),
    "split": FRAME.to_json(orient="split").encode(),
    "table": FRAME.to_json(orient="table").encode(),
    "one list": json.dumps({"source": "x", "votes": RECORDS}, indent=1).encode(),
}
ENDINGS = (".csv", ".txt", ".tsv", ".json", ".parquet", ".arrow", ".feather", ".ipc", "", ".log", ".jsonl")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_votes_whatever_its_name(tmp_path, form):
    # Of a file that is one object on one line, the ending says whether it is a row; an array that begins with lines as JSON lines do.
    endings = ENDINGS if form not in ("columns", "columns of lists", "index", "split", "table") else ENDINGS[:-1]
    for ending in endings:
        path = tmp_path / f"log{ending}"
        path.write_bytes(FORMS[form])
        counts, quarantine = read_counts(path)
        assert cells_of(counts) == cells(VOTES), ending
        assert quarantine.n_rejected == 0
    votes, _ = read_votes(path)
    assert rows_of(votes) == rows_of(read_votes(FRAME)[0])
    for ending, compress in ((".gz", gzip.compress), (".zst", zstandard.compress), (".csv", gzip.compress)):
        path = tmp_path / f"log.csv{ending}" if ending != ".csv" else tmp_path / "log.csv"
        path.write_bytes(compress(FORMS[form]))
        assert cells_of(read_counts(path)[0]) == cells(VOTES)


def test_rows_below_one_name_of_a_document(tmp_path):
    """Whatever stands beside them; votes under two names are two logs."""
    for document in ({"data": RECORDS}, {"votes": RECORDS}, {"votes": RECORDS, "meta": {"n": 3}}, {"votes": RECORDS, "labels": ["x"] * len(RECORDS)}):
        (tmp_path / "log.json").write_text(json.dumps(document))
        assert cells_of(read_counts(tmp_path / "log.json")[0]) == cells(VOTES)
    for document in ({"train": RECORDS, "test": RECORDS}, {"train": RECORDS, "test": RECORDS[:1]}):
        (tmp_path / "log.json").write_text(json.dumps(document))
        with pytest.raises(InputError, match="has votes under several names, 'train', 'test'; write those of each to a file of its own"):
            read_counts(tmp_path / "log.json")


def test_a_line_of_names_that_is_one_short(tmp_path):
    """As R writes row names: nothing is guessed, and the remedy is one that helps."""
    (tmp_path / "log.csv").write_text('"model_a","model_b","winner"\n"1","x","y","tie"\n"2","y","x","tie"\n')
    with pytest.raises(
        InputError, match=r"2 of 2 rows are no votes \(one value more than there are names: 2; .*; write a name for each column, or, from R"
    ):
        read_counts(tmp_path / "log.csv")


def test_small_blocks_change_nothing(tmp_path, monkeypatch):
    for form, content in FORMS.items():
        (tmp_path / "log").write_bytes(content)
        plain, _ = read_votes(tmp_path / "log", max_rejected=1)
        with monkeypatch.context() as patch:
            patch.setattr("recount.data.formats.text_streams.BLOCK", 257)
            patch.setattr("recount.data.formats.batches.ROWS_OF_A_CHUNK", 7)
            patch.setattr("recount.data.formats.batches.ROWS_OF_RECORDS", 5)
            again, _ = read_votes(tmp_path / "log", max_rejected=1)
        assert rows_of(again) == rows_of(plain), form


def test_the_cases():
    right = {"alpha": 1089.438, "béta-7b": 1028.943, "gamma 13B": 964.075, "模型-d": 917.544}
    names = ("array.json", "semi.csv", "tabs.tsv", "bom.csv", "utf16.csv", "x.arrow", "columns.json", "index.csv", "nested.parquet")
    for name in names:
        fitted = fit(read_counts(case(f"formats/{name}"))[0])
        found = {one: 1000 + ELO * theta for one, theta in zip(fitted.names, fitted.strengths, strict=True)}
        assert found == pytest.approx(right, abs=1e-3), name


def test_a_separator_that_is_not_certain(write):
    """The columns of the vote decide, then the lines; where neither does, an option."""
    log = "model_a;model_b;winner;note, or two\na;b;tie;x\n"
    assert read_counts(write("log.csv", log))[0].n_votes == 1
    odd = "one;two;three,four\na;b;tie,x\na;b;tie,y\n"
    with pytest.raises(InputError, match="more than one separator in its first line, comma and semicolon; name it with --separator comma or semi"):
        read_counts(write("log.csv", odd))
    columns = Columns("one", "two", "three,four", separator="semicolon")
    with pytest.raises(InputError, match="has no columns 'three' and 'four'"):
        read_counts(write("log.csv", odd), columns=columns)
    with pytest.raises(InputError, match="has no field separated as --separator comma says in its first line, 'model_a;model_b;winner'"):
        read_counts(write("log.csv", "model_a;model_b;winner\na;b;tie\n"), columns=Columns(separator="comma"))
    with pytest.raises(OptionError, match="separator is ';'; give one of '', 'comma', 'semicolon'"):
        Columns(separator=";")
    for source in (write("log.parquet", FORMS["Parquet"]), write("log.json", FORMS["array"]), FRAME, table(VOTES)):
        with pytest.raises(InputError, match="separator"):
            read_counts(source, columns=Columns(separator="comma"))


def test_elements_that_are_no_objects(write):
    path = write("log.json", b'[{"model_a": "a", "model_b": "b", "winner": "tie"}, 7, null, [1], "x", 1.5e3]')
    counts, quarantine = read_counts(path, max_rejected=1)
    assert (counts.n_votes, quarantine.n_rows) == (1, 6)
    assert quarantine.rejects[["row", "reason"]].values.tolist() == [[row, "unparsable line"] for row in range(2, 7)]


NESTED = [
    {
        "conversation_a": {"model": first, "turns": 2},
        "models": [first, second],
        "judge": [{"score": outcome, "name": f"j{row % 3}"}, {"score": "x", "name": "y"}],
        "a.b": second,
    }
    for row, (first, second, outcome) in enumerate(VOTES)
]
PATHS = Columns("conversation_a.model", "models[1]", "judge[0].score")


def nested(kind, tmp_path):
    log = pa.Table.from_pylist(NESTED)
    if kind == "frame":
        return pd.DataFrame(NESTED)
    if kind == "table":
        return log
    content = {
        ".parquet": lambda: parquet(log),
        ".arrow": lambda: arrow(pa.ipc.new_file, log),
        ".ipc": lambda: arrow(pa.ipc.new_stream, log),
        ".jsonl": lambda: "".join(json.dumps(row) + "\n" for row in NESTED).encode(),
        ".json": lambda: json.dumps(NESTED).encode(),
    }[kind]()
    (tmp_path / f"log{kind}").write_bytes(content)
    return tmp_path / f"log{kind}"


@pytest.mark.parametrize("kind", ["frame", "table", ".parquet", ".arrow", ".ipc", ".jsonl", ".json"])
def test_fields_within_columns(tmp_path, kind, monkeypatch):
    source = nested(kind, tmp_path)
    votes, quarantine = read_votes(source, columns=PATHS, keep=["judge[0].name", "conversation_a.turns"])
    assert rows_of(votes) == rows_of(read_votes(FRAME)[0])
    held = votes.columns["judge[0].name"]
    assert [held.levels[code] for code in held.codes] == [f"j{row % 3}" for row in range(len(VOTES))]
    assert votes.columns["conversation_a.turns"].tolist() == [2] * len(VOTES)
    assert quarantine.n_rejected == 0
    # A column of exactly this name comes first.
    assert cells_of(read_counts(source, columns=Columns("models[0]", "a.b", "judge[0].score"))[0]) == cells(VOTES)
    # A place that lists do not have is a missing name; a field that is none of the column's is an error.
    with pytest.raises(InputError, match=r"missing name: 300|no line has a value of 'models\[2\]'"):
        read_counts(source, columns=Columns("conversation_a.model", "models[2]", "judge[0].score"))
    with pytest.raises(InputError, match=r"no field 'modl' of 'model', 'turns'|no line has a value of 'conversation_a.modl'|missing name: 300"):
        read_counts(source, columns=Columns("conversation_a.modl", "models[1]", "judge[0].score"))
    with pytest.raises(InputError, match=r"no column 'conversation_b.model'|no line has a value of 'conversation_b.model'"):
        read_counts(source, columns=Columns("conversation_b.model", "models[1]", "judge[0].score"))


def test_lists_of_every_kind_and_rows_without_them():
    rows = [["a", "b"], None, ["a"], [], ["b", "a"]]
    for kind in (pa.list_(pa.string()), pa.large_list(pa.string())):
        lists = pa.array(rows, kind)
        for log in (pa.table({"models": lists, "winner": ["tie"] * 5}), pa.table({"models": lists, "winner": ["tie"] * 5}).slice(0, 5)):
            counts, quarantine = read_counts(log, columns=Columns("models[0]", "models[1]"), max_rejected=1)
            assert (counts.n_votes, quarantine.rejects["row"].tolist()) == (2, [2, 3, 4])
        _, quarantine = read_counts(
            pa.table({"models": lists, "winner": ["tie"] * 5}).slice(2), columns=Columns("models[0]", "models[1]"), max_rejected=1
        )
        assert quarantine.rejects["row"].tolist() == [1, 2]
    fixed = pa.table({"models": pa.array([["a", "b"], None, ["b", "a"]], pa.list_(pa.string(), 2)), "winner": ["tie"] * 3})
    assert read_counts(fixed, columns=Columns("models[0]", "models[1]"), max_rejected=1)[0].n_votes == 2


def test_long_values_beside_the_vote_do_not_fill_memory(tmp_path, monkeypatch):
    """Rows are read by as many at once as their bytes allow."""
    rows = [{"model_a": "a", "model_b": "b", "winner": "tie", "talk": [{"text": "x" * 1000}]} for _ in range(500)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "log.parquet", use_dictionary=False)
    seen = []
    real = pq.ParquetFile.iter_batches
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", lambda self, n_rows, **more: seen.append(n_rows) or real(self, n_rows, **more))
    monkeypatch.setattr("recount.data.formats.batches.BYTES_OF_A_CHUNK", 50_000)
    assert read_votes(tmp_path / "log.parquet", keep=["talk[0].text"])[0].n_votes == 500
    with_talk = seen[0]
    seen.clear()
    assert read_votes(tmp_path / "log.parquet")[0].n_votes == 500
    assert with_talk < 100
    assert seen[0] > 1000
