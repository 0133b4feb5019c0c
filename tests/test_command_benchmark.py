"""`recount simulate benchmark`, as a user runs it."""

import json

import numpy as np
import pandas as pd
import pytest

from recount.sims.simulated_benchmarks import Abilities, BenchmarkKind, Contamination, Items, simulate_benchmark
from tests.commands import one_line

OPTIONS = "--competitors 6 --items 60 --guessing 0.2 --label-errors 0.1 --seen-items 0.25 --recall 0.9 --correlation 0.5 --seed 7".split()
KIND = BenchmarkKind(
    n_competitors=6, items=Items(n=60, guessing=0.2, label_errors=0.1), contamination=Contamination(0.25, recall=0.9), abilities=Abilities(0.5)
)
BESIDE = ("truth", "scores", "items", "resolution")
CLAIM = """
[[claim]]
id = "best"
quotation = "the best score is from the US"
source = "s"
metric = "best score"
benchmark = "simulated"
country = "US"
against = "CN"
says = "above"
"""


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_the_command_is_the_function(recount, tmp_path, ending):
    said = recount("simulate", "benchmark", *OPTIONS, "-o", f"a.{ending}")
    assert said.code == 0, said.err
    names = [f"a.{ending}", *(f"a.{name}.{ending}" for name in BESIDE)]
    assert {path.name for path in tmp_path.iterdir()} == {name + more for name in names for more in ("", ".manifest.json")}
    read = pd.read_parquet if ending == "parquet" else pd.read_csv
    made = simulate_benchmark(KIND, 7)
    answers, truth, scores, items, resolution = (read(tmp_path / name) for name in names)
    assert answers["model"].astype(str).drop_duplicates().tolist() == list(made.parameters.names)
    assert answers["item"].astype(str).tolist() == items["item"].tolist() * 6
    assert np.array_equal(answers["correct"].to_numpy(bool), made.answers.ravel())
    pd.testing.assert_frame_equal(truth, made.truth, check_dtype=False)
    assert items["wrong_key"].sum() == 6
    assert items["seen"].sum() == 15
    assert scores["score"].to_numpy() == pytest.approx(made.answers.mean(axis=1))
    assert resolution["n_items"][0] == 60
    manifest = json.loads((tmp_path / f"a.{ending}.manifest.json").read_text())
    assert manifest["seed"] == 7
    assert manifest["specification"]["label_errors"] == 0.1
    assert "n_votes" not in manifest["specification"]
    again = (tmp_path / f"a.{ending}").read_bytes()
    recount("simulate", "benchmark", *OPTIONS, "-o", f"a.{ending}")
    assert (tmp_path / f"a.{ending}").read_bytes() == again


def test_without_output_the_truth_is_shown(recount):
    said = recount("simulate", "benchmark", *OPTIONS)
    assert said.frame()["ability"].astype(float).to_numpy() == pytest.approx(simulate_benchmark(KIND, 7).truth["ability"].to_numpy())
    assert "360 answers of 6 competitors to 60 items" in said.err
    assert "60 items are expected to tell " in said.err


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_other_commands_read_the_scores(recount, tmp_path, ending):
    names = ["gpt-4-0613", "command-r-plus", "mixtral-8x7b-instruct-v0.1", "yi-34b-chat", "qwen-max-0428", "llama-2-70b-chat"]
    pd.DataFrame({"competitor": names, "rating": np.arange(1000, 1600, 100)}).to_csv(tmp_path / "board.csv", index=False)
    assert recount("simulate", "benchmark", "--ratings", "board.csv", "-o", f"a.{ending}").code == 0
    said = recount("check", f"a.scores.{ending}")
    assert "scores,all,6\n" in said.out
    assert recount("saturation", f"a.scores.{ending}").frame("benchmark").index.tolist() == ["simulated"]
    (tmp_path / "claims.toml").write_text(CLAIM, encoding="utf-8")
    votes = ["simulate", "arena", "--ratings", "board.csv", "--votes", "3000", "-o", "log.csv"]
    assert recount(*votes).code == 0
    said = recount("claims", "claims.toml", "log.csv", "--scores", f"a.scores.{ending}", "--n-draws", "50")
    assert said.code == 0, said.err
    assert said.frame("id")["verdict"].tolist()[0] != "untestable"


def test_strengths_of_a_truth_are_those_of_the_next(recount, tmp_path):
    """Of an arena's truth, and of a benchmark's."""
    assert recount("simulate", "arena", "--competitors", "5", "--votes", "100", "-o", "log.csv").code == 0
    assert recount("simulate", "benchmark", "--ratings", "log.truth.csv", "--items", "20", "-o", "a.csv").code == 0
    assert recount("simulate", "arena", "--ratings", "a.truth.csv", "--votes", "100", "-o", "two.csv").code == 0
    first, second, third = (pd.read_csv(tmp_path / f"{name}.truth.csv")["rating"].to_numpy() for name in ("log", "a", "two"))
    assert second == pytest.approx(first)
    assert third == pytest.approx(first)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--votes 5", "--votes is 5, which has no effect with simulate benchmark; leave it out"),
        ("--like log.csv", "--like is log.csv, which has no effect with simulate benchmark"),
        ("--tastes 5", "--tastes is 5.0, which has no effect with simulate benchmark"),
        ("--winner x", "--winner is x, which has no effect with simulate benchmark"),
        ("--sized-as BBH", "differs from item to item; give --guessing"),
        ("--sized-as what", "--sized-as is 'what', of no known size"),
        ("--recall 0.5", "--recall is 0.5, which has no effect without seen items; give --seen-items"),
        ("--strengths equal", "--correlation is 0.9, but strengths are all alike; give --correlation 0"),
        ("--correlation 2", "--correlation is 2.0; give a number, from -1 to 1"),
        ("--label-errors -1", "--label-errors is -1.0; give a number, from 0 to 1"),
        ("--items 0", "--items is 0; give a whole number, from 1"),
        ("--ratings board.csv --spread 5", "--spread is 5.0, which has no effect with --ratings; leave it out"),
        ("--ratings twice.csv", "strengths name 'a' twice; give one value a competitor"),
        ("-o a.json", "ends in '.json'; logs are written as .parquet or .csv"),
        ("--ratings board.csv -o board.csv", "output 'board.csv' is one of the inputs"),
        ("--ratings a.truth.csv -o a.csv", "output 'a.truth.csv' is one of the inputs"),
    ],
)
def test_bad_options_are_one_line(recount, tmp_path, options, message):
    (tmp_path / "board.csv").write_text("competitor,rating\na,1000\nb,1100\n", encoding="utf-8")
    (tmp_path / "a.truth.csv").write_text("competitor,rating\na,1000\nb,1100\n", encoding="utf-8")
    (tmp_path / "twice.csv").write_text("competitor,rating\na,1000\nb,1100\na,1200\n", encoding="utf-8")
    said = recount("simulate", "benchmark", *options.split())
    assert said.code == 2
    assert message in one_line(said.err)


@pytest.mark.parametrize("option", ["--items 5", "--sized-as MMLU", "--correlation 0.5", "--seen-items 0.1", "--confidence-level 0.9"])
def test_options_of_benchmarks_are_refused_for_arenas(recount, option):
    said = recount("simulate", "arena", *option.split())
    assert said.code == 2
    assert f"{option.split()[0]} is " in one_line(said.err)
    assert "has no effect with simulate arena; leave it out" in said.err
