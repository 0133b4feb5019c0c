"""Growth, surges, lags, projections and proportions: published figures, closed forms, and simulated series whose truth is known."""

import math

import numpy as np
import pytest
from scipy.stats import binom, poisson

from recount.engine.errors import InputError
from recount.sims.trends.change_points import surge
from recount.sims.trends.frontier_lag import lag
from recount.sims.trends.gap_projection import projected
from recount.sims.trends.proportions import proportion
from recount.sims.trends.release_growth import growth, p_of_equal_growth


def test_growth_of_releases_as_published():
    """Open-weight releases over 70 B from 2024 to 2025: China 6 to 21, the US 2 to 4."""
    china, america = growth(6, 21), growth(2, 4)
    assert (china.ratio, america.ratio) == pytest.approx((3.5, 2.0))
    assert (china.lower, china.upper) == pytest.approx((1.4, 10.6), abs=0.05)
    assert (round(america.lower, 1), round(america.upper)) == (0.3, 22)
    assert p_of_equal_growth((6, 21), (2, 4)) == pytest.approx(0.62, abs=0.005)


def test_ends_of_growth_are_where_the_tails_are_a_fortieth():
    found = growth(3, 11, lengths=(12.0, 9.7))
    lower, upper = (ratio * 9.7 / (12 + ratio * 9.7) for ratio in (found.lower, found.upper))
    assert (binom.sf(10, 14, lower), binom.cdf(11, 14, upper)) == pytest.approx((0.025, 0.025), abs=1e-9)


def test_growth_covers_its_truth():
    """Counted exactly, over all counts that Poisson laws give: never less than it says, also of rare events."""
    for rate, ratio in ((2.0, 1.0), (2.0, 3.0), (6.0, 3.5), (0.7, 5.0)):
        covered = 0.0
        for earlier in range(40):
            for later in range(80):
                weight = poisson.pmf(earlier, rate) * poisson.pmf(later, rate * ratio)
                if weight > 1e-9 and earlier + later:
                    found = growth(earlier, later)
                    covered += weight * (found.lower <= ratio <= found.upper)
        assert covered / (1 - poisson.pmf(0, rate) * poisson.pmf(0, rate * ratio)) >= 0.95 - 1e-6


def test_growth_without_events():
    assert growth(0, 5).ratio == math.inf
    assert growth(0, 5).upper == math.inf
    assert growth(5, 0).lower == 0.0
    assert growth(4, 4).p_grows == pytest.approx(0.5)
    with pytest.raises(InputError, match="no event"):
        growth(0, 0)
    with pytest.raises(InputError, match="-1"):
        growth(-1, 3)


def test_a_surge_is_found_where_it_is():
    rng = np.random.default_rng(4)
    found = [surge(rng.poisson([4.0] * 8 + [16.0] * 6), seed=k) for k in range(40)]
    assert np.mean([one.month == 8 for one in found]) > 0.5
    assert np.mean([abs(one.month - 8) <= 1 for one in found]) > 0.85
    assert max(one.p_value for one in found) < 0.05
    assert np.median([one.growth.ratio for one in found]) == pytest.approx(4.0, rel=0.2)


def test_false_surges_are_as_rare_as_they_say():
    """Also where months differ in length."""
    rng = np.random.default_rng(5)
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 12.0])
    p = np.array([surge(rng.poisson(0.15 * lengths), lengths, seed=k).p_value for k in range(300)])
    for level in (0.05, 0.2, 0.5):
        assert (p <= level).mean() <= level + 2.6 * math.sqrt(level * (1 - level) / p.size)
    # Counts are coarse, and yet the test is not useless.
    assert (p <= 0.2).mean() > 0.08


def test_a_surge_needs_months_and_events():
    for counts in ([1, 2], [0, 0, 0, 0]):
        with pytest.raises(InputError, match="too few"):
            surge(counts)


