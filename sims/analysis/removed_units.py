"""Votes or clusters that a removal takes away, as tables."""

import numpy as np
import pandas as pd

from recount.engine import ClusteredVotes, Factor, Fit, PairCounts, Votes
from recount.engine.scrutiny.conclusion import Conclusion, slopes, values
from recount.engine.scrutiny.removal import Removal, removal_effects
from recount.engine.triangle import cell_on_triangle, on_triangle
from recount.engine.votes import Floats

OUTCOMES = ("first won", "second won", "tie")


def removal_summary(conclusion: Conclusion, removal: Removal | None, n_units: float, unit: str) -> pd.DataFrame:
    """Say in one row how many of `n_units` votes or clusters change a conclusion.

    Returns
    -------
    DataFrame
        conclusion, change, unit, n_units, n_forecast (first order), n_removed (verified by a refit), share, n_votes_removed, rating_error (of the
        refit, Elo); what a removal would say is missing where none was found.
    """
    row = {
        "conclusion": conclusion.statement,
        "change": removal.change if removal else None,
        "unit": unit,
        "n_units": round(n_units),
        "n_forecast": removal.n_forecast if removal else None,
        "n_removed": removal.n_removed if removal else None,
        "share": removal.n_removed / n_units if removal else np.nan,
        "n_votes_removed": int(removal.votes.sum()) if removal else None,
        "rating_error": removal.rating_error if removal else np.nan,
    }
    return pd.DataFrame([row]).astype({"n_forecast": "Int64", "n_removed": "Int64", "n_votes_removed": "Int64"})


def below_minimum(fit: Fit, removal: Removal, counts: PairCounts, minimum_votes: int) -> tuple[str, ...]:
    """Who is rated and, without the votes removed, would have fewer than `minimum_votes` of the log that was counted."""
    first, second = np.triu_indices(len(fit.names), 1)
    removed = removal.votes.sum(axis=0)
    lost = np.bincount(first, removed, len(fit.names)) + np.bincount(second, removed, len(fit.names))
    had = dict(zip(counts.names, counts.votes_of_each(), strict=True))
    return tuple(name for name, n in zip(fit.names, lost, strict=True) if had[name] - n < minimum_votes)


def vote_table(fit: Fit, removal: Removal) -> pd.DataFrame:
    """Votes by pair and outcome, those that do most for the lead that is lost first.

    Returns
    -------
    DataFrame
        first, second, outcome (first won, second won, tie), weight (where votes are weighted; a row for each), n_removed, n_votes, effect (Elo:
        change of the lead when one such vote, of weight 1, is removed; missing where its pair needs it).
    """
    first, second = np.triu_indices(len(fit.names), 1)
    weights = fit.contests.weights
    if removal.by_weight is not None and weights is not None:
        cell, n_removed, n_votes = cell_on_triangle(fit.contests, weights.cell), removal.by_weight, weights.n_votes
    else:
        cell, n_removed, n_votes = np.arange(removal.votes.size), removal.votes.ravel(), on_triangle(fit.contests, 0).ravel().astype(np.int64)
    outcome, pair = np.divmod(cell, first.size)
    names = np.array(fit.names, dtype=object)
    columns = {
        "first": names[first[pair]],
        "second": names[second[pair]],
        "outcome": np.array(OUTCOMES, dtype=object)[outcome],
        **({"weight": weights.weight} if weights is not None else {}),
        "n_removed": n_removed,
        "n_votes": n_votes,
        "effect": removal_effects(fit, _lead(fit, removal)).ravel()[cell],
    }
    frame = pd.DataFrame(columns)
    if weights is not None:
        # Both orders of a pair, and a tie and "both bad", may be of one cell and weight.
        kinds = frame.groupby(["first", "second", "outcome", "weight"], sort=False, as_index=False)
        frame = kinds.agg({"n_removed": "sum", "n_votes": "sum", "effect": "first"})
    return frame[frame["n_votes"] > 0].sort_values("effect", kind="stable", ignore_index=True)


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
        labels = values_of_rows[row]
    n_votes = np.bincount(codes)
    n_removed = np.zeros_like(n_votes)
    n_removed[removal.clusters] = n_votes[removal.clusters]
    effect = removal_effects(fit, _lead(fit, removal), clusters).ravel()
    frame = pd.DataFrame({"label": labels, "n_removed": n_removed, "n_votes": n_votes, "effect": effect})
    return frame.sort_values("effect", kind="stable", ignore_index=True)


def _lead(fit: Fit, removal: Removal) -> Floats:
    """Return the contrast (1, n), of those that a removal reverses, that was the furthest from it."""
    way = removal.conclusion.ways[removal.change]
    return slopes(way, fit.strengths)[[np.argmax(values(way, fit.strengths))]]
