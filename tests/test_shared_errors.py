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
