"""Votes that count again: copies of a file, in whatever form, and the parts that it was put together from."""

import gzip
import math
import shutil

import numpy as np
import pandas as pd
import pytest

from recount.data import read_counts, read_votes
from recount.data.places.copies import fingerprint
from tests.logs import HEADER, cells, in_bytes, some_votes, table


def test_a_copy_of_a_file_is_told(recount, tmp_path):
    """Its votes count again, as two small files may well be equal; and it is said."""
    frame = pd.DataFrame([("a", "b", "model_a"), ("b", "a", "model_a"), ("a", "b", "tie")] * 9, columns=["model_a", "model_b", "winner"])
    frame.to_csv(tmp_path / "log.csv", index=False)
    shutil.copy(tmp_path / "log.csv", tmp_path / "copy.csv")
    frame.iloc[::-1].to_csv(tmp_path / "other.csv", index=False)
    told = recount("rate", tmp_path / "log.csv", tmp_path / "copy.csv", tmp_path / "other.csv").err
    assert f"which count again: '{tmp_path / 'copy.csv'} ({tmp_path / 'log.csv'})'" in told
    assert "count again" not in recount("rate", tmp_path / "log.csv", tmp_path / "other.csv").err
    assert read_votes(tmp_path / "log.csv", tmp_path / "copy.csv")[1].copies == ((str(tmp_path / "copy.csv"), str(tmp_path / "log.csv")),)


def test_a_copy_in_another_form_is_told(tmp_path):
    """Compressed, in another format or order, as counts, in memory, or beside the parts that it was put together from; vote by vote and counted."""
    votes = some_votes(400, seed=5)
    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", votes))
    forms = {
        "log.csv.gz": gzip.compress(in_bytes(".csv", votes)),
        "log.parquet": in_bytes(".parquet", votes),
        "turned.jsonl": in_bytes(".jsonl", votes[::-1]),
    }
    for name, written in forms.items():
        (tmp_path / name).write_bytes(written)
        for read_with in (read_counts, read_votes):
            told = read_with(tmp_path / "log.csv", tmp_path / name)[1].copies
            assert told == ((str(tmp_path / name), str(tmp_path / "log.csv")),), (name, read_with)
    counted = table([(*cell, n) for cell, n in cells(votes).items()], (*HEADER, "count"))
    assert read_counts(tmp_path / "log.csv", counted)[1].copies == (("Arrow table", str(tmp_path / "log.csv")),)
    for i in range(3):
        (tmp_path / f"part-{i}.csv").write_bytes(in_bytes(".csv", votes[i::3]))
    parts = [tmp_path / f"part-{i}.csv" for i in range(3)]
    assert read_counts(*parts, tmp_path / "log.csv")[1].copies == ((str(tmp_path / "log.csv"), "all the others together"),)
    assert read_counts(*parts)[1].copies == read_counts(*parts[:2], tmp_path / "log.csv")[1].copies == ()


@pytest.mark.parametrize("change", ["sides", "outcome", "one vote less", "names"])
def test_other_votes_are_no_copy(tmp_path, change):
    """The same votes but for one, or with sides or competitors exchanged."""
    votes = some_votes(400, seed=5)
    of_swap = {"model_a": "model_b", "model_b": "model_a"}
    a, b, winner = votes[0]
    changed = {
        "sides": [(b, a, winner), *votes[1:]],
        "outcome": [(a, b, of_swap.get(winner, "model_a")), *votes[1:]],
        "one vote less": votes[1:],
        "names": [(f"{a} x", f"{b} x", winner) for a, b, winner in votes],
    }[change]
    assert read_counts(table(votes), table(changed))[1].copies == ()


def test_few_votes_that_are_equal_by_chance_are_no_copy():
    """As of one pair in two files; the chance is that of the multinomial, by hand."""
    few = [("a", "b", "model_a"), ("a", "b", "model_b")] * 50
    assert read_counts(table(few), table(few))[1].copies == ()
    held = fingerprint(("a", "b"), np.array([0]), np.array([1]), np.array([[50, 50, 0, 0]]))
    assert held.log_chance == pytest.approx(math.log(math.comb(100, 50) / 2**100), abs=0.01)
