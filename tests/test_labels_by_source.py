"""0 and 1 in one file do not become scores by what another file holds."""

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine.errors import LabelError


def log(labels, names=("a", "b")):
    """Votes between two with these labels."""
    return pd.DataFrame({"model_a": names[0], "model_b": names[1], "winner": labels})


def drawn(n, labels, shares, seed=0):
    return log(np.random.default_rng(seed).choice(labels, n, p=shares))


@pytest.mark.parametrize("reader", [read_counts, read_votes])
def test_numbers_of_one_file_are_not_decided_by_another(reader):
    scores = drawn(300, ["1", "0.5", "0"], [0.5, 0.2, 0.3])
    indices = drawn(300, ["0", "1"], [0.6, 0.4])
    # By itself, before the other, and after it, also if the other holds numbers and it text.
    for logs in ((indices,), (scores, indices), (indices, scores), (scores.astype({"winner": float}), indices)):
        with pytest.raises(LabelError, match=r"'0' 1\d\d, '1' 1\d\d: .*0 and 1|the numbers may be scores.*--outcomes scores"):
            reader(*logs)
    assert reader(scores, indices, columns=Columns(outcomes="scores"))[0].n_votes == 600


def test_a_part_of_a_log_has_by_chance_no_tie():
    scores = drawn(300, ["1", "0.5", "0"], [0.5, 0.2, 0.3])
    # (1 - 0.2)^20 = 0.012 and (1 - 0.2)^30 = 0.001.
    assert read_counts(scores, log(["1", "0"] * 9))[0].n_votes == 318
    with pytest.raises(LabelError, match="data frame 2: the labels in column 'winner' are '0' 15, '1' 15"):
        read_counts(scores, log(["1", "0"] * 15))
    # Words and numbers in files of their own were never certain.
    with pytest.raises(LabelError, match="may be scores of the first or anything else"):
        read_counts(log(["model_a", "tie"] * 50), log(["1", "0"] * 50))
    # And words need no other file.
    assert read_counts(scores, log(["model_a", "model_b"] * 50))[0].n_votes == 400


@pytest.mark.parametrize("reader", [read_counts, read_votes])
def test_two_columns_of_flags_are_not_made_scores_by_another_file(reader):
    rng = np.random.default_rng(0)
    both = Columns(outcome="x,y")
    goals = pd.DataFrame({"model_a": "a", "model_b": "b", **{c: rng.choice(3, 200, p=[0.5, 0.4, 0.1]) for c in "xy"}})
    flags = pd.DataFrame({"model_a": "a", "model_b": "b", "x": [1, 0, 0] * 40, "y": [0, 1, 0] * 40})
    for logs in ((flags,), (goals, flags)):
        with pytest.raises(LabelError, match="scores"):
            reader(*logs, columns=both)
    assert reader(goals, flags[:3], columns=both)[0].n_votes == 203
    assert reader(goals, flags, columns=Columns(outcome="x,y", outcomes="scores"))[0].n_votes == 320
