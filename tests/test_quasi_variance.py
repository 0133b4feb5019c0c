"""Quasi-variances against published ones and where they are exact."""

import numpy as np
import pytest

from recount.engine import JointNormal, OptionError, Replicates, count, covariance, fit
from recount.engine.errors import ConvergenceError
from recount.engine.uncertainty.quasi_variance import quasi_variances
from tests.random_logs import random_votes


def joint(matrix):
    matrix = np.asarray(matrix, float)
    return JointNormal(tuple(f"m{i}" for i in range(len(matrix))), np.zeros(len(matrix)), matrix)


def test_ship_damage():
    """McCullagh and Nelder's ship types A to E, A at zero: covariance to four digits as printed for David Firth's QV Calculator, and the quasi
    standard errors of his package qvcalc 1.0.3 for the same model (from the covariance in full, hence 0.5 %).
    """
    printed = np.zeros((5, 5))
    printed[np.tril_indices(5, -1)] = [0, 0, 0.0428, 0, 0.0390, 0.0384, 0, 0.0404, 0.0412, 0.0387]
    printed += printed.T + np.diag([0, 0.0533, 0.1824, 0.1428, 0.0941])
    found = quasi_variances(joint(printed))
    assert np.sqrt(found.values) == pytest.approx([0.200966, 0.112705, 0.375250, 0.323894, 0.232172], rel=0.005)


def test_independent_estimates():
    """Independent: quasi-variances are the variances, also when only differences from a mean are known."""
    variances = np.array([0.1, 0.4, 0.02, 1.0, 3.0, 0.7])
    centre = np.eye(6) - 1 / 6
    for matrix in (np.diag(variances), centre @ np.diag(variances) @ centre, np.diag(variances) + 5):
        found = quasi_variances(joint(matrix))
        assert found.values == pytest.approx(variances, rel=1e-7)
        assert found.largest_error == pytest.approx(0, abs=1e-7)


def test_three_are_exact():
    rng = np.random.default_rng(1)
    root = rng.normal(size=(3, 3)) + 2 * np.eye(3)
    uncertain = joint(root @ root.T)
    found = quasi_variances(uncertain)
    variance = uncertain.difference_errors() ** 2
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert found.values[i] + found.values[j] == pytest.approx(variance[i, j], rel=1e-6)


def test_least_squares_of_logarithms():
    """No nearby values have a smaller sum of squares, and the largest error is that of the worst pair."""
    uncertain = covariance(fit(count(random_votes(n_votes=600))))
    found = quasi_variances(uncertain)
    variance = uncertain.difference_errors() ** 2
    pairs = np.triu_indices(12, 1)

    def log_ratios(q):
        return np.log((q[:, None] + q)[pairs] / variance[pairs])

    least = (log_ratios(found.values) ** 2).sum()
    rng = np.random.default_rng(2)
    for _ in range(200):
        assert (log_ratios(found.values * np.exp(rng.normal(0, 1e-3, 12))) ** 2).sum() > least
    read_off = np.sqrt(found.values[:, None] + found.values)[pairs]
    assert found.largest_error == pytest.approx(np.abs(read_off / np.sqrt(variance[pairs]) - 1).max())
    assert found.largest_error < 0.06


def test_refusals():
    with pytest.raises(OptionError, match="three competitors"):
        quasi_variances(joint(np.eye(2)))
    values = np.random.default_rng(3).normal(size=(50, 4))
    values[7, 2] = np.inf
    with pytest.raises(OptionError, match="finite positive errors"):
        quasi_variances(Replicates(tuple("abcd"), np.zeros(4), values, "votes", 0, 0, 0.0))
    # Var(0 - 1) + Var(0 - 2) < Var(1 - 2): the quasi-variance of 0 would be negative.
    with pytest.raises(ConvergenceError, match="near 0"):
        quasi_variances(joint([[1, 0.5, 0.5], [0.5, 1, -0.8], [0.5, -0.8, 1]]))
