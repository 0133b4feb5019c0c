r"""The bootstrap: rate many resampled logs as the log itself was rated.

Each replicate is refitted from the estimate (`recount.engine.kernels.refitting`) and certified: further steps would add at most the tolerance. A
replicate that does not reach the tolerance in this way, or whose ratings do not exist, is fitted by Newton's method like the log itself, on the
competitors that can be rated. These are the largest strongly connected group (`existence.largest_group`). A competitor outside it stands at +inf if
chains of wins lead from it into the group and none leads back, at -inf in the opposite case, and is missing otherwise. If no group is larger than all
others, groups that beat others and are not beaten by any stand at +inf, those that are only beaten at -inf, and the rest is missing.

Ratings of a replicate that differ by no more than their errors are one rating; otherwise what is left of the error would break every exact tie, and
always for the same side.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.engine.bradley_terry.existence import (
    beaten_and_beating,
    groups_that_met,
    largest_group,
    reached_by_wins,
    strong_groups,
    that_join,
    tie_parameter_exists,
)
from recount.engine.bradley_terry.newton import maximise
from recount.engine.choices.arguments import checked
from recount.engine.choices.resampling import LARGEST_COUNT, Resampling, whole
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.fitting import Fit
from recount.engine.kernels.levelling import level
from recount.engine.kernels.models import FIRST_WITH_GAMMA
from recount.engine.likelihood import Likelihood, Refits
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.room import check_room
from recount.engine.scale import ELO
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.covariate_effects import effects_of_replicates
from recount.engine.uncertainty.influence import acceleration
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.resampling import Resampler, resampler
from recount.engine.uncertainty.sandwich import sandwich_by_clusters
from recount.engine.uncertainty.smoothing import Smoothing, smoothing_of
from recount.engine.votes import Bools, Floats, Ints, freeze

Progress = Callable[[int, float], None]
FEWEST_REPLICATES, MOST_REPLICATES = 500, 100_000
# Replicates handed to a thread at once, and to another process, to which votes and fit are sent each time.
PORTION, PORTION_SENT = 16, 64
# Elo.
TOLERANCE_OF_THE_LONG_WAY = 1e-7
MAX_ITERATIONS = 200
# Log-odds; less is rounding.
ROUNDING = 1e-12
# Shares of the heaviest cell: votes that weigh less put ratings so far apart that they cannot be told from infinite ones.
NEGLIGIBLE = (1e-9, 1e-6, 1e-3)


def _degrees_of_covariance(fit: Fit, clusters: ClusteredVotes) -> float:
    """Degrees of freedom of the covariance of clusters, for differences of the strength in the middle."""
    with one_thread():
        found = sandwich_by_clusters(fit.likelihood, fit.parameters, fit.likelihood.bread(fit.parameters), clusters)
    return float(np.median(found.degrees_of_differences))


@checked
def bootstrap(
    fit: Fit,
    resampling: Resampling | None = None,
    *,
    clusters: ClusteredVotes | None = None,
    n_threads: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Replicates:
    """Rate resampled logs.

    Parameters
    ----------
    fit : Fit
        The votes, and how they are rated.
    resampling : Resampling, optional
        How votes are drawn, the number of replicates, and the intervals; by default 1,000 logs of as many votes.
    clusters : ClusteredVotes, optional
        What is independent; single votes if none are given.
    n_threads : int, optional
        All cores by default; the result is the same for any number.
    progress : callable, optional
        Called with the number of the last replicate done, from 1, and the share of those asked for; with "auto", of the present doubling.
    executor : Executor, optional
        What works at the same time, in place of threads; the result is the same for any.

    Returns
    -------
    Replicates
        With `effects`, if there are covariates.

    Raises
    ------
    OptionError
        If an option does not go with the fit, or "auto" needs more than 100,000 replicates.
    ExistenceError
        If a replicate's ratings do not exist and they must, or an effect does not.
    """
    s = Resampling() if resampling is None else resampling
    n_threads = None if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
    likelihood, law = resampler(fit, s.scheme, clusters, s.n_votes)
    smoothing = smoothing_of(fit, s.scheme, clusters, s.n_votes)
    degrees = None if clusters is None else _degrees_of_covariance(fit, clusters)
    # Half of it is for levelling ties.
    tolerance = s.tolerance / ELO / 2
    job = _Job(fit, likelihood, law, likelihood.refits(fit.parameters, tolerance), s.seed, s.unrated == "error", tolerance, smoothing)
    skewness = freeze(acceleration(fit, clusters=clusters)) if s.interval_method == "bca" else None
    by = ["by", " and ".join(clusters.columns)] if clusters else []
    label = " ".join([s.scheme, *by, *([f"{s.n_votes} a replicate"] if s.n_votes else [])])
    n, effect_names = len(fit.names), tuple(effect.name for effect in fit.effects)

    def made(first: int, n_replicates: int) -> Replicates:
        drawn, error = _in_portions(job, first, n_replicates, executor_or_threads(executor, n_threads), progress)
        values, effects = (freeze(np.ascontiguousarray(part)) for part in np.split(drawn, [n], axis=1))
        of_strengths, of_effects = (None, None) if skewness is None else (skewness[:n], skewness[n:])
        found = Replicates(
            fit.names,
            fit.strengths,
            values,
            label,
            s.seed,
            first,
            error,
            s.interval_method,
            of_strengths,
            law=fit.law,
            widening=None if smoothing is None else smoothing.widening,
            degrees_of_covariance=degrees,
        )
        if not effect_names:
            return found
        of_covariates = effects_of_replicates(effect_names, fit.coefficients, effects, found.method, s.interval_method, of_effects)
        return replace(found, effects=of_covariates)

    if s.n_replicates != "auto":
        return made(s.first_replicate, s.n_replicates)
    replicates = made(s.first_replicate, FEWEST_REPLICATES)
    while (worst := _worst_end(replicates, s.confidence_level)) > s.monte_carlo_error:
        if replicates.n_replicates >= MOST_REPLICATES:
            raise OptionError(
                f"an interval's end is still uncertain by {worst:.3g} Elo after {plural(replicates.n_replicates, 'replicate')}; raise "
                f"monte_carlo_error"
            )
        replicates += made(s.first_replicate + replicates.n_replicates, replicates.n_replicates)
    return replicates


def _worst_end(replicates: Replicates, confidence_level: float) -> float:
    """Largest Monte-Carlo error of an interval's end, of ratings and effects, in Elo."""
    errors = [*replicates.monte_carlo_errors(confidence_level)]
    if replicates.effects is not None:
        errors += replicates.effects.monte_carlo_errors(confidence_level)
    return ELO * max((float(np.nanmax(error)) for error in errors if np.isfinite(error).any()), default=0.0)


