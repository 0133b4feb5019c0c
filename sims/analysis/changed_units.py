"""Votes or clusters that are changed, as tables."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.engine import Factor, Fit, PairCounts, Votes
from recount.engine.choices.vote_change import VoteChange
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import Conclusion, is_contrasts, slopes, values
from recount.engine.scrutiny.fewest_changes import ChangedVotes
from recount.engine.scrutiny.first_order import change_effects
from recount.engine.votes import Floats

OUTCOMES = ("first won", "second won", "tie")


def change_summary(conclusion: Conclusion, change: VoteChange, found: ChangedVotes | None, n_units: float, unit: str) -> pd.DataFrame:
    """Say in one row how many of `n_units` votes or clusters overturn a conclusion when they are changed.

    Returns
    -------
    DataFrame
        conclusion, change (drop, flip, add), result (what is seen instead), unit, n_units, n_forecast (first order), n_changed (verified by a refit),
        fewest (whether it is certain that no fewer do it), share, n_votes_changed, rating_error (of the refit, Elo); what was not found is missing.
    """
    row = {
        "conclusion": conclusion.statement,
        "change": change,
        "result": found.result if found else None,
        "unit": unit,
        "n_units": round(n_units),
        "n_forecast": found.n_forecast if found else None,
        "n_changed": found.n_changed if found else None,
        "fewest": found.fewest if found else None,
        "share": found.n_changed / n_units if found else np.nan,
        "n_votes_changed": int(found.votes.sum()) if found else None,
        "rating_error": found.rating_error if found else np.nan,
    }
    return pd.DataFrame([row]).astype({"n_forecast": "Int64", "n_changed": "Int64", "n_votes_changed": "Int64", "fewest": "boolean"})


def below_minimum(fit: Fit, found: ChangedVotes, counts: PairCounts, minimum_votes: int) -> tuple[str, ...]:
    """Who is rated and, without the votes that are dropped, would have fewer than `minimum_votes` of the log that was counted."""
    if found.change != "drop":
        return ()
    first, second, _ = fit.likelihood.cells
    dropped, n = found.votes.ravel(), len(fit.names)
    lost = np.bincount(first, dropped, n) + np.bincount(second, dropped, n)
    had = dict(zip(counts.names, counts.votes_of_each(), strict=True))
    return tuple(name for name, n_lost in zip(fit.names, lost, strict=True) if had[name] - n_lost < minimum_votes)


def vote_table(fit: Fit, found: ChangedVotes) -> pd.DataFrame:
    """Votes by pair and outcome, as they were before the change or as added, those that do most for the lead that is lost first.

    Returns
    -------
    DataFrame
        first, second, outcome (first won, second won, tie), with covariates a column for each effect (the covariate as the first of the pair has it:
        a position is 1 where it was shown first and -1 where it was shown second), weight (where votes are weighted), n_changed, n_votes (of the
        log), effect (change of the lead, Elo, or of the margin of a conclusion, in its unit, when one such vote, of weight 1, is changed; missing
        where its pair needs it).
    """
    log = found.log
    first, second, x = (part[..., log.cell] for part in log.fit.likelihood.cells)
    names = np.array(fit.names, dtype=object)
    alike = {
        "first": names[first],
        "second": names[second],
        "outcome": np.array(OUTCOMES, dtype=object)[log.results()[log.cell]],
        # Adding 0 takes the sign off -0.
        **{effect.name: effect.deviation * values + 0.0 for effect, values in zip(fit.effects, x, strict=True)},
        **({"weight": log.weight} if log.by_weight else {}),
    }
    effect = change_effects(fit, _lead(fit, found), change=found.change).ravel()
    frame = pd.DataFrame(alike | {"n_changed": found.taken, "n_votes": log.n_votes.astype(np.int64), "effect": effect})
    if log.by_weight or fit.effects:
        # Several kinds may be alike: both orders of a pair, a tie and "both bad", single votes with the same covariates.
        frame = frame.groupby(list(alike), sort=False, as_index=False).agg({"n_changed": "sum", "n_votes": "sum", "effect": "first"})
    return frame.sort_values("effect", kind="stable", ignore_index=True)


def cluster_table(fit: Fit, found: ChangedVotes, log: Votes) -> pd.DataFrame:
    """Clusters of votes of a `log`, those that do most for the lead that is lost first.

    Returns
    -------
    DataFrame
        label (missing for a vote without one), n_changed, n_votes, effect (of a lead, Elo, or a margin when the cluster is dropped, to first order).
    """
    clusters = found.log.clusters
    assert clusters is not None
    codes, values_of_rows = clusters.codes[0], log.columns[clusters.columns[0]]
    row = clusters.row[np.unique(codes, return_index=True)[1]]
    if isinstance(values_of_rows, Factor):
        labels = np.array([*values_of_rows.levels, None], dtype=object)[values_of_rows.codes[row]]
    else:
        labels = whole_if_possible(values_of_rows[row])
    n_votes = np.bincount(codes)
    effect = change_effects(fit, _lead(fit, found), clusters=clusters).ravel()
    frame = pd.DataFrame({"label": labels, "n_changed": found.taken * n_votes, "n_votes": n_votes, "effect": effect})
    return frame.sort_values("effect", kind="stable", ignore_index=True)


def whole_if_possible(labels: NDArray[Any]) -> Any:
    """Return numbers that are all whole or missing as such, which text files do not know; others as they are."""
    if labels.dtype.kind != "f" or np.any(np.isfinite(labels) & (labels != np.trunc(labels))) or np.any(np.isinf(labels)):
        return labels
    return pd.array(labels).astype("Int64")


def _lead(fit: Fit, found: ChangedVotes) -> Floats:
    """Return the contrast (1, n), of those that the change reverses, that was the furthest from it; of a margin, slopes that give its own unit."""
    way = found.conclusion.ways[found.result]
    furthest = slopes(way, fit.strengths)[[np.argmax(values(way, fit.strengths))]]
    return furthest if is_contrasts(way) else furthest / ELO
