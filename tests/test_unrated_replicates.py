"""What is known of competitors that some replicates cannot rate."""

import math

import numpy as np
import pytest

from recount.engine import Replicates, leaderboard
from recount.engine.uncertainty.posterior import covariance_of_replicates, shrunken_draws, why_unshrunken


def replicates_of(values):
    n = values.shape[1]
    return Replicates(tuple("abcdefghijklmnop"[:n]), np.linspace(0.5, -0.5, n), values, "votes", 0, 0, 0.01)


def test_replicates_without_a_covariance_to_rely_on():
    values = np.random.default_rng(0).normal(size=(40, 4)) * 0.1
    assert why_unshrunken(replicates_of(values)) == ""
    assert shrunken_draws(replicates_of(values), 10, 0).shape == (10, 4)
    few = replicates_of(values[:7])
    assert why_unshrunken(few) == "7 are too few for 4 competitors; take 8 or more"
    assert shrunken_draws(few, 10, 0) is None
    values[:5, 2], values[5, :2] = np.inf, np.inf
    values[6, 3] = np.inf
    assert why_unshrunken(replicates_of(values)) == "a competitor could not be rated in more than a 10th of them, and none in all"
    board = leaderboard(replicates_of(values), np.ones(4), top=2)
    assert board[["p_best_shrunken", "p_top_2_shrunken"]].isna().all(axis=None)
    assert board["p_best"].sum() == pytest.approx(1)


def test_covariance_of_replicates_in_which_some_could_not_be_rated():
    """A competitor that is unbeaten, or linked to nobody, in a few of them is hardly known; the others are as well known as without these."""
    rng = np.random.default_rng(3)
    n, n_replicates = 6, 4000
    errors = np.array([0.1, 0.1, 0.2, 0.1, 0.15, 0.6])
    values = rng.normal(size=(n_replicates, n)) * errors
    plain = covariance_of_replicates(values - values.mean(axis=1, keepdims=True))
    unbeaten, unlinked = values[:, 5] > np.quantile(values[:, 5], 0.95), rng.random(n_replicates) < 0.02
    values[unbeaten, 5], values[unlinked, 5] = np.inf, np.nan
    rated = np.where(np.isfinite(values), values, 0.0)
    values -= rated.sum(axis=1, keepdims=True) / np.isfinite(values).sum(axis=1, keepdims=True)
    found = covariance_of_replicates(values)
    assert why_unshrunken(replicates_of(values)) == ""
    assert found.sum(axis=0) == pytest.approx(0, abs=1e-9)
    assert np.diagonal(found) == pytest.approx(np.diagonal(plain), rel=0.15)


def test_a_competitor_that_many_replicates_cannot_rate():
    """Two wins and a loss against one of many: 1 / 27 of the replicates lose all, 8 / 27 win all; the others are as they would be without it."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(2000, 6)) * 0.1
    n_wins = rng.binomial(3, 2 / 3, 2000)
    values[:, 5] += np.array([-np.inf, -math.log(2), math.log(2), np.inf])[n_wins]
    finite = np.isfinite(values)
    values -= np.where(finite, values, 0).sum(axis=1, keepdims=True) / finite.sum(axis=1, keepdims=True)
    assert why_unshrunken(replicates_of(values)) == ""
    found = covariance_of_replicates(values)
    contrast = np.array([*np.full(5, -0.2), 1.0])
    assert contrast @ found @ contrast == pytest.approx(2, rel=0.1)
    among = np.array([1.0, -1, 0, 0, 0, 0])
    assert among @ found @ among == pytest.approx(0.02, rel=0.15)
