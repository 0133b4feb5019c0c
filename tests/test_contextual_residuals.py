"""Residuals of pairs whose votes have covariates: by a dense definition, one vote at a time, and against fits without covariates."""

import numpy as np
import pytest

from recount.engine import OptionError, Position, count, fit, residuals
from tests.test_contextual import COVARIATES, TIE_RULES, plain_covariates, random_log, with_mirror_image


def points_at(fitted, lead):
    """Expected points of a vote and their slope, by central differences of the outcomes' probabilities."""
    win, _, tie = fitted.outcome_shares(lead)
    up, down = (fitted.outcome_shares(lead + h) for h in (1e-5, -1e-5))
    return win + tie / 2, (up[0] + up[2] / 2 - down[0] - down[2] / 2) / 2e-5


def by_definition(fitted, votes, x, tie):
    """Residual and its variance by pair, from dense matrices with a row for each vote; `tie` is the probability of a tie by the fit's own law."""
    n, names = len(fitted.names), [fitted.names.index(name) for name in votes.names]
    first, second = np.array(names)[votes.first], np.array(names)[votes.second]
    incidence = np.zeros((votes.n_votes, n + x.shape[1]))
    rows = np.arange(votes.n_votes)
    incidence[rows, first], incidence[rows, second], incidence[:, n:] = 1, -1, x
    lead = incidence @ fitted.parameters[: incidence.shape[1]]
    expected, slope = points_at(fitted, lead)
    win, loss = expected - tie / 2, 1 - expected - tie / 2
    variance = win * loss + tie * (win + loss) / 4
    inverse = np.linalg.pinv(incidence.T @ (slope[:, None] * incidence), rcond=1e-10)
    left = np.eye(votes.n_votes) - slope[:, None] * (incidence @ inverse @ incidence.T)
    # From the side of the pair's lower competitor.
    sign = np.where(first < second, 1.0, -1.0)
    pairs = list(zip(fitted.contests.first, fitted.contests.second, strict=True))
    adds = np.array([sign * ((np.minimum(first, second) == i) & (np.maximum(first, second) == j)) for i, j in pairs])
    errors = np.array([1.0, 0.0, 0.5, 0.5])[votes.outcome] - expected
    return adds @ left @ errors, np.diagonal(adds @ left @ np.diag(variance) @ left.T @ adds.T)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper", "drop"])
def test_residuals_by_definition(ties):
    votes = random_log(4, n=5, n_votes=400)
    if ties == "drop":
        votes = votes.only(votes.outcome < 2)
    fitted = fit(votes, covariates=COVARIATES, ties=ties)
    found, x = residuals(fitted), plain_covariates(votes)
    tie = fitted.outcome_shares(fitted.leads(votes))[2]
    residual, variance = by_definition(fitted, votes, x, tie)
    assert found.residuals() == pytest.approx(residual, abs=1e-6)
    assert found.residual_variance == pytest.approx(variance, abs=1e-6)
    assert found.standardised() == pytest.approx(residual / np.sqrt(variance), abs=1e-5)
    assert found.rank == 4 + 3
    assert found.n_votes.sum() == votes.n_votes
    assert found.probabilities.sum(axis=0) == pytest.approx(1)


def test_half_wins_expect_as_many_ties_as_there_are():
    votes = random_log(4)
    found = residuals(fit(votes, covariates=COVARIATES))
    assert (found.n_votes * found.probabilities[2]).sum() == pytest.approx((votes.outcome >= 2).sum())
    # The law of a vote keeps the points that the fit expects.
    assert found.n_votes * (found.probabilities[0] + found.probabilities[2] / 2) == pytest.approx(found.expected)


@pytest.mark.parametrize("ties", TIE_RULES)
def test_where_the_covariate_is_nothing_they_are_those_without(ties):
    votes = with_mirror_image(random_log(6))
    ours, theirs = residuals(fit(votes, covariates=[Position()], ties=ties)), residuals(fit(count(votes), ties=ties))
    for part in ("lead", "probabilities", "n_votes", "points", "expected", "slope", "variance", "residual_variance"):
        assert getattr(ours, part) == pytest.approx(getattr(theirs, part), abs=1e-7), part
    assert ours.standardised() == pytest.approx(theirs.standardised(), abs=1e-7)
    assert ours.deviations() == pytest.approx(theirs.deviations(), abs=1e-8)


def test_standardised_residuals_have_variance_one():
    """Votes decided anew by the fit, many times: the residuals of refits are as spread as is said."""
    votes, rng = random_log(8, n=5, n_votes=1200), np.random.default_rng(2)
    covariates = [Position(), COVARIATES[2]]
    fitted = fit(votes, covariates=covariates, ties="davidson")
    win, loss, _ = fitted.outcome_shares(fitted.leads(votes))
    squares = []
    for _ in range(60):
        u = rng.random(votes.n_votes)
        anew = type(votes)(votes.names, votes.first, votes.second, np.where(u < win, 0, np.where(u < win + loss, 1, 2)), votes.columns)
        squares.append(residuals(fit(anew, covariates=covariates, ties="davidson")).standardised() ** 2)
    # 600 squares of standard normals, mean 1 with a standard error of 0.06.
    assert np.mean(squares) == pytest.approx(1, abs=0.2)


def test_weights_have_no_residuals():
    votes = random_log()
    with pytest.raises(OptionError, match="count for one each"):
        residuals(fit(votes, covariates=COVARIATES, weights=np.ones(votes.n_votes)))
