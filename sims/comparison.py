"""What fits best: every model of ties, without and with covariates, on the same votes, side by side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from recount.engine import (
    ELO,
    Fit,
    FitQuality,
    HeldOut,
    PairCounts,
    Split,
    Votes,
    WeightedCounts,
    contests,
    fit_quality,
    held_out,
    held_out_votes,
    ties_at_random,
)
from recount.engine.choices import Covariate, TieRule
from recount.engine.scrutiny.prediction import points_gap
from recount.engine.uncertainty.bootstrapping import Progress
from recount.sims.contextual import rate_contextual
from recount.sims.rating import rate
from recount.sims.specification import Specification

COLUMNS = """model likelihood_of n_parameters mean_nll aic bic log_loss_three log_loss_points log_loss_decided accuracy leader largest_change
points_gap points_gap_error calibration_error brier_three brier_points deviance degrees_of_freedom log_likelihood tie_parameter
n_votes n_held_out n_left_out""".split()


def comparable(counts: PairCounts | WeightedCounts, specification: Specification) -> PairCounts | WeightedCounts:
    """Votes between the competitors that every model can rate: those that remain by the specification's policy when ties are dropped.

    Raises
    ------
    ExistenceError
        If they do not exist.
    """
    rated = set(rate(counts, replace(specification, ties=TieRule.DROP, weights="none")).names)
    return counts.only(np.array([name in rated for name in counts.names]))


def comparison(
    counts: PairCounts | WeightedCounts,
    specification: Specification,
    splits: Sequence[Split],
    votes: Votes | None = None,
    covariates: Sequence[Covariate] = (),
    ridge: float = 0.0,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compare the models of ties.

    Parameters
    ----------
    counts : PairCounts or WeightedCounts
        As from `comparable`, so that all models are about the same competitors.
    specification : Specification
        All choices but that of ties.
    splits : sequence of Split
        Of these votes, for the scores held out; with their logs if there are covariates.
    votes : Votes, optional
        The log that was counted, in which every covariate has a value; needed for covariates.
    covariates : sequence of Covariate
        If there are some, each model of ties is also fitted with all of them.
    ridge : float
        As for `recount.engine.fit`.
    progress : callable, optional
        Called with the number of models that are scored, and their share.

    Returns
    -------
    DataFrame
        One row a model, as in `COLUMNS`. likelihood_of: three outcomes (comparable), or points of half-wins (not). In these votes: mean_nll,
        deviance, degrees_of_freedom, aic, bic. Held out: log-losses, Brier scores, accuracy (of decided votes), calibration_error (of points),
        points_gap and points_gap_error (log-loss of points less that of half-wins on the same votes, and its standard error). largest_change is of
        a rating against half-wins, Elo; half-wins are meant without covariates. "drop" has the share of ties as a parameter. The models with a tie
        parameter for each pair predict no pair that they have not seen, and are not scored held out. With covariates there is no saturated model, and
        no deviance.
    tuple of str
        Competitors whom the votes that train cannot rate in some split; their votes are those left out.
    """
    played = contests(counts, both_bad=specification.both_bad)
    usual = rate(counts, replace(specification, ties=TieRule.HALF, minimum_votes=0, weights="none"))
    rules = [ties for ties in TieRule if usual.prior.kind != "firth" or ties in ("half", "drop")]
    choices = {ties: replace(specification, ties=ties, minimum_votes=0, weights="none") for ties in rules}
    fits: dict[str, Fit] = {str(ties): rate(counts, choice) for ties, choice in choices.items()}
    if covariates and votes is not None:
        weights = counts.of_vote if isinstance(counts, WeightedCounts) else None
        predicting = {ties: choice for ties, choice in choices.items() if not ties.by_pair}
        fits |= {f"{ties} with covariates": rate_contextual(votes, covariates, choice, ridge, weights) for ties, choice in predicting.items()}
    outside: dict[str, HeldOut] = {}
    for model, fitted in fits.items():
        options: dict[str, Any] = {"ties": fitted.ties, "both_bad": specification.both_bad, "prior": usual.prior}
        if fitted.ties.by_pair:
            continue
        if not covariates:
            outside[model] = held_out(splits, **options)
        elif not fitted.effects:
            outside[model] = held_out_votes(splits, **options)
        else:
            outside[model] = held_out_votes(splits, covariates, ridge=ridge, **options)
        if progress:
            progress(len(outside), len(outside) / sum(not fitted.ties.by_pair for fitted in fits.values()))
    rows: list[dict[str, Any]] = []
    for model, fitted in fits.items():
        inside = ties_at_random(fitted, played) if fitted.ties is TieRule.DROP else fit_quality(fitted)
        scored = _outside(outside[model], outside["half"]) if model in outside else {"n_held_out": 0, "n_left_out": 0}
        rows.append({"model": model, "tie_parameter": fitted.tie_parameter} | _inside(inside) | scored | _ratings(fitted, usual))
    return pd.DataFrame(rows, columns=COLUMNS), tuple(sorted({name for held in outside.values() for name in held.unrated}))


def _inside(inside: FitQuality) -> dict[str, Any]:
    """Figures of a fit in its own votes."""
    names = ("n_votes", "n_parameters", "log_likelihood", "mean_nll", "deviance", "degrees_of_freedom", "aic", "bic")
    return {"likelihood_of": inside.outcomes} | {name: getattr(inside, name) for name in names}


def _outside(held: HeldOut, usual: HeldOut) -> dict[str, Any]:
    """Scores of predictions, and how they differ from those of half-wins."""
    gap, error = points_gap(held.probabilities, usual.probabilities, held.votes, held.squares)
    names = ("log_loss_three", "log_loss_points", "log_loss_decided", "brier_three", "brier_points", "accuracy")
    more = {"points_gap": gap, "points_gap_error": error, "calibration_error": held.scores.calibration.error}
    return {name: getattr(held.scores, name) for name in names} | more | {"n_held_out": held.scores.n_votes, "n_left_out": held.n_left_out}


def _ratings(fitted: Fit, usual: Fit) -> dict[str, Any]:
    """The leader, and the largest change against half-wins."""
    change = float(np.abs(fitted.strengths - usual.strengths).max())
    return {"leader": fitted.names[int(np.argmax(fitted.strengths))], "largest_change": ELO * change}
