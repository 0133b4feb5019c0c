"""Intervals from replicates, and the Monte-Carlo error of their ends."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from recount.engine import OptionError, interval, monte_carlo_error

METHODS = ("percentile", "basic", "bca", "normal")
# Efron and Tibshirani (1993), An Introduction to the Bootstrap, table 14.1: spatial perception of 26 children, test A.
TEST_A = np.array([48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41.0])


def quantile_by_definition(values, level):
    """Order statistic number level x (n + 1), between two of them in proportion; before the first and after the last there is none."""
    values = sorted(values)
    place = level * (len(values) + 1)
    if not 1 <= place <= len(values):
        return -math.inf if place < 1 else math.inf
    low = math.floor(place)
    high = min(low + 1, len(values))
    return values[low - 1] + (place - low) * (values[high - 1] - values[low - 1])


def interval_by_definition(estimate, values, level, method, acceleration):
    """One quantity at a time, from the formulas of Efron and Tibshirani (1993), chapters 13 and 14."""
    tails = (1 - level) / 2, (1 + level) / 2
    if method == "normal":
        mean = sum(values) / len(values)
        deviation = math.sqrt(sum((x - mean) ** 2 for x in values) / (len(values) - 1))
        return tuple(estimate + stats.t.ppf(p, len(values) - 1) * deviation for p in tails)
    if method == "bca":
        bias = stats.norm.ppf(sum(0.5 if x == estimate else x < estimate for x in values) / len(values))
        z = [bias + stats.norm.ppf(p) for p in tails]
        tails = [stats.norm.cdf(bias + s / (1 - acceleration * s)) for s in z]
    lower, upper = (quantile_by_definition(values, p) for p in tails)
    return (2 * estimate - upper, 2 * estimate - lower) if method == "basic" else (lower, upper)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_by_definition(method, level):
    rng = np.random.default_rng(1)
    estimate, acceleration = np.array([0.1, -2.0, 1.0]), np.array([0.03, -0.05, 0.0])
    # Skewed, biased, and on few values so that many equal the estimate.
    replicates = np.stack([rng.gumbel(0, 1, 400), rng.normal(-1.9, 3, 400), rng.integers(-1, 4, 400)], axis=1).astype(float)
    lower, upper = interval(estimate, replicates, level, method, acceleration)
    for k in range(3):
        expected = interval_by_definition(estimate[k], replicates[:, k].tolist(), level, method, acceleration[k])
        assert (lower[k], upper[k]) == pytest.approx(expected, rel=1e-12)


def variances(replicates):
    return np.random.default_rng(3).choice(TEST_A, (replicates, TEST_A.size)).var(axis=1)[:, None]


def acceleration_of_variance():
    """Influence of a child on the variance is (x - mean)^2 - variance."""
    influence = (TEST_A - TEST_A.mean()) ** 2 - TEST_A.var()
    return (influence**3).sum() / (6 * (influence**2).sum() ** 1.5)


def test_published_bca():
    """Efron and Tibshirani (1993), section 14.3: variance 171.5, acceleration 0.061, BCa 90 % (115.8, 259.6) from 2,000 replicates."""
    estimate, acceleration = np.array([TEST_A.var()]), acceleration_of_variance()
    assert estimate[0] == pytest.approx(171.5, abs=0.05)
    assert acceleration == pytest.approx(0.061, abs=0.0005)
    lower, upper = interval(estimate, variances(100_000), 0.9, "bca", acceleration)
    errors = monte_carlo_error(estimate, variances(2000), 0.9, "bca", acceleration)
    assert lower[0] == pytest.approx(115.8, abs=2 * errors[0][0])
    assert upper[0] == pytest.approx(259.6, abs=2 * errors[1][0])
    # Percentile: (100.8, 233.9) there.
    lower, upper = interval(estimate, variances(100_000), 0.9)
    errors = monte_carlo_error(estimate, variances(2000), 0.9)
    assert lower[0] == pytest.approx(100.8, abs=2 * errors[0][0])
    assert upper[0] == pytest.approx(233.9, abs=2 * errors[1][0])


def test_bca_equals_scipy():
    """The same replicates; scipy takes a neighbouring order statistic: a fraction of the Monte-Carlo error, which is 1 here."""
    result = stats.bootstrap((TEST_A,), np.var, n_resamples=20_000, method="BCa", vectorized=True, axis=-1, rng=np.random.default_rng(4))
    replicates = result.bootstrap_distribution[:, None]
    lower, upper = interval(np.array([TEST_A.var()]), replicates, 0.95, "bca", acceleration_of_variance())
    assert (lower[0], upper[0]) == pytest.approx((result.confidence_interval.low, result.confidence_interval.high), abs=0.25)


def test_what_could_not_be_rated_widens():
    """Undefeated in a third, winless in a third, missing in a third, a bit of each, and undefeated too rarely to matter."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(999, 5))
    values[:333, 0], values[:333, 1], values[:333, 2] = np.inf, -np.inf, np.nan
    values[:200, 3], values[200:400, 3], values[400:500, 3] = np.inf, -np.inf, np.nan
    values[:9, 4] = np.inf
    lower, upper = interval(np.zeros(5), values)
    assert lower[0] == pytest.approx(quantile_by_definition(values[:, 0].tolist(), 0.025))
    assert upper[1] == pytest.approx(quantile_by_definition(values[:, 1].tolist(), 0.975))
    assert np.array_equal(np.isinf(lower), [False, True, True, True, False])
    assert np.array_equal(np.isinf(upper), [True, False, True, True, False])
    errors = monte_carlo_error(np.zeros(5), values)
    assert np.array_equal(np.isnan(errors[0]), np.isinf(lower))
    assert np.array_equal(np.isnan(errors[1]), np.isinf(upper))
    for method in ("basic", "normal"):
        lower, upper = interval(np.zeros(5), values, 0.95, method)
        assert np.array_equal(np.isinf(lower), np.isinf(upper))
        assert np.all(lower <= upper)
        errors = monte_carlo_error(np.zeros(5), values, 0.95, method)
        assert np.array_equal(np.isnan(errors[0]), np.isinf(lower))
    lower, upper = interval(np.zeros(5), values, 0.95, "bca", 0.01)
    assert np.isfinite(lower[[0, 4]]).all()
    assert np.isinf(lower[1:4]).all()
    assert np.isinf(upper[[0, 2, 3]]).all()


