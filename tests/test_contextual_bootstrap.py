"""The bootstrap with covariates: against sandwiches, fits of the same votes, fits without covariates, and refits without one vote."""

import numpy as np
import pytest

from recount.engine import (
    ELO,
    ExistenceError,
    OptionError,
    Position,
    Prior,
    Resampling,
    Votes,
    acceleration,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    interval,
)
from recount.engine.uncertainty.resampling import resampler
from tests.logs import with_effects
from tests.random_logs import COVARIATES, TIE_RULES, random_log, with_mirror_image
from tests.reference import acceleration_by_jackknife


@pytest.fixture(scope="module")
def log():
    return random_log()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_bootstrap_agrees_with_the_sandwich(log, scheme, ties):
    fitted = fit(log, covariates=COVARIATES, ties=ties)
    drawn = with_effects(bootstrap(fitted, Resampling(scheme, n_replicates=800, seed=2)))
    for ours, theirs in zip(drawn, with_effects(covariance(fitted)), strict=True):
        # 800 replicates know a standard deviation to 2.5 %.
        assert ours.standard_errors() / theirs.standard_errors() == pytest.approx(1, abs=0.12)
    assert drawn[0].rating_error <= 0.01
    assert np.array_equal(drawn[1].interval(0.9), interval(fitted.coefficients, drawn[1].replicates, 0.9))


@pytest.mark.slow
def test_replicates_until_ends_are_known(log):
    """As many as needed, in the same streams; the ends of effects count as those of ratings."""
    fitted = fit(log, covariates=COVARIATES)
    found, effects = with_effects(bootstrap(fitted, Resampling(n_replicates="auto", monte_carlo_error=1.5, seed=2)))
    assert found.n_replicates in (1000, 2000, 4000)
    assert effects.replicates.shape == (found.n_replicates, 3)
    assert ELO * max(np.max(error) for error in found.monte_carlo_errors()) <= 1.5
    same = with_effects(bootstrap(fitted, Resampling(n_replicates=found.n_replicates, seed=2)))
    assert np.array_equal(found.values, same[0].values)
    assert np.array_equal(effects.replicates, same[1].replicates)
    with pytest.raises(OptionError, match="monte_carlo_error is 0"):
        with_effects(bootstrap(fitted, Resampling(n_replicates="auto", monte_carlo_error=0)))


@pytest.mark.slow
@pytest.mark.parametrize("by", ["voter", ("voter", "prompt")])
def test_bootstrap_of_clusters_agrees_with_their_sandwich(log, by):
    votes = Votes(log.names, log.first, log.second, log.outcome, {**log.columns, "voter": (log.first * 3 + log.outcome) * 2 + np.arange(1500) % 2})
    fitted = fit(votes, covariates=COVARIATES)
    clusters = clustered(fitted.design.log, fitted, by)
    drawn = with_effects(bootstrap(fitted, Resampling(n_replicates=600, seed=2), clusters=clusters))
    ratio = drawn[1].standard_errors() / with_effects(covariance(fitted, clusters=clusters))[1].standard_errors()
    # Where two columns cross, what is not shared counts up to three times in the variance (Owen 2007).
    assert np.all((ratio > 0.8) & (ratio < (1.25 if by == "voter" else 2.0)))


@pytest.mark.parametrize("ties", TIE_RULES)
def test_one_replicate_equals_a_fit_of_its_votes(log, ties):
    """The short way against Newton's method from the start, and against a log with the votes written out."""
    for choices in ({}, {"prior": Prior("votes", 2.0)}, {"ridge": 20.0}):
        fitted = fit(log, covariates=COVARIATES, ties=ties, **choices)
        loose, tight = (with_effects(bootstrap(fitted, Resampling(n_replicates=4, tolerance=tolerance, seed=3))) for tolerance in (0.01, 1e-6))
        assert ELO * np.abs(loose[0].values - tight[0].values).max() < 0.01
        assert ELO * np.abs(loose[1].replicates - tight[1].replicates).max() < 0.01
        one = with_effects(bootstrap(fitted, Resampling(n_replicates=2, first_replicate=2, tolerance=1e-6, seed=3)))
        assert np.array_equal(one[0].values, tight[0].values[2:])


def test_unrated_replicates_are_unbounded():
    """One competitor lost once: in a third of the replicates it did not."""
    votes = random_log(5, n_votes=400)
    king = len(votes.names)
    first, second = np.append(votes.first, [king] * 6), np.append(votes.second, np.arange(6))
    outcome = np.append(votes.outcome, [0, 0, 0, 0, 0, 1])
    log = Votes((*votes.names, "king"), first, second, outcome)
    fitted = fit(log, covariates=[Position()])
    strengths, effects = with_effects(bootstrap(fitted, Resampling(n_replicates=60, seed=1)))
    assert 5 < strengths.n_unrated()[fitted.names.index("king")] < 40
    assert strengths.interval()[1][fitted.names.index("king")] == np.inf
    assert np.isfinite(effects.replicates).all()
    with pytest.raises(ExistenceError, match="in replicate"):
        with_effects(bootstrap(fitted, Resampling(n_replicates=60, seed=1, unrated="error")))
    prior = fit(log, covariates=[Position()], existence="prior")
    assert np.isfinite(with_effects(bootstrap(prior, Resampling(n_replicates=60, seed=1)))[0].values).all()


