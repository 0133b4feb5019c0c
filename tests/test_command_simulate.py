"""`recount simulate arena`, as a user runs it."""

import json

import numpy as np
import pandas as pd
import pytest

from recount.data import read_votes
from recount.sims.arenas import Arena, BothBad, Newcomers, Voters, simulate

commands = pytest.importorskip("tests.commands")


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return commands.runner(monkeypatch, capsys)


OPTIONS = "--competitors 6 --votes 3000 --newcomers 2 --newcomer-votes 1 --newcomer-votes 3 --tastes 50 --both-bad-share 0.4 --seed 7".split()
ARENA = Arena(n_competitors=6, n_votes=3000, newcomers=Newcomers(2, (1, 3)), voters=Voters(tastes=50), both_bad=BothBad(0.4))


def test_the_command_is_the_function(run, tmp_path):
    said = run("simulate", "arena", *OPTIONS, "-o", "log.parquet")
    assert said.code == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"log{kind}.parquet{more}" for kind in ("", ".truth") for more in ("", ".manifest.json")}
    made = simulate(ARENA, seed=7)
    votes = read_votes(tmp_path / "log.parquet")[0]
    assert [votes.names[k] for k in votes.first] == [made.votes.names[k] for k in made.votes.first]
    assert np.array_equal(votes.outcome, made.votes.outcome)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "log.truth.parquet"), made.truth, check_dtype=False)
    manifest = json.loads((tmp_path / "log.parquet.manifest.json").read_text())
    assert manifest["seed"] == 7
    assert manifest["specification"]["newcomer_votes"] == [1, 3]
    assert manifest["specification"]["tastes"] == 50
    assert manifest["specification"]["drawn"]["tie_parameter"] == made.parameters.tie_parameter
    again = (tmp_path / "log.parquet").read_bytes()
    run("simulate", "arena", *OPTIONS, "-o", "log.parquet")
    assert (tmp_path / "log.parquet").read_bytes() == again


def test_without_output_the_truth_is_shown(run):
    said = run("simulate", "arena", *OPTIONS)
    assert said.frame()["rating"].astype(float).to_numpy() == pytest.approx(simulate(ARENA, seed=7).truth["rating"].to_numpy())
    assert "3,000 votes between 8 competitors of known strength" in said.err


def test_after_files(run, tmp_path):
    run("simulate", "arena", *OPTIONS, "-o", "log.csv")
    assert run("rate", "log.csv", "--existence", "prior", "-o", "board.csv").code == 0
    said = run("simulate", "arena", "--ratings", "board.csv", "--like", "log.csv", "--strengths", "given", "-o", "two.csv")
    assert said.code == 0
    board, truth = (pd.read_csv(tmp_path / f"{name}.csv").set_index("competitor")["rating"] for name in ("board", "two.truth"))
    assert truth.sort_index().to_numpy() == pytest.approx((board - board.mean() + 1000).sort_index().to_numpy())
    assert len(pd.read_csv(tmp_path / "two.csv")) == 3000
    assert [source["path"] for source in json.loads((tmp_path / "two.csv.manifest.json").read_text())["inputs"]] == ["board.csv", "log.csv"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--competitors 1", "--competitors is 1; give a whole number, from 2 to 3000"),
        ("--strengths given", "--strengths is 'given' with 0 values"),
        ("--pairs like", "--pairs is 'like'"),
        ("--tie-share 1.5", "--tie-share is 1.5; give a number, 0 or more and below 1"),
        ("--tie-share 0.2 --tie-parameter 1", "--tie-share is 0.2 and --tie-parameter is 1; give one of them"),
        ("--ratings votes.csv", "'votes.csv' is no table of ratings ('rating'); it needs the columns competitor and rating"),
        ("--ratings board.csv --spread 5", "--spread is 5.0, which has no effect with --ratings; leave it out"),
        ("--ratings board.csv --competitors 5", "--competitors is 5, but strengths have 2 competitors"),
        ("--like votes.csv --pairs uniform", "--pairs is uniform, which has no effect with --like; leave it out"),
        ("--winner x", "--winner is x, which has no effect without --like; leave it out"),
        ("-o log.json", "ends in '.json'; logs are written as .parquet or .csv"),
        ("-o log.csv --columns rating", "--columns and --format are for tables that are shown"),
        ("--like votes.csv -o votes.csv", "output 'votes.csv' is one of the inputs"),
        ("--newcomers 2 --votes 3", "newcomers have 8 votes of 3; give more --votes or fewer --newcomer-votes"),
        ("--law thurstone --tie-share 0.2", "--law thurstone has no ties"),
        ("--activity equal --inequality 2", "--inequality is 2, which has no effect with --activity equal"),
        ("--voters 0 --tastes 5", "--tastes is 5, but there are no voters"),
    ],
)
def test_bad_options_are_one_line(run, tmp_path, options, message):
    (tmp_path / "votes.csv").write_text("model_a,model_b,winner\na,b,model_a\nb,a,model_a\n", encoding="utf-8")
    (tmp_path / "board.csv").write_text("competitor,rating\na,1000\nb,1100\n", encoding="utf-8")
    said = run("simulate", "arena", *options.split())
    assert said.code == 2
    assert message in commands.one_line(said.err)


@pytest.mark.parametrize("subject", [[], ["arenas"]])
def test_what_is_simulated_is_named(run, subject):
    said = run("simulate", *subject)
    assert said.code == 2
    assert "arena" in commands.one_line(said.err)
