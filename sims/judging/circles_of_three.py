"""Circles of three competitors, each stronger against the next than ratings allow."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recount.engine.scale import ELO
from recount.engine.scrutiny import circles
from recount.sims.presentation import Table

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def cycles(analysis: "Analysis") -> Table:
    """One row a circle, the most certain first.

    Raises
    ------
    OptionError
        If the votes are weighted or there are covariates: circles that go by chance are those of simulated votes, alike within each pair.
    """
    frame = cycle_frame(circles.cycles(analysis.fit, seed=analysis.specification.seed, progress=analysis.progress))
    return Table("cycles", frame, tuple(analysis.notes_of_fit()), "Circles, each stronger against the next than ratings allow")


def cycle_frame(found: circles.Cycles) -> pd.DataFrame:
    """Circles of three, the most certain first.

    Returns
    -------
    DataFrame
        competitor, next, last (each is stronger against the next, and the last against the first, than strengths allow), curl, standard_error
        (Elo, around the circle), z, p_value (all circles jointly), points_next, points_last, points_back (share of points that each scored against
        the next; all above 1/2 where the votes go in a circle).
    """
    names = np.array(found.names, object)
    columns = {label: names[found.members[:, place]] for place, label in enumerate(("competitor", "next", "last"))}
    points = {label: found.points[:, place] for place, label in enumerate(("points_next", "points_last", "points_back"))}
    z = found.curl / found.standard_errors
    return pd.DataFrame(
        {**columns, "curl": ELO * found.curl, "standard_error": ELO * found.standard_errors, "z": z, "p_value": found.p_values, **points}
    )
