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


EVERYTHING = (
    "--votes 4000 --careless 0.1 --riggers 0.05 --rigging omnipresent --voters 200 --categories 2 --category-spread 60 --category-share-at-end 3 "
    "--category-share-at-end 1 --length 300 --length-effect 0.5 --days 30 --late-share 0.2 --retired-share 0.2 --providers 4 "
    "--favoured-providers 1 --favoured-sampling 5 --n-published 2 --n-variants 3 --test-votes 40 --sampling ci-width --n-rounds 3 --seed 3"
)


def test_all_that_is_planted_is_told_beside_the_log_and_not_in_it(run, tmp_path):
    said = run("simulate", "arena", *EVERYTHING.split(), "-o", "log.csv")
    assert said.code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        f"log{kind}.csv{more}" for kind in ("", ".truth", ".voters") for more in ("", ".manifest.json")
    }
    log, truth, voters = (pd.read_csv(tmp_path / f"log{kind}.csv") for kind in ("", ".truth", ".voters"))
    assert list(log) == ["model_a", "model_b", "winner", "voter", "category", "length_a", "length_b", "tstamp"]
    planted = ["rating_category-0", "rating_category-1", "median_length", "provider", "favoured", "day_entered", "day_retired", "target"]
    assert list(truth) == ["competitor", "strength", "rating", "expected_votes", "newcomer", *planted, "n_variants", "test_gain"]
    assert truth["competitor"].tolist() == [f"model-{k:03d}" for k in range(22)]
    assert voters["intent"].value_counts().to_dict() == {"honest": 170, "careless": 20, "rigger": 10}
    assert set(log["voter"]) <= set(voters["voter"])
    chosen = json.loads((tmp_path / "log.csv.manifest.json").read_text())["specification"]
    assert (chosen["riggers"], chosen["length_effect"], chosen["category_share_at_end"]) == (0.05, 0.5, [3, 1])
    assert "In truth model-" in said.err
    assert "Of 200 voters 20 are careless, 170 are honest and 10 are rigging." in said.err


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
        ("--ratings votes.csv", "'votes.csv' is no table of ratings: it has no column 'competitor'; it needs competitor and rating"),
        ("--ratings empty.csv", "'empty.csv' row 2: 'b' has no rating; give it one, or leave the row out"),
        ("--ratings words.csv", "'words.csv' row 2: 'b' has the rating 'good', which is no number"),
        ("--newcomer-votes 7", "--newcomer-votes is (7,), which has no effect with --newcomers 0; leave it out"),
        ("--newcomers 1 --newcomer-votes 4 --newcomer-votes 5", "--newcomer-votes are 4, 5 for 1 newcomer; give at most one number for each"),
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
        ("--voters 0 --careless 0.1", "--careless is 0.1, but there are no voters; give --voters"),
        ("--rigging omnipresent", "--rigging is 'omnipresent', which has no effect with --riggers 0; leave it out"),
        ("--riggers 0.1 --rigging-place 40", "--rigging-place is 40, but there are 20 competitors"),
        ("--categories 2 --category-share 1", "--category-share has 1 value for 2 categories"),
        ("--category-spread 5", "--category-spread is 5, which has no effect with --categories 0; leave it out"),
        ("--length-effect 1", "--length-effect is 1, which has no effect with --length 0; leave it out"),
        ("--n-rounds 4", "--n-rounds is 4, which has no effect with --sampling random"),
        ("--late-share 0.5", "--late-share is 0.5, for which 0 days are too few; give --days of 3 or more"),
        ("--favoured-providers 1", "--favoured-providers is 1, but there are 0 providers; give more --providers"),
        ("--n-published 1 --votes 10", "published variants have 1,000 votes of 10; give more --votes or fewer --test-votes"),
    ],
)
def test_bad_options_are_one_line(run, tmp_path, options, message):
    (tmp_path / "votes.csv").write_text("model_a,model_b,winner\na,b,model_a\nb,a,model_a\n", encoding="utf-8")
    (tmp_path / "board.csv").write_text("competitor,rating\na,1000\nb,1100\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("competitor,rating\na,1000\nb,\n", encoding="utf-8")
    (tmp_path / "words.csv").write_text("competitor,rating\na,1000\nb,good\n", encoding="utf-8")
    said = run("simulate", "arena", *options.split())
    assert said.code == 2
    assert message in commands.one_line(said.err)


@pytest.mark.parametrize("subject", [[], ["arenas"]])
def test_what_is_simulated_is_named(run, subject):
    said = run("simulate", *subject)
    assert said.code == 2
    assert "arena" in commands.one_line(said.err)
