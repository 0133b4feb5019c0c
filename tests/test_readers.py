"""Every way into the project gives the same votes as a plain reading of them, and keeps what stands beside them."""

import datetime
import gzip
import itertools
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recount.data.formats.batches
import recount.data.formats.text_streams
from recount.data import ARENA_VOTES, Columns, read_counts, read_votes
from recount.engine import InputError, count
from recount.engine.votes import Factor
from tests.logs import COMPRESS, HEADER, NAMES, SPELLED, cells, cells_of, in_bytes, meant, rows_of, some_votes, table

VOTES = some_votes()


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("kind", [".parquet", ".csv", ".jsonl", ".ndjson", ".CSV"])
def test_every_file_format(write, kind, compression):
    path = write(f"log{kind}{compression}", COMPRESS[compression](in_bytes(kind.lower(), VOTES)))
    counts, quarantine = read_counts(path)
    votes, _ = read_votes(str(path))
    assert cells_of(counts) == cells(VOTES)
    assert counts.names == tuple(sorted(NAMES))
    assert rows_of(votes) == meant(VOTES)
    assert (quarantine.n_rows, len(quarantine.rejects), quarantine.lookalikes) == (200, 0, ())


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["", "BOM"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False])
def test_ways_to_write_lines(write, start, line_end, last):
    """Marks at the start, line ends, no last line end, blank lines: none of them is a vote or part of one."""
    for kind in (".csv", ".jsonl") if line_end != "\r" else (".csv",):
        text = in_bytes(kind, VOTES).decode().replace("\n", line_end)
        text = start + (text if last else text[: -len(line_end)] + line_end * 3)
        assert cells_of(read_counts(write(f"log{kind}", text))[0]) == cells(VOTES)


class OnlyStream:
    """What polars, duckdb and others offer."""

    def __init__(self, held):
        self.held = held

    def __arrow_c_stream__(self, requested_schema=None):
        return self.held.__arrow_c_stream__(requested_schema)


def of_type(kind):
    return table(VOTES).cast(pa.schema([(name, kind) for name in HEADER]))


