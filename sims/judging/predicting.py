"""Votes predicted by fits that have not seen them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.engine.choices import Folds, Prior
from recount.engine.contextual.covariates import with_values
from recount.engine.scrutiny.holding_out import HeldOut, held_out, held_out_votes
from recount.engine.scrutiny.splits import Split
from recount.engine.votes import Votes
from recount.sims.judging.refusals import check_unweighted
from recount.sims.judging.splitting import among, split_by
from recount.sims.specification import HowSure, Specification, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def predictions(analysis: "Analysis", folds: Folds) -> HeldOut:
    """Score the model of an analysis by votes that test, between the competitors that it rates; computed once."""
    key = analysis.specification.part(WhichModel, WhichVotes, HowSure), folds
    return analysis.kept.once("predictions", key, lambda: _predictions(analysis, folds))


def _predictions(analysis: "Analysis", folds: Folds) -> HeldOut:
    s = analysis.specification
    check_unweighted(s)
    votes = rows_for(analysis, folds)
    fitted, counts = analysis.fit, analysis.log.counts
    counts = counts.only(np.isin(np.array(counts.names, object), np.array(fitted.names, object)))
    if votes is not None:
        votes = among(with_values(votes, s.covariates), fitted.names)
    splits = split_by(folds, counts, votes, s.seed, single_votes=bool(s.covariates))
    return predicted(splits, s, fitted.prior)


def rows_for(analysis: "Analysis", folds: Folds) -> Votes | None:
    """Return the single votes, where folds or covariates need them, with the columns that they need."""
    s = analysis.specification
    if not folds.column and not s.covariates:
        return None
    return analysis.log.rows((*s.columns(), *([folds.column] if folds.column else [])))


def predicted(splits: Sequence[Split], specification: Specification, prior: Prior, *, single_votes: bool = False) -> HeldOut:
    """Fit the votes that train in each split by a specification, and score the predictions of those that test.

    Parameters
    ----------
    splits : sequence of Split
        With their logs, for covariates and single votes.
    specification : Specification
    prior : Prior
        That of the fit to all votes.
    single_votes : bool
        Predict single votes, as with covariates, and not counts.
    """
    s = specification
    options: dict[str, Any] = {"ties": s.ties, "both_bad": s.both_bad, "prior": prior, "confidence_level": s.confidence_level}
    if s.covariates or single_votes:
        return held_out_votes(splits, s.covariates, ridge=s.ridge, **options)
    return held_out(splits, **options)
