"""Deviance, criteria and residuals: published numbers, definitions, simulated votes."""

import math

import numpy as np
import pytest
from scipy.special import xlogy

from recount.engine import InputError, OptionError, contests, count, fit, pair_weights
from recount.engine.scrutiny.goodness_of_fit import fit_quality, saturated_log_likelihood, ties_at_random
from recount.engine.scrutiny.pair_residuals import residuals
from tests.published import TEAMS, baseball_rows, citations, puddings
from tests.random_logs import counts_of, random_votes
from tests.reference import nll_of_ties, pair_counts

TIE_RULES = ("half", "drop", "davidson", "rao-kupper")


def test_stigler_deviance():
    """Stigler (1994): 4.293384 on 3 degrees of freedom."""
    quality = fit_quality(fit(citations()))
    assert quality.deviance == pytest.approx(4.293384, abs=5e-7)
    assert (quality.degrees_of_freedom, quality.n_parameters, quality.n_pairs, quality.n_votes) == (3, 3, 6, 3727)


def test_baseball_deviance():
    """Agresti; R package BradleyTerry2: 44.0535 over the 42 rows of home and away."""
    rows = list(baseball_rows())
    wins, losses = np.array([row[2:4] for row in rows], float).T
    fitted = fit(pair_counts(TEAMS, rows))
    assert 2 * (saturated_log_likelihood("three", wins, losses, 0 * wins) - fitted.log_likelihood) == pytest.approx(44.0535, abs=5e-5)
    assert fit_quality(fitted).degrees_of_freedom == 21 - 6


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_puddings_by_definition(ties):
    fitted = fit(puddings(), ties=ties)
    quality, played = fit_quality(fitted), fitted.contests
    saturated = 0.0
    for votes in zip(played.wins, played.losses, played.ties, strict=True):
        saturated += sum(xlogy(n, n / sum(votes)) for n in votes)
    value = -nll_of_ties(ties, played, fitted.parameters)
    assert quality.outcomes == "three"
    assert quality.deviance == pytest.approx(2 * (saturated - value), rel=1e-9)
    assert quality.degrees_of_freedom == 2 * 15 - 6
    assert quality.aic == pytest.approx(2 * 6 - 2 * value)
    assert quality.bic == pytest.approx(6 * math.log(quality.n_votes) - 2 * value)
    assert quality.mean_nll == pytest.approx(fitted.mean_nll)


def test_arena_criteria_are_sums(arena_counts):
    """Ameli et al., arXiv 2412.18407: their AIC, 257.9810, is 2 x 130 parameters (one more than are free) less twice the mean, for twice the sum."""
    quality = fit_quality(fit(arena_counts, ties="rao-kupper", both_bad="drop"))
    assert 2 * (quality.n_parameters + 1) - 2 * quality.mean_nll == pytest.approx(257.9810, abs=5e-5)
    assert quality.aic == pytest.approx(2 * 129 + 2 * 1_374_996 * quality.mean_nll)


def test_half_wins_are_points():
    fitted = fit(count(random_votes()))
    played = fitted.contests
    quality = fit_quality(fitted)
    s, n = played.wins + played.ties / 2, played.wins + played.losses + played.ties
    assert quality.outcomes == "points"
    assert quality.saturated_log_likelihood == pytest.approx(float((xlogy(s, s / n) + xlogy(n - s, 1 - s / n)).sum()), rel=1e-12)
    # Ties are less spread than coins.
    assert quality.deviance < quality.degrees_of_freedom


def test_ties_at_random_is_a_likelihood_of_three_outcomes():
    counts = count(random_votes())
    fitted, played = fit(counts, ties="drop"), contests(counts)
    share = played.ties.sum() / played.n_votes
    win, loss, _ = fitted.outcome_shares(fitted.strengths[played.first] - fitted.strengths[played.second])
    value = played.wins @ np.log(win * (1 - share)) + played.losses @ np.log(loss * (1 - share)) + played.ties.sum() * np.log(share)
    quality = ties_at_random(fitted, played)
    assert quality.log_likelihood == pytest.approx(value, rel=1e-12)
    assert quality.n_parameters == fitted.n_free + 1
    # The truth of these votes: ties are drawn whoever meets.
    assert quality.aic < fit_quality(fit(counts, ties="davidson")).aic
    with pytest.raises(OptionError, match="ties='half'"):
        ties_at_random(fit(counts), played)
    with pytest.raises(OptionError, match="the same votes"):
        ties_at_random(fitted, contests(count(random_votes(seed=2))))


def test_both_bad_apart_changes_no_deviance():
    counts = count(random_votes())
    for ties in TIE_RULES:
        apart, dropped = (fit_quality(fit(counts, ties=ties, both_bad=rule)) for rule in ("outcome", "drop"))
        assert apart.deviance == pytest.approx(dropped.deviance, abs=1e-6)
        assert apart.degrees_of_freedom == dropped.degrees_of_freedom
        assert apart.n_parameters == dropped.n_parameters + 1


