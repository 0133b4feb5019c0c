"""Benchmark scores whose values beside the score are none, or contradict each other: told or refused, and never taken for something else."""

import pandas as pd
import pytest

import recount as package
from recount.data import read_scores
from recount.engine.errors import InputError, OptionError


def test_values_that_are_none_are_told(recount, write):
    """In columns beside the score: numbers, days, truths and countries that are none, days to come, and directions that contradict."""
    rows = [
        ("x", "MMLU", "0.5", "yes", "US", "70B", "2024-13-01", "maybe", "true", "2024-01-01"),
        ("y", "MMLU", "0.4", "2", "USA", "-7", "soon", "1", "maybe", "2099-01-01"),
        ("z", "GPQA", "1_0", "true", "FR", "7", "2024-01-01", "0", "", ""),
        ("z", "GPQA", "٣", "true", "FR", "7", "2024-01-01", "0", "", ""),
        ("z", "GPQA", "0.1", "true", "FR", "7", "2024-01-01", "0", "", ""),
    ]
    names = "model benchmark score self_reported country parameters release_date open_weights lower_is_better date".split()
    path = write("scores.csv", pd.DataFrame(rows, columns=names).to_csv(index=False))
    scores = package.read_scores(path)
    assert scores.rejects["reason"].tolist() == ["score is not a number"] * 2
    told = {f"{topic}: {item}": value for topic, item, value in scores.doubts.itertuples(index=False)}
    assert told["models: parameters that are no positive number: 2"] == "'70B', '-7'; taken for not stated"
    assert told["release_date: 2 values that are none, such as '2024-13-01'"] == "taken for not stated"
    assert told["self_reported: 1 value that is none, such as '2'"] == "taken for not stated"
    assert told["open_weights: 1 value that is none, such as 'maybe'"] == "taken for not stated"
    assert told["lower_is_better: 1 value that is none, such as 'maybe'"] == "taken for higher is better"
    assert told["direction: MMLU"] == "lower is better in 1 of 2 rows"
    assert told["dates: date to come: 1"] == "first 2099-01-01, of y"
    assert told["models: country 'USA' of 1 model"].startswith("no code of ISO 3166-1")
    assert scores.models.set_index("model")["parameters"].isna().tolist() == [True, True, False]
    said = recount("check", path)
    assert said.code == 0
    assert "'70B', '-7'" in said.out


def test_a_maximum_is_a_number(write):
    path = write("scores.csv", "Model,MMLU\nx,70\n")
    for maximum in (float("nan"), float("inf"), True, [1], "100", 0, -1):
        with pytest.raises(OptionError, match=r"maximum is .*; give a number"):
            package.read_scores(path, columns={"model": "Model"}, benchmarks=["MMLU"], maximum=maximum)
    with pytest.raises(OptionError, match="path is a DataFrame; give text, or a Path"):
        package.read_scores(pd.DataFrame())
    stated = write("stated.csv", "model,benchmark,score,maximum\nx,a,5,1_0\ny,a,5,10\n")
    assert package.read_scores(stated).rejects["reason"].tolist() == ["maximum is not a number"]


def test_a_number_of_items_with_marks_between_thousands(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text('model,benchmark,score,n_items\na,own,0.9,"1,500"\nb,own,0.8,1500\n')
    with pytest.raises(InputError, match="the number of items '1,500' has a mark between thousands; write it without"):
        read_scores(path)