TABLES = {
    "pandas text": lambda: table(VOTES).to_pandas(),
    "pandas objects": lambda: table(VOTES).to_pandas().astype(object),
    "pandas categories": lambda: table(VOTES).to_pandas().astype("category"),
    "pandas joined": lambda: pd.concat([table(VOTES[:70]).to_pandas(), table(VOTES[70:]).to_pandas()]),
    "pandas arrow": lambda: table(VOTES).to_pandas(types_mapper=pd.ArrowDtype),
    "arrow": lambda: table(VOTES),
    "arrow chunks": lambda: pa.concat_tables([table(VOTES[:70]), table(VOTES[70:])]),
    "arrow large text": lambda: of_type(pa.large_string()),
    "arrow text views": lambda: of_type(pa.string_view()),
    "arrow bytes": lambda: of_type(pa.binary()),
    "arrow dictionaries": lambda: of_type(pa.dictionary(pa.int8(), pa.string())),
    "arrow dictionaries in chunks": lambda: pa.concat_tables(
        [of_type(pa.dictionary(pa.uint16(), pa.large_string()))[i : i + 99] for i in (0, 99, 198)]
    ),
    "arrow batch": lambda: table(VOTES).to_batches()[0],
    "arrow reader": lambda: table(VOTES).to_reader(max_chunksize=64),
    "arrow stream": lambda: OnlyStream(table(VOTES)),
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_kind_of_table(kind):
    assert cells_of(read_counts(TABLES[kind]())[0]) == cells(VOTES)
    assert rows_of(read_votes(TABLES[kind]())[0]) == meant(VOTES)


def test_several_sources_add_up(write):
    parts = [some_votes(90, seed) for seed in range(4)]
    saved = [(*cell, n) for cell, n in cells(parts[3]).items()]
    sources = [
        write("one.csv", in_bytes(".csv", parts[0])),
        table(parts[1]).to_pandas(),
        write("two.jsonl.gz", gzip.compress(in_bytes(".jsonl", parts[2]))),
        write("saved.parquet", in_bytes(".parquet", saved, (*HEADER, "count"))),
    ]
    counts, quarantine = read_counts(*sources)
    assert cells_of(counts) == cells(itertools.chain(*parts))
    assert quarantine.n_rows == 270 + len(saved)
    votes, _ = read_votes(*sources[:3])
    assert rows_of(votes) == meant(itertools.chain(*parts[:3]))
    with pytest.raises(InputError, match=r"saved\.parquet holds counts, which have lost the single votes that are asked for"):
        read_votes(*sources)


def test_the_bundled_votes():
    counts, quarantine = read_counts(ARENA_VOTES)
    assert (counts.n_votes, counts.n_competitors, len(counts.first)) == (1_670_250, 129, 3_460)
    assert len(quarantine.rejects) == 0


def test_votes_among_very_many_competitors(write):
    """More pairs than a table of all of them may hold."""
    rng = np.random.default_rng(1)
    votes = [(f"m{i}", f"n{j}", SPELLED[k]) for i, j, k in zip(*rng.integers(0, (6000, 6000, 4), (9000, 3)).T, strict=True)]
    assert cells_of(read_counts(write("log.csv", in_bytes(".csv", votes)))[0]) == cells(votes)


def test_columns_by_name(write):
    log = [(*vote, "model_b") for vote in VOTES]
    turned = cells((second, first, outcome) for first, second, outcome in VOTES)
    for kind in (".csv", ".parquet", ".jsonl"):
        path = write(f"log{kind}", in_bytes(kind, log, ("links", "rechts ü", "vote", "winner")))
        assert cells_of(read_counts(path, columns=Columns("links", "rechts ü", "vote"))[0]) == cells(VOTES)
        assert cells_of(read_counts(path, columns=Columns("rechts ü", "links", "vote"))[0]) == turned
    with pytest.raises(InputError, match="name one column twice"):
        Columns("links", "links", "vote")


SCORES = [1, 0, 0.5, 1, 0, 0.5, 0.5]
CELLS_OF_SCORES = {("a", "b", "model_a"): 2, ("a", "b", "model_b"): 2, ("a", "b", "tie"): 3}
SCORE_COLUMNS = {
    "float64": pa.array(SCORES, pa.float64()),
    "float32": pa.array(SCORES, pa.float32()),
    "float16": pa.array(np.array(SCORES, np.float16)),
    "decimal": pa.array([Decimal(str(score)) for score in SCORES], pa.decimal128(3, 1)),
    "text": pa.array([f"{score:.2f}" for score in SCORES]),
    "dictionary": pa.array(SCORES, pa.float64()).dictionary_encode(),
}


@pytest.mark.parametrize("kind", SCORE_COLUMNS)
def test_scores(tmp_path, kind):
    votes = pa.table({"model_a": ["a"] * 7, "model_b": ["b"] * 7, "winner": SCORE_COLUMNS[kind]})
    pq.write_table(votes, tmp_path / "log.parquet")
    for source in (votes, votes.to_pandas(), votes.to_pandas().astype(object), tmp_path / "log.parquet"):
        assert cells_of(read_counts(source)[0]) == CELLS_OF_SCORES


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int64(), pa.uint64()], ids=str)
def test_whole_scores(kind):
    votes = pa.table({"model_a": ["a"] * 3, "model_b": ["b"] * 3, "winner": pa.array([1, 0, 0], kind)})
    for source in (votes, votes.to_pandas(), votes.to_pandas().convert_dtypes()):
        assert cells_of(read_counts(source, columns=Columns(outcomes="scores"))[0]) == {("a", "b", "model_a"): 1, ("a", "b", "model_b"): 2}


def test_numbers_in_json_lines(write):
    lines = [{"model_a": "a", "model_b": "b", "winner": score} for score in (0, 0, 1, 0.5, "tie", "1", True, None, [1])]
    counts, quarantine = read_counts(write("log.jsonl", "".join(json.dumps(line) + "\n" for line in lines)), max_rejected=1)
    assert cells_of(counts) == {("a", "b", "model_b"): 2, ("a", "b", "model_a"): 2, ("a", "b", "tie"): 2}
    assert quarantine.rejects["row"].tolist() == [7, 8, 9]
    zeros = write("zeros.jsonl", '{"model_a": "a", "model_b": "b", "winner": 0}\n' * 3)
    assert cells_of(read_counts(zeros, columns=Columns(outcomes="scores"))[0]) == {("a", "b", "model_b"): 3}


FURTHER = {
    "tstamp": [1.5, 2.5, None, 4.5],
    "turn": [1, 2, 3, 4],
    "judge": ["u1", None, "u2", "u1"],
    "anony": [True, False, True, True],
    "mine": ["x", "y", "x", "z"],
}


def log_with_more(write, kind, part=slice(None)):
    columns = {"model_a": ["a", "b", "a", "b"], "model_b": ["b", "a", "b", "a"], "winner": ["tie", "?", "tie", "model_a"], **FURTHER}
    frame = pd.DataFrame(columns)[part]
    if kind == ".parquet":
        frame.to_parquet(path := write("log.parquet", b""))
    elif kind == ".csv":
        frame.to_csv(path := write("log.csv", b""), index=False)
    else:
        frame.to_json(path := write("log.jsonl", b""), orient="records", lines=True)
    return path


