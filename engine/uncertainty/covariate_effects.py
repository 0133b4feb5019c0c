"""Effects of covariates, and how sure they are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recount.engine.choices.resampling import PERCENTILE, IntervalMethod, check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.plurals import plural
from recount.engine.showing import N_NAMES, Tabled
from recount.engine.uncertainty.intervals import interval, monte_carlo_error
from recount.engine.uncertainty.student import quantiles
from recount.engine.votes import Floats, freeze

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Effects(Tabled):
    """Effects of covariates, and how sure they are.

    Attributes
    ----------
    names : tuple of str
    estimates : (m,) float64
        Log-odds in favour of the competitor shown first, for one standard deviation or one level.
    covariance : (m, m) float64
    method : str
        How it was obtained.
    replicates : (n_replicates, m) float64, or None
        Of a bootstrap; the covariance is then theirs.
    interval_method : {"percentile", "basic", "bca", "normal"}
        What `interval` returns if there are replicates; normal intervals if there are none.
    acceleration : (m,) float64 or None
        For BCa intervals.
    degrees_of_freedom : (m,) float64 or None
        Of Student's distribution of each effect, where clusters are few and there are no replicates; None of the normal one.
    """

    names: tuple[str, ...]
    estimates: Floats
    covariance: Floats
    method: str
    replicates: Floats | None = None
    interval_method: IntervalMethod = PERCENTILE
    acceleration: Floats | None = None
    degrees_of_freedom: Floats | None = None

    def standard_errors(self) -> Floats:
        """Standard error of each effect, (m,), log-odds."""
        return np.sqrt(np.diagonal(self.covariance))

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of each effect, (m,), log-odds."""
        if self.replicates is not None:
            return interval(self.estimates, self.replicates, confidence_level, self.interval_method, self._skewness())
        check_level(confidence_level)
        half = quantiles(self.degrees_of_freedom, 0.5 + confidence_level / 2) * self.standard_errors()
        return self.estimates - half, self.estimates + half

    def monte_carlo_errors(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Monte-Carlo standard errors of the ends of `interval`, (m,), log-odds; 0 without replicates."""
        if self.replicates is None:
            return np.zeros(len(self.names)), np.zeros(len(self.names))
        return monte_carlo_error(self.estimates, self.replicates, confidence_level, self.interval_method, self._skewness())

    def _skewness(self) -> Floats | float:
        return 0.0 if self.acceleration is None else self.acceleration

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an effect: effect, estimate, standard_error, lower, upper (log-odds), points (Elo)."""
        from recount.engine.boards import effect_table

        return effect_table(self)

    def summary(self) -> str:
        """Say what the effects are and how sure."""
        lower, upper = self.interval()
        lines = [
            f"{name}: {estimate:+.3f} log-odds, {low:+.3f} to {high:+.3f} ({CONFIDENCE_LEVEL:.0%})"
            for name, estimate, low, high in zip(self.names[:N_NAMES], self.estimates, lower, upper, strict=False)
        ]
        more = [f"and {plural(len(self.names) - N_NAMES, 'more effect')}"] if len(self.names) > N_NAMES else []
        return "\n".join([*lines, *more, f"in favour of the competitor shown first, for one standard deviation or level; uncertainty: {self.method}"])


def effects_of_replicates(
    names: tuple[str, ...], estimates: Floats, replicates: Floats, method: str, interval_method: IntervalMethod, acceleration: Floats | None
) -> Effects:
    """Effects whose uncertainty is that of replicates (n_replicates, m); arguments as of `Effects`."""
    covariance = freeze(np.atleast_2d(np.cov(replicates, rowvar=False)))
    return Effects(names, estimates, covariance, method, replicates, interval_method, acceleration)
