"""Fits judged by weighted votes and by votes with covariates, as an analysis answers: against the engine asked directly."""

import numpy as np
import pytest

from recount.data import read_votes
from recount.engine import (
    count,
    fit,
    fit_quality,
    held_out,
    held_out_votes,
    label_folds,
    residuals,
    row_folds,
    time_split,
    vote_folds,
    weigh,
    weighted,
    weights_of_votes,
)
from recount.engine.choices import Folds, Position, Style, Weights
from recount.engine.scrutiny.prediction import points_gap
from recount.sims.analysis.analysing import analyse
from recount.sims.judging.weighed_votes import WeighedVotes
from tests.logs import frame_of
from tests.test_comparison import MODELS
from tests.test_contextual import random_log as contextual_log
from tests.test_held_out import log

COVARIATES = {"position": True, "styles": Style("length_a", "length_b")}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("weighed") / "log.csv"
    frame_of(log()).to_csv(path, index=False)
    return path


def weights_over(votes, weights):
    """Each vote's weight, set over the whole log."""
    return weights_of_votes(weigh(weights, count(votes), votes), votes)


def splits_of(votes, weights, folds):
    """The engine's splits of a weighted log."""
    of_vote = weights_over(votes, weights)
    if folds.kind == "votes":
        return list(vote_folds(weigh(weights, count(votes), votes), folds.n))
    return list(label_folds(votes, "voter", weights=of_vote)) if folds.kind == "voters" else [time_split(votes, "tstamp", weights=of_vote)]


@pytest.mark.parametrize("folds", [Folds.votes(3), Folds.voters("voter"), Folds.time("tstamp")], ids=str)
@pytest.mark.parametrize("weights", [Weights.pairs(20), Weights.voters("voter"), Weights.decay("tstamp", 30)], ids=str)
def test_weighted_votes_are_predicted_by_weighted_fits(file, weights, folds):
    votes = read_votes(file, keep=["voter", "tstamp"])[0]
    of_vote, splits = weights_over(votes, weights), splits_of(votes, weights, folds)
    half, davidson = held_out(splits), held_out(splits, ties="davidson")
    analysis = analyse(file, weights=weights, ties="davidson")
    quality = analysis.quality(folds)
    figures = quality.to_frame().set_index(["topic", "measure"])["value"]
    assert figures["held out", "log_loss_three"] == pytest.approx(davidson.scores.log_loss_three, rel=1e-9)
    assert figures["in these votes", "aic"] == pytest.approx(fit_quality(fit(weighted(votes, of_vote), ties="davidson")).aic, rel=1e-9)
    assert figures["in these votes", "n_effective"] == pytest.approx(of_vote.sum() ** 2 / (of_vote**2).sum())
    assert "one number" not in figures.index.get_level_values(0)
    assert quality.notes[-1].startswith("no test whether one number is enough: residuals set points against")
    table = analysis.comparison(folds)
    rows = table.to_frame().set_index("model")
    assert list(rows.index) == MODELS
    gap, error = points_gap(davidson.probabilities, half.probabilities, davidson.votes, davidson.squares)
    assert rows.loc["davidson", ["points_gap", "points_gap_error"]].to_list() == pytest.approx([gap, error], rel=1e-6)
    assert rows.loc["half", "log_loss_points"] == pytest.approx(half.scores.log_loss_points, rel=1e-9)
    assert rows.loc["davidson", "aic"] == pytest.approx(figures["in these votes", "aic"], rel=1e-9)
    assert f"held out ({folds}): votes with a total weight of {half.scores.n_votes} predicted by fits of the others" in table.notes
    assert any(note.startswith("weighted: 600 votes are worth") for note in table.notes)
    bins = analysis.calibration(folds).to_frame()
    assert bins["observed"].to_numpy() == pytest.approx(davidson.scores.calibration.observed, rel=1e-9)


