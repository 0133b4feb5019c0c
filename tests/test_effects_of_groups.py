"""Strengths given their estimates where competitors have something in common: a group, such as a country, or how little is known of them."""

import numpy as np
import pytest

from recount.engine.uncertainty.posterior import MOST_UNEQUAL, effects_on_strengths, posterior_draws
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


def test_who_is_known_less_well_may_be_stronger():
    """Of 40, 12 are new, two deviations stronger and known with four times the error: they are not drawn to the others."""
    rng, new, centre = np.random.default_rng(3), np.arange(40) < 12, np.eye(40) - 1 / 40
    errors, found = np.where(new, 0.4, 0.1), []
    for number in range(12):
        truth = 0.2 * rng.normal(size=40) + 0.4 * new
        estimates = centre @ (truth + errors * rng.normal(size=40))
        draws = posterior_draws(estimates, centre @ np.diag(errors**2) @ centre, 300, number, groups="AB" * 20)
        ahead, told = (each[..., new].mean(axis=-1) - each[..., ~new].mean(axis=-1) for each in (truth, draws.mean(axis=0)))
        found.append(told - ahead)
    # Drawn to the others they would be 0.25 too low.
    assert abs(np.mean(found)) < 0.15


def test_errors_of_one_size_say_nothing():
    """Nor does any size without groups, nor how large one error is beyond all measure."""
    assert effects_on_strengths(np.array([0.1, 0.2, 0.3]), ["A", "", ""])[0].shape == (0, 3)
    assert effects_on_strengths(np.full(4, 0.3), "ABAB")[1].tolist() == [0, 0]
    rows, kinds = effects_on_strengths(np.array([0.0, 1.0, 1.0, 1e9]), "ABAB")
    assert kinds.tolist() == [0, 0, 1, 1]
    assert rows[2:].tolist() == [[-MOST_UNEQUAL, 0.0, 0.0, MOST_UNEQUAL], [0.0, 0.0, 0.0, MOST_UNEQUAL]]
