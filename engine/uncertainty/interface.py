"""How sure the strengths are: one interface over a covariance (`sandwich.py`) and over replicates (`replicates.py`)."""

from typing import Protocol

from recount.engine.choices.resampling import CONFIDENCE_LEVEL
from recount.engine.uncertainty.covariate_effects import Effects
from recount.engine.votes import Floats

N_DRAWS = 4000


class Uncertainty(Protocol):
    """Joint uncertainty of all strengths, in log-odds; competitors are counted from 0 in the order of `names`."""

    @property
    def names(self) -> tuple[str, ...]:
        """The competitors."""

    @property
    def strengths(self) -> Floats:
        """The estimate, (n,), mean 0."""

    @property
    def method(self) -> str:
        """How it was obtained."""

    @property
    def effects(self) -> Effects | None:
        """Effects of covariates, if there are some."""

    def standard_errors(self) -> Floats:
        """Standard error of each strength, (n,)."""

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the marginal interval of each strength, (n,)."""

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Estimate and standard error of strength i minus strength j."""

    def difference_errors(self) -> Floats:
        """Standard errors of all differences of two strengths, (n, n)."""

    def win_probabilities(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats, Floats]:
        """Probability that row beats column, with lower and upper ends, each (n, n)."""

    def draws(self, n_draws: int | None = None, seed: int = 0) -> Floats:
        """Joint draws of all strengths, (n_draws, n)."""