def plain(column):
    if isinstance(column, Factor):
        return [None if code < 0 else column.levels[code] for code in column.codes]
    return [None if value != value else value for value in column.tolist()]


@pytest.mark.parametrize("kind", [".parquet", ".csv", ".jsonl"])
def test_what_stands_beside_the_votes(write, kind):
    """The second row is no vote, and leaves nothing behind."""
    votes, _ = read_votes(log_with_more(write, kind), max_rejected=1)
    assert set(votes.columns) == {"tstamp", "turn", "judge", "anony"}
    for name, column in votes.columns.items():
        left = [value for i, value in enumerate(FURTHER[name]) if i != 1]
        assert plain(column) == (["True", "True", "True"] if (kind, name) == (".csv", "anony") else left), name
    chosen, _ = read_votes(log_with_more(write, kind), keep=["mine"], max_rejected=1)
    assert {name: plain(column) for name, column in chosen.columns.items()} == {"mine": ["x", "x", "z"]}
    assert read_votes(log_with_more(write, kind), keep=(), max_rejected=1)[0].columns == {}
    with pytest.raises(InputError, match="'yours'"):
        read_votes(log_with_more(write, kind), keep=["yours"], max_rejected=1)


def test_columns_that_only_some_sources_have(write):
    sources = [log_with_more(write, ".parquet"), table([("a", "b", "tie")] * 2)]
    votes, _ = read_votes(*sources, max_rejected=1)
    assert plain(votes.columns["judge"]) == ["u1", "u2", "u1", None, None]
    assert plain(votes.columns["tstamp"]) == [1.5, None, 4.5, None, None]
    assert plain(votes.columns["turn"]) == [1, 3, 4, None, None]


def test_labels_that_are_numbers(write):
    """CSV has nothing but text, which sorts otherwise than numbers; and labels that differ stay different."""
    log = [(*vote, stamp, voter) for vote, stamp, voter in zip(VOTES, (9.5, 10.5, 1e3, ""), ("7", "007", "", "8"), strict=False)]
    votes, quarantine = read_votes(write("log.csv", in_bytes(".csv", log, (*HEADER, "tstamp", "voter"))))
    assert len(quarantine.rejects) == 0
    assert votes.columns["tstamp"].dtype == np.float64
    assert plain(votes.columns["tstamp"]) == [9.5, 10.5, 1000, None]
    assert plain(votes.columns["voter"]) == ["7", "007", None, "8"]


def test_times_nested_values_and_types_that_differ():
    day = datetime.datetime(2024, 8, 14)
    first = pa.table({"model_a": ["a"], "model_b": ["b"], "winner": ["tie"], "timestamp": [day], "prompt": [[{"role": "user"}]], "turn": [1]})
    second = pa.table({"model_a": ["b"], "model_b": ["a"], "winner": ["tie"], "timestamp": [day], "prompt": ["hi"], "turn": ["two"]})
    votes, _ = read_votes(first)
    assert votes.columns["timestamp"].astype("datetime64[s]").tolist() == [day]
    assert plain(votes.columns["prompt"]) == ['[{"role": "user"}]']
    both, _ = read_votes(first, second, table([("a", "b", "tie")]))
    assert both.columns["timestamp"].astype("datetime64[s]").tolist() == [day, day, None]
    assert plain(both.columns["turn"]) == ["1", "two", None]


def test_progress(write, monkeypatch):
    monkeypatch.setattr(recount.data.formats.text_streams, "BLOCK", 512)
    told = []
    read_counts(write("log.csv", in_bytes(".csv", VOTES)), table(VOTES[:50]), progress=lambda *now: told.append(now))
    rows, shares = zip(*told, strict=True)
    assert len(told) > 5
    assert list(rows) == sorted(rows)
    assert rows[-1] == 250
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0


def test_order_of_votes_leaves_no_trace(write):
    counts, _ = read_counts(write("log.csv", in_bytes(".csv", VOTES)))
    turned, _ = read_counts(write("log.csv", in_bytes(".csv", VOTES[::-1])))
    assert counts.names == turned.names
    for name in ("first", "second", "counts"):
        assert np.array_equal(getattr(counts, name), getattr(turned, name))
    assert count(read_votes(table(VOTES))[0]).counts.tolist() == counts.counts.tolist()
