"""Counting, at once and while a Parquet log streams by, against a count of one row at a time."""

import threading
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recount.data import read_counts, read_votes
from recount.data.formats import batches
from recount.engine import Votes, count, counting
from recount.engine.counting import Tally
from recount.engine.votes import OUTCOMES


def by_row(rows):
    """Votes by (first, second, outcome), one row at a time; a row that is None somewhere or sets one competitor against itself is no vote."""
    return Counter((a, b, y) for a, b, y in rows if a is not None and b is not None and y is not None and a != b)


def cells(counts):
    """What `by_row` returns, from pair counts."""
    rows = zip(counts.first, counts.second, counts.counts, strict=True)
    return Counter({(counts.names[i], counts.names[j], y): int(n) for i, j, votes in rows for y, n in enumerate(votes) if n})


def random_votes(n_votes, n=12, seed=1):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, n, n_votes)
    second = (first + rng.integers(1, n, n_votes)) % n
    # Not in the order of the names, and one name has no vote.
    return Votes((*(f"m{i:02d}" for i in rng.permutation(n)), "nobody"), first, second, rng.integers(0, 4, n_votes))


def rows_of(votes):
    return [(votes.names[a], votes.names[b], int(y)) for a, b, y in zip(votes.first, votes.second, votes.outcome, strict=True)]


@pytest.mark.parametrize("largest_table", [64_000_000, 10], ids=["table", "sorted"])
@pytest.mark.parametrize("rows_worth_a_thread", [500_000, 100], ids=["one thread", "two threads"])
def test_count_is_that_of_the_rows(monkeypatch, largest_table, rows_worth_a_thread):
    monkeypatch.setattr(counting, "LARGEST_TABLE", largest_table)
    monkeypatch.setattr(counting, "ROWS_WORTH_A_THREAD", rows_worth_a_thread)
    votes = random_votes(3000)
    counts = count(votes)
    assert cells(counts) == by_row(rows_of(votes))
    assert counts.names == tuple(sorted(votes.names))
    places = list(zip(counts.first.tolist(), counts.second.tolist(), strict=True))
    assert places == sorted(set(places))


@st.composite
def chunks(draw):
    """Chunks of rows as indices into code tables of their own, in which competitors turn up one after the other and codes of -1 are no competitor."""
    parts, n_names = [], 0
    for _ in range(draw(st.integers(1, 5))):
        n_names += draw(st.integers(0 if n_names else 1, 4))
        sides = [draw(st.lists(st.integers(-1, n_names - 1), min_size=1, max_size=6)) for _ in range(2)]
        outcome = draw(st.lists(st.integers(-1, 3), min_size=1, max_size=5))
        row = st.tuples(*(st.integers(0, len(codes) - 1) for codes in (*sides, outcome)))
        parts.append((draw(st.lists(row, max_size=30)), *sides, outcome, n_names))
    return parts


@given(chunks(), st.sampled_from([64_000_000, 60]), st.sampled_from([2**32 - 1, 25]))
@settings(max_examples=150)
def test_tally_counts_votes_and_says_what_it_left_out(parts, largest_table, largest_count):
    """Whatever the tables hold: enough or too little room for further names, and for further votes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "LARGEST_TABLE", largest_table)
        patch.setattr(counting, "LARGEST_COUNT", largest_count)
        tally, expected = Tally(), Counter()
        # Not in the order in which they turn up.
        names = [f"c{(7 * i) % 31:02d}" for i in range(parts[-1][-1])]
        for rows, first, second, outcome, n_names in parts:
            good = by_row([tuple(None if code < 0 else code for code in (first[a], second[b], outcome[y])) for a, b, y in rows])
            indices = np.array(rows, np.int32).reshape(-1, 3).T
            left_out = tally.add(*indices, *(np.array(codes, np.int32) for codes in (first, second, outcome)), n_names)
            assert left_out == len(rows) - good.total()
            expected.update({(names[a], names[b], y): n for (a, b, y), n in good.items()})
        assert cells(tally.counts(tuple(names))) == expected


def table_of(names, n_rows, seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, len(names), n_rows)
    second = (first + rng.integers(1, len(names), n_rows)) % len(names)
    labels = {"model_a": np.array(names)[first], "model_b": np.array(names)[second], "winner": np.array(OUTCOMES)[rng.integers(0, 4, n_rows)]}
    return pa.table(labels)


def rows_of_table(table):
    return [(row["model_a"], row["model_b"], OUTCOMES.index(row["winner"])) for row in table.to_pylist()]


NAMES = [f"model with a long name {i:03d} {'x' * 60}" for i in range(60)]


@pytest.mark.parametrize("rows_of_a_chunk", [1 << 19, 700, 1])
def test_row_groups_with_dictionaries_of_their_own(tmp_path, monkeypatch, rows_of_a_chunk):
    monkeypatch.setattr(batches, "ROWS_OF_A_CHUNK", rows_of_a_chunk)
    parts = [table_of(NAMES[start : start + 20], n_rows, seed=start) for start, n_rows in ((30, 900), (0, 400), (15, 1200))]
    path = tmp_path / "log.parquet"
    with pq.ParquetWriter(path, parts[0].schema) as writer:
        for part in parts:
            writer.write_table(part)
    rows = rows_of_table(pa.concat_tables(parts))
    assert cells(read_counts(path)[0]) == by_row(rows)
    assert rows_of(read_votes(path)[0]) == rows


@pytest.mark.parametrize("options", [{"dictionary_pagesize_limit": 1000}, {"use_dictionary": False}, {"data_page_size": 500}], ids=str)
def test_any_encoding_of_a_column(tmp_path, options):
    """A column chunk begins with a dictionary and goes on without one where the dictionary grows too large."""
    table = table_of(NAMES, 4000, seed=1)
    path = tmp_path / "log.parquet"
    pq.write_table(table, path, row_group_size=4000, **options)
    assert cells(read_counts(path)[0]) == by_row(rows_of_table(table))


def test_rejects_keep_their_row_numbers_across_chunks_and_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_OF_A_CHUNK", 300)
    frame = table_of(NAMES, 2000, seed=2).to_pandas()
    bad = [1, 300, 301, 701, 2000]
    frame.loc[np.array(bad) - 1, "winner"] = ["?", None, "?", "?", None]
    path = tmp_path / "log.parquet"
    frame.to_parquet(path, row_group_size=701)
    for read in (read_counts, read_votes):
        assert read(path)[1].rejects["row"].tolist() == bad


def test_progress_ends_with_the_whole_file(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_OF_A_CHUNK", 300)
    path = tmp_path / "log.parquet"
    pq.write_table(table_of(NAMES, 1000, seed=3), path, row_group_size=450)
    seen = []
    read_counts(path, progress=lambda n_rows, share: seen.append((n_rows, share)))
    assert seen[-1] == (1000, 1.0)
    assert seen == sorted(seen)
    assert len(seen) >= 4


def test_an_interrupted_reading_leaves_no_thread(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_OF_A_CHUNK", 10)
    path = tmp_path / "log.parquet"
    pq.write_table(table_of(NAMES, 5000, seed=4), path)

    def interrupt(n_rows, share):
        raise KeyboardInterrupt

    n_before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        read_counts(path, progress=interrupt)
    assert threading.active_count() == n_before
