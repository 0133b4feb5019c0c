"""Covariates read from a log: what `recount.engine.choices.covariates` declares by its columns.

A vote without a value of some covariate cannot be used and is left out; how many there are is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.engine.choices.covariates import CategoryEffect, Covariate, Position, Style
from recount.engine.errors import InputError, OptionError
from recount.engine.kernels.row_order import differences
from recount.engine.numerals import NUMBER
from recount.engine.votes import Bools, Factor, Floats, Ints, Votes, levels_of


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


def read_covariate(covariate: Covariate, votes: Votes) -> Reading:
    """Return the values of a covariate in every vote.

    Raises
    ------
    OptionError
        If a column is not there.
    InputError
        If it cannot be used.
    """
    match covariate:
        case Position():
            return Reading(("position",), None, levels=np.zeros(votes.n_votes, np.int8))
        case CategoryEffect(column):
            codes, levels = levels_of(votes, column)
            missing = codes < 0
            return Reading(tuple(f"{column}={level}" for level in levels), ~missing if missing.any() else None, levels=codes)
        case Style():
            return _read_style(covariate, votes)


def _read_style(style: Style, votes: Votes) -> Reading:
    a, b = _numbers(votes, style.first), _numbers(votes, style.second)
    values = np.empty(votes.n_votes)
    n_alike, vote = differences(a, b, style.form == "normalised", values)
    if vote >= 0:
        raise InputError(
            f"{style.name} has {a[vote]:g} and {b[vote]:g} in {votes.row_of(vote)}; "
            "a difference needs finite numbers, the normalised one none below 0"
        )
    missing = np.isnan(values)
    return Reading((style.name,), ~missing if missing.any() else None, numbers=values, n_alike=n_alike)


def _numbers(votes: Votes, name: str) -> Floats:
    if name not in votes.columns:
        raise OptionError(f"the votes have no column {name!r} for a covariate; there are {', '.join(map(repr, votes.columns)) or 'none'}")
    values = votes.columns[name]
    if isinstance(values, Factor):
        if not values.levels:
            raise InputError(f"column {name!r} is empty")
        label = next((one for one in values.levels if NUMBER.fullmatch(one.strip()) is None), values.levels[0])
        raise InputError(f"column {name!r} holds labels such as {label!r}; style needs numbers, written as 1230.5")
    if values.dtype.kind not in "iufb":
        raise InputError(f"column {name!r} holds {values.dtype}; style needs numbers")
    return np.ascontiguousarray(values, np.float64)


def where_known(votes: Votes, covariates: Sequence[Covariate]) -> Bools:
    """In which votes every covariate has a value, (n_votes,)."""
    return have_values([read_covariate(covariate, votes) for covariate in covariates]) & np.ones(votes.n_votes, np.bool_)


def with_values(votes: Votes, covariates: Sequence[Covariate]) -> Votes:
    """Return the votes in which every covariate has a value."""
    known = where_known(votes, covariates)
    return votes if known.all() else votes.only(known)
