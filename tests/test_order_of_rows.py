"""The order of votes, and of files, has no effect on what is not about order."""

import csv

import numpy as np
import pandas as pd
import pytest

NAMES = ("gpt-4-0613", "command-r-plus", "mixtral-8x7b-instruct-v0.1", "yi-34b-chat")


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(3)
    n = 400
    first = rng.integers(0, 4, n)
    second = (first + rng.integers(1, 4, n)) % 4
    voter = rng.integers(0, 40, n).astype(str).astype(object)
    voter[rng.random(n) < 0.1] = None
    return pd.DataFrame(
        {
            "model_a": np.array(NAMES)[first],
            "model_b": np.array(NAMES)[second],
            "winner": rng.choice(["model_a", "model_b", "tie"], n),
            "voter": voter,
            "prompt": [f"p{i}" for i in rng.integers(0, 60, n)],
            "half": rng.choice(["left", "right"], n),
            "tstamp": rng.integers(1_700_000_000, 1_700_900_000, n),
        }
    )


BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")


@pytest.mark.parametrize(
    "arguments",
    [
        ("rate",),
        ("rate", *BOOTSTRAP),
        ("rate", "--cluster", "voter"),
        ("rate", *BOOTSTRAP, "--cluster", "voter"),
        ("rate", *BOOTSTRAP, "--cluster", "voter", "--cluster", "prompt"),
        ("rate", *BOOTSTRAP, "--cluster", "tstamp:day"),
        ("rate", *BOOTSTRAP, "--scheme", "poisson", "--cluster", "voter"),
        ("rate", "--by", "half"),
        ("countries", *BOOTSTRAP, "--cluster", "voter"),
        ("quality", "--held-out", "voters:voter"),
        ("influence", "--cluster", "voter"),
        ("elo", "--order", "random", "--n-permutations", "20"),
    ],
    ids=" ".join,
)
def test_order_has_no_effect(recount, tmp_path, frame, arguments):
    frame.to_csv(tmp_path / "log.csv", index=False)
    shuffled = frame.sample(frac=1, random_state=5)
    shuffled.iloc[:150].to_csv(tmp_path / "one.csv", index=False)
    shuffled.iloc[150:].to_csv(tmp_path / "two.csv", index=False)
    said = recount(*arguments[:1], "log.csv", *arguments[1:])
    assert said.code == 0, said.err
    for files in (("one.csv", "two.csv"), ("two.csv", "one.csv")):
        again = recount(*arguments[:1], *files, *arguments[1:])
        assert _numbers(again.out) == _numbers(said.out)


def _numbers(text):
    """Cells, numbers to ten digits: sums over votes in another order may differ in the last."""

    def cell(word):
        try:
            return f"{float(word):.10g}"
        except ValueError:
            return word

    return [[cell(word) for word in row] for row in csv.reader(text.splitlines())]
