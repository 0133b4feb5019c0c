"""What fits best: every model of ties, without and with covariates, on the same votes, side by side."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from recount.engine.choices import Folds, TieRule
from recount.engine.exact_ties import highest
from recount.engine.fitting import Fit
from recount.engine.pair_contests import Contests, contests
from recount.engine.plurals import plural
from recount.engine.scrutiny.goodness_of_fit import fit_quality, ties_at_random
from recount.engine.scrutiny.holding_out import HeldOut
from recount.engine.scrutiny.prediction import points_gap
from recount.engine.scrutiny.splits import Split
from recount.engine.showing import listed
from recount.sims.analysis.log import Progress
from recount.sims.analysis.notes import of_labels, of_quarantine, of_weights
from recount.sims.analysis.rating import rate
from recount.sims.filtering import of_filters
from recount.sims.judging.notices import of_criteria, of_folds
from recount.sims.judging.predicting import predicted
from recount.sims.judging.splitting import split_by
from recount.sims.judging.stretch_and_order import changes
from recount.sims.judging.weighed_votes import WeighedVotes, votes_to_judge_by
from recount.sims.presentation import Table
from recount.sims.specification import Specification

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis

COLUMNS = """model n_parameters mean_nll aic bic log_loss_three log_loss_points log_loss_decided accuracy leader stretch largest_change
n_reversed n_moved largest_move points_gap points_gap_error calibration_error brier_three brier_points deviance degrees_of_freedom log_likelihood
tie_parameter n_votes n_held_out n_left_out""".split()
NO_COVARIATES: dict[str, Any] = {"position": False, "styles": (), "category_effects": (), "ridge": 0.0}


class Model(NamedTuple):
    """A model of ties, and its fit.

    Attributes
    ----------
    name : str
    specification : Specification
    fitted : Fit
    """

    name: str
    specification: Specification
    fitted: Fit


def comparison(analysis: "Analysis", folds: Folds | None = None) -> Table:
    """One row a model of ties, about the competitors that all of them can rate; with covariates, each with and without.

    Parameters
    ----------
    analysis : Analysis
        All choices but that of ties.
    folds : Folds, optional
        Which votes are held out; random folds by default.

    Raises
    ------
    ExistenceError
        If some ratings do not exist when ties are dropped.
    """
    s, folds = analysis.specification, folds or Folds()
    judged = votes_to_judge_by(analysis, folds)
    told = [*of_quarantine(analysis.log.quarantine), *of_filters(analysis.log), *of_labels(judged.votes, s)]
    known = judged.with_values(s.covariates)
    if judged.votes is not None and known.votes is not None and (n := judged.votes.n_votes - known.votes.n_votes):
        told.append(f"{plural(n, 'vote')} without a value of some covariate left out of every model")
    same = comparable(known, s)
    if gone := tuple(name for name in known.counts.names if name not in set(same.counts.names)):
        told.append(f"left out, because not every model can rate them or they have too few votes: {listed(gone)}")
    splits = split_by(folds, same, s.seed, single_votes=bool(s.covariates))
    frame, unrated = compared(same, s, splits, analysis.progress)
    told += [*of_weights(contests(same.counts, both_bad=s.both_bad)), *of_criteria(s.weights)]
    told += of_folds(folds, s.weights, int(frame["n_held_out"].max()), int(frame["n_left_out"].max()), unrated)
    return Table("comparison", frame, tuple(told), "Models of ties on the same votes")


def comparable(judged: WeighedVotes, specification: Specification) -> WeighedVotes:
    """Votes between the competitors that every model can rate: those that remain by the specification's policy when ties are dropped.

    Raises
    ------
    ExistenceError
        If they do not exist.
    """
    return judged.among(rate(judged.counts, specification.but(ties=TieRule.DROP, **NO_COVARIATES)).names)


def compared(
    judged: WeighedVotes, specification: Specification, splits: Sequence[Split], progress: Progress | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compare the models of ties.

    Parameters
    ----------
    judged : WeighedVotes
        As from `comparable`, so that all models are about the same competitors; for covariates single votes, in which every one has a value.
    specification : Specification
        All choices but that of ties. If there are covariates, each model of ties is also fitted with all of them.
    splits : sequence of Split
        Of these votes, for the scores held out; with their logs if there are covariates.
    progress : callable, optional
        Called with the number of models that are scored, and their share.

    Returns
    -------
    DataFrame
        One row a model, as in `COLUMNS`. In these votes, of the likelihood of win, loss and tie: log_likelihood, mean_nll, deviance,
        degrees_of_freedom, aic, bic; missing for half-wins, which have no such likelihood. Held out: log-losses and Brier scores, each missing for
        models without such a prediction, accuracy (of decided votes), calibration_error (of points), points_gap and points_gap_error (log-loss of
        points minus that of half-wins on the same votes, and its standard error). Of ratings, against half-wins without covariates: stretch,
        largest_change, n_reversed, n_moved, largest_move (`changes`). "drop" has the share of ties as a parameter. The models with a tie
        parameter for each pair predict no pair that they have not seen, and are not scored held out. With covariates there is no saturated model, and
        no deviance.
    tuple of str
        Competitors whom the votes that train cannot rate in some split; their votes are those left out.
    """
    fitted = list(models_to_compare(judged, specification.but(minimum_votes=0)))
    usual = fitted[0].fitted
    predicting = [model for model in fitted if not model.specification.ties.by_pair]
    outside: dict[str, HeldOut] = {}
    for model in predicting:
        outside[model.name] = predicted(splits, model.specification, usual.prior, single_votes=bool(specification.covariates))
        if progress:
            progress(len(outside), len(outside) / len(predicting))
    played = contests(judged.counts, both_bad=specification.both_bad)
    rows = [_inside(model, played) | _outside(outside.get(model.name), outside[fitted[0].name]) | _ratings(model.fitted, usual) for model in fitted]
    return pd.DataFrame(rows, columns=COLUMNS), tuple(sorted({name for held in outside.values() for name in held.unrated}))


