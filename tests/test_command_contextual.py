"""`recount rate` with covariates and by category, as a user runs it."""

import json

import numpy as np
import pandas as pd
import pytest

from recount.data import read_votes
from recount.engine import (
    ELO,
    CategoryEffect,
    Position,
    Resampling,
    Style,
    Weights,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    weigh,
    weights_of_votes,
)
from recount.sims.analysis.notes import of_labels
from recount.sims.specification import Specification
from tests.commands import one_line
from tests.logs import with_effects
from tests.random_logs import random_log


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A log with six votes that have no category and two without a length."""
    votes, path = random_log(2, n_votes=1200), tmp_path_factory.mktemp("contextual") / "log.csv"
    names, category = np.array(votes.names), votes.columns["category"]
    table = {
        "model_a": names[votes.first],
        "model_b": names[votes.second],
        "winner": np.array(["model_a", "model_b", "tie", "both_bad"])[votes.outcome],
    }
    table |= {name: votes.columns[name] for name in ("length_a", "length_b", "bold_a", "bold_b", "voter")}
    frame = pd.DataFrame(table).assign(category=np.array(category.levels, object)[category.codes])
    frame.loc[:5, "category"] = None
    frame.loc[8:9, "length_a"] = None
    frame.to_csv(path, index=False)
    return path


def test_leaderboard_and_effects(recount, log, tmp_path):
    options = ("--ties", "davidson", "--position", "--style", "length_a,length_b", "--style", "bold_a,bold_b,difference", "--ridge", "3")
    said = recount("rate", log, *options, "-o", "board.csv")
    assert said.code == 0
    votes = read_votes(log, keep=["length_a", "length_b", "bold_a", "bold_b"])[0]
    covariates = [Position(), Style("length_a", "length_b"), Style("bold_a", "bold_b", "difference")]
    fitted = fit(votes, covariates=covariates, ties="davidson", ridge=3.0)
    strengths, effects = with_effects(covariance(fitted))
    board = pd.read_csv(tmp_path / "board.csv").set_index("competitor").loc[list(fitted.names)]
    assert board.rating.to_numpy() == pytest.approx(1000 + ELO * fitted.strengths, abs=1e-6)
    assert board.standard_error.to_numpy() == pytest.approx(ELO * strengths.standard_errors(), rel=1e-8)
    written = pd.read_csv(tmp_path / "board.effects.csv")
    assert written.effect.tolist() == ["position", "(length_a - length_b) / (length_a + length_b)", "bold_a - bold_b"]
    assert written.estimate.to_numpy() == pytest.approx(effects.estimates, rel=1e-8)
    assert written.upper.to_numpy() == pytest.approx(effects.interval()[1], rel=1e-8)
    assert written.n_missing.tolist() == [0, 2, 0]
    lines = said.err.splitlines()
    assert any(line.startswith("effect position: 0.") and line.endswith("Elo") for line in lines)
    assert any(line.startswith("effect bold_a - bold_b: ") and "; mean " in line for line in lines)
    assert any("2 votes without a value left out" in line for line in lines)
    assert any("standard deviation 0.5774 log-odds" in line for line in lines)
    manifest = json.loads((tmp_path / "board.effects.csv.manifest.json").read_text())
    assert manifest["specification"]["styles"] == ["length_a,length_b", "bold_a,bold_b,difference"]
    assert manifest["specification"]["ridge"] == 3.0


def test_bootstrap_by_voter_of_category_effects(recount, log):
    said = recount(
        "rate", log, "--category-effect", "category", "--intervals", "bootstrap", "--n-replicates", "30", "--cluster", "voter", "--seed", "5"
    )
    assert said.code == 0
    fitted = fit(read_votes(log, keep=["category", "voter"])[0], covariates=[CategoryEffect("category")])
    drawn = with_effects(bootstrap(fitted, Resampling(n_replicates=30, seed=5), clusters=clustered(fitted.design.log, fitted, "voter")))[0]
    board = pd.read_csv(pd.io.common.StringIO(said.out)).set_index("competitor").loc[list(fitted.names)]
    assert board.lower.to_numpy() == pytest.approx(1000 + ELO * drawn.interval()[0], abs=1e-6)
    assert "6 votes without a value left out" in said.err


@pytest.mark.parametrize("weights", ["pairs:100", "voters:voter"])
def test_weights(recount, log, weights):
    said = recount("rate", log, "--position", "--weights", weights, "--cluster", "voter")
    assert said.code == 0
    votes = read_votes(log, keep=["voter"])[0]
    of_vote = weights_of_votes(weigh(Weights.parse(weights), count(votes), votes), votes)
    fitted = fit(votes, covariates=[Position()], weights=of_vote)
    rated = with_effects(covariance(fitted, clusters=clustered(fitted.design.log, fitted, "voter")))[0]
    board = pd.read_csv(pd.io.common.StringIO(said.out)).set_index("competitor").loc[list(fitted.names)]
    assert board.rating.to_numpy() == pytest.approx(1000 + ELO * fitted.strengths, abs=1e-6)
    assert board.standard_error.to_numpy() == pytest.approx(ELO * rated.standard_errors(), rel=1e-6)
    assert f"weighted: 1,200 votes are worth {of_vote.sum() ** 2 / (of_vote**2).sum():,.0f} that count alike" in said.err


def test_compare_and_quality(recount, log, tmp_path):
    """Votes of which some have no category: every model is about the others. Position and length made the votes, the category of one label."""
    options = ("--position", "--style", "length_a,length_b", "--held-out", "votes:4", "--seed", "3")
    said = recount("quality", log, *options, "--table", "comparison", "-o", "compare.json")
    assert said.code == 0
    assert "2 votes without a value of some covariate left out of every model" in said.err
    assert "held out (votes:4): 1,198 votes predicted" in said.err
    frame = pd.read_json(tmp_path / "compare.json").set_index("model")
    models = ["half", "drop", "davidson", "rao-kupper"]
    assert list(frame.index) == [*models, "davidson-by-pair", "rao-kupper-by-pair", *(f"{model} with covariates" for model in models)]
    assert (frame.n_votes == 1198).all()
    assert (frame.n_held_out.drop(["davidson-by-pair", "rao-kupper-by-pair"]) == 1198).all()
    for model in models:
        plain, more = frame.loc[model], frame.loc[f"{model} with covariates"]
        assert more.n_parameters == plain.n_parameters + 2
        if model != "half":
            assert more.aic < plain.aic - 10
        assert more.log_loss_points < plain.log_loss_points
        assert more.points_gap + 2 * more.points_gap_error < 0
    said = recount("quality", log, *options, "--ties", "davidson")
    assert said.code == 0
    quality = pd.read_csv(pd.io.common.StringIO(said.out)).set_index(["topic", "measure"]).value
    assert quality["in these votes", "aic"] == pytest.approx(frame.loc["davidson with covariates", "aic"])
    assert quality["held out", "log_loss_three"] == pytest.approx(frame.loc["davidson with covariates", "log_loss_three"])
    assert "one number" not in {topic for topic, _ in quality.index}


def test_what_was_fitted_is_told(recount, log):
    """The parameter of ties; one number of votes, also if both-bad votes are left out of those that were weighted."""
    votes = read_votes(log, keep=["voter"])[0]
    for ties, name in (("davidson", "nu"), ("rao-kupper", "threshold")):
        fitted = fit(count(votes), ties=ties)
        assert f"; {name} = {fitted.tie_parameter:.4g}\n" in recount("rate", log, "--ties", ties).err
    lines = recount("rate", log, "--weights", "voters:voter", "--both-bad", "drop").err.splitlines()
    n = int((votes.outcome < 3).sum())
    assert sum(line.startswith((f"weighted: {n:,} votes are worth ", f"{n:,} votes, 6 competitors; ")) for line in lines) == 2
    assert "nu =" not in "".join(lines)


def test_votes_without_a_label_are_told(log):
    votes = read_votes(log, keep=["category", "voter"])[0]
    for specification in (Specification(clusters=("voter", "category")), Specification(weights=Weights.voters("category"))):
        assert list(of_labels(votes, specification)) == ["6 votes have no 'category'; each counts as one by itself"]
    assert not list(of_labels(votes, Specification(clusters=("voter",), weights=Weights.decay("category", 3))))
    assert not list(of_labels(None, Specification(clusters=("voter",))))


def test_who_is_left_out_of_a_category_is_told(recount, log, tmp_path):
    frame = pd.read_csv(log)
    for n, names in ((1, ["new"]), (2, ["new", "old"])):
        more = pd.DataFrame({"model_a": names, "model_b": frame.model_a[0], "winner": "model_a", "category": "maths"})
        pd.concat([frame, more]).to_csv(tmp_path / "more.csv", index=False)
        said = recount("rate", "more.csv", "--by", "category", "--existence", "drop")
        assert said.code == 0
        shown = ", ".join(map(repr, names))
        assert [line for line in said.err.splitlines() if line.startswith("category ")] == [
            f"category 'maths': left out who cannot be rated there ({n}): {shown}"
        ]


def test_by_category(recount, log, tmp_path):
    said = recount("rate", log, "--by", "category", "--shrink", "--ties", "davidson", "-o", "by.json")
    assert said.code == 0
    frame = pd.read_json(tmp_path / "by.json")
    assert list(frame) == ["category", "rank", "competitor", "rating", "standard_error", "lower", "upper", "n_votes", "prior_deviation"]
    assert sorted(set(frame.category)) == ["code", "maths", "prose"]
    assert frame.n_votes.sum() == 2 * (1200 - 6)
    assert "6 votes have no 'category'" in said.err
    assert json.loads((tmp_path / "by.json.manifest.json").read_text())["specification"]["shrink"] is True


@pytest.mark.parametrize(
    ("command", "options", "message"),
    [
        ("rate", ["--style", "length_a"], "style is 'length_a'"),
        ("rate", ["--style", "length_a,length_b,ratio"], "form of a style is 'ratio'"),
        ("rate", ["--style", "length_a,category"], "'category' holds labels"),
        ("rate", ["--position", "--by", "category"], "rates each category without covariates"),
        ("rate", ["--shrink"], "add --by COLUMN, or leave it out"),
        ("rate", ["--ridge", "2"], "--ridge is 2, but there is no effect"),
        ("quality", ["--position", "--table", "cycles"], "covariates"),
        ("rate", ["--by", "category", "--table", "pairs"], "--by is category, which has no effect with --table pairs"),
        ("rate", ["--by", "nothing"], "'nothing'"),
        ("quality", ["--table", "comparison", "--ties", "drop"], "--ties is drop, which has no effect"),
        ("quality", ["--table", "residuals", "--held-out", "votes"], "--held-out is votes, which has no effect on residuals"),
        ("quality", ["--held-out", "days"], "'days'"),
        ("rate", ["--n-replicates", "20"], "--n-replicates is 20, which has an effect with --intervals bootstrap only"),
        ("rate", ["--by", "category", "--shrink", "--cluster", "voter"], "leave out --cluster, --intervals, --weights, --prior and covariates"),
        ("rate", ["--by", "category", "--intervals", "bootstrap", "--replicates", "r.parquet"], "--replicates is r.parquet, which has no effect"),
        ("rate", ["--position", "--weights", "pairs", "--intervals", "fisher"], "neither clusters nor weights"),
        ("rate", ["--position", "--weights", "voters:nobody"], "no column 'nobody'"),
        ("rate", ["--position", "--minimum-votes", "5000"], "fewer than two competitors"),
        ("rate", ["--position", "--intervals", "bootstrap", "--n-replicates", "few"], "--n-replicates is 'few'"),
        ("rate", ["--position", "--category-effect", "category"], "cannot be told apart"),
        ("rate", ["--pair", "m0", "m1", "--by", "category"], "--by is category, which has no effect on one pair"),
        ("rate", ["--pair", "m0", "nobody"], "'nobody' is not rated"),
        ("rate", ["--pair", "m0", "m0"], "is given twice"),
        ("rate", ["--against", "none.csv"], "'none.csv' cannot be read"),
        ("rate", ["--columns", "ratng", "--format", "csv"], "did you mean 'rating'?"),
    ],
)
def test_what_is_refused(recount, log, command, options, message):
    said = recount(command, log, *options)
    assert said.code == 2
    assert message in one_line(said.err)


def test_counts_have_no_covariates(recount):
    said = recount("rate", "--position")
    assert said.code == 2
    assert "lost the single votes" in said.err


def test_minimum_votes_leaves_out_before_the_fit(recount, log, tmp_path):
    votes = read_votes(log)[0]
    each = np.bincount(np.concatenate([votes.first, votes.second]))
    assert recount("rate", log, "--position", "--minimum-votes", np.sort(each)[2], "-o", "board.csv")[0] == 0
    assert len(pd.read_csv(tmp_path / "board.csv")) == 4
