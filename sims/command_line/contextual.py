"""What `recount rate` says of covariates, and its ratings by category."""

from pathlib import Path
from typing import Any, Literal

import pandas as pd

from recount.engine import Fit, Scale, Votes
from recount.engine.votes import levels_of
from recount.sims.categories import rate_categories
from recount.sims.command_line.tell import listed, tell
from recount.sims.specification import Specification


def tell_effects(table: pd.DataFrame, ridge: float) -> None:
    """Say what the effects are, and what was done with covariates."""
    for row in table.to_dict("records"):
        notes = [f"mean {row['mean']:.4g}, deviation {row['deviation']:.4g}"] if (row["mean"], row["deviation"]) != (0.0, 1.0) else []
        counts = ((row["n_missing"], "without a value left out"), (row["n_alike"], "with 0 on both sides, no difference"))
        notes += [f"{n:,} votes {what}" for n, what in counts if n]
        sure = f"{row['estimate']:.4f} log-odds, standard error {row['standard_error']:.4f}, {row['points']:.1f} Elo"
        tell("; ".join([f"effect {row['effect']}: {sure}", *notes]))
    if ridge:
        tell(f"ridge: effects have a normal prior around 0 with standard deviation {ridge**-0.5:.4g} log-odds")


def effects_path(output: Path) -> Path:
    """Where the effects are written: beside the output."""
    return output.with_name(f"{output.stem}.effects{output.suffix}")


def category_ratings(
    votes: Votes, by: str, overall: Fit, specification: Specification, shrink: bool, scale: Scale, n_replicates: int | Literal["auto"], seed: int
) -> pd.DataFrame:
    """Rate each category, and say how many votes are in none, and who has votes in one and is not rated there."""
    n_unlabelled = int((levels_of(votes, by)[0] < 0).sum())
    if n_unlabelled:
        tell(f"{n_unlabelled:,} votes have no {by!r}; they count in the overall ratings alone")
    drawing: dict[str, Any] = {"n_replicates": n_replicates, "seed": seed}
    table, left_out = rate_categories(votes, by, overall, specification, shrunken=shrink, scale=scale, **drawing)
    for level, names in left_out.items():
        tell(f"category {level!r}: left out who cannot be rated there ({len(names)}): {listed(names)}")
    return table
