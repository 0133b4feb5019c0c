"""The bootstrap of strengths and effects: rows of the log, or clusters of them, drawn or weighted anew, and fitted again.

Laws, streams, certificate and what becomes of who cannot be rated are those of `recount.engine.uncertainty.bootstrapping`. A replicate starts from
the estimate;
its steps use the inverse information of the log, scaled on both sides to the replicate's own diagonal (`recount.engine.kernels.refitting`), and need
gradients only.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from recount.engine.bradley_terry.existence import connected_by_wins, reached_by_wins, strong_groups
from recount.engine.bradley_terry.fitting import maximise
from recount.engine.contextual.design import Design
from recount.engine.contextual.fitting import ContextualFit
from recount.engine.contextual.likelihood import ContextualLikelihood
from recount.engine.contextual.uncertainty import Effects
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.kernels.tie_models import RAO_KUPPER
from recount.engine.linear_algebra import one_thread
from recount.engine.pair_contests import check_choice
from recount.engine.scale import ELO
from recount.engine.uncertainty.bootstrapping import LARGEST_SEED, MAX_STEPS, N_REPLICATES, TOLERANCE_OF_THE_LONG_WAY, Progress, Unrated, until_known
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.intervals import check_level
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.resampling import LARGEST_COUNT, Resampler, Scheme, cluster_law, law, whole
from recount.engine.votes import Floats, freeze

# Log-odds; a longer step is no step toward a maximum that is near.
LONGEST_STEP = 20.0


def contextual_bootstrap(
    fit: ContextualFit,
    scheme: Scheme = "votes",
    *,
    clusters: ClusteredVotes | None = None,
    n_replicates: int | Literal["auto"] = N_REPLICATES,
    first_replicate: int = 0,
    seed: int = 0,
    unrated: Unrated = "unbounded",
    interval_method: Literal["percentile", "basic", "normal"] = "percentile",
    tolerance: float = 0.01,
    monte_carlo_error: float = 1.0,
    confidence_level: float = 0.95,
    n_threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Replicates, Effects]:
    """Fit resampled logs.

    Parameters
    ----------
    fit : ContextualFit
    scheme : {"votes", "poisson", "bayes"}
    clusters : ClusteredVotes, optional
        What is independent, as `fit.design.clusters` says; single votes if none are given.
    n_replicates, first_replicate, seed, unrated, n_threads, progress
        As in `recount.engine.uncertainty.bootstrapping`.
    interval_method : {"percentile", "basic", "normal"}
        What the intervals of both results are.
    tolerance : float
        Largest distance of a replicate's rating, or of an effect on the same scale, from its converged value, in Elo.
    monte_carlo_error, confidence_level
        As there, for "auto"; ends of effects are counted as those of ratings.

    Raises
    ------
    OptionError
        If an option has a value that it cannot have.
    ExistenceError
        If an effect does not exist in a replicate, or ratings do not and `unrated` is "error".
    """
    check_choice("scheme", scheme, ("votes", "poisson", "bayes"))
    check_choice("unrated", unrated, get_args(Unrated))
    check_choice("interval_method", interval_method, ("percentile", "basic", "normal"))
    seed = whole("seed", seed, 0, LARGEST_SEED)
    first_replicate = whole("first_replicate", first_replicate, 0, LARGEST_SEED)
    check_level(confidence_level)
    if n_replicates != "auto":
        n_replicates = whole("n_replicates", n_replicates, 2, LARGEST_COUNT, " or 'auto'")
    n_threads = len(os.sched_getaffinity(0)) if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
    for label, points in (("tolerance", tolerance), ("monte_carlo_error", monte_carlo_error)):
        if not (points > 0 and math.isfinite(points)):
            raise OptionError(f"{label} is {points}; give a positive number of Elo points")
    n_votes = whole("the number of votes", round(float(fit.design.votes.sum())), 1, LARGEST_COUNT)
    of_rows = law(scheme, fit.design.votes, n_votes) if clusters is None else cluster_law(scheme, clusters)
    job = _Job(fit, of_rows, seed, unrated, tolerance / ELO)
    label = " ".join([scheme, *(["by", " and ".join(clusters.columns)] if clusters else [])])
    names, of_effects = fit.names, tuple(effect.name for effect in fit.effects)
    estimates = fit.parameters[: len(names) + len(of_effects)]

    def made(first: int, n: int) -> Replicates:
        values, errors = [], []
        with one_thread(), ThreadPoolExecutor(n_threads) as pool:
            for value, error in pool.map(job.rate, range(first, first + n)):
                values.append(value)
                errors.append(error)
                if progress:
                    progress(first - first_replicate + len(values), len(values) / n)
        return Replicates((*names, *of_effects), estimates, freeze(np.stack(values)), label, seed, first, ELO * max(errors), interval_method)

    drawn = until_known(made, first_replicate, n_replicates, monte_carlo_error, confidence_level)
    strengths, effects = (freeze(np.ascontiguousarray(part)) for part in np.split(drawn.values, [len(names)], axis=1))
    of_strengths = replace(drawn, names=names, strengths=fit.strengths, values=strengths)
    spread = freeze(np.atleast_2d(np.cov(effects, rowvar=False)))
    return of_strengths, Effects(of_effects, fit.coefficients, spread, drawn.method, effects, interval_method)


class _Job:
    """What all replicates of a fit share."""

    def __init__(self, fit: ContextualFit, of_rows: Resampler, seed: int, unrated: Unrated, tolerance: float) -> None:
        self.fit = fit
        self.of_rows = of_rows
        self.seed = seed
        self.unrated = unrated
        self.tolerance = tolerance
        self.inverse = fit.likelihood().inverse(fit.information)
        self.curvature = np.diagonal(fit.information)

    def rate(self, replicate: int) -> tuple[Floats, float]:
        """Return strengths and effects of a replicate, (n + m,), and their error, log-odds."""
        fit, n = self.fit, len(self.fit.names)
        drawn: NDArray[Any] = np.empty(fit.design.result.size, self.of_rows.dtype)
        self.of_rows.draw(self.seed, replicate, drawn)
        rows = fit.design.with_votes(drawn.astype(np.float64))
        if fit.prior.pins or connected_by_wins(rows.contests):
            found = self._from_estimate(rows)
            if found is None:
                found = self._long_way(replicate, rows)
            parameters, error = found
            return np.append(parameters[:n] - parameters[:n].mean(), parameters[n : n + len(fit.effects)]), error
        return self._rate_what_can_be(replicate, rows)

    def _from_estimate(self, rows: Design) -> tuple[Floats, float] | None:
        """Climb from the estimate by the information of the log; None where that does not get there. The certificate is that of `refit`."""
        likelihood, n = self._likelihood(rows), len(self.fit.names)
        found = self.fit.parameters.copy()
        if likelihood.n_parameters != found.size:
            return None
        size_before, decrement_before = 0.0, 0.0
        for _ in range(MAX_STEPS):
            gradient, curvature = likelihood.gradient_and_curvature(found)
            if not curvature.min() > 0:
                return None
            scale = np.sqrt(self.curvature / curvature)
            gradient *= scale
            step = self.inverse @ gradient
            decrement = float(gradient @ step)
            step *= scale
            if not likelihood.prior.pins:
                step[:n] -= step[:n].mean()
            size = float(np.abs(step).max())
            if not size < LONGEST_STEP or (likelihood.model == RAO_KUPPER and found[-1] + step[-1] <= 0):
                return None
            found += step
            if size <= self.tolerance and decrement < decrement_before:
                rate = math.sqrt(decrement / decrement_before)
                error = max(size, rate * size_before) * max(1.0, rate / (1.0 - rate))
                if error <= self.tolerance:
                    return found, error
            size_before, decrement_before = size, decrement
        return None

    def _long_way(self, replicate: int, rows: Design) -> tuple[Floats, float]:
        """Newton's method from the start, as for the log."""
        try:
            parameters, _, error, _ = maximise(self._likelihood(rows), min(TOLERANCE_OF_THE_LONG_WAY, ELO * self.tolerance), 200)
        except (ConvergenceError, ExistenceError) as problem:
            raise type(problem)(f"in replicate {replicate} {problem}") from problem
        return parameters, error / ELO

    def _rate_what_can_be(self, replicate: int, rows: Design) -> tuple[Floats, float]:
        """Rate the largest group of a replicate whose ratings do not exist, and put the others above it, below it, or nowhere."""
        played, fit = rows.contests, self.fit
        group = strong_groups(played)
        largest = group == np.argmax(np.bincount(group, played.votes_of_each()))
        if self.unrated == "error" or largest.sum() == 1:
            one = played.names[int(np.argmin(largest))]
            raise ExistenceError(
                f"in replicate {replicate} {int((~largest).sum())} competitors cannot be rated, for example {one!r}; take "
                "unrated='unbounded', or fit with existence='prior'"
            )
        parameters, error = self._long_way(replicate, rows.only(largest))
        below, above = reached_by_wins(played, largest)
        strengths = np.where(above, np.where(below, 0.0, np.inf), np.where(below, -np.inf, np.nan))
        own = parameters[: int(largest.sum())]
        strengths[largest] = own - own.mean() + fit.strengths[largest].mean()
        return np.append(strengths, parameters[own.size : own.size + len(fit.effects)]), error

    def _likelihood(self, rows: Design) -> ContextualLikelihood:
        """That of the fit on other rows, from one thread; prior and ridge as there."""
        fit = self.fit
        return ContextualLikelihood(rows, fit.ties, fit.prior, fit.origin, fit.ridge, n_threads=1)