def test_an_end_that_may_be_infinite_with_other_replicates():
    """25 of 1,000 replicates are infinite: number 976 is finite by a hair, and its Monte-Carlo error is not."""
    values = np.append(np.random.default_rng(6).normal(size=976), np.full(24, np.inf))[:, None]
    assert np.isfinite(interval(np.zeros(1), values)[1])
    errors = monte_carlo_error(np.zeros(1), values)
    assert np.isfinite(errors[0])
    assert np.isposinf(errors[1])
    assert np.isfinite(monte_carlo_error(np.zeros(1), values, 0.5)[1])


@pytest.mark.parametrize("method", METHODS)
def test_monte_carlo_error_is_the_spread_over_bootstraps(method):
    """400 bootstraps of 800 skewed replicates: mean of the errors stated against the standard deviation of the ends, known to 4 %."""
    rng = np.random.default_rng(7)
    replicates = rng.gamma(20.0, 0.05, (800, 400))
    estimate = np.ones(400)
    ends, errors = interval(estimate, replicates, 0.9, method, 0.04), monte_carlo_error(estimate, replicates, 0.9, method, 0.04)
    for end, error in zip(ends, errors, strict=True):
        assert error.mean() == pytest.approx(end.std(), rel=0.12)


@pytest.mark.parametrize("method", METHODS)
def test_replicates_all_alike(method):
    lower, upper = interval(np.ones(2), np.ones((50, 2)), 0.95, method)
    assert lower.tolist() == upper.tolist() == [1, 1]
    errors = monte_carlo_error(np.ones(2), np.ones((50, 2)), 0.95, method)
    assert errors[0].tolist() == errors[1].tolist() == [0, 0]


@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.floats(-5, 5), st.floats(0.1, 10), st.floats(0.5, 0.99))
@settings(max_examples=40)
def test_units_and_direction(seed, method, shift, scale, level):
    rng = np.random.default_rng(seed)
    estimate, replicates, acceleration = rng.normal(size=3), rng.gumbel(size=(99, 3)), rng.uniform(-0.1, 0.1, 3)
    lower, upper = interval(estimate, replicates, level, method, acceleration)
    moved = interval(shift + scale * estimate, shift + scale * replicates, level, method, acceleration)
    assert moved[0] == pytest.approx(shift + scale * lower, abs=1e-9)
    assert moved[1] == pytest.approx(shift + scale * upper, abs=1e-9)
    turned = interval(-estimate, -replicates, level, method, -acceleration)
    assert turned[0] == pytest.approx(-upper, abs=1e-9)
    assert turned[1] == pytest.approx(-lower, abs=1e-9)


def test_acceleration_beyond_reach():
    """Where 1 - a (z0 + z) is not positive the interval has no end, and does not change sides."""
    replicates = np.linspace(-1, 3, 500)[:, None]
    lower, upper = interval(np.zeros(1), replicates, 0.95, "bca", -0.6)
    assert lower[0] == -np.inf
    assert 0 < upper[0] < np.inf
    errors = monte_carlo_error(np.zeros(1), replicates, 0.95, "bca", -0.6)
    assert [np.isnan(error[0]) for error in errors] == [True, False]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [2, 10, 38, 39, 40])
def test_few_replicates(method, n):
    """Quantiles at 95 % need 39 replicates: with fewer, intervals have no end; a normal one is Student's, and covers from two replicates on."""
    rng = np.random.default_rng(n)
    truth, estimates = 0.0, rng.normal(size=4000)
    replicates = estimates + rng.normal(size=(n, 4000))
    lower, upper = interval(estimates, replicates, 0.95, method)
    if method in ("percentile", "basic"):
        assert np.isfinite(lower).all() == np.isfinite(upper).all() == (n >= 39)
    covered = ((lower <= truth) & (truth <= upper)).mean()
    if method == "normal":
        assert covered == pytest.approx(0.95, abs=0.012)
    assert covered > 0.93


@pytest.mark.parametrize("function", [interval, monte_carlo_error])
def test_options_are_checked(function):
    with pytest.raises(OptionError, match="confidence_level is 1"):
        function(np.zeros(1), np.zeros((9, 1)), 1)
    with pytest.raises(OptionError, match="confidence_level is nan"):
        function(np.zeros(1), np.zeros((9, 1)), float("nan"))
    with pytest.raises(OptionError, match="method is 'bc'; did you mean 'bca'"):
        function(np.zeros(1), np.zeros((9, 1)), 0.95, "bc")
