"""Student's law of strengths: quantiles, draws, and rank sets of many differences whose variances are not all wrong at once."""

import numpy as np
import pytest
from scipy import stats

from recount.engine import JointNormal
from recount.engine.ranks import shown_better
from recount.engine.uncertainty.student import as_rare, quantiles, scales_at, student_scales


@pytest.mark.parametrize("value", [-3.0, 0.0, 1.96, 9.0])
def test_as_rare(value):
    """Far in the tail, too, where probabilities next to 1 would have lost all digits."""
    degrees = np.array([1.0, 4.5, 30.0, np.inf])
    found = as_rare(degrees, value)
    assert stats.t.sf(found[:3], degrees[:3]) == pytest.approx(stats.norm.sf(value), rel=1e-9)
    assert found[3] == value
    assert quantiles(degrees, 0.975) == pytest.approx([*stats.t.ppf(0.975, degrees[:3]), stats.norm.ppf(0.975)], rel=1e-9)


def student(n, degrees, covariance=None):
    covariance = np.eye(n) - 1 / n if covariance is None else covariance
    return JointNormal(tuple(map(str, range(n))), np.zeros(n), covariance, degrees_of_freedom=np.full(n, float(degrees)))


def test_draws_are_students():
    """Each strength and each difference; what the scales did can be undone."""
    degrees = 5.0
    rated = student(4, degrees)
    drawn = rated.draws(20_000, 1)
    for lead, error in ((drawn[:, 0], np.sqrt(0.75)), (drawn[:, 1] - drawn[:, 3], np.sqrt(2))):
        assert stats.kstest(lead / error, stats.t(degrees).cdf).pvalue > 0.01
    undone = drawn / student_scales(rated.degrees_of_freedom, 20_000)
    assert undone.sum(axis=1) == pytest.approx(0, abs=1e-9)
    assert stats.kstest(undone[:, 0] / np.sqrt(0.75), stats.norm.cdf).pvalue > 0.01
    # The first draws are the same however many there are.
    assert (rated.draws(100, 1) == drawn[:100]).all()


@pytest.mark.slow
def test_rank_sets_of_many_differences():
    """Fifteen equals, a covariance by Wishart's law with 12 degrees of freedom; scales common to a draw would be wrong in 11 % of cases."""
    n, degrees, n_cases = 15, 12, 400
    rng = np.random.default_rng(20240814)
    right = 0
    for seed in range(n_cases):
        of_clusters = rng.normal(size=(degrees, n)) / np.sqrt(degrees)
        of_clusters -= of_clusters.mean(axis=1, keepdims=True)
        strengths = rng.normal(size=n)
        rated = JointNormal(
            tuple(map(str, range(n))), strengths - strengths.mean(), of_clusters.T @ of_clusters, degrees_of_freedom=np.full(n, float(degrees))
        )
        right += not shown_better(rated, rated.draws(500, seed)).any()
    assert right / n_cases > 0.95 - 3 * np.sqrt(0.95 * 0.05 / n_cases)


def test_few_degrees_show_less():
    """A lead of four standard errors among two."""
    strengths, covariance = np.array([2.0, -2.0]), np.array([[1.0, -1.0], [-1.0, 1.0]]) / 4
    for degrees, shown in ((np.full(2, np.inf), True), (np.array([3.0, np.inf]), False)):
        rated = JointNormal(("a", "b"), strengths, covariance, degrees_of_freedom=degrees)
        assert shown_better(rated, rated.draws(1000, 1), 0.99)[0, 1] == shown


def test_scales_of_many_degrees_of_freedom_are_those_of_each():
    """Interpolated ones too, beside an infinite one."""
    degrees = np.append(np.geomspace(1.0, 1e6, 150), np.inf)
    found = student_scales(degrees, 200)
    each = np.concatenate([student_scales(degrees[i : i + 1], 200) for i in range(151)], axis=1)
    assert found == pytest.approx(each, rel=1e-6)
    place = np.array([[0.1], [0.9]])
    assert scales_at(degrees[:3], place) == pytest.approx(np.sqrt(degrees[:3] / stats.chi2.isf(place, degrees[:3])), rel=1e-12)
