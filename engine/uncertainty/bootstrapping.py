r"""The bootstrap: rate many resampled logs as the log itself was rated.

Each replicate is refitted from the estimate (`recount.engine.kernels.refitting`) and certified: what the steps to come would add is at most the
tolerance. Where that does not get there, or where the replicate's ratings do not exist, the replicate takes the long way: Newton's method as in
`recount.engine.bradley_terry.fitting`, on the competitors that can be rated. The largest strongly connected group (by votes) is rated; who beats it
by a chain of wins and is not beaten back stands at +inf, who is beaten at -inf, who does neither is missing.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from recount.engine.bradley_terry.existence import reached_by_wins, strong_groups, that_join, tie_parameter_exists
from recount.engine.bradley_terry.fitting import Fit, maximise
from recount.engine.bradley_terry.likelihood import Likelihood
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.kernels.refitting import connected_on_triangle, refit
from recount.engine.linear_algebra import one_thread
from recount.engine.pair_contests import BY_PAIR, Contests, check_choice
from recount.engine.scale import ELO
from recount.engine.triangle import off_triangle
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.influence import acceleration, bread
from recount.engine.uncertainty.intervals import IntervalMethod, check_level
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.resampling import LARGEST_COUNT, Resampler, Scheme, resampler, whole
from recount.engine.votes import Floats, Ints, freeze

Progress = Callable[[int, float], None]
Unrated = Literal["unbounded", "error"]
N_REPLICATES = 1000
FEWEST_REPLICATES, MOST_REPLICATES = 500, 100_000
LARGEST_SEED = 2**62 - 1
# Replicates handed to a thread at once.
PORTION = 16
MAX_STEPS = 25
TOLERANCE_OF_THE_LONG_WAY = 1e-7


def bootstrap(
    fit: Fit,
    scheme: Scheme = "votes",
    *,
    clusters: ClusteredVotes | None = None,
    n_replicates: int | Literal["auto"] = N_REPLICATES,
    first_replicate: int = 0,
    n_votes: int | None = None,
    seed: int = 0,
    unrated: Unrated = "unbounded",
    interval_method: IntervalMethod = "percentile",
    tolerance: float = 0.01,
    monte_carlo_error: float = 1.0,
    confidence_level: float = 0.95,
    n_threads: int | None = None,
    progress: Progress | None = None,
) -> Replicates:
    """Rate resampled logs.

    Parameters
    ----------
    fit : Fit
        The votes, and how they are rated.
    scheme : {"votes", "poisson", "bayes", "parametric"}
        See `recount.engine.uncertainty.resampling`.
    clusters : ClusteredVotes, optional
        What is independent; single votes if none are given.
    n_replicates : int or "auto"
        "auto" doubles their number, from 500, until every end of an interval that is finite, and stays so, is known to `monte_carlo_error`.
    first_replicate : int
        Number of the first replicate: replicates 0-499 and 500-999 made separately and joined are replicates 0-999.
    n_votes : int, optional
        Draw this many votes (m out of n) and not as many as there are; for the scheme "votes". Intervals are then those of a log of that size.
    seed : int
        0 to 2^62 - 1; (seed, replicate) names the stream of a replicate.
    unrated : {"unbounded", "error"}
        A competitor that cannot be rated in a replicate is infinitely strong or weak in it, or missing; or that is an error.
    interval_method : {"percentile", "basic", "bca", "normal"}
        What the intervals of the result are; see `recount.engine.uncertainty.intervals`.
    tolerance : float
        Largest distance of a replicate's rating from its converged value, in Elo.
    monte_carlo_error : float
        For "auto": largest standard error of an interval's end, in Elo.
    confidence_level : float
        For "auto": of those intervals.
    n_threads : int, optional
        All cores by default; the result is the same for any number.
    progress : callable, optional
        Called with the number of the last replicate that is done, from 1, and the share of those asked for; for "auto" of the present doubling.

    Returns
    -------
    Replicates

    Raises
    ------
    OptionError
        If an option has a value that it cannot have, or "auto" is not done after 100,000 replicates.
    ExistenceError
        If a replicate's ratings do not exist and `unrated` is "error".
    """
    check_choice("scheme", scheme, get_args(Scheme))
    check_choice("unrated", unrated, get_args(Unrated))
    check_choice("interval_method", interval_method, get_args(IntervalMethod))
    check_level(confidence_level)
    seed = whole("seed", seed, 0, LARGEST_SEED)
    first_replicate = whole("first_replicate", first_replicate, 0, LARGEST_SEED)
    if n_replicates != "auto":
        n_replicates = whole("n_replicates", n_replicates, 2, LARGEST_COUNT, " or 'auto'")
    n_threads = len(os.sched_getaffinity(0)) if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
    for label, points in (("tolerance", tolerance), ("monte_carlo_error", monte_carlo_error)):
        if not (points > 0 and math.isfinite(points)):
            raise OptionError(f"{label} is {points}; give a positive number of Elo points")
    job = _Job(fit, resampler(fit, scheme, clusters, n_votes), seed, unrated, tolerance, n_threads, progress)
    skewness = freeze(acceleration(fit, clusters=clusters)) if interval_method == "bca" else None
    label = " ".join([scheme, *(["by", " and ".join(clusters.columns)] if clusters else []), *([f"{n_votes} a replicate"] if n_votes else [])])

    def made(first: int, n: int) -> Replicates:
        values, error = job.run(first, n)
        return Replicates(fit.names, fit.strengths, freeze(values), label, seed, first, error, interval_method, skewness)

    return until_known(made, first_replicate, n_replicates, monte_carlo_error, confidence_level)


def until_known(
    made: Callable[[int, int], Replicates], first: int, n_replicates: int | Literal["auto"], monte_carlo_error: float, confidence_level: float
) -> Replicates:
    """Have so many replicates `made` from number `first` on, or as many as "auto" means in `bootstrap`; its parameters and errors."""
    if n_replicates != "auto":
        return made(first, n_replicates)
    replicates = made(first, FEWEST_REPLICATES)
    while (worst := _largest(replicates.monte_carlo_errors(confidence_level))) > monte_carlo_error:
        if replicates.n_replicates >= MOST_REPLICATES:
            raise OptionError(
                f"an interval's end is still uncertain by {worst:.3g} Elo after {replicates.n_replicates} replicates; raise monte_carlo_error"
            )
        replicates += made(first + replicates.n_replicates, replicates.n_replicates)
    return replicates


def _largest(errors: tuple[Floats, Floats]) -> float:
    return ELO * max((float(np.nanmax(error)) for error in errors if np.isfinite(error).any()), default=0.0)


class _Job:
    """What all replicates of a fit share."""

    def __init__(self, fit: Fit, law: Resampler, seed: int, unrated: Unrated, tolerance: float, n_threads: int, progress: Progress | None) -> None:
        self.fit = fit
        self.law = law
        self.seed = seed
        self.unrated = unrated
        self.tolerance = tolerance / ELO
        self.n_threads = n_threads
        self.progress = progress
        self.inverse = bread(fit)
        likelihood = fit.likelihood()
        self.model = likelihood.model
        self.curvature = np.ascontiguousarray(np.diagonal(likelihood.slopes(fit.parameters)[1]))
        amount = fit.prior.amount
        self.prior = (amount if fit.prior.kind == "votes" else 0.0, (ELO / amount) ** 2 if fit.prior.kind == "gaussian" else 0.0, fit.origin)
        self.hub = int(np.argmax(fit.contests.votes_of_each()))

    def run(self, first: int, n_replicates: int) -> tuple[Floats, float]:
        """Return the strengths of `n_replicates` from number `first` on, and the largest rating error, in Elo."""
        values = np.empty((n_replicates, len(self.fit.names)))
        errors = np.empty(n_replicates)

        def portion(start: int) -> None:
            stop = min(start + PORTION, n_replicates)
            n, p = len(self.fit.names), self.fit.parameters.size
            votes: NDArray[Any] = np.empty((3, n * (n - 1) // 2), self.law.dtype)
            scratch, waiting = np.empty((10, p)), np.empty((2, n), np.int32)
            for k in range(start, stop):
                self.law.draw(self.seed, first + k, votes)
                errors[k] = self._rate(first + k, votes, scratch, waiting, values[k])

        with one_thread(), ThreadPoolExecutor(self.n_threads) as pool:
            starts = range(0, n_replicates, PORTION)
            for start, _ in zip(starts, pool.map(portion, starts), strict=True):
                if self.progress:
                    n_done = min(start + PORTION, n_replicates)
                    self.progress(first + n_done, n_done / n_replicates)
        return values, ELO * float(errors.max())

    def _rate(self, replicate: int, votes: NDArray[Any], scratch: Floats, waiting: Ints, out: Floats) -> float:
        """Fill `out` with the strengths of a replicate and return its rating error, log-odds."""
        fit = self.fit
        if fit.prior.kind != "none" or connected_on_triangle(votes, fit.ties not in BY_PAIR, self.hub, waiting[0], waiting[1]):
            # Firth's prior has no gradient that is quick to take.
            if fit.prior.kind != "firth":
                found, scratch = scratch[0], scratch[1:]
                usual = fit.parameters, self.inverse, self.curvature, *self.prior
                error = refit(self.model, votes, *usual, self.tolerance, MAX_STEPS, scratch, found)
                if error >= 0:
                    out[:] = found[: out.size]
                    if fit.prior.pins:
                        out -= out.mean()
                    return error
            return self._rate_group(replicate, off_triangle(fit.names, votes), np.ones(len(fit.names), np.bool_), out)
        return self._rate_what_can_be(replicate, off_triangle(fit.names, votes), out)

    def _rate_what_can_be(self, replicate: int, played: Contests, out: Floats) -> float:
        """Rate the largest group of a replicate whose ratings do not exist, and put the others above it, below it, or nowhere."""
        joined = that_join(played, self.fit.ties)
        group = strong_groups(joined)
        largest = group == np.argmax(np.bincount(group, played.votes_of_each()))
        if self.unrated == "error":
            n_left = int((~largest).sum())
            raise ExistenceError(
                f"in replicate {replicate} {n_left} competitors cannot be rated, for example {played.names[int(np.argmin(largest))]!r}; "
                "take unrated='unbounded', or fit with existence='prior'"
            )
        below, above = reached_by_wins(joined, largest)
        out[:] = np.where(above, np.where(below, 0.0, np.inf), np.where(below, -np.inf, np.nan))
        if largest.sum() == 1:
            out[largest] = self.fit.strengths[largest]
            return 0.0
        return self._rate_group(replicate, played, largest, out)

    def _rate_group(self, replicate: int, played: Contests, group: NDArray[np.bool_], out: Floats) -> float:
        fit, tolerance = self.fit, min(TOLERANCE_OF_THE_LONG_WAY, ELO * self.tolerance)
        likelihood = Likelihood(played.only(group), fit.ties, fit.prior)
        if likelihood.has_gamma and not tie_parameter_exists(likelihood.contests, fit.prior.pins):
            if self.unrated == "error":
                raise ExistenceError(f"in replicate {replicate} the parameter of ties does not exist; take unrated='unbounded', or ties='half'")
            out[group] = np.nan
            return 0.0
        try:
            parameters, _, error, _ = maximise(likelihood, tolerance, 200)
        except ConvergenceError as problem:
            raise ConvergenceError(f"a replicate could not be rated: {problem}") from problem
        strengths = parameters[: int(group.sum())]
        out[group] = strengths - strengths.mean() + fit.strengths[group].mean()
        return error / ELO
