"""Lists that hold more than a log's columns read are told; lists that are read whole are not."""

import json

import numpy as np
import pytest

from recount.data import Columns, read_counts
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read

BOTH = Columns("models[0]", "models[1]", "judgments[0].winner")


def judged(path, n_judgments, n=60):
    rng = np.random.default_rng(1)
    rows = [
        {
            "models": rng.permutation(list("xyz"))[:2].tolist(),
            "judgments": [{"winner": ["model_a", "model_b"][int(rng.integers(2))]} for _ in range(n_judgments[number % len(n_judgments)])],
        }
        for number in range(n)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("n_judgments", "told"),
    [
        ((1,), []),
        (
            (1, 2, 5),
            ["log.jsonl: lists 'judgments' hold up to 5 values, of which [0] is read, and the others are left out, in 40 of the first 60 rows"],
        ),
    ],
)
def test_what_lists_hold_beyond_what_is_read_is_told(tmp_path, n_judgments, told):
    _, left_out = read_counts(judged(tmp_path / "log.jsonl", n_judgments), columns=BOTH)
    assert [one.removeprefix(f"{tmp_path}/") for one in left_out.doubts if "lists" in one] == told


def test_nothing_is_said_to_be_missing_of_lists_that_are_long(tmp_path):
    """A third of the rows have a longer list than the two places that are looked at."""
    found = check(read(judged(tmp_path / "log.jsonl", (1, 2, 3)))).frame
    command = found.query("topic == 'proposal'")["value"].iloc[0]
    assert "--winner 'judgments[0].winner'" in command
    assert "--outcomes" not in command
