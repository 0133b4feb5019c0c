"""Quantiles of the normal distribution: to the last bit those of scipy, near the middle and far out."""

import numpy as np
import pytest
from scipy.special import ndtri

from recount.engine.errors import OptionError
from recount.engine.normal_quantiles import normal_quantile


def test_quantiles_are_those_of_scipy():
    rng = np.random.default_rng(1)
    tails = 10.0 ** -rng.uniform(0, 300, 3000)
    levels = np.concatenate([rng.random(3000), tails, 1 - 10.0 ** -rng.uniform(0, 16, 3000), [0.025, 0.5, 0.975, 0.995, np.exp(-2), 1 - np.exp(-2)]])
    levels = levels[(levels > 0) & (levels < 1)]
    assert [normal_quantile(float(level)) for level in levels] == ndtri(levels).tolist()


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 2.0, np.nan])
def test_levels_that_are_none(level):
    with pytest.raises(OptionError, match="between 0 and 1"):
        normal_quantile(level)
