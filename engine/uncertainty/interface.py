"""How sure the strengths are: one interface over a covariance (`sandwich.py`) and over replicates (`replicates.py`)."""

from typing import Protocol, runtime_checkable

import numpy as np

from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.exact_ties import highest
from recount.engine.plurals import plural
from recount.engine.scale import ELO, Scale
from recount.engine.showing import N_NAMES, listed
from recount.engine.uncertainty.covariate_effects import Effects
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats


@runtime_checkable
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
    def law(self) -> VoteLaw | None:
        """What the model says of a vote, at these strengths; None if it is not known."""

    @property
    def degrees_of_freedom(self) -> Floats | None:
        """Of Student's distribution of each strength, (n,), infinite where it is normal; None if no strength has one."""

    @property
    def degrees_of_differences(self) -> Floats | None:
        """The same for differences of two strengths, of which the fewer of both count, (n,)."""

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

    def difference_widths(self, confidence_level: float = CONFIDENCE_LEVEL) -> Floats:
        """Half the widths of the intervals of all differences of two strengths, (n, n)."""

    def difference_intervals(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of each strength minus each other, (n, n)."""

    def draws(self, n_draws: int | None = None, seed: int = SEED) -> Floats:
        """Joint draws of all strengths, (n_draws, n)."""


def lines_about(rated: Uncertainty) -> list[str]:
    """Say who leads, how surely, and how large errors are, in lines."""
    strengths, errors = rated.strengths, ELO * rated.standard_errors()
    first, second = highest(rated.names, strengths), highest(rated.names, strengths, below=strengths.max())
    rating = f"a rating of {Scale().ratings(strengths.max()):.1f}"
    if len(first) > 1:
        lines = [f"{listed(first)} share the lead with {rating}"]
    else:
        i = rated.names.index(first[0])
        lower, upper = (Scale().ratings(end[i]) for end in rated.interval())
        lines = [f"{first[0]!r} leads with {rating}, {lower:.1f} to {upper:.1f} ({CONFIDENCE_LEVEL:.0%})"]
        if second:
            gap, error = rated.difference(i, rated.names.index(second[0]))
            sure = f", with a standard error of {ELO * error:.1f}" if len(second) == 1 else ""
            lines.append(f"{ELO * gap:.1f} points above {listed(second)}{sure}")
    finite = errors[np.isfinite(errors)]
    if finite.size:
        lines.append(f"{plural(len(rated.names), 'competitor')}; standard errors from {finite.min():.1f} to {finite.max():.1f} points")
    if rated.effects is not None:
        found = [f"{name} {value:+.3f}" for name, value in zip(rated.effects.names[:N_NAMES], rated.effects.estimates, strict=False)]
        lines.append(f"effects, log-odds: {', '.join(found)}" + (" and more" if len(rated.effects.names) > N_NAMES else ""))
    return lines