def test_lag_is_that_of_the_models():
    """The follower reached 1,250 in month 20; the leader had 1,250 in month 12, 1,240 in month 9."""
    draws = np.array([[1200.0, 1240.0, 1250.0, 1300.0, 1180.0, 1250.0]])
    months = np.array([3.0, 9.0, 12.0, 19.0, 8.0, 20.0])
    leader = np.array([True, True, True, True, False, False])
    assert lag(draws, months, leader, ~leader).tolist() == [8.0]
    assert lag(draws, months, leader, ~leader, tolerance=10.0).tolist() == [11.0]
    assert lag(draws, months, ~leader, leader).tolist() == [-math.inf]
    unknown = np.where(np.arange(6) == 2, np.nan, months)
    assert lag(draws, unknown, leader, ~leader).tolist() == [1.0]
    assert np.isnan(lag(draws, np.where(leader, months, np.nan), leader, ~leader)).all()


def test_lag_of_steady_progress():
    """Both gain 10 points a month, and the follower is 70 points behind: 7 months, by any draw that moves all alike."""
    months = np.repeat(np.arange(0.0, 36.0), 2)
    leader = np.tile([True, False], 36)
    strength = 10 * months - np.where(leader, 0.0, 70.0)
    assert lag(strength + np.array([[0.0], [50.0]]), months, leader, ~leader).tolist() == [7.0, 7.0]


def test_projection_covers_what_comes_where_its_model_is_true():
    rng = np.random.default_rng(6)
    covered, told, can_tell = [], [], []
    for _ in range(400):
        at = np.cumsum(rng.uniform(0.5, 2.0, 30))
        gap = 40 - 2.0 * at + np.cumsum(6 * np.sqrt(np.diff(at, prepend=0.0)) * rng.normal(size=30))
        found = projected(at[:-1], gap[:-1], at[-1] - at[-2])
        covered.append(found.ahead.lower <= gap[-1] <= found.ahead.upper)
        told.append(found.covered)
        can_tell.append(found.can_tell)
    assert np.mean(covered) == pytest.approx(0.8, abs=2.6 * math.sqrt(0.16 / 400))
    assert np.mean(told) == pytest.approx(0.8, abs=0.02)
    # Of some 24 dates 18 to 20: how often that is so where the intervals are right.
    assert 0.3 < np.mean(can_tell) < 0.6


def test_projection_of_a_line_is_the_line():
    found = projected(np.arange(10.0), 100 - 3 * np.arange(10.0), 4.0)
    assert (found.ahead.gap, found.ahead.lower, found.ahead.upper) == pytest.approx((61.0, 61.0, 61.0))
    assert (len(found.scored), found.covered) == (2, 1.0)
    assert found.scored[0] == pytest.approx((4.0, 8.0, 76.0, 76.0, 76.0, 76.0))


def test_few_dates_do_not_show_that_a_projection_is_right():
    """Of 10 dates 8 are covered: the share is right, and means little."""
    rng = np.random.default_rng(3)
    found = next(one for one in (projected(np.arange(15.0), np.cumsum(rng.normal(size=15)), 1.0) for _ in range(200)) if one.covered == 0.8)
    assert (len(found.scored), found.can_tell) == (10, False)


def test_projection_says_when_it_cannot_tell():
    """A gap that jumps once in a while is no random walk: its intervals are too wide most of the time."""
    jumps = np.repeat([0.0, 50.0, 0.0, 50.0], 8)
    found = projected(np.arange(32.0), jumps, 1.0)
    assert not found.can_tell
    with pytest.raises(InputError, match="3 dates"):
        projected([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 1.0)


def test_proportion_as_wilson_has_it():
    """Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662, 15 of 148 is 0.0624 to 0.1605, 0 of 20 is 0 to 0.1611."""
    for hits, n, ends in ((81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611))):
        found = proportion(hits / n, n)
        assert (found.lower, found.upper) == pytest.approx(ends, abs=5e-5)


def test_a_design_effect_is_worth_fewer_answers():
    clustered, simple = proportion(0.65, 800, design_effect=2.0), proportion(0.65, 400)
    assert (clustered.lower, clustered.upper) == (simple.lower, simple.upper)
    assert clustered.p_above(0.65) == pytest.approx(0.5, abs=0.03)
    assert clustered.p_above(0.65) + clustered.p_below(0.65) < 1
    assert clustered.p_above(0.5) > 0.999
    with pytest.raises(InputError, match="65"):
        proportion(65, 100)
