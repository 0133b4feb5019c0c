"""Points of the favourite, expected and scored, in votes held out."""

from typing import TYPE_CHECKING

import pandas as pd

from recount.engine.choices import Folds
from recount.engine.scrutiny.prediction import Calibration
from recount.sims.judging.notices import of_folds, of_times_of_folds
from recount.sims.judging.predicting import predictions
from recount.sims.presentation import Table

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def calibration(analysis: "Analysis", folds: Folds | None = None) -> Table:
    """One row a bin of expected points.

    Parameters
    ----------
    analysis : Analysis
    folds : Folds, optional
        Which votes are held out; random folds by default.
    """
    folds = folds or Folds()
    s, outside = analysis.specification, predictions(analysis, folds)
    frame = calibration_frame(outside.scores.calibration)
    of_held_out = of_folds(folds, s.weights, outside.scores.n_votes, outside.n_left_out, outside.unrated)
    told = (*analysis.notes_of_fit(), *of_times_of_folds(analysis, folds), *of_held_out)
    title = "Points of the favourite, expected and scored, in votes held out"
    return Table("calibration", frame, told, title, confidence_level=s.confidence_level)


def calibration_frame(found: Calibration) -> pd.DataFrame:
    """What favourites were expected to score and what they scored, one row a bin: start, end, n_votes, expected, observed, lower, upper."""
    return pd.DataFrame({name: getattr(found, name) for name in ("start", "end", "n_votes", "expected", "observed", "lower", "upper")})
