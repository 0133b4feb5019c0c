"""Predictions of weighted votes: votes written twice, weights that are alike, definitions."""

import numpy as np
import pytest

from recount.engine import (
    WeightedCounts,
    count,
    held_out,
    held_out_votes,
    label_folds,
    pair_weights,
    row_folds,
    time_split,
    vote_folds,
    weighted,
)
from recount.engine.scrutiny.prediction import calibration, points_gap, score
from recount.engine.votes import Votes
from recount.sims.judging.models_of_ties import compared
from recount.sims.judging.weighed_votes import WeighedVotes
from recount.sims.specification import Specification
from tests.test_contextual import COVARIATES, random_log

RULES = ("half", "drop", "davidson", "rao-kupper")
MEASURES = ("log_loss_three", "brier_three", "log_loss_points", "brier_points", "log_loss_decided", "brier_decided", "accuracy")


@pytest.fixture(scope="module")
def log():
    log = random_log(3, n_votes=800)
    return Votes(log.names, log.first, log.second, log.outcome, {**log.columns, "time": 1.7e9 + np.arange(800.0)})


@pytest.fixture(scope="module")
def twice(log):
    """1 or 2 for each vote, and the log with the votes of 2 written twice."""
    n_times = np.random.default_rng(4).integers(1, 3, 800)
    return n_times.astype(float), log.only(np.repeat(np.arange(800), n_times))


def late(votes, weights):
    """Train the votes before a time, and test those after it."""
    parts = Votes(
        votes.names, votes.first, votes.second, votes.outcome, {**votes.columns, "late": (votes.columns["time"] >= 1.7e9 + 600).astype(int)}
    )
    return next(split for split in label_folds(parts, "late", 2, weights=weights) if split.logs[1].columns["late"].all())


def same_scores(ours, theirs):
    for measure in MEASURES:
        assert getattr(ours, measure) == pytest.approx(getattr(theirs, measure), rel=1e-8, nan_ok=True), measure
    for part in ("n_votes", "expected", "observed"):
        assert getattr(ours.calibration, part) == pytest.approx(getattr(theirs.calibration, part), rel=1e-8), part
    assert (ours.n_votes, ours.n_decided) == (theirs.n_votes, theirs.n_decided)


@pytest.mark.parametrize("ties", RULES)
@pytest.mark.parametrize("by", ["counts", "votes", "covariates"])
def test_weights_of_two_are_votes_written_twice(log, twice, ties, by):
    """Both copies of a vote train or both test; by counts, vote by vote, and with covariates."""
    weights, written = twice
    covariates = COVARIATES if by == "covariates" else ()
    ours, theirs = (late(log, weights), late(written, None))
    assert isinstance(ours.train, WeightedCounts)
    found, expected = (held_out([s], ties=ties) if by == "counts" else held_out_votes([s], covariates, ties=ties) for s in (ours, theirs))
    same_scores(found.scores, expected.scores)


@pytest.mark.parametrize("ties", RULES)
def test_weights_that_are_alike_change_nothing(log, ties):
    ones = np.ones(log.n_votes)
    for plain, heavy in (
        (row_folds(log, 3, 1), row_folds(log, 3, 1, ones)),
        (label_folds(log, "voter", 3, 1), label_folds(log, "voter", 3, 1, ones)),
    ):
        usual, found = (held_out_votes(list(splits), COVARIATES, ties=ties) for splits in (plain, heavy))
        assert np.allclose(usual.probabilities, found.probabilities, atol=1e-9)
        assert np.array_equal(usual.votes, found.votes)
        assert found.n_left_out == usual.n_left_out == 0
        for end in ("lower", "upper"):
            assert getattr(usual.scores.calibration, end) == pytest.approx(getattr(found.scores.calibration, end), abs=1e-9)


def test_folds_of_weighted_counts_hold_every_vote_once(log):
    weighed = pair_weights(count(log), 40.0)
    splits = list(vote_folds(weighed, 4, seed=2))
    assert sum(split.test.n_votes.sum() for split in splits) == log.n_votes
    for split in splits:
        assert split.train.n_votes.sum() + split.test.n_votes.sum() == log.n_votes
        both = np.concatenate([split.train.weight * split.train.n_votes, split.test.weight * split.test.n_votes]).sum()
        assert both == pytest.approx((weighed.weight * weighed.n_votes).sum())
    found = held_out(splits, ties="davidson")
    assert found.votes.sum() == pytest.approx(log.n_votes)
    assert not np.allclose(found.votes, found.squares)


def test_the_last_votes_test_with_their_weights(log, twice):
    split = time_split(log, "time", 0.25, twice[0])
    assert np.array_equal(split.test.of_vote, twice[0][600:])
    assert np.array_equal(split.train.of_vote, twice[0][:600])


def test_scores_are_weighted_means():
    rng = np.random.default_rng(0)
    weights, law = rng.gamma(2, 1, 50), rng.dirichlet([3, 2, 1], 50).T
    went = np.eye(3)[rng.integers(0, 3, 50)].T
    found = score(law, went * weights, went * weights**2, tie_has_probability=True)
    assert found.log_loss_three == pytest.approx(np.average(-np.log((law * went).sum(axis=0)), weights=weights))
    other = rng.dirichlet([3, 2, 1], 50).T
    points = went[0] + went[2] / 2
    a, b = law[0] + law[2] / 2, other[0] + other[2] / 2
    gaps = points * np.log(b / a) + (1 - points) * np.log((1 - b) / (1 - a))
    mean, error = points_gap(law, other, went * weights, went * weights**2)
    assert mean == pytest.approx(np.average(gaps, weights=weights))
    assert error == pytest.approx(np.sqrt(np.sum(weights**2 * (gaps - mean) ** 2)) / weights.sum())


def test_calibration_of_weighted_votes_knows_how_many_they_are_worth():
    """Twenty votes of weight 3 are worth twenty; their interval is theirs without weights."""
    votes = np.array([[15.0], [5.0], [0.0]])
    plain, heavy = calibration(np.array([0.7]), votes), calibration(np.array([0.7]), 3 * votes, 9 * votes)
    assert heavy.lower == pytest.approx(plain.lower)
    assert heavy.upper == pytest.approx(plain.upper)
    assert heavy.n_votes == 3 * plain.n_votes


def test_models_are_compared_with_weights(log, twice):
    """Weights of two and votes written twice have the same likelihoods in every model, with covariates and without."""
    weights, written = twice
    frames, specification = [], Specification(position=True, styles=tuple(COVARIATES[1:]))
    for counts, votes, splits in (
        (weighted(log, weights), log, list(row_folds(log, 2, 1, weights))),
        (count(written), written, list(row_folds(written, 2, 1))),
    ):
        frames.append(compared(WeighedVotes(counts, votes), specification, splits)[0].set_index("model"))
    ours, theirs = frames
    for column in ("log_likelihood", "mean_nll", "deviance", "n_votes", "aic"):
        assert ours[column].to_numpy(float) == pytest.approx(theirs[column].to_numpy(float), rel=1e-8, nan_ok=True), column
    assert (ours["leader"] == theirs["leader"]).all()
    assert ours["points_gap_error"].notna().sum() == theirs["points_gap_error"].notna().sum()
