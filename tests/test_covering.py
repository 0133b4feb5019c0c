"""The fewest units, against integer programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from recount.engine.scrutiny.covering import by_effect, fewest_units


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 12))
def test_choice_against_integer_programming(seed, m, n_units):
    rng = np.random.default_rng(seed)
    effects_of_units, available = rng.normal(size=(m, n_units)), rng.integers(0, 6, n_units).astype(float)
    needed = rng.uniform(0.1, 3, m)
    choice = fewest_units(effects_of_units, needed, available)
    constraints, bounds = LinearConstraint(effects_of_units, needed), Bounds(0, available)
    in_parts, whole = (milp(np.ones(n_units), constraints=constraints, bounds=bounds, integrality=np.full(n_units, kind)) for kind in (0, 1))
    assert (choice.taken <= available).all()
    assert np.array_equal(choice.taken, np.round(choice.taken))
    assert choice.enough == (in_parts.x is not None)
    if choice.enough:
        # At most m kinds are taken in part.
        assert in_parts.fun - 1e-6 <= choice.taken.sum() < in_parts.fun + m
    if m == 1 and choice.enough:
        assert choice.taken.sum() == pytest.approx(whole.fun)


def test_in_order():
    """2 x 3 + 1 x 2 reach 8; one more of the second is needed for 8.5, and all three kinds that help do not reach 12."""
    effects, available = np.array([[1.0, 3.0, -1.0, 2.0]]), np.array([3.0, 2.0, 9.0, 1.0])
    assert by_effect(effects[0], available).tolist() == [1, 3, 0]
    for needed, taken, enough in ((5.9, [0, 2, 0, 0], True), (8.0, [0, 2, 0, 1], True), (8.5, [1, 2, 0, 1], True), (12.0, [3, 2, 0, 1], False)):
        choice = fewest_units(effects, np.array([needed]), available)
        assert (choice.taken.tolist(), choice.enough) == (taken, enough)


def test_nothing_helps():
    for m in (1, 2):
        choice = fewest_units(-np.ones((m, 3)), np.ones(m), np.ones(3))
        assert (choice.taken.sum(), choice.enough) == (0, False)
