"""Covariates: what else than the competitors moves a vote, declared by columns of the log.

An effect is in log-odds and favours the competitor shown first where its covariate is positive. A vote without a value of some covariate cannot be
used and is left out; how many there are is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np

from recount.engine.errors import InputError, OptionError
from recount.engine.kernels.row_order import differences
from recount.engine.pair_contests import check_choice
from recount.engine.votes import Bools, Factor, Floats, Ints, Votes, levels_of

StyleForm = Literal["normalised", "difference"]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A covariate's values in every vote of a log: either a level, each with an effect of its own, or a number.

    Attributes
    ----------
    names : tuple of str
        Of the effects: one for each level, or one.
    present : (n_votes,) bool, or None
        Where there is a value; None if everywhere.
    levels : (n_votes,) int array, or None
        Index into `names`.
    numbers : (n_votes,) float64, or None
    n_alike : int
        Votes in which both sides are 0 and count as no difference.
    """

    names: tuple[str, ...]
    present: Bools | None
    levels: Ints | None = None
    numbers: Floats | None = None
    n_alike: int = 0

    @property
    def n_missing(self) -> int:
        """Votes without a value."""
        return 0 if self.present is None else int(self.present.size - self.present.sum())


def have_values(readings: Sequence[Reading]) -> Bools:
    """Where every covariate has a value, (n_votes,); one element that is true if that is everywhere."""
    everywhere: Bools = np.logical_and.reduce([reading.present for reading in readings if reading.present is not None], initial=True)
    return everywhere


class Covariate(Protocol):
    """A declared covariate."""

    def read(self, votes: Votes) -> Reading:
        """Return its values."""


@dataclass(frozen=True, slots=True)
class Position:
    """One advantage of whoever is shown first, in every vote; it needs a log that keeps who that was."""

    def read(self, votes: Votes) -> Reading:
        """Return its values."""
        return Reading(("position",), None, levels=np.zeros(votes.n_votes, np.int8))


@dataclass(frozen=True, slots=True)
class CategoryEffect:
    """An advantage of whoever is shown first that depends on the label of the vote: one effect for each level of a column.

    Attributes
    ----------
    column : str
    """

    column: str

    def read(self, votes: Votes) -> Reading:
        """Return its values; raise `OptionError` if there is no such column, `InputError` if it holds no categories."""
        codes, levels = levels_of(votes, self.column)
        missing = codes < 0
        return Reading(tuple(f"{self.column}={level}" for level in levels), ~missing if missing.any() else None, levels=codes)


@dataclass(frozen=True, slots=True)
class Style:
    """A numeric property of both answers, as the difference of the first's and the second's, over its standard deviation.

    LMSYS (2024) also takes off the mean, which by itself would be a fixed advantage of one side; beside a position it changes no other number.

    Attributes
    ----------
    first, second : str
        Columns of the answer shown first and second: length, headers, lists.
    form : {"normalised", "difference"}
        (a - b) / (a + b), where 0 and 0 make 0; or a - b.

    Raises
    ------
    OptionError
        If both columns are one, or the form is not one of those.
    """

    first: str
    second: str
    form: StyleForm = "normalised"

    def __post_init__(self) -> None:
        check_choice("form", self.form, get_args(StyleForm))
        if self.first == self.second:
            raise OptionError(f"style names column {self.first!r} for both sides; name one column a side")

    @property
    def name(self) -> str:
        """The formula."""
        difference = f"{self.first} - {self.second}"
        return difference if self.form == "difference" else f"({difference}) / ({self.first} + {self.second})"

    def read(self, votes: Votes) -> Reading:
        """Return its values; raise `OptionError` if a column is not there, `InputError` if it cannot be used."""
        a, b = _numbers(votes, self.first), _numbers(votes, self.second)
        values = np.empty(votes.n_votes)
        n_alike, vote = differences(a, b, self.form == "normalised", values)
        if vote >= 0:
            raise InputError(
                f"{self.name} has {a[vote]:g} and {b[vote]:g} in vote {vote}; a difference needs finite numbers, the normalised one none below 0"
            )
        missing = np.isnan(values)
        return Reading((self.name,), ~missing if missing.any() else None, numbers=values, n_alike=n_alike)


def _numbers(votes: Votes, name: str) -> Floats:
    if name not in votes.columns:
        raise OptionError(f"the votes have no column {name!r} for a covariate; there are {', '.join(map(repr, votes.columns)) or 'none'}")
    values = votes.columns[name]
    if isinstance(values, Factor):
        raise InputError(
            f"column {name!r} holds labels such as {values.levels[0]!r}; style needs numbers" if values.levels else f"column {name!r} is empty"
        )
    if values.dtype.kind not in "iufb":
        raise InputError(f"column {name!r} holds {values.dtype}; style needs numbers")
    return np.ascontiguousarray(values, np.float64)


def with_values(votes: Votes, covariates: Sequence[Covariate]) -> Votes:
    """Return the votes in which every covariate has a value."""
    present = have_values([covariate.read(votes) for covariate in covariates])
    return votes if present.all() else votes.only(present)
