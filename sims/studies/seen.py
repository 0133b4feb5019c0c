"""What an outcome is measured on: ratings, the analysis that they are of, and the reference that they are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np

from recount.data import Catalogue
from recount.engine.errors import InputError
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts
from recount.sims.studies.outcome import Outcome


class Measured(NamedTuple):
    """A number, and what was found in words: who is first, a verdict; "" where the number says it all."""

    value: float
    says: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What runs are compared with: the truth of a simulated arena, or what the source says as it is.

    Attributes
    ----------
    names : tuple of str
    strengths : (n,) float64
        Log-odds.
    is_truth : bool
    said : mapping of Outcome to str, optional
        What the source says as it is, in words, where an outcome can be measured on it; None while that is found.
    planted : mapping of str to tuple of str
        Competitors in whose favour something was planted: "private", the best of several variants, and "rigged".
    why_not : mapping of Outcome to str
        Why an outcome cannot be measured on the source as it is.
    by_strengths : mapping of Outcome to str
        Who leads by strengths given the ratings, as countries are ranked, where it is another country than by the estimated ratings.
    """

    names: tuple[str, ...]
    strengths: Floats
    is_truth: bool
    said: Mapping[Outcome, str] | None = None
    planted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    why_not: Mapping[Outcome, str] = field(default_factory=dict)
    by_strengths: Mapping[Outcome, str] = field(default_factory=dict)


class Rated(Protocol):
    """Who is rated, and how strong: a fit, a board, or `Ratings`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Who is rated."""
        ...

    @property
    def strengths(self) -> Floats:
        """How strong each is, (n,)."""
        ...


class Ratings(NamedTuple):
    """Names, and the strength of each, (n,), of what is neither a fit nor a board."""

    names: tuple[str, ...]
    strengths: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one run has to show.

    Attributes
    ----------
    rated : Rated
    reference : Reference
    """

    rated: Rated
    reference: Reference

    def both(self) -> tuple[tuple[str, ...], Floats, Floats]:
        """Return the competitors that run and reference rate, in the order of the run, and the strengths of each, (n,).

        Raises
        ------
        InputError
            If there are fewer than two.
        """
        place = {name: i for i, name in enumerate(self.reference.names)}
        kept = [i for i, name in enumerate(self.rated.names) if name in place]
        if len(kept) < 2:
            raise InputError("fewer than two competitors of the reference are rated")
        names = tuple(self.rated.names[i] for i in kept)
        theirs = self.reference.strengths[[place[name] for name in names]]
        return names, np.asarray(self.rated.strengths[kept]), theirs


@dataclass(frozen=True, slots=True, eq=False)
class SeenAnalysis(Seen):
    """What a run that analyses votes or a board has to show besides.

    Attributes
    ----------
    analysis : Analysis
    catalogue : Catalogue
        Facts of all known models.
    facts : Facts or str
        Those of the models of the source; why there are none, where no model has a known country.
    day : date or None
        Of the ratings, if it is known.
    """

    analysis: Analysis
    catalogue: Catalogue
    facts: Facts | str
    day: date | None = None
