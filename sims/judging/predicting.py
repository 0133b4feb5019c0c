"""Votes predicted by fits that have not seen them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from recount.engine.choices import Folds, Prior
from recount.engine.scrutiny.holding_out import HeldOut, held_out, held_out_votes
from recount.engine.scrutiny.splits import Split
from recount.sims.judging.splitting import split_by
from recount.sims.judging.weighed_votes import votes_to_judge_by
from recount.sims.specification import HowSure, Specification, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def predictions(analysis: "Analysis", folds: Folds) -> HeldOut:
    """Score the model of an analysis by votes that test, between the competitors that it rates; computed once."""
    key = analysis.specification.part(WhichModel, WhichVotes, HowSure), folds
    return analysis.kept.once("predictions", key, lambda: _predictions(analysis, folds))


def _predictions(analysis: "Analysis", folds: Folds) -> HeldOut:
    s = analysis.specification
    fitted = analysis.fit
    judged = votes_to_judge_by(analysis, folds).with_values(s.covariates).among(fitted.names)
    return predicted(split_by(folds, judged, s.seed, single_votes=bool(s.covariates)), s, fitted.prior)


def predicted(splits: Sequence[Split], specification: Specification, prior: Prior, *, single_votes: bool = False) -> HeldOut:
    """Fit the votes that train in each split by a specification, and score the predictions of those that test.

    Parameters
    ----------
    splits : sequence of Split
        With the weights of votes, if they are weighted, and with their logs for covariates and single votes.
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