def without_each(votes, groups):
    """The votes without those of each group, one group at a time."""
    return [votes.only(groups != group) for group in np.unique(groups)]


@pytest.mark.slow
@pytest.mark.parametrize("ties", TIE_RULES)
@pytest.mark.parametrize("by", [None, "voter"])
def test_acceleration_of_strengths_and_effects(ties, by):
    """By refits without one vote, or one voter: the jackknife is its twin to the order of one over their number."""
    votes = random_log(7, n=4, n_votes=500)
    covariates = [Position(), COVARIATES[2]]
    fitted = fit(votes, covariates=covariates, ties=ties)
    groups = np.arange(500) if by is None else votes.columns["voter"]
    rows = []
    for left in without_each(votes, groups):
        one = fit(left, covariates=covariates, ties=ties)
        scale = [a.deviation / b.deviation for a, b in zip(fitted.effects, one.effects, strict=True)]
        rows.append(np.append(one.strengths[[one.names.index(name) for name in fitted.names]], one.coefficients * scale))
    expected = acceleration_by_jackknife(np.ones(len(rows)), np.array(rows))
    found = acceleration(fitted, clusters=clustered(votes, fitted, by) if by else None)
    assert found.shape == (6,)
    # A voter is a fortieth of the votes.
    assert found == pytest.approx(expected, abs=(0.03 if by is None else 0.2) * np.abs(expected).max() + 5e-4)


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_bca_where_the_covariate_is_nothing(log, ties):
    """A log and its mirror image have no position: strengths, influence and acceleration are those of a fit without it."""
    both_ways = with_mirror_image(log)
    ours, theirs = fit(both_ways, covariates=[Position()], ties=ties), fit(count(both_ways), ties=ties)
    assert acceleration(ours)[:6] == pytest.approx(acceleration(theirs), abs=1e-10)
    bca = bootstrap(ours, Resampling(n_replicates=200, seed=3, interval_method="bca"))
    expected = interval(ours.strengths, bca.values, method="bca", acceleration=acceleration(theirs))
    for end, other in zip(bca.interval(), expected, strict=True):
        assert end == pytest.approx(other, abs=1e-9)
    assert bca.effects.acceleration == pytest.approx(acceleration(ours)[6:])
    percentile = bootstrap(ours, Resampling(n_replicates=200, seed=3))
    switched = percentile.with_intervals("bca", acceleration(ours))
    assert np.array_equal(switched.effects.interval()[0], bca.effects.interval()[0])
    assert not np.array_equal(percentile.effects.interval()[0], bca.effects.interval()[0])


@pytest.mark.slow
@pytest.mark.parametrize("ties", TIE_RULES)
def test_parametric_bootstrap_has_the_law_of_the_fit(log, ties):
    """Its spread is what Fisher's information says; half-wins tie nobody, so that there a log without ties is the one to compare with."""
    votes = log.only(log.outcome < 2) if ties == "half" else log
    fitted = fit(votes, covariates=COVARIATES, ties=ties)
    drawn = bootstrap(fitted, Resampling("parametric", n_replicates=800, seed=5))
    fisher = covariance(fitted, "fisher")
    for ours, theirs in ((drawn, fisher), (drawn.effects, fisher.effects)):
        # 800 replicates know a standard deviation to 2.5 %.
        assert ours.standard_errors() / theirs.standard_errors() == pytest.approx(1, abs=0.12)
    # Four standard errors of a mean of 800.
    assert (
        np.abs(drawn.effects.replicates.mean(axis=0) - fitted.coefficients).max() < 4 * fisher.effects.standard_errors().max() / np.sqrt(800) + 0.01
    )


@pytest.mark.parametrize("covariates", [COVARIATES, [Position()]])
def test_votes_decided_anew_are_as_many_as_each_row_had(log, covariates):
    fitted = fit(log, covariates=covariates, ties="davidson")
    likelihood, law = resampler(fitted, "parametric")
    votes = np.empty(likelihood.shape, law.dtype)
    shares = np.zeros(likelihood.shape)
    for replicate in range(400):
        law.draw(1, replicate, votes)
        assert np.array_equal(votes.reshape(-1, 3).sum(axis=1), fitted.design.votes)
        shares += votes / 400
    lead = fitted.likelihood.leads_of_rows(fitted.parameters)
    expected = (fitted.design.votes * fitted.outcome_shares(lead)).T
    # Six standard errors of a mean of 400, of thousands of cells.
    assert np.all(np.abs(shares.reshape(-1, 3) - expected) < 6 * np.sqrt(np.maximum(expected, 0.01) / 400))


def test_parametric_bootstrap_knows_neither_clusters_nor_weights(log):
    fitted = fit(log, covariates=[Position()])
    with pytest.raises(OptionError, match="neither clusters nor weights"):
        bootstrap(fitted, Resampling("parametric"), clusters=clustered(log, fitted, "voter"))
    with pytest.raises(OptionError, match="neither clusters nor weights"):
        bootstrap(fit(log, covariates=[Position()], weights=np.ones(log.n_votes)), Resampling("parametric"))
