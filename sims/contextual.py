"""Votes with covariates to ratings, effects and their uncertainty, as a specification says."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit

from recount.engine import (
    CategoryEffect,
    Effects,
    Fit,
    Position,
    Resampling,
    Style,
    Uncertainty,
    Votes,
    WeightedCounts,
    Weights,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    weigh,
    weights_of_votes,
)
from recount.engine.choices import Covariate
from recount.engine.errors import InputError, OptionError
from recount.engine.scale import ELO
from recount.engine.uncertainty.bootstrapping import Progress
from recount.engine.votes import Floats
from recount.sims.specification import Specification


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


def rate_contextual(
    votes: Votes, covariates: Sequence[Covariate], specification: Specification, ridge: float = 0.0, weights: Floats | None = None
) -> Fit:
    """Fit strengths and effects as a specification says, or with these weights of the votes.

    Raises
    ------
    InputError
        If fewer than two competitors have enough votes.
    """
    s = specification
    counts = count(votes)
    weighed = weigh(Weights.parse(s.weights), counts, votes)
    if isinstance(weighed, WeightedCounts):
        weights = weights_of_votes(weighed, votes)
    enough = {name for name, n in zip(counts.names, counts.votes_of_each(), strict=True) if n >= s.minimum_votes}
    if len(enough) < 2:
        raise InputError(f"fewer than two competitors have {s.minimum_votes} votes; lower minimum_votes")
    if len(enough) < len(votes.names):
        keep = np.array([name in enough for name in votes.names])
        weights = None if weights is None else weights[keep[votes.first] & keep[votes.second]]
        votes = votes.among(keep)
    return fit(
        votes,
        covariates=covariates,
        weights=weights,
        ties=s.ties,
        both_bad=s.both_bad,
        existence=s.existence,
        prior=s.prior_of_strengths(),
        ridge=ridge,
    )


def contextual_uncertainty(
    fitted: Fit,
    specification: Specification,
    *,
    n_replicates: int | Literal["auto"] = Resampling().n_replicates,
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
    assert fitted.design is not None
    clusters = clustered(fitted.design.log, fitted, s.clusters) if s.clusters else None
    rated: Uncertainty
    if s.intervals != "bootstrap":
        rated = covariance(fitted, s.intervals, clusters=clusters)
    else:
        resampling = Resampling(s.scheme, n_replicates, s.interval_method, seed, s.confidence_level)
        rated = bootstrap(fitted, resampling, clusters=clusters, progress=progress)
    assert rated.effects is not None
    return rated, rated.effects


def effects_table(fitted: Fit, effects: Effects, confidence_level: float = 0.95) -> pd.DataFrame:
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
