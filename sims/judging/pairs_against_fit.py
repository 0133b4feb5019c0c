"""Pairs of competitors, and how far their votes are from what the fit expects."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recount.engine.fitting import Fit
from recount.engine.scale import ELO
from recount.engine.scrutiny import pair_residuals
from recount.sims.presentation import Table

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def residuals(analysis: "Analysis") -> Table:
    """One row a pair, the one that fits worst first.

    Raises
    ------
    OptionError
        If the votes are weighted: what is expected of a pair, and how much it varies, is that of votes that count for one each.
    """
    frame = residual_frame(analysis.fit)
    return Table("residuals", frame, tuple(analysis.notes_of_fit()), "Pairs, the one that fits worst first")


def residual_frame(fitted: Fit) -> pd.DataFrame:
    """Every pair, the one that fits worst first.

    Returns
    -------
    DataFrame
        competitor, other (the first did better than expected), residual (standardised, of points; NaN and last where strengths follow a pair
        whatever its votes), deviation (Elo beyond the fitted difference), difference (fitted, Elo; with covariates, where they are 0), n_votes,
        points and expected_points, wins, losses, ties and expected ones. With covariates, each vote is expected to go as its own say. Half-wins
        expect points only: what they expect of the outcomes is by Davidson's law, with as many ties as there are.
    """
    found = pair_residuals.residuals(fitted)
    played = fitted.contests
    standardised, deviation = found.standardised(), found.deviations()
    turned = deviation < 0
    sign = np.where(turned, -1.0, 1.0)
    names = np.array(fitted.names, object)
    win, loss, tie = found.n_votes * found.probabilities

    def either(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.where(turned, second, first)

    frame = pd.DataFrame(
        {
            "competitor": either(names[played.first], names[played.second]),
            "other": either(names[played.second], names[played.first]),
            "residual": sign * standardised,
            "deviation": ELO * sign * deviation,
            "difference": ELO * sign * found.lead,
            "n_votes": found.n_votes.astype(np.int64),
            "points": either(found.points, found.n_votes - found.points),
            "expected_points": either(found.expected, found.n_votes - found.expected),
            "wins": either(played.wins, played.losses).astype(np.int64),
            "expected_wins": either(win, loss),
            "losses": either(played.losses, played.wins).astype(np.int64),
            "expected_losses": either(loss, win),
            "ties": played.ties.astype(np.int64),
            "expected_ties": tie,
        }
    )
    return frame.sort_values(["residual", "competitor", "other"], ascending=[False, True, True], ignore_index=True)