def test_weighted_votes_have_an_effective_number():
    fitted = fit(pair_weights(count(random_votes()), 1.0))
    quality = fit_quality(fitted)
    assert quality.n_effective < quality.n_votes
    assert quality.bic == pytest.approx(quality.n_parameters * math.log(fitted.contests.n_effective) - 2 * fitted.log_likelihood)
    with pytest.raises(OptionError, match="without weights"):
        residuals(fitted)


def test_residuals_are_those_of_logistic_regression():
    """Pregibon (1981): r / sqrt(V (1 - h)), h the diagonal of the hat matrix."""
    fitted = fit(count(random_votes(n=6, n_votes=500)), ties="drop")
    played = fitted.contests
    n = played.wins + played.losses
    x = np.zeros((n.size, 6))
    x[np.arange(n.size), played.first], x[np.arange(n.size), played.second] = 1, -1
    p = 1 / (1 + np.exp(-x @ fitted.strengths))
    v = n * p * (1 - p)
    hat = np.sqrt(v)[:, None] * x @ np.linalg.pinv(x.T @ np.diag(v) @ x) @ x.T * np.sqrt(v)
    found = residuals(fitted)
    assert found.standardised() == pytest.approx((played.wins - n * p) / np.sqrt(v * (1 - np.diag(hat))), abs=1e-6)
    assert found.rank == 5
    assert found.deviations() == pytest.approx((played.wins - n * p) / v, abs=1e-6)


@pytest.mark.parametrize("ties", TIE_RULES)
def test_residuals_add_up_to_nothing(ties):
    found = residuals(fit(count(random_votes()), ties=ties))
    left = found.left_over(found.points - found.expected)
    assert found.incidence.T @ left == pytest.approx(0, abs=1e-6)
    assert found.probabilities.sum(axis=0) == pytest.approx(1)
    assert (found.variance > 0).all()


@pytest.mark.parametrize("ties", TIE_RULES)
def test_slope_by_differences(ties):
    found = residuals(fit(count(random_votes()), ties=ties))
    h = 1e-5
    up, down = (found.fit.outcome_shares(found.lead + step) for step in (h, -h))
    assert found.slope == pytest.approx(found.n_votes * ((up[0] + up[2] / 2) - (down[0] + down[2] / 2)) / (2 * h), rel=1e-6)


def test_law_of_half_wins():
    """Expected points are the fit's, ties as many as there are, and Davidson's: their square is in proportion to wins times losses."""
    fitted = fit(count(random_votes(spread=2.0)))
    found = residuals(fitted)
    win, loss, tie = found.probabilities
    assert win + tie / 2 == pytest.approx(1 / (1 + np.exp(-found.lead)), abs=1e-12)
    assert found.n_votes @ tie == pytest.approx(fitted.contests.ties.sum(), rel=1e-9)
    squared = tie**2 / (win * loss)
    assert squared == pytest.approx(squared[0], rel=1e-6)


def test_standardised_residuals_have_variance_one():
    """With 30 % ties, where the variance of a coin would be too large by a third."""
    found = residuals(fit(count(random_votes(n=8, n_votes=20_000))))
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(found.n_votes.astype(int), found.probabilities.T, (4000, found.n_votes.size))
    left = np.array([found.left_over(row[:, 0] + row[:, 2] / 2 - found.expected) for row in drawn])
    # 4,000 draws know a variance to 2.2 %, and 28 of them are looked at.
    assert left.var(axis=0) / found.residual_variance == pytest.approx(1, abs=0.09)


def test_a_pair_that_strengths_follow_has_no_residual():
    """The only pair of a competitor is fitted whatever its votes."""
    found = residuals(fit(counts_of([("a", "b", 5, 3, 0, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 1, 6, 0, 0), ("c", "leaf", 2, 9, 0, 0)])))
    only = found.fit.contests.second == found.fit.names.index("leaf")
    assert np.isnan(found.standardised()[only]).all()
    assert np.isfinite(found.standardised()[~only]).all()


def test_nothing_but_ties():
    with pytest.raises(InputError, match="all votes are ties"):
        residuals(fit(counts_of([("a", "b", 0, 0, 5, 0), ("b", "c", 0, 0, 5, 0)])))


def test_bic_of_weighted_votes_with_both_bad_has_one_sample_size():
    """Kish's number over all votes, "both bad" among them; of equal weights it is the number of votes."""
    votes = random_votes()
    assert (votes.outcome == 3).any()
    weights = np.random.default_rng(0).exponential(1.0, votes.n_votes)
    fitted = fit(votes, weights=weights, both_bad="outcome")
    assert fit_quality(fitted).n_effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert fit_quality(fit(votes, weights=np.full(votes.n_votes, 1.0), both_bad="outcome")).n_effective == pytest.approx(votes.n_votes)
    assert fit_quality(fit(votes, both_bad="outcome")).n_effective == pytest.approx(votes.n_votes)
