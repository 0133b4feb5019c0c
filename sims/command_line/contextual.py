"""What `recount rate` does with covariates, and by category."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from engine import ContextualFit, Fit, Scale, Uncertainty, Votes
from engine.contextual import Covariate
from engine.errors import OptionError
from engine.uncertainty.bootstrap import Progress
from engine.votes import levels_of
from sims.categories import rate_categories
from sims.command_line.tell import tell
from sims.contextual import contextual_uncertainty, effects_table, rate_contextual
from sims.specification import Specification


def check_further(covariates: Sequence[Covariate], by: str | None, shrink: bool, ridge: float, other_table: str | None) -> None:
    """Raise `OptionError` if options for covariates and categories do not go together, or with `other_table`, which is no leaderboard."""
    if covariates and by is not None:
        raise OptionError("--by rates each category without covariates; leave one of them out")
    if other_table is not None and (covariates or by is not None):
        raise OptionError(f"{other_table} does not go with {'covariates' if covariates else 'categories'}; leave one of them out")
    if shrink and by is None:
        raise OptionError("--shrink is for ratings by category; add --by COLUMN")
    if ridge and not covariates:
        raise OptionError(f"ridge is {ridge:g}, but there is no covariate; add --position, --style or --category-effect")


def rate_with_covariates(
    votes: Votes,
    covariates: Sequence[Covariate],
    specification: Specification,
    ridge: float,
    n_replicates: int | Literal["auto"],
    seed: int,
    progress: Progress,
) -> tuple[ContextualFit, Uncertainty, pd.DataFrame]:
    """Fit strengths and effects; return the fit, the uncertainty of the strengths, and the table of effects."""
    fitted = rate_contextual(votes, covariates, specification, ridge)
    rated, effects = contextual_uncertainty(fitted, specification, n_replicates=n_replicates, seed=seed, progress=progress)
    return fitted, rated, effects_table(fitted, effects, specification.confidence_level)


def tell_effects(table: pd.DataFrame, ridge: float) -> None:
    """Say what the effects are, and what was done with covariates."""
    for row in table.to_dict("records"):
        notes = [f"mean {row['mean']:.4g}, deviation {row['deviation']:.4g}"] if (row["mean"], row["deviation"]) != (0.0, 1.0) else []
        counts = ((row["n_missing"], "without a value left out"), (row["n_alike"], "with 0 on both sides, no difference"))
        notes += [f"{n:,} votes {what}" for n, what in counts if n]
        sure = f"{row['estimate']:.4f} +- {row['standard_error']:.4f} log-odds, {row['points']:.1f} Elo"
        tell("; ".join([f"effect {row['effect']}: {sure}", *notes]))
    if ridge:
        tell(f"ridge: effects have a normal prior around 0 with standard deviation {ridge**-0.5:.4g} log-odds")


def effects_path(output: Path) -> Path:
    """Where the effects are written: beside the output."""
    return output.with_name(f"{output.stem}.effects{output.suffix}")


def category_ratings(
    votes: Votes, by: str, overall: Fit, specification: Specification, shrink: bool, scale: Scale, n_replicates: int | Literal["auto"], seed: int
) -> pd.DataFrame:
    """Rate each category, and say how many votes are in none."""
    n_unlabelled = int((levels_of(votes, by)[0] < 0).sum())
    if n_unlabelled:
        tell(f"{n_unlabelled:,} votes have no {by!r}; they count in the overall ratings alone")
    return rate_categories(votes, by, overall, specification, shrunken=shrink, scale=scale, n_replicates=n_replicates, seed=seed)