def models_to_compare(judged: WeighedVotes, specification: Specification) -> Iterator[Model]:
    """Fit every model of ties, that of half-wins first; Firth's prior has a place in those without a parameter of ties only."""
    alone = specification.but(**NO_COVARIATES)
    rules = [ties for ties in TieRule if alone.prior.kind != "firth" or ties in (TieRule.HALF, TieRule.DROP)]
    for ties in rules:
        yield Model(str(ties), alone.but(ties=ties), rate(judged.counts, alone.but(ties=ties)))
    if specification.covariates:
        for s in (specification.but(ties=ties) for ties in rules if not ties.by_pair):
            yield Model(f"{s.ties} with covariates", s, rate(judged.counts, s, judged.votes))


def _inside(model: Model, played: Contests) -> dict[str, Any]:
    """Figures of a fit in its own votes."""
    fitted = model.fitted
    inside = ties_at_random(fitted, played) if model.specification.ties is TieRule.DROP else fit_quality(fitted)
    names = ["n_votes", "n_parameters"]
    if inside.outcomes == "three":
        # Half-wins have a likelihood of points, which cannot be compared with that of win, loss and tie.
        names += ["log_likelihood", "mean_nll", "deviance", "degrees_of_freedom", "aic", "bic"]
    return {"model": model.name, "tie_parameter": fitted.tie_parameter} | {name: getattr(inside, name) for name in names}


def _outside(held: HeldOut | None, usual: HeldOut) -> dict[str, Any]:
    """Scores of predictions, and how they differ from those of half-wins."""
    if held is None:
        return {"n_held_out": 0, "n_left_out": 0}
    gap, error = points_gap(held.probabilities, usual.probabilities, held.votes, held.squares)
    names = ("log_loss_three", "log_loss_points", "log_loss_decided", "brier_three", "brier_points", "accuracy")
    more = {"points_gap": gap, "points_gap_error": error, "calibration_error": held.scores.calibration.error}
    return {name: getattr(held.scores, name) for name in names} | more | {"n_held_out": held.scores.n_votes, "n_left_out": held.n_left_out}


def _ratings(fitted: Fit, usual: Fit) -> dict[str, Any]:
    """The leader, or all who share the lead, and how ratings and ranks differ from those of half-wins."""
    return {"leader": ", ".join(highest(fitted.names, fitted.strengths))} | changes(fitted.strengths, usual.strengths)
