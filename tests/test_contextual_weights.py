"""Fits with covariates whose votes are weighted: votes written twice, definitions, and fits without covariates."""

import numpy as np
import pytest

from recount.engine import (
    ELO,
    Factor,
    InputError,
    OptionError,
    Position,
    Resampling,
    Votes,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    pair_weights,
    voter_weights,
    weighted,
    weights_of_votes,
)
from recount.engine.choices import Weights
from recount.engine.contextual import rows as rows_module
from recount.sims.analysis.rating import rate
from recount.sims.specification import Specification
from tests.logs import with_effects
from tests.random_logs import COVARIATES, TIE_RULES, random_log, with_mirror_image


@pytest.fixture
def log():
    return random_log()


def times(log, seed=4):
    """1 or 2 for each vote, and the log with the votes of 2 written twice and numbered."""
    n_times = np.random.default_rng(seed).integers(1, 3, log.n_votes)
    written = log.only(np.repeat(np.arange(log.n_votes), n_times))
    return n_times, Votes(
        written.names, written.first, written.second, written.outcome, {**written.columns, "vote": np.repeat(np.arange(log.n_votes), n_times)}
    )


@pytest.mark.parametrize("ties", TIE_RULES)
@pytest.mark.parametrize("covariates", [COVARIATES[:1], COVARIATES])
def test_weights_of_two_are_votes_written_twice(log, ties, covariates):
    """The sandwich too, if the copies of a vote are a cluster, but for leverage; covariates are scaled by votes, whatever they weigh."""
    n_times, written = times(log)
    ours, theirs = fit(log, covariates=covariates, weights=n_times, ties=ties), fit(written, covariates=covariates, ties=ties)
    scale = np.array([a.deviation / b.deviation for a, b in zip(ours.effects, theirs.effects, strict=True)])
    assert ours.names == theirs.names
    assert ELO * ours.strengths == pytest.approx(ELO * theirs.strengths, abs=1e-6)
    assert ours.coefficients == pytest.approx(theirs.coefficients * scale, abs=1e-8)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, rel=1e-10)
    for by in (None, "voter"):
        a = with_effects(covariance(ours, clusters=clustered(ours.design.log, ours, by) if by else None))
        b = with_effects(covariance(theirs, clusters=clustered(theirs.design.log, theirs, by or "vote")))
        assert a[0].standard_errors() == pytest.approx(b[0].standard_errors(), rel=0.05)
        assert a[1].standard_errors() == pytest.approx(b[1].standard_errors() * scale, rel=0.05)


def test_rows_that_are_alike_are_one_where_weights_are_alike(monkeypatch, log):
    by_pair = weights_of_votes(pair_weights(count(log), 80.0), log)
    by_voter = weights_of_votes(voter_weights(log, "voter"), log)
    assert fit(log, covariates=[Position()], weights=by_pair).design.result.size < 200
    assert fit(log, covariates=[Position()], weights=by_voter).design.result.size == log.n_votes
    few = fit(log, covariates=[Position()], weights=by_pair)
    monkeypatch.setattr(rows_module, "LARGEST_TABLE", 0)
    many = fit(log, covariates=[Position()], weights=by_pair)
    assert few.strengths == pytest.approx(many.strengths, abs=1e-10)
    for ours, theirs in zip(with_effects(covariance(few)), with_effects(covariance(many)), strict=True):
        assert ours.covariance == pytest.approx(theirs.covariance, abs=1e-12)


@pytest.mark.parametrize("ties", TIE_RULES)
def test_where_a_covariate_is_nothing_the_fit_is_that_without(log, ties):
    """A log and its mirror image have no position."""
    both = with_mirror_image(log)
    weights = np.tile(np.random.default_rng(6).gamma(2.0, size=log.n_votes), 2)
    ours, theirs = fit(both, covariates=[Position()], weights=weights, ties=ties), fit(weighted(both, weights), ties=ties)
    assert ours.coefficients == pytest.approx([0.0], abs=1e-10)
    assert ours.strengths == pytest.approx(theirs.strengths, abs=1e-10)
    assert ours.contests.n_effective == pytest.approx(theirs.contests.n_effective)
    # A position that is estimated has its part of every vote's leverage.
    assert with_effects(covariance(ours))[0].covariance == pytest.approx(covariance(theirs).covariance, rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
@pytest.mark.parametrize("by", [None, "voter"])
def test_weighted_bootstrap_agrees_with_the_sandwich(log, scheme, by):
    fitted = fit(log, covariates=COVARIATES, weights=np.random.default_rng(6).gamma(0.7, size=log.n_votes), ties="davidson")
    clusters = clustered(fitted.design.log, fitted, by) if by else None
    drawn = with_effects(bootstrap(fitted, Resampling(scheme, n_replicates=600, seed=2), clusters=clusters))
    for ours, theirs in zip(drawn, with_effects(covariance(fitted, clusters=clusters)), strict=True):
        assert ours.standard_errors() / theirs.standard_errors() == pytest.approx(1, abs=0.2)


def test_weights_of_pairs_vote_by_vote(log):
    """1 over the votes of the pair, at least 40, in either order, scaled to mean 1; names in another order than that of counts."""
    turned = Votes(log.names[::-1], 5 - log.first, 5 - log.second, log.outcome)
    pairs = [frozenset(pair) for pair in zip(log.first.tolist(), log.second.tolist(), strict=True)]
    slow = np.array([1 / max(pairs.count(pair), 40) for pair in pairs])
    for votes in (log, turned):
        found = weights_of_votes(pair_weights(count(votes), 40.0), votes)
        assert found == pytest.approx(slow / slow.mean(), rel=1e-12)


def test_weights_that_cannot_be(log):
    with pytest.raises(OptionError, match="neither clusters nor weights"):
        with_effects(covariance(fit(log, covariates=COVARIATES, weights=np.ones(log.n_votes)), "fisher"))
    with pytest.raises(InputError, match="3 weights for 1,500 votes"):
        fit(log, covariates=COVARIATES, weights=np.ones(3))
    with pytest.raises(InputError, match="weights are positive numbers"):
        fit(log, covariates=COVARIATES, weights=np.append(np.ones(log.n_votes - 1), -1.0))


def test_a_specification_weighs(log):
    """The rating of a competitor with few votes goes after the weights are found, as without covariates."""
    rare = np.array([0, 1, 2, 3, 4, 5] * 2)
    votes = Votes(
        (*log.names, "rare"),
        np.append(log.first, np.full(12, 6)),
        np.append(log.second, rare),
        np.append(log.outcome, np.arange(12) % 2),
        {"voter": np.append(log.columns["voter"], np.full(12, 99)), "language": Factor(np.zeros(1512, np.int32), ("en",))},
    )
    for chosen, weights in (
        (Weights.pairs(100), weights_of_votes(pair_weights(count(votes), 100.0), votes)),
        (Weights.voters("voter"), weights_of_votes(voter_weights(votes, "voter"), votes)),
    ):
        fitted = rate(count(votes), Specification(weights=chosen, position=True, minimum_votes=50), votes)
        expected = fit(votes.only(np.arange(1500)).among(np.arange(7) < 6), covariates=[Position()], weights=weights[:1500])
        assert "rare" not in fitted.names
        assert fitted.strengths == pytest.approx(expected.strengths, abs=1e-10)
