"""Densities under the law of strengths, against scipy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats
from scipy import stats

from recount.engine.kernels.exponentials import exponential
from recount.engine.kernels.mixture_densities import weigh_all


@given(floats(-700.0, 0.0))
def test_exponential(x):
    """The exponential of kernels is that of the C library to 1e-14; below -700 it is that of -700."""
    assert exponential(x) == pytest.approx(math.exp(x), rel=1e-14)
    assert exponential(x - 700.0) == pytest.approx(max(math.exp(x - 700.0), math.exp(-700.0)), rel=1e-14)


def test_densities_of_a_value_that_is_far_from_all_normals():
    """Where all densities are too small for a number, their ratios are those of their logarithms."""
    starts, means, variances = np.array([0, 1, 3]), np.array([0.0, 1.0, 1.5]), np.array([1e-4, 2e-4, 1.5e-4])
    values, own = np.array([0.7, 40.0, -30.0]), np.array([1e-4, 1e-4, 3e-4])
    densities, of_parts = np.empty((3, 3)), np.empty((2, 3))
    weigh_all((values, own), (starts, means, variances), densities, of_parts)
    logarithms = stats.norm.logpdf(values, means[:, None], np.sqrt(variances[:, None] + own))
    expected = np.exp(logarithms - logarithms.max(axis=0))
    np.testing.assert_allclose(densities / densities.max(axis=0), expected, rtol=1e-10, atol=1e-200)
    np.testing.assert_allclose(of_parts, [densities[0], densities[1] + densities[2]], rtol=1e-12)
