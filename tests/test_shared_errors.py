"""Strengths given estimates whose errors are mostly shared."""

import math

import numpy as np
import pytest

from recount.engine.uncertainty.posterior import posterior_draws


def test_two_who_met_often_and_are_joined_to_the_others_by_few_votes():
    """What is known of their difference does not depend on how little is known of where both stand."""
    own, together = np.full(6, 0.02), np.repeat([1.0, -0.5], [2, 4])
    centre = np.eye(6) - 1 / 6
    errors = centre @ (np.diag(own**2) + np.outer(together, together)) @ centre
    strengths = centre @ np.array([0.1, 0.0, 0.4, 0.2, 0.0, -0.3])
    draws = posterior_draws(strengths, errors, 8000, 1)
    difference = draws[:, 0] - draws[:, 1]
    assert difference.std() == pytest.approx(0.02 * math.sqrt(2), rel=0.1)
    assert difference.mean() == pytest.approx(0.1, abs=0.01)
    # Of the place of both hardly anything but that it is among the others.
    assert draws[:, :2].mean(axis=1).std() > 0.1


def test_many_competitors_with_unequal_and_shared_errors():
    """Half of the variance of unequal errors is shared: the best by the estimates is far too high, and draws have to get away from it."""
    rng, n = np.random.default_rng(5), 400
    own = 0.09 * np.exp(0.6 * rng.standard_normal(n))
    together = own[:, None] * rng.standard_normal((n, 3)) / math.sqrt(6)
    errors, centre = np.diag(own**2) / 2 + together @ together.T, np.eye(n) - 1 / n
    truth = centre @ (-0.1 * rng.standard_exponential(n))
    estimates = centre @ (truth + np.linalg.cholesky(errors) @ rng.standard_normal(n))
    draws = posterior_draws(estimates, centre @ errors @ centre, 4000, 1)
    lower, upper = np.quantile(draws.max(axis=1), [0.01, 0.99])
    assert estimates.max() > upper > truth.max() > lower
    assert ((draws.mean(axis=0) - truth) ** 2).mean() < 0.5 * ((estimates - truth) ** 2).mean()