def test_weights_of_pairs_are_alike_from_counts_and_single_votes(file):
    """A column for the folds asks for single votes, which change no fit."""
    analysis = analyse(file, weights=Weights.pairs(20))
    by_counts, by_rows = (analysis.comparison(folds).to_frame().set_index("model") for folds in (Folds.votes(3), Folds.voters("voter")))
    for column in ("aic", "bic", "deviance", "stretch", "largest_change", "n_votes"):
        assert by_counts[column].to_numpy(float) == pytest.approx(by_rows[column].to_numpy(float), rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("weights", [Weights.pairs(20), Weights.voters("voter")], ids=str)
def test_weighted_models_with_covariates(weights):
    """Two votes lack a length; they have had their part in the weights of the others."""
    frame = frame_of(contextual_log(2, n_votes=1200))
    frame.loc[8:9, "length_a"] = None
    analysis = analyse(frame, **COVARIATES, weights=weights, ties="davidson", seed=3)
    table = analysis.comparison(Folds.votes(4))
    assert table.notes[0] == "2 votes without a value of some covariate left out of every model"
    rows = table.to_frame().set_index("model")
    whole = analysis.log.rows(("length_a", "length_b", "voter"))
    known = ~np.isin(np.arange(whole.n_votes), (8, 9))
    votes, of_vote = whole.only(known), weights_over(whole, weights)[known]
    covariates, splits = [Position(), Style("length_a", "length_b")], list(row_folds(votes, 4, 3, of_vote))
    truth = held_out_votes(splits, covariates, ties="davidson").scores
    row = rows.loc["davidson with covariates"]
    assert row["log_loss_three"] == pytest.approx(truth.log_loss_three, rel=1e-7)
    assert row["aic"] == pytest.approx(fit_quality(fit(votes, covariates=covariates, weights=of_vote, ties="davidson")).aic, rel=1e-9)
    assert row["n_votes"] == pytest.approx(of_vote.sum())
    assert rows.loc["davidson", "log_loss_three"] == pytest.approx(held_out_votes(splits, ties="davidson").scores.log_loss_three, rel=1e-7)
    assert row["log_loss_points"] < rows.loc["davidson", "log_loss_points"]
    quality = analysis.quality(Folds.votes(4)).to_frame().set_index(["topic", "measure"])["value"]
    assert quality["in these votes", "aic"] == pytest.approx(row["aic"], rel=1e-9)
    assert quality["held out", "log_loss_three"] == pytest.approx(row["log_loss_three"], rel=1e-7)


def test_votes_keep_their_weights_among_some():
    votes = log()
    of_vote = weights_over(votes, Weights.voters("voter"))
    few = WeighedVotes(weighted(votes, of_vote), votes).among(votes.names[:3])
    inside = (votes.first < 3) & (votes.second < 3)
    assert few.votes.names == few.counts.names == votes.names[:3]
    assert np.array_equal(few.weights, of_vote[inside])
    assert (few.counts.weight * few.counts.n_votes).sum() == pytest.approx(of_vote[inside].sum())


def test_residuals_with_covariates():
    """Points, and what the fit expects of them, vote by vote."""
    analysis = analyse(frame_of(contextual_log(2, n_votes=1200)), **COVARIATES, ties="davidson")
    frame = analysis.residuals().to_frame()
    votes = analysis.log.rows(("length_a", "length_b"))
    win, _, tie = analysis.fit.outcome_shares(analysis.fit.leads(votes))
    scored, expected = np.array([1, 0, 0.5, 0.5])[votes.outcome], win + tie / 2
    for row in frame.to_dict("records"):
        one, other = votes.names.index(row["competitor"]), votes.names.index(row["other"])
        shown_first, shown_second = (votes.first == one) & (votes.second == other), (votes.first == other) & (votes.second == one)
        assert row["points"] == scored[shown_first].sum() + (1 - scored[shown_second]).sum()
        assert row["expected_points"] == pytest.approx(expected[shown_first].sum() + (1 - expected[shown_second]).sum())
        assert row["n_votes"] == shown_first.sum() + shown_second.sum()
        assert row["wins"] + row["ties"] / 2 == row["points"]
    assert frame["residual"].to_numpy() == pytest.approx(np.sort(np.abs(residuals(analysis.fit).standardised()))[::-1])
