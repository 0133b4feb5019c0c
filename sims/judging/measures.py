"""Figures of a fit: in its own votes, in votes held out, and whether one number a competitor is enough."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recount.engine.choices import Folds
from recount.engine.errors import InputError, OptionError
from recount.engine.fitting import Fit
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.scrutiny.goodness_of_fit import OUTCOMES, fit_quality
from recount.engine.scrutiny.holding_out import HeldOut
from recount.engine.scrutiny.transitivity import Intransitivity, intransitivity
from recount.sims.judging.notices import of_criteria, of_folds, of_times_of_folds
from recount.sims.judging.predicting import predictions
from recount.sims.presentation import Table

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def quality(analysis: "Analysis", folds: Folds | None = None) -> Table:
    """One row a figure.

    Parameters
    ----------
    analysis : Analysis
    folds : Folds, optional
        Which votes are held out; random folds by default.
    """
    s, folds = analysis.specification, folds or Folds()
    outside = predictions(analysis, folds)
    beyond, why_not = _beyond_one_number(analysis)
    frame = quality_frame(analysis.fit, outside, beyond)
    told = [*analysis.notes_of_fit(), *of_criteria(s.weights)]
    told += of_times_of_folds(analysis, folds)
    told += of_folds(folds, s.weights, outside.scores.n_votes, outside.n_left_out, outside.unrated)
    return Table("quality", frame, (*told, *why_not), "Quality of the fit", confidence_level=s.confidence_level)


def _beyond_one_number(analysis: "Analysis") -> tuple[Intransitivity | None, tuple[str, ...]]:
    """Test whether one number a competitor is enough, or say why these votes or this fit do not tell."""
    s = analysis.specification
    try:
        return intransitivity(analysis.fit, confidence_level=s.confidence_level, seed=s.seed, progress=analysis.progress), ()
    except InputError as error:
        return None, (f"whether one number is enough these votes do not say: {error}",)
    except OptionError as error:
        return None, (f"no test whether one number is enough: {error}",)


def quality_frame(fitted: Fit, outside: HeldOut, beyond: Intransitivity | None) -> pd.DataFrame:
    """Figures of a fit; what is `beyond` one number per competitor is None where it is not known, as with covariates or weights.

    Returns
    -------
    DataFrame
        topic, measure, value, lower, upper (NaN without an interval), meaning.
    """
    inside, scores = fit_quality(fitted), outside.scores
    weight = "weight of the " if fitted.contests.weights is not None else ""
    only = f"for comparison only with models of {OUTCOMES[inside.outcomes]}"
    rows = [
        ("in these votes", "n_votes", inside.n_votes, f"{weight and 'weight of the votes; '}likelihood of {OUTCOMES[inside.outcomes]}"),
        ("in these votes", "n_effective", inside.n_effective, "votes that BIC takes"),
        ("in these votes", "n_parameters", inside.n_parameters, "free parameters"),
        ("in these votes", "log_likelihood", inside.log_likelihood, "sum over votes, natural logarithm"),
        ("in these votes", "mean_nll", inside.mean_nll, "its negative mean"),
        ("in these votes", "deviance", inside.deviance, "twice the distance from each pair's own shares"),
        ("in these votes", "degrees_of_freedom", inside.degrees_of_freedom, "free parameters that those shares have more"),
        ("in these votes", "aic", inside.aic, f"2 x parameters - 2 x log-likelihood; {only}"),
        ("in these votes", "bic", inside.bic, f"parameters x ln n - 2 x log-likelihood; {only}"),
        ("held out", "n_votes", scores.n_votes, f"{weight}votes predicted, in {plural(outside.n_splits, 'split')}"),
        ("held out", "n_left_out", outside.n_left_out, f"votes of competitors that the others cannot rate, {len(outside.unrated)} in some split"),
        ("held out", "log_loss_three", scores.log_loss_three, "of win, loss and tie"),
        ("held out", "log_loss_points", scores.log_loss_points, "a tie half of each"),
        ("held out", "log_loss_decided", scores.log_loss_decided, "of votes that are no tie"),
        ("held out", "brier_three", scores.brier_three, "of win, loss and tie"),
        ("held out", "brier_points", scores.brier_points, "a tie half of each"),
        ("held out", "brier_decided", scores.brier_decided, "of votes that are no tie"),
        ("held out", "accuracy", scores.accuracy, "share of votes that are no tie won by the favourite"),
        ("held out", "calibration_error", scores.calibration.error, "mean distance of points scored from points expected"),
    ]
    frame = pd.DataFrame(rows if beyond is None else rows + _one_number(beyond), columns=["topic", "measure", "value", "meaning"])
    frame = frame.astype({"value": float})
    frame.insert(3, "lower", np.nan)
    frame.insert(4, "upper", np.nan)
    if beyond is not None:
        frame.loc[frame["measure"] == "deviation", ["lower", "upper"]] = ELO * beyond.lower, ELO * beyond.upper
    return frame


def _one_number(beyond: Intransitivity) -> list[tuple[str, str, float, str]]:
    z = beyond.curvature / beyond.curvature_error
    return [
        ("one number", "statistic", beyond.statistic, "sum of squared residuals of pairs, each by the slope of its points over their variance"),
        ("one number", "expected", beyond.expected, "its mean if one number is enough"),
        ("one number", "p_value", beyond.p_value, f"by {plural(beyond.n_replicates, 'simulated log')}, in which it is enough"),
        ("one number", "deviation", ELO * beyond.deviation, "standard deviation of pairs from one number, Elo"),
        ("one number", "link_z", z, "curvature of points over lead against the model's, over its standard error"),
    ]
