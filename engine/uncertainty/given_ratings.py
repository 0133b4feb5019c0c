"""Uncertainty of ratings that were given, not fitted: with a standard error each, or with none.

Errors that are stated one competitor at a time say nothing of how they depend on each other. Taken as independent they are exact for each margin, and
differences have the sum of both variances.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.errors import OptionError
from recount.engine.exact_ties import highest
from recount.engine.plurals import plural
from recount.engine.scale import Scale
from recount.engine.showing import Tabled, listed
from recount.engine.uncertainty.covariate_effects import Effects
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats, freeze

if TYPE_CHECKING:
    import pandas as pd


def independent_normal(
    names: tuple[str, ...], strengths: Floats, variances: Floats, method: str, law: VoteLaw | None = None, n_votes: Floats | None = None
) -> JointNormal:
    """Return a joint normal distribution of strengths with independent errors.

    Parameters
    ----------
    names : tuple of str
    strengths : (n,) float64
        Log-odds.
    variances : (n,) float64
        Square of log-odds; 0 of a strength that fixes the scale.
    method : str
    law : VoteLaw, optional
    n_votes : (n,) float64, optional
        Votes of each, where it is known of all.

    Raises
    ------
    OptionError
        If a variance is negative or not finite.
    """
    if not (possible := np.isfinite(variances) & (variances >= 0)).all():
        raise OptionError(f"variances hold {variances[~possible][0]}; give finite ones of 0 or more, or use PointRatings")
    centre = np.eye(variances.size) - 1 / variances.size
    return JointNormal(
        names,
        freeze(strengths - strengths.mean()),
        freeze((centre * variances) @ centre),
        method,
        stated_errors=freeze(np.sqrt(variances)),
        law=law,
        n_votes=n_votes,
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PointRatings(Tabled):
    """Ratings of which nobody says how sure they are: every error and every end of an interval is missing, and there are no draws.

    Attributes
    ----------
    names, strengths, method, law
        As in `recount.engine.uncertainty.interface.Uncertainty`.
    """

    names: tuple[str, ...]
    strengths: Floats
    method: str = "none stated"
    law: VoteLaw | None = None

    @property
    def degrees_of_freedom(self) -> Floats | None:
        """None; nothing has a distribution."""
        return None

    @property
    def degrees_of_differences(self) -> Floats | None:
        """None; nothing has a distribution."""
        return None

    @property
    def effects(self) -> Effects | None:
        """None."""
        return None

    def standard_errors(self) -> Floats:
        """Missing, (n,)."""
        return np.full(len(self.names), np.nan)

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Missing ends, (n,) each."""
        return self.standard_errors(), self.standard_errors()

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Strength i minus strength j, and a missing error."""
        return float(self.strengths[i] - self.strengths[j]), float("nan")

    def difference_errors(self) -> Floats:
        """Missing, (n, n)."""
        return np.full((len(self.names), len(self.names)), np.nan)

    def difference_widths(self, confidence_level: float = CONFIDENCE_LEVEL) -> Floats:
        """Missing, (n, n)."""
        return self.difference_errors()

    def difference_intervals(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Missing ends, (n, n) each."""
        return self.difference_errors(), self.difference_errors()

    def draws(self, n_draws: int | None = None, seed: int = SEED) -> Floats:
        """No draws, (0, n)."""
        return np.empty((0, len(self.names)))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a competitor, the best first: competitor, rating, and missing errors and ends."""
        from recount.engine.boards import uncertainty_table

        return uncertainty_table(self)

    def summary(self) -> str:
        """Say who is first."""
        first = highest(self.names, self.strengths)
        return (
            f"{listed(first)} first with {Scale().ratings(self.strengths.max()):.1f} of "
            f"{plural(len(self.names), 'competitor')}\nuncertainty: {self.method}"
        )
