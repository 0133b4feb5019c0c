"""Quasi-variances: one number a competitor, from which the standard error of any difference can be read off a plot.

Firth and de Menezes (2004, "Quasi-variances", Biometrika 91): q is chosen so that q_i + q_j is near the variance of the difference of i and j, for
all pairs at once. What is minimised is the sum over pairs of the squared logarithm of their ratio.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.errors import ConvergenceError, OptionError
from recount.engine.linear_algebra import solve
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.showing import Shown
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.votes import Floats, freeze

MAX_ITERATIONS = 200
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class QuasiVariances(Shown):
    """Quasi-variances of the strengths.

    Attributes
    ----------
    names : tuple of str
    values : (n,) float64
        Square of log-odds; intervals of half-width z sqrt(values) are for comparing competitors with each other.
    largest_error : float
        Largest relative error of a standard error of a difference that is read off them.
    """

    names: tuple[str, ...]
    values: Floats
    largest_error: float

    def summary(self) -> str:
        """Say how well they stand for the errors of differences."""
        errors = ELO * np.sqrt(self.values)
        return (
            f"quasi-variances of {plural(len(self.names), 'competitor')}: roots from {errors.min():.1f} to {errors.max():.1f} points\n"
            f"errors of differences read off them are wrong by {self.largest_error:.1%} or less"
        )


def quasi_variances(uncertainty: Uncertainty) -> QuasiVariances:
    """Quasi-variances of all strengths.

    Raises
    ------
    OptionError
        If there are fewer than three competitors, or the error of a difference is 0 or infinite.
    ConvergenceError
        If no quasi-variances are found.
    """
    n = len(uncertainty.names)
    variance = uncertainty.difference_errors() ** 2
    pairs = ~np.eye(n, dtype=bool)
    if n < 3 or not np.all(np.isfinite(variance[pairs]) & (variance[pairs] > 0)):
        raise OptionError("quasi-variances need three competitors or more, and finite positive errors of all differences")
    np.fill_diagonal(variance, 1.0)

    # On a logarithmic scale they stay positive.
    mean = (variance.sum(axis=1) - 1.0) / (n - 1)
    log_q = np.log(np.maximum(mean - mean.mean() / 2, variance[pairs].min() / 4))
    for _ in range(MAX_ITERATIONS):
        q = np.exp(log_q)
        share = np.where(pairs, q[:, None] / (q[:, None] + q), 0.0)
        log_ratio = np.where(pairs, np.log((q[:, None] + q) / variance), 0.0)
        # Gauss-Newton: the ratios are near 1, so their curvature hardly matters.
        step = solve(share * share.T + np.diag((share**2).sum(axis=1)), (share * log_ratio).sum(axis=1))
        if np.abs(step).max() < TOLERANCE:
            return QuasiVariances(uncertainty.names, freeze(q), float(np.abs(np.expm1(log_ratio / 2)).max()))
        log_q -= np.clip(step, -1.0, 1.0)
    raise ConvergenceError(f"quasi-variances were not found in {MAX_ITERATIONS} iterations; some competitor's are near 0")
