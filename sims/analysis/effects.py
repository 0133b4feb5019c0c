"""Votes with covariates to ratings, effects and their uncertainty, as a specification says."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit

from recount.engine import (
    CategoryEffect,
    ContextualFit,
    Effects,
    Position,
    Style,
    Uncertainty,
    Votes,
    WeightedCounts,
    contextual_bootstrap,
    contextual_covariance,
    count,
    fit_contextual,
    weights_of_votes,
)
from recount.engine.contextual.covariates import Covariate
from recount.engine.errors import InputError, OptionError
from recount.engine.scale import ELO
from recount.engine.uncertainty.bootstrapping import N_REPLICATES, Progress
from recount.sims.specification import Specification
from recount.sims.weights import weigh


def parse_covariates(position: bool, styles: Sequence[str], category_effects: Sequence[str]) -> list[Covariate]:
    """Covariates as the command line writes them; a style is ``COLUMN_A,COLUMN_B`` and may end in ``,difference`` or ``,normalised``.

    Raises
    ------
    OptionError
        If a style is not written like that.
    """
    covariates: list[Covariate] = [Position()] if position else []
    for text in styles:
        parts = text.split(",")
        if not 2 <= len(parts) <= 3 or not all(parts):
            raise OptionError(f"style is {text!r}; give COLUMN_A,COLUMN_B, or COLUMN_A,COLUMN_B,difference")
        # What else the form may be is for the style to refuse.
        covariates.append(Style(*parts))  # type: ignore[arg-type]
    return covariates + [CategoryEffect(column) for column in category_effects]


def columns_of(covariates: Sequence[Covariate]) -> list[str]:
    """Columns of the log that covariates need."""
    named = [(c.first, c.second) if isinstance(c, Style) else (c.column,) for c in covariates if isinstance(c, (Style, CategoryEffect))]
    return [column for columns in named for column in columns]


def rate_contextual(votes: Votes, covariates: Sequence[Covariate], specification: Specification, ridge: float = 0.0) -> ContextualFit:
    """Fit strengths and effects as a specification says.

    Raises
    ------
    InputError
        If fewer than two competitors have enough votes.
    """
    s = specification
    counts = count(votes)
    weighed = weigh(counts, votes, s.weights)
    weights = weights_of_votes(weighed, votes) if isinstance(weighed, WeightedCounts) else None
    enough = {name for name, n in zip(counts.names, counts.votes_of_each(), strict=True) if n >= s.minimum_votes}
    if len(enough) < 2:
        raise InputError(f"fewer than two competitors have {s.minimum_votes} votes; lower minimum_votes")
    if len(enough) < len(votes.names):
        keep = np.array([name in enough for name in votes.names])
        weights = None if weights is None else weights[keep[votes.first] & keep[votes.second]]
        votes = votes.among(keep)
    return fit_contextual(
        votes,
        covariates,
        weights=weights,
        ties=s.ties,
        both_bad=s.both_bad,
        existence=s.existence,
        prior=s.prior_of_strengths(),
        ridge=ridge,
    )


def contextual_uncertainty(
    fitted: ContextualFit,
    specification: Specification,
    *,
    n_replicates: int | Literal["auto"] = N_REPLICATES,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Uncertainty, Effects]:
    """Uncertainty of strengths and effects, by the intervals and the clusters of a specification.

    Raises
    ------
    OptionError
        If what the specification asks for does not go with covariates.
    """
    s = specification
    clusters = fitted.design.clusters(s.clusters) if s.clusters else None
    if s.intervals != "bootstrap":
        return contextual_covariance(fitted, s.intervals, clusters=clusters)
    if s.interval_method == "bca":
        raise OptionError("interval_method is 'bca'; with covariates take percentile, basic or normal")
    return contextual_bootstrap(
        fitted,
        s.scheme,
        clusters=clusters,
        n_replicates=n_replicates,
        seed=seed,
        interval_method=s.interval_method,
        confidence_level=s.confidence_level,
        progress=progress,
    )


def effects_table(fitted: ContextualFit, effects: Effects, confidence_level: float = 0.95) -> pd.DataFrame:
    """Effects with their intervals, one a row.

    Returns
    -------
    DataFrame
        effect, estimate, standard_error, lower, upper (log-odds, of who is shown first, for a standard deviation or a level), points (the estimate in
        Elo), win_probability (of who is shown first, against an equal, in votes that are no tie), mean, deviation (of the covariate), n_votes (where
        it is not 0), n_missing (votes left out), n_alike (both sides 0).
    """
    lower, upper = effects.interval(confidence_level)
    made = fitted.effects
    return pd.DataFrame(
        {
            "effect": list(effects.names),
            "estimate": effects.estimates,
            "standard_error": effects.standard_errors(),
            "lower": lower,
            "upper": upper,
            "points": ELO * effects.estimates,
            "win_probability": expit(effects.estimates),
            "mean": [effect.mean for effect in made],
            "deviation": [effect.deviation for effect in made],
            "n_votes": [effect.n_votes for effect in made],
            "n_missing": [effect.n_missing for effect in made],
            "n_alike": [effect.n_alike for effect in made],
        }
    )