def _in_portions(
    job: "_Job", first: int, n_replicates: int, workers: AbstractContextManager[tuple[Executor, int]], progress: Progress | None
) -> tuple[Floats, float]:
    """Return strengths and effects of `n_replicates` from number `first` on, and their largest error, in Elo."""
    n_values = len(job.fit.names) + len(job.fit.effects)
    check_room(f"n_replicates is {n_replicates}: they", 3.0 * 8 * n_replicates * n_values, "give fewer")
    values = np.empty((n_replicates, n_values))
    largest, n_done = 0.0, 0
    with one_thread(), workers as (pool, n_waiting):
        size = PORTION if isinstance(pool, ThreadPoolExecutor) else PORTION_SENT
        portions = [range(start, min(start + size, first + n_replicates)) for start in range(first, first + n_replicates, size)]
        for drawn, error in in_order(lambda portion: pool.submit(job.portion, portion), portions, n_waiting):
            values[n_done : n_done + len(drawn)] = drawn
            largest, n_done = float(np.maximum(largest, error)), n_done + len(drawn)
            if progress:
                progress(first + n_done, n_done / n_replicates)
    return values, ELO * largest


@dataclass(frozen=True, slots=True)
class _Job:
    """What all replicates of a fit share; smoothing, if they are not left as they are."""

    fit: Fit
    likelihood: Likelihood
    law: Resampler
    refits: Refits
    seed: int
    must_exist: bool
    tolerance: float
    smoothing: Smoothing | None

    def portion(self, replicates: range) -> tuple[Floats, float]:
        """Return strengths and effects of some replicates, and their largest error, log-odds; they depend on nothing but their numbers."""
        votes: NDArray[Any] = np.empty(self.likelihood.shape, self.law.dtype)
        values = np.empty((len(replicates), len(self.fit.names) + len(self.fit.effects)))
        errors = np.empty(len(replicates))
        # In another process nobody else does it.
        with one_thread():
            for place, replicate in enumerate(replicates):
                self.law.draw(self.seed, replicate, votes)
                errors[place] = self.rate(replicate, votes.reshape(-1), values[place])
        return values, float(errors.max())

    def rate(self, replicate: int, votes: NDArray[Any], out: Floats) -> float:
        """Fill `out` with strengths and effects of a replicate of these `votes` (n_cells,), and return their error, log-odds."""
        n = len(self.fit.names)
        error = self._rate(replicate, votes, out)
        strengths, width = out[:n], 2 * max(error, ROUNDING)
        order = np.argsort(strengths)
        error += level(strengths, order, width)
        if self.smoothing is not None:
            self.smoothing.apply(self.seed, replicate, out)
        return error

    def _rate(self, replicate: int, votes: NDArray[Any], out: Floats) -> float:
        """Fill `out` with strengths and effects as they are found, and return their error."""
        n, prior = len(self.fit.names), self.fit.prior
        if prior.kind == "firth" or (prior.kind == "none" and not self.refits.joined(votes)):
            return self._rate_the_long_way(replicate, votes, out)
        found = self.refits.maximum(votes)
        if found is None:
            return self._rate_the_long_way(replicate, votes, out)
        out[:] = found[0][: out.size]
        if prior.pins:
            out[:n] -= out[:n].mean()
        return found[1]

    def _rate_the_long_way(self, replicate: int, votes: NDArray[Any], out: Floats) -> float:
        """Rate whom these votes can; where some weigh next to nothing beside others, whom the others can."""
        cannot: ConvergenceError | None = None
        for share in (0.0, *NEGLIGIBLE):
            try:
                return self._rate_what_can_be(replicate, self._likelihood(np.where(votes < share * votes.max(), 0, votes)), out)
            except ConvergenceError as problem:
                if self.must_exist or self.fit.prior.pins:
                    raise
                cannot = cannot or problem
        assert cannot is not None
        raise cannot

    def _likelihood(self, votes: NDArray[Any]) -> Likelihood:
        return self.likelihood.on_one_thread().with_votes(votes.astype(np.float64))

    def _rate_what_can_be(self, replicate: int, drawn: Likelihood, out: Floats) -> float:
        """Rate the largest group of a replicate whose ratings may not exist, and put the others above it, below it, or nowhere."""
        played, n = drawn.contests, len(self.fit.names)
        joined = that_join(played, self.fit.ties)
        group: Ints = np.zeros(n, np.int64)
        if not self.fit.prior.pins:
            # Firth's prior needs votes of any outcome.
            group = groups_that_met(joined) if self.fit.prior.kind == "firth" else strong_groups(joined)
        largest = largest_group(played, group)
        if largest is not None and largest.all():
            return self._rate_group(replicate, drawn, largest, out)
        if self.must_exist or (largest is None and self.fit.effects):
            unrated = np.ones(n, np.bool_) if largest is None else ~largest
            raise ExistenceError(
                f"in replicate {replicate} {plural(int(unrated.sum()), 'competitor')} cannot be rated, for example "
                f"{played.names[int(np.argmax(unrated))]!r}; "
                "take unrated='unbounded', or fit with existence='prior'"
            )
        if largest is None:
            beaten, beating = beaten_and_beating(joined, group)
            out[:n] = np.where(beating & ~beaten, np.inf, np.where(beaten & ~beating, -np.inf, np.nan))
            return 0.0
        below, above = reached_by_wins(joined, largest)
        out[:n] = np.where(above, np.where(below, 0.0, np.inf), np.where(below, -np.inf, np.nan))
        return self._rate_group(replicate, drawn.only(largest), largest, out)

    def _rate_group(self, replicate: int, drawn: Likelihood, group: Bools, out: Floats) -> float:
        """Rate the competitors of a group, whose votes these are, by Newton's method from the start."""
        fit, n, n_rated = self.fit, group.size, int(group.sum())
        if drawn.model >= FIRST_WITH_GAMMA and not tie_parameter_exists(drawn.contests, fit.prior.pins):
            if self.must_exist:
                raise ExistenceError(f"in replicate {replicate} the parameter of ties does not exist; take unrated='unbounded', or ties='half'")
            out[:n][group], out[n:] = np.nan, np.nan
            return 0.0
        try:
            parameters, _, error, _ = maximise(drawn, min(TOLERANCE_OF_THE_LONG_WAY, ELO * self.tolerance), MAX_ITERATIONS)
        except (ConvergenceError, ExistenceError) as problem:
            raise type(problem)(f"in replicate {replicate} {problem}") from problem
        strengths = parameters[:n_rated]
        out[:n][group] = strengths - strengths.mean() + fit.strengths[group].mean()
        out[n:] = parameters[n_rated : n_rated + len(fit.effects)]
        return error / ELO
