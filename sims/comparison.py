"""What fits best: every model of ties on the same votes, side by side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pandas as pd

from engine import ELO, FitQuality, HeldOut, PairCounts, Split, contests, fit_pair_ties, fit_quality, held_out, ties_at_random
from engine.contests import TieRule
from engine.errors import OptionError
from engine.fit_quality import quality
from engine.pair_ties import PairTieRule
from engine.votes import Floats
from sims.rating import rate
from sims.specification import Specification


def comparable(counts: PairCounts, specification: Specification) -> PairCounts:
    """Votes between the competitors that every model can rate: those that remain by the specification's policy when ties are dropped.

    Raises
    ------
    ExistenceError
        If they do not exist.
    OptionError
        If the votes are weighted.
    """
    if specification.weights != "none":
        raise OptionError(f"models are compared on votes that count for one each, not with weights {specification.weights!r}; take weights none")
    rated = set(rate(counts, replace(specification, ties="drop")).names)
    return counts.only(np.array([name in rated for name in counts.names]))


def comparison(counts: PairCounts, specification: Specification, splits: Sequence[Split]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compare the models of ties.

    Parameters
    ----------
    counts : PairCounts
        As from `comparable`, so that all models are about the same competitors.
    specification : Specification
        All choices but that of ties.
    splits : sequence of Split
        Of these votes, for the scores held out.

    Returns
    -------
    DataFrame
        One row a model: model; likelihood_of, three outcomes (comparable), or points of half-wins (not); n_parameters; mean_nll, deviance,
        degrees_of_freedom, aic, bic in these votes; held out: log_loss_three, log_loss_points, log_loss_decided, brier_three, brier_points,
        accuracy (of decided votes), calibration_error (of points), n_held_out, n_left_out; leader; largest_change of a rating against half-wins
        (Elo); n_votes, log_likelihood, tie_parameter. "drop" has the share of ties as a parameter. The models with a tie parameter for each pair
        predict no pair that they have not seen, and are not scored held out.
    tuple of str
        Competitors whom the votes that train cannot rate in some split; their votes are those left out.
    """
    played = contests(counts, both_bad=specification.both_bad)
    usual = rate(counts, replace(specification, ties="half", minimum_votes=0))
    rows, unrated = [], set[str]()
    for ties in get_args(TieRule):
        fitted = rate(counts, replace(specification, ties=ties, minimum_votes=0))
        inside = ties_at_random(fitted, played) if ties == "drop" else fit_quality(fitted)
        outside = held_out(splits, ties=ties, both_bad=specification.both_bad, prior=usual.prior)
        unrated.update(outside.unrated)
        rows.append(_row(ties, inside, outside, counts.names, fitted.strengths, usual.strengths) | {"tie_parameter": fitted.tie_parameter})
    for rule in get_args(PairTieRule) if usual.prior.kind == "none" else ():
        by_pair = fit_pair_ties(counts, ties=rule, both_bad=specification.both_bad)
        inside = quality("three", by_pair.contests, by_pair.n_free, by_pair.log_likelihood, specification.both_bad == "outcome")
        rows.append(_row(f"{rule} by pair", inside, None, counts.names, by_pair.strengths, usual.strengths))
    return pd.DataFrame(rows), tuple(sorted(unrated))


def _row(model: str, inside: FitQuality, outside: HeldOut | None, names: tuple[str, ...], strengths: Floats, usual: Floats) -> dict[str, Any]:
    scores = outside.scores if outside else None
    held = ("log_loss_three", "log_loss_points", "log_loss_decided", "brier_three", "brier_points", "accuracy")
    return {
        "model": model,
        "likelihood_of": inside.outcomes,
        "n_parameters": inside.n_parameters,
        "mean_nll": inside.mean_nll,
        "aic": inside.aic,
        "bic": inside.bic,
        **{name: getattr(scores, name) if scores else np.nan for name in held},
        "calibration_error": scores.calibration.error if scores else np.nan,
        "leader": names[int(np.argmax(strengths))],
        "largest_change": ELO * float(np.abs(strengths - usual).max()),
        "deviance": inside.deviance,
        "degrees_of_freedom": inside.degrees_of_freedom,
        "log_likelihood": inside.log_likelihood,
        "n_votes": inside.n_votes,
        "n_held_out": scores.n_votes if scores else 0,
        "n_left_out": outside.n_left_out if outside else 0,
    }
