"""Replicates: the strengths of many resampled logs, as a result to be saved, reloaded and used wherever uncertainty is."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.engine.choices.resampling import PERCENTILE, IntervalMethod, check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.errors import InputError, OptionError
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.showing import Tabled
from recount.engine.uncertainty.covariate_effects import Effects, effects_of_replicates
from recount.engine.uncertainty.interface import lines_about
from recount.engine.uncertainty.intervals import interval, monte_carlo_error, standard_deviation
from recount.engine.uncertainty.sandwich import difference_errors
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Bools, Floats, Ints, freeze

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replicates(Tabled):
    """Strengths of resampled logs.

    Attributes
    ----------
    names, strengths, law, effects
        As in `Uncertainty`; effects with a row of replicates for each here.
    values : (n_replicates, n) float64
        Strengths of each replicate, log-odds. Over competitors rated in a replicate their mean is that of the estimate. A competitor that was
        undefeated in it (by all that are rated) stands at +inf, a winless one at -inf, one that no vote links to them at NaN. Ratings that differ by
        no more than their errors are equal.
    scheme : str
        What was resampled.
    seed : int
    first_replicate : int
        Number of the first replicate; they are consecutive.
    rating_error : float
        Largest distance of a rating of any replicate from its converged value, in Elo.
    interval_method : {"percentile", "basic", "bca", "normal"}
        What `interval` returns.
    acceleration : (n,) float64 or None
        Of the strengths, for BCa intervals.
    widening : (n,) float64 or None
        Of smoothed replicates (`recount.engine.uncertainty.smoothing`): by what factor each interval is wider than that of plain ones, to first
        order. NaN where replicates have no say, because a competitor has so few votes: its interval has no ends. None if they are strengths of
        resampled logs as they are.
    degrees_of_covariance : float or None
        Degrees of freedom from which the covariance of clusters is known, for the strength in the middle; None where votes are independent.
    """

    names: tuple[str, ...]
    strengths: Floats
    values: Floats
    scheme: str
    seed: int
    first_replicate: int
    rating_error: float
    interval_method: IntervalMethod = PERCENTILE
    acceleration: Floats | None = None
    effects: Effects | None = None
    law: VoteLaw | None = None
    widening: Floats | None = None
    degrees_of_covariance: float | None = None

    @property
    def n_replicates(self) -> int:
        """Number of replicates."""
        return int(self.values.shape[0])

    @property
    def method(self) -> str:
        """How it was obtained."""
        smoothed = "" if self.widening is None else "smoothed "
        return f"{self.scheme}, {self.n_replicates} {smoothed}replicates, {self.interval_method} intervals"

    def unknown(self) -> Bools:
        """Of which competitors replicates have no say, (n,), because these have so few votes."""
        return np.zeros(len(self.names), np.bool_) if self.widening is None else np.isnan(self.widening)

    def n_unrated(self) -> Ints:
        """Number of replicates in which each competitor could not be rated, (n,)."""
        return np.asarray((~np.isfinite(self.values)).sum(axis=0))

    def standard_errors(self) -> Floats:
        """Standard deviation of each strength, (n,), log-odds; infinite if a replicate could not rate it, or replicates have no say."""
        return np.where(self.unknown(), np.inf, standard_deviation(self.values))

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the marginal interval of each strength, (n,), log-odds."""
        ends = interval(self.strengths, self.values, confidence_level, self.interval_method, self._acceleration())
        return _without_ends(ends, self.unknown())

    def monte_carlo_errors(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Monte-Carlo standard errors of the ends of `interval`, (n,), log-odds."""
        errors = monte_carlo_error(self.strengths, self.values, confidence_level, self.interval_method, self._acceleration())
        unknown = self.unknown()
        return np.where(unknown, np.nan, errors[0]), np.where(unknown, np.nan, errors[1])

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Estimate and standard deviation of strength i minus strength j, log-odds."""
        # The difference of two infinite strengths is unknown.
        with np.errstate(invalid="ignore"):
            error = standard_deviation(self.values[:, [i]] - self.values[:, [j]])
        unknown = i != j and self.unknown()[[i, j]].any()
        return float(self.strengths[i] - self.strengths[j]), np.inf if unknown else float(error[0])

    @property
    def degrees_of_freedom(self) -> None:
        """None: the law is that of the replicates."""
        return None

    @property
    def degrees_of_differences(self) -> None:
        """None: the law is that of the replicates."""
        return None

    def difference_errors(self) -> Floats:
        """Standard deviations of all differences of two strengths, (n, n), log-odds."""
        rated = self._always_rated()
        values = np.where(rated, self.values, 0.0)
        errors = difference_errors(np.atleast_2d(np.cov(values, rowvar=False)))
        return np.where(rated[:, None] & rated, errors, np.where(np.eye(rated.size, dtype=bool), 0.0, np.inf))

    def difference_widths(self, confidence_level: float = CONFIDENCE_LEVEL) -> Floats:
        """Half the widths of normal intervals of all differences of two strengths, (n, n), log-odds."""
        check_level(confidence_level)
        widths: Floats = normal_quantile(0.5 + confidence_level / 2) * self.difference_errors()
        return widths

    def difference_intervals(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the percentile interval of each strength minus each other, (n, n), log-odds."""
        n = len(self.names)
        lower, upper, unknown = np.empty((n, n)), np.empty((n, n)), self.unknown()
        for i in range(n):
            # The difference of two infinite strengths is unknown.
            with np.errstate(invalid="ignore"):
                difference = self.values[:, [i]] - self.values
            difference[:, i] = 0.0
            ends = interval(self.strengths[i] - self.strengths, difference, confidence_level)
            lower[i], upper[i] = _without_ends(ends, (unknown[i] | unknown) & (np.arange(n) != i))
        return lower, upper

    def draws(self, n_draws: int | None = None, seed: int = SEED) -> Floats:
        """The first `n_draws` replicates, all by default; `seed` is without effect, as they are drawn already."""
        n_draws = self.n_replicates if n_draws is None else n_draws
        if not 1 <= n_draws <= self.n_replicates:
            raise OptionError(f"n_draws is {n_draws}; there are {plural(self.n_replicates, 'replicate')}")
        return self.values[:n_draws]

    def with_intervals(self, method: IntervalMethod, acceleration: Floats | None = None) -> "Replicates":
        """Return the same replicates with another kind of interval; "bca" needs what `acceleration` says of the fit, unless it is there."""
        n, effects = len(self.names), self.effects
        of_strengths = self.acceleration if acceleration is None else acceleration[:n]
        if effects is not None:
            of_effects = effects.acceleration if acceleration is None else acceleration[n:]
            effects = replace(effects, interval_method=method, acceleration=of_effects)
        return replace(self, interval_method=method, acceleration=of_strengths, effects=effects)

    def __add__(self, other: "Replicates") -> "Replicates":
        """Join replicates that follow on these."""
        mine: tuple[Any, ...] = (self.names, self.scheme, self.seed, self.first_replicate + self.n_replicates, self.strengths.tolist())
        theirs = (other.names, other.scheme, other.seed, other.first_replicate, other.strengths.tolist())
        if mine != theirs or not _alike(self.widening, other.widening):
            raise InputError(
                f"replicates of {other.scheme!r}, seed {other.seed}, from {other.first_replicate} do not follow on those of {self.scheme!r}, "
                f"seed {self.seed}, which end before {mine[3]}; join consecutive replicates of one fit"
            )
        joined = replace(self, values=freeze(np.concatenate([self.values, other.values])), rating_error=max(self.rating_error, other.rating_error))
        return (
            joined if self.effects is None or other.effects is None else replace(joined, effects=_joined(self.effects, other.effects, joined.method))
        )

    def _always_rated(self) -> Bools:
        return np.asarray(np.isfinite(self.values).all(axis=0) & ~self.unknown())

    def _acceleration(self) -> Floats | float:
        if self.interval_method != "bca":
            return 0.0
        if self.acceleration is None:
            raise OptionError("these replicates have no acceleration; make them with interval_method='bca'")
        return self.acceleration

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a competitor, the best first: competitor, rating, standard_error, lower, upper, all in Elo."""
        from recount.engine.boards import uncertainty_table

        return uncertainty_table(self)

    def accuracy(self) -> str:
        """Say how near replicates are to their maxima, and ends of intervals to those of infinitely many replicates."""
        errors = np.concatenate(self.monte_carlo_errors())
        known = errors[np.isfinite(errors)]
        ends = f"; ends of intervals are known to {ELO * float(known.max()):.2g} Elo or better" if known.size else ""
        return f"every replicate converged to {self.rating_error:.1g} Elo{ends}"

    def summary(self) -> str:
        """Say who leads, how surely, and where the uncertainty comes from."""
        n_unrated = int((self.n_unrated() > 0).sum())
        unrated = f"; {plural(n_unrated, 'competitor')} cannot be rated in some replicate" if n_unrated else ""
        return "\n".join(
            [
                *lines_about(self),
                f"uncertainty: {self.method}; seed {self.seed}",
                f"{self.accuracy()}{unrated}",
            ]
        )


def _alike(widening: Floats | None, other: Floats | None) -> bool:
    """Whether replicates were smoothed alike."""
    return widening is other if widening is None or other is None else np.array_equal(widening, other, equal_nan=True)


def _without_ends(ends: tuple[Floats, Floats], which: Bools) -> tuple[Floats, Floats]:
    """Ends of intervals (m,), infinite for those `which` have none."""
    return np.where(which, -np.inf, ends[0]), np.where(which, np.inf, ends[1])


def _joined(effects: Effects, others: Effects, method: str) -> Effects:
    """Effects with the replicates of both."""
    assert effects.replicates is not None
    assert others.replicates is not None
    replicates = freeze(np.concatenate([effects.replicates, others.replicates]))
    return effects_of_replicates(effects.names, effects.estimates, replicates, method, effects.interval_method, effects.acceleration)
