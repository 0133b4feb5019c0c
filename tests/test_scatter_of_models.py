"""How far lines against sizes could lie elsewhere if other models had been made: against least squares, dense likelihoods, and simulated models."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from recount.sims.countries.scatter_of_models import SHARED, scatter_around_lines


def group_of(country, organisation, size, strength):
    """A group of models, as far as lines need it."""
    countries = sorted(set(country))
    parts = np.array([[float(one == own) for own in country] for one in countries])
    members = SimpleNamespace(size=np.asarray(size), parts=parts, organisation=np.array(organisation))
    return SimpleNamespace(members=members, draws=np.asarray(strength)[None], countries=countries)


def design_of(group):
    return np.column_stack([group.members.parts.T, np.log(group.members.size)])


def some_models(n_of, deviation, seed, n_each=1):
    """Models of countries with so many organisations, all of which have the same line; deviations of organisations and of models."""
    rng = np.random.default_rng(seed)
    country = np.repeat(list(n_of), [n * n_each for n in n_of.values()])
    organisation = np.arange(country.size) // n_each
    size = np.exp(rng.normal(3, 1, country.size))
    shared = rng.normal(0, deviation[0], organisation.max() + 1)
    strength = 0.3 * np.log(size) + shared[organisation] + rng.normal(0, deviation[1], country.size)
    return group_of(country.tolist(), [f"o{i}" for i in organisation], size, strength)


def test_with_a_model_an_organisation_it_is_least_squares():
    group = some_models({"CN": 8, "DE": 1, "US": 10}, (0.0, 0.5), 1)
    found, x, y = scatter_around_lines(group), design_of(group), group.draws[0]
    coefficients, squares, *_ = np.linalg.lstsq(x, y, rcond=None)
    at_mean = np.column_stack([np.eye(3), np.full(3, x[:, 3].mean())])
    np.testing.assert_allclose(found.weights @ y, at_mean @ coefficients, rtol=1e-12)
    np.testing.assert_allclose(found.variance, squares[0] / (19 - 4), rtol=1e-10)
    assert found.degrees_of_freedom == 19 - 4
    inverse = np.linalg.inv(x.T @ x)
    for one, other in ((1, 0), (1, None)):
        contrast = at_mean[one] - (0 if other is None else at_mean[other])
        error = np.sqrt(contrast @ inverse @ contrast * squares[0] / 15)
        drawn = found.errors(one, other, 100_000, 3)
        assert stats.kstest(drawn / error, stats.t(15).cdf).pvalue > 0.001


def test_the_share_of_organisations_has_the_dense_likelihood():
    """By determinants and generalised least squares of all models, without eigenvalues."""
    group = some_models({"CN": 3, "US": 4}, (0.4, 0.3), 2, n_each=3)
    found, x, y = scatter_around_lines(group), design_of(group), group.draws[0]
    same = np.equal.outer(group.members.organisation, group.members.organisation).astype(float)
    likelihood, variance = [], []
    for share in SHARED:
        v = share * same + (1 - share) * np.eye(y.size)
        inverse = np.linalg.inv(v)
        left = y - x @ np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
        squares, free = left @ inverse @ left, y.size - x.shape[1]
        variance.append(squares / free)
        likelihood.append(-0.5 * (np.linalg.slogdet(v)[1] + np.linalg.slogdet(x.T @ inverse @ x)[1] + free * np.log(squares)))
    expected = np.exp(np.array(likelihood) - max(likelihood))
    np.testing.assert_allclose(found.variance, variance, rtol=1e-9)
    np.testing.assert_allclose(found.probability, expected / expected.sum(), rtol=1e-9)


@pytest.mark.parametrize("deviation", [(0.0, 0.5), (0.5, 0.5), (0.5, 0.1)])
@pytest.mark.parametrize(("n_of", "n_each"), [({"CN": 8, "DE": 1, "FR": 3, "US": 10}, 1), ({"CN": 4, "DE": 1, "US": 8}, 3)])
def test_intervals_cover_also_of_a_country_with_one_organisation(n_of, n_each, deviation):
    """Of 200 worlds without effects of countries, intervals of the difference from DE hold 0 in some 93 to 97 %."""
    held = []
    for world in range(200):
        group = some_models(n_of, deviation, [5, world], n_each)
        found = scatter_around_lines(group)
        lines = found.weights @ group.draws[0]
        lower, upper = np.quantile(lines[1] - lines[0] + found.errors(1, 0, 1000, world), [0.025, 0.975])
        held.append(lower <= 0 <= upper)
    assert np.mean(held) > 0.88


def test_when_nobody_can_say():
    """With as many lines as models, or one organisation in each country, nothing is known of other models."""
    assert scatter_around_lines(some_models({"CN": 1, "US": 2}, (0.1, 0.1), 1)) is None
    assert scatter_around_lines(some_models({"CN": 1, "US": 1}, (0.1, 0.1), 1, n_each=6)) is None
