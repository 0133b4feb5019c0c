"""The SQL of `docs/data.md` that makes saved counts, and DuckDB's relations as streams, against Recount's own counts of the same log."""

import re
from pathlib import Path

import numpy as np
import pytest

from recount.data import read_counts
from recount.sims.analysis.log import read

duckdb = pytest.importorskip("duckdb")
PAGE = Path(__file__).parents[1] / "docs" / "data.md"


def same(one, other):
    """Whether two counts are the same."""
    return one.names == other.names and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("first", "second", "counts"))


def test_the_sql_of_the_page(log, counts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "votes").mkdir()
    for half in range(2):
        half_of_it = f"SELECT * FROM (SELECT *, row_number() OVER () AS row FROM read_parquet('{log}')) WHERE row % 2 = {half}"
        duckdb.sql(f"COPY ({half_of_it}) TO 'votes/{half}.parquet' (FORMAT parquet)")
    (statement,) = re.findall(r"```sql duckdb\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    duckdb.sql(statement)
    assert same(read("counts.parquet").counts, counts)


def test_a_relation_as_a_stream(log, counts):
    assert same(read_counts(duckdb.sql(f"SELECT model_a, model_b, winner FROM read_parquet('{log}')"))[0], counts)
    assert same(read_counts(duckdb.sql(f"SELECT * FROM read_parquet('{log}')").to_arrow_reader(10_000))[0], counts)
