"""Votes or clusters that a removal takes away, as tables."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.engine import ClusteredVotes, Factor, Fit, PairCounts, Votes
from recount.engine.scrutiny.conclusion import Conclusion, slopes, values
from recount.engine.scrutiny.removal import Removal, removal_effects
from recount.engine.votes import Floats

OUTCOMES = ("first won", "second won", "tie")


def removal_summary(conclusion: Conclusion, removal: Removal | None, n_units: float, unit: str) -> pd.DataFrame:
    """Say in one row how many of `n_units` votes or clusters change a conclusion.

    Returns
    -------
    DataFrame
        conclusion, change, unit, n_units, n_forecast (first order), n_removed (verified by a refit), fewest (whether no smaller removal does it),
        share, n_votes_removed, rating_error (of the refit, Elo); what a removal would say is missing where none was found.
    """
    row = {
        "conclusion": conclusion.statement,
        "change": removal.change if removal else None,
        "unit": unit,
        "n_units": round(n_units),
        "n_forecast": removal.n_forecast if removal else None,
        "n_removed": removal.n_removed if removal else None,
        "fewest": removal.fewest if removal else None,
        "share": removal.n_removed / n_units if removal else np.nan,
        "n_votes_removed": int(removal.votes.sum()) if removal else None,
        "rating_error": removal.rating_error if removal else np.nan,
    }
    return pd.DataFrame([row]).astype({"n_forecast": "Int64", "n_removed": "Int64", "n_votes_removed": "Int64", "fewest": "boolean"})


def below_minimum(fit: Fit, removal: Removal, counts: PairCounts, minimum_votes: int) -> tuple[str, ...]:
    """Who is rated and, without the votes removed, would have fewer than `minimum_votes` of the log that was counted."""
    first, second, _ = fit.likelihood.cells
    removed, n = removal.votes.ravel(), len(fit.names)
    lost = np.bincount(first, removed, n) + np.bincount(second, removed, n)
    had = dict(zip(counts.names, counts.votes_of_each(), strict=True))
    return tuple(name for name, n_lost in zip(fit.names, lost, strict=True) if had[name] - n_lost < minimum_votes)


def vote_table(fit: Fit, removal: Removal) -> pd.DataFrame:
    """Votes by pair and outcome, those that do most for the lead that is lost first.

    Returns
    -------
    DataFrame
        first, second, outcome (first won, second won, tie), with covariates a column for each effect (the covariate as the first of the pair has it:
        a position is 1 where it was shown first and -1 where it was shown second), weight (where votes are weighted), n_removed, n_votes, effect
        (Elo: change of the lead when one such vote, of weight 1, is removed; missing where its pair needs it).
    """
    kinds = fit.likelihood.kinds()
    cell = kinds.cell
    first, second, x = (part[..., cell] for part in fit.likelihood.cells)
    outcome = np.repeat(np.arange(3), len(fit.likelihood.cells.first) // 3)[cell] if fit.design is None else fit.design.result
    names = np.array(fit.names, dtype=object)
    alike = {
        "first": names[first],
        "second": names[second],
        "outcome": np.array(OUTCOMES, dtype=object)[outcome],
        # Adding 0 takes the sign off -0.
        **{effect.name: effect.deviation * values + 0.0 for effect, values in zip(fit.effects, x, strict=True)},
        **({"weight": kinds.weight} if kinds.weight is not None else {}),
    }
    effect = removal_effects(fit, _lead(fit, removal)).ravel()[cell]
    n_removed = removal.votes.ravel() if removal.by_weight is None else removal.by_weight
    frame = pd.DataFrame(alike | {"n_removed": n_removed, "n_votes": kinds.n_votes.astype(np.int64), "effect": effect})
    frame = frame[frame["n_votes"] > 0]
    if kinds.weight is not None or fit.effects:
        # Several kinds may be alike: both orders of a pair, a tie and "both bad", single votes with the same covariates.
        frame = frame.groupby(list(alike), sort=False, as_index=False).agg({"n_removed": "sum", "n_votes": "sum", "effect": "first"})
    return frame.sort_values("effect", kind="stable", ignore_index=True)


def cluster_table(fit: Fit, removal: Removal, clusters: ClusteredVotes, log: Votes) -> pd.DataFrame:
    """Clusters of votes, those that do most for the lead that is lost first.

    Returns
    -------
    DataFrame
        label (missing for a vote without one), n_removed, n_votes, effect (Elo: change of the lead when the cluster is removed, to first order).
    """
    codes, values_of_rows = clusters.codes[0], log.columns[clusters.columns[0]]
    row = clusters.row[np.unique(codes, return_index=True)[1]]
    if isinstance(values_of_rows, Factor):
        labels = np.array([*values_of_rows.levels, None], dtype=object)[values_of_rows.codes[row]]
    else:
        labels = whole_if_possible(values_of_rows[row])
    n_votes = np.bincount(codes)
    n_removed = np.zeros_like(n_votes)
    n_removed[removal.clusters] = n_votes[removal.clusters]
    effect = removal_effects(fit, _lead(fit, removal), clusters).ravel()
    frame = pd.DataFrame({"label": labels, "n_removed": n_removed, "n_votes": n_votes, "effect": effect})
    return frame.sort_values("effect", kind="stable", ignore_index=True)


def whole_if_possible(labels: NDArray[Any]) -> Any:
    """Return numbers that are all whole or missing as such, which text files do not know; others as they are."""
    if labels.dtype.kind != "f" or np.any(np.isfinite(labels) & (labels != np.trunc(labels))) or np.any(np.isinf(labels)):
        return labels
    return pd.array(labels).astype("Int64")


def _lead(fit: Fit, removal: Removal) -> Floats:
    """Return the contrast (1, n), of those that a removal reverses, that was the furthest from it."""
    way = removal.conclusion.ways[removal.change]
    return slopes(way, fit.strengths)[[np.argmax(values(way, fit.strengths))]]
