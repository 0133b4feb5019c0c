"""Strengths given their estimates where competitors come in groups, such as countries, that have something in common."""

import numpy as np
import pytest

from recount.engine.uncertainty.posterior import posterior_draws
from tests.test_posterior import some_estimates


@pytest.mark.parametrize("groups", [["A"] * 5, [""] * 5, ["A", "A", "", "", ""]])
def test_one_group_says_nothing(groups):
    strengths, errors = some_estimates()
    assert np.array_equal(posterior_draws(strengths, errors, 50, 3, groups=groups), posterior_draws(strengths, errors, 50, 3))


def test_names_and_order_of_groups_do_not_matter():
    strengths, errors = some_estimates()
    draws = posterior_draws(strengths, errors, 50, 3, groups=list("ABABA"))
    assert np.array_equal(draws, posterior_draws(strengths, errors, 50, 3, groups=list("XCXCX")))
    order = np.array([3, 0, 4, 2, 1])
    turned = posterior_draws(strengths[order], errors[np.ix_(order, order)], 50, 3, groups=[list("ABABA")[i] for i in order])
    assert turned == pytest.approx(draws[:, order], abs=1e-6)


@pytest.mark.slow
def test_the_best_of_a_strong_group_is_not_drawn_to_the_others():
    """Two groups of 30, a log-odds apart, whose members are as spread as their errors: intervals of the mean error hold within each group."""
    rng, errors = np.random.default_rng(2), np.full(60, 0.1)
    covered = {True: [], False: []}
    for number in range(30):
        truth = np.repeat([0.0, 0.2], 30) + 0.1 * rng.normal(size=60)
        centre = np.eye(60) - 1 / 60
        truth -= truth.mean()
        estimates = centre @ (truth + errors * rng.normal(size=60))
        for known, found in covered.items():
            draws = posterior_draws(estimates, centre @ np.diag(errors**2) @ centre, 300, number, groups=["A"] * 30 + ["B"] * 30 if known else ())
            difference = draws[:, 30:].mean(axis=1) - draws[:, :30].mean(axis=1)
            found.append((difference.mean() - (truth[30:].mean() - truth[:30].mean())) / 0.1)
    # The estimated difference of the means has an error of 0.026 by itself.
    assert abs(np.mean(covered[True])) < 0.15
    assert np.mean(covered[False]) < -0.25
