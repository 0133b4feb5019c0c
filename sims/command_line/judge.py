"""What `recount rate` says of a fit instead of ratings: how well it describes and predicts the votes, and what fits best."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from recount.engine import (
    Fit,
    PairCounts,
    Votes,
    WeightedCounts,
    Weights,
    count,
    cycles,
    held_out,
    held_out_votes,
    intransitivity,
    weigh,
    weighted,
    weights_of_votes,
)
from recount.engine.choices import Covariate
from recount.engine.contextual.covariates import where_known, with_values
from recount.engine.errors import InputError
from recount.sims.command_line.tell import listed, tell
from recount.sims.command_line.work import showing_progress
from recount.sims.comparison import comparable, comparison
from recount.sims.quality import calibration_table, cycle_table, quality_table, residual_table
from recount.sims.specification import Specification
from recount.sims.splits import splits

Judgement = Literal["quality", "calibration", "residuals", "cycles"]


def judge(
    table: Judgement, fitted: Fit, counts: PairCounts, log: Votes | None, specification: Specification, held: str, seed: int
) -> tuple[pd.DataFrame, str]:
    """Return the table that is asked for, and its title."""
    if table == "residuals" or table == "cycles":
        if table == "residuals":
            return residual_table(fitted), "Pairs, the one that fits worst first"
        with showing_progress("simulating", "logs") as progress:
            found = cycles(fitted, seed=seed, progress=progress)
        return cycle_table(found), "Circles, each stronger against the next than ratings allow"
    s = specification
    among = counts.only(np.isin(np.array(counts.names, object), np.array(fitted.names, object)))
    if fitted.design is None:
        outside = held_out(splits(held, among, log, seed), ties=s.ties, both_bad=s.both_bad, prior=fitted.prior, confidence_level=s.confidence_level)
    else:
        covariates = fitted.design.covariates
        outside = held_out_votes(
            splits(held, among, with_values(fitted.design.log, covariates), seed, single_votes=True),
            covariates,
            ties=s.ties,
            both_bad=s.both_bad,
            prior=fitted.prior,
            ridge=fitted.ridge,
            confidence_level=s.confidence_level,
        )
    _tell_held_out(held, outside.scores.n_votes, outside.n_left_out, outside.unrated)
    if table == "calibration":
        return calibration_table(outside.scores.calibration), "Points of the favourite, expected and scored, in votes held out"
    if fitted.effects:
        return quality_table(fitted, outside, None), "Quality of the fit"
    try:
        with showing_progress("simulating", "logs") as progress:
            beyond = intransitivity(fitted, confidence_level=s.confidence_level, seed=seed, progress=progress)
    except InputError as error:
        tell(f"whether one number is enough these votes do not say: {error}")
        return quality_table(fitted, outside, None), "Quality of the fit"
    return quality_table(fitted, outside, beyond), "Quality of the fit"


def compare_models(
    counts: PairCounts, log: Votes | None, covariates: Sequence[Covariate], specification: Specification, ridge: float, held: str, seed: int
) -> tuple[pd.DataFrame, str]:
    """Return the models of ties side by side, and a title."""
    weighed = weigh(Weights.parse(specification.weights), counts, log)
    weights = weights_of_votes(weighed, log) if isinstance(weighed, WeightedCounts) and log is not None else None
    if covariates and log is not None:
        known = where_known(log, covariates)
        log, weights = log.only(known), None if weights is None else weights[known]
        weighed = count(log) if weights is None else weighted(log, weights)
        if not known.all():
            tell(f"{int((~known).sum()):,} votes without a value of some covariate left out of every model")
    same = comparable(weighed, specification)
    if gone := tuple(name for name in counts.names if name not in set(same.names)):
        tell(f"left out, because not every model can rate them or they have too few votes: {listed(gone)}")
    if log is not None:
        keep = np.isin(np.array(log.names, object), np.array(same.names, object))
        weights = None if weights is None else weights[keep[log.first] & keep[log.second]]
        log = log.among(keep)
        same = same if weights is None else weighted(log, weights)
    divided = splits(held, same, log, seed, single_votes=bool(covariates), weights=weights)
    with showing_progress("scoring", "models") as progress:
        frame, unrated = comparison(same, specification, divided, log, covariates, ridge, progress)
    _tell_held_out(held, int(frame["n_held_out"].max()), int(frame["n_left_out"].max()), unrated)
    return frame, "Models of ties on the same votes"


def _tell_held_out(held: str, n_votes: int, n_left_out: int, unrated: tuple[str, ...]) -> None:
    tell(f"held out ({held}): {n_votes:,} votes predicted by fits of the others")
    if unrated:
        tell(f"{n_left_out:,} votes held out have a competitor whom the others cannot rate, and are left out: {listed(unrated)}")
