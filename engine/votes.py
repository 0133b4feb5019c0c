"""Votes, one a row, and their counts: the two forms in which the engine takes a vote log.

A vote names the competitor shown first, the one shown second, and an outcome: `FIRST_WON`, `SECOND_WON`, `TIE` or `BOTH_BAD`. A cell is one (first,
second, outcome); `PairCounts` says how many votes each cell holds and forgets the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.engine.errors import InputError, OptionError
from recount.engine.origins import Origin
from recount.engine.plurals import plural
from recount.engine.showing import Shown, listed

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIRST_WON, SECOND_WON, TIE, BOTH_BAD = range(4)
OUTCOMES = ("model_a", "model_b", "tie", "both_bad")


def freeze(array: NDArray[Any]) -> NDArray[Any]:
    """Forbid writing to `array` and return it."""
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A column of labels: the label of row r is ``levels[codes[r]]``; the code -1 means missing.

    Attributes
    ----------
    codes : (n_votes,) int32
    levels : tuple of str
    """

    codes: Ints
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Votes(Shown):
    """A vote log in memory, in its own order.

    Attributes
    ----------
    names : tuple of str
        The competitors, in any order.
    first, second : (n_votes,) int32
        Who was shown first and second, as indices into `names`.
    outcome : (n_votes,) int8
        `FIRST_WON`, `SECOND_WON`, `TIE` or `BOTH_BAD`.
    columns : mapping of str to (n_votes,) array or Factor
        Further columns of the log (time, voter, prompt, category): numbers and times as arrays, labels as factors.
    weight : (n_votes,) float64 or None
        What each vote counts by its label, before any other weights; None where all count alike.
    origin : Origin or None
        Which rows they were read from; None if they were not read.

    Raises
    ------
    InputError
        If the arrays differ in length, an index has no name, a name occurs twice, an outcome is unknown or a vote sets a competitor against itself.
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    outcome: Ints
    columns: Mapping[str, NDArray[Any] | Factor] = field(default_factory=dict)
    weight: Floats | None = None
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if self.weight is not None and self.weight.shape != (self.n_votes,):
            raise InputError(f"votes: there are {plural(self.weight.size, 'weight')} for {plural(self.n_votes, 'vote')}; give one a vote")
        for label, dtype in (("first", np.int32), ("second", np.int32), ("outcome", np.int8)):
            array = np.ascontiguousarray(getattr(self, label))
            if array.shape != (self.n_votes,):
                raise InputError(f"votes: {label} has shape {array.shape}, first has {plural(self.n_votes, 'element')}; give one element a vote")
            limit = 4 if label == "outcome" else len(self.names)
            if array.size and not (array.min() >= 0 and array.max() < limit):
                raise InputError(f"votes: {label} holds {array.min()} to {array.max()}, allowed are 0 to {limit - 1}")
            object.__setattr__(self, label, freeze(array.astype(dtype, copy=False)))
        if len(set(self.names)) != len(self.names):
            raise InputError("votes: a name occurs twice in names; give each competitor one name")
        if bool(np.any(self.first == self.second)):
            raise InputError(f"votes: vote {int(np.argmax(self.first == self.second)) + 1} sets a competitor against itself; leave such votes out")

    @property
    def n_votes(self) -> int:
        """Number of votes."""
        return int(np.shape(self.first)[0])

    def summary(self) -> str:
        """Say how many votes there are, between whom, and what else is known of them."""
        columns = f"; columns {listed(list(self.columns))}" if self.columns else ""
        there = f"{plural(self.n_votes, 'vote')}, one a row, between {plural(len(self.names), 'competitor')}{columns}"
        return f"{there}\n{_by_outcome(np.bincount(self.outcome, minlength=4))}"

    def row_of(self, vote: int) -> str:
        """Say for a message which vote is meant, counted from 0: by its row where it was read, or its place here."""
        return f"vote {vote + 1}" if self.origin is None else self.origin.row_of(vote)

    def only(self, rows: Ints | Bools) -> "Votes":
        """Return the votes in `rows`, in that order, with their columns."""
        columns = {name: Factor(held.codes[rows], held.levels) if isinstance(held, Factor) else held[rows] for name, held in self.columns.items()}
        weight = None if self.weight is None else self.weight[rows]
        origin = None if self.origin is None else self.origin.only(rows)
        return Votes(self.names, self.first[rows], self.second[rows], self.outcome[rows], columns, weight, origin)

    def among(self, keep: Bools) -> "Votes":
        """Return the votes among the competitors where `keep` (n_names,) is true, without the names of the others."""
        inside, number = self.only(keep[self.first] & keep[self.second]), np.cumsum(keep) - 1
        return replace(inside, names=tuple(compress(self.names, keep)), first=number[inside.first], second=number[inside.second])


def unlabelled(votes: Votes, column: str) -> Bools:
    """Which votes have no label in a column of a log, (n_votes,); raise `OptionError` if there is no such column."""
    if column not in votes.columns:
        raise OptionError(f"the votes have no column {column!r}; there are {', '.join(map(repr, votes.columns)) or 'none'}")
    values = votes.columns[column]
    if isinstance(values, Factor):
        return values.codes < 0
    return np.isnan(values) if values.dtype.kind == "f" else np.isnat(values) if values.dtype.kind in "mM" else np.zeros(values.size, np.bool_)


def labels_of(votes: Votes, column: str, rows: Ints | None = None) -> tuple[Ints, int, int]:
    """Number the labels in a column of a log.

    Parameters
    ----------
    votes : Votes
    column : str
    rows : int array, optional
        Votes to look at; all by default.

    Returns
    -------
    codes : (n_rows,) int32
        From 0 without gaps, in the order of the labels; a vote without a label has a number of its own, after them.
    n_labels : int
    n_alone : int
        Votes without a label.

    Raises
    ------
    OptionError
        If there is no such column.
    """
    missing = unlabelled(votes, column)
    values = votes.columns[column]
    labels: NDArray[Any] = values.codes if isinstance(values, Factor) else values
    labels, missing = (labels, missing) if rows is None else (labels[rows], missing[rows])
    if isinstance(values, Factor):
        # By label, so that the order of votes has no effect.
        place, _ = sorted_names(values.levels)
        labels = np.append(place, -1)[labels]
    codes = np.empty(labels.size, np.int64)
    known, codes[~missing] = np.unique(labels[~missing], return_inverse=True)
    n_alone = int(missing.sum())
    # By what they say, so that the order of votes has no effect.
    place, _ = sorted_names(votes.names)
    alone = np.flatnonzero(missing) if rows is None else rows[missing]
    order = np.lexsort((votes.outcome[alone], place[votes.second[alone]], place[votes.first[alone]]))
    codes[np.flatnonzero(missing)[order]] = known.size + np.arange(n_alone)
    return freeze(codes.astype(np.int32)), known.size + n_alone, n_alone


def levels_of(votes: Votes, column: str) -> tuple[Ints, tuple[str, ...]]:
    """Name the labels in a column of a log that holds categories.

    Returns
    -------
    codes : (n_votes,) int32
        Label of each vote; -1 where it has none.
    levels : tuple of str
        The labels that votes have.

    Raises
    ------
    OptionError
        If there is no such column.
    InputError
        If it holds times of day, or numbers that are not whole.
    """
    values = votes.columns.get(column)
    if isinstance(values, Factor):
        # The last place is for missing ones, whose code is -1.
        present = np.zeros(len(values.levels) + 1, np.bool_)
        present[values.codes] = True
        present[-1] = False
        number = np.where(present, np.cumsum(present) - 1, -1).astype(np.int32)
        return number[values.codes], tuple(level for level, there in zip(values.levels, present[:-1], strict=True) if there)
    codes, n_labels, n_alone = labels_of(votes, column)
    missing = codes >= n_labels - n_alone
    values = np.asarray(votes.columns[column])
    there = np.unique(values[~missing])
    if values.dtype.kind == "M" and bool(np.all(there == there.astype("datetime64[D]"))):
        # Dates are labels, as they are written in text.
        levels = tuple(np.datetime_as_string(there, unit="D").tolist())
    elif values.dtype.kind in "iub" or (values.dtype.kind == "f" and bool(np.all(there == np.trunc(there)))):
        # Text files do not distinguish whole numbers.
        levels = tuple(str(value if values.dtype.kind == "b" else int(value)) for value in there.tolist())
    else:
        what = "times of day" if values.dtype.kind == "M" else values.dtype
        raise InputError(f"column {column!r} holds {what} and no categories; categories are labels, whole numbers or dates")
    return np.where(missing, np.int32(-1), codes), levels


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PairCounts(Shown):
    """How many votes each ordered pair of competitors had, by outcome.

    Counts of two logs merge: ``count(a) + count(b)``.

    Attributes
    ----------
    names : tuple of str
        The competitors, sorted, so that the order of votes has no effect.
    first, second : (n_pairs,) int32
        Ordered pairs, sorted, each once, as indices into `names`.
    counts : (n_pairs, 4) int64
        Votes by outcome: first won, second won, tie, both bad.

    Raises
    ------
    InputError
        If a count is negative or a pair is one competitor twice.
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    counts: Ints

    def __post_init__(self) -> None:
        first, second, counts = (_whole(label, getattr(self, label)) for label in ("first", "second", "counts"))
        if first.shape != second.shape or counts.shape != (first.size, 4):
            raise InputError(f"pair counts: shapes {first.shape}, {second.shape}, {counts.shape}; expected (m,), (m,), (m, 4)")
        if counts.size and counts.min() < 0:
            raise InputError(f"pair counts: a count is {counts.min()}; counts are 0 or more")
        if first.size and (min(first.min(), second.min()) < 0 or max(first.max(), second.max()) >= len(self.names)):
            raise InputError("pair counts: an index has no name")
        if bool(np.any(first == second)):
            raise InputError(f"pair counts: {self.names[int(first[np.argmax(first == second)])]!r} stands against itself")
        place, names = sorted_names(self.names)
        first, second = place[first], place[second]
        keys: Ints = first.astype(np.int64) * len(names) + second
        if np.any(keys[1:] <= keys[:-1]):
            keys, counts = merged(keys, counts)
            first, second = (part.astype(np.int32) for part in np.divmod(keys, len(names)))
        for label, value in (("first", first), ("second", second), ("counts", counts)):
            object.__setattr__(self, label, freeze(value))
        object.__setattr__(self, "names", names)

    @property
    def n_competitors(self) -> int:
        """Number of competitors."""
        return len(self.names)

    @property
    def n_votes(self) -> int:
        """Number of votes of all outcomes."""
        return int(self.counts.sum())

    def summary(self) -> str:
        """Say how many votes there are, between whom, and how they went."""
        pairs = f"{plural(self.n_votes, 'vote')} between {plural(self.n_competitors, 'competitor')} in {plural(self.first.size, 'ordered pair')}"
        return f"{pairs}\n{_by_outcome(self.counts.sum(axis=0))}"

    def votes_of_each(self) -> Ints:
        """Number of votes in which each competitor stood, (n_competitors,) int64."""
        votes = self.counts @ np.ones(4)
        total = np.bincount(self.first, votes, self.n_competitors) + np.bincount(self.second, votes, self.n_competitors)
        return total.astype(np.int64)

    def only(self, keep: Bools) -> "PairCounts":
        """Return the counts among the competitors where `keep` (n_competitors,) is true."""
        index = np.cumsum(keep) - 1
        inside = keep[self.first] & keep[self.second]
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        return PairCounts(names, index[self.first[inside]], index[self.second[inside]], self.counts[inside])

    def __add__(self, other: "PairCounts") -> "PairCounts":
        names = self.names + tuple(set(other.names).difference(self.names))
        index = {name: i for i, name in enumerate(names)}
        moved = np.array([index[name] for name in other.names], np.int32)
        return PairCounts(
            names,
            np.concatenate([self.first, moved[other.first]]),
            np.concatenate([self.second, moved[other.second]]),
            np.concatenate([self.counts, other.counts]),
        )


def _by_outcome(n_votes: Ints) -> str:
    """Say how many votes (4,) had each outcome."""
    won, lost, tied, bad = (int(n) for n in n_votes)
    return f"{won:,} won by the first, {lost:,} by the second, {plural(tied, 'tie')}, {bad:,} both bad"


def _whole(label: str, values: Any) -> Ints:
    """Return whole numbers as int64; anything else is an error and is not rounded."""
    array = np.asarray(values)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise InputError(f"pair counts: {label} holds {array.dtype}; whole numbers are needed")
    return array.astype(np.int64, copy=False)


def merged(keys: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return the keys (m,), 0 or more, in order and each once, with the sums of their rows of `counts` (m, .)."""
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    if starts.size == keys.size:
        return keys, counts[order]
    return keys[starts], np.add.reduceat(counts[order], starts, axis=0)


def sorted_names(names: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """Return the place of each name among the sorted names, and the sorted names."""
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), np.int32)
    place[order] = np.arange(len(names), dtype=np.int32)
    return place, tuple(names[i] for i in order)
