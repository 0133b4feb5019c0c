"""What becomes of votes: which stay, which are cast differently, which are new; told by pair and outcome, carried out on counts and rows alike.

So the votes of one perturbation are the same, whether an answer takes them as counts or as rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.data.recognition.surroundings import TIMES
from recount.engine.errors import InputError, OptionError
from recount.engine.times import seconds_or_missing
from recount.engine.votes import Factor, Ints, PairCounts, Votes


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What becomes of the votes of counts.

    Attributes
    ----------
    kept : (n_pairs, 4) int64
        Votes of each pair and outcome that stay as they are.
    recast : (n_pairs, 4) int64, optional
        Outcomes of the other votes of each pair, which are as many; none, where these leave.
    new : PairCounts, optional
        Votes that come beside those of the log, between its competitors.
    detail : str
        What else is to be told.
    """

    kept: Ints
    recast: Ints | None = None
    new: PairCounts | None = None
    detail: str = ""


def counts_after(counts: PairCounts, change: Change) -> PairCounts:
    """Return counts after a change, without competitors and pairs that no longer have a vote."""
    votes = change.kept if change.recast is None else change.kept + change.recast
    after = PairCounts(counts.names, counts.first, counts.second, votes)
    after = after if change.new is None else after + change.new
    some = after.counts.any(axis=1)
    after = PairCounts(after.names, after.first[some], after.second[some], after.counts[some])
    return after.only(after.votes_of_each() > 0)


def rows_after(votes: Votes, counts: PairCounts, change: Change, rng: np.random.Generator) -> Votes:
    """Return single votes after a change; which of the votes of a cell stay is random.

    Parameters
    ----------
    votes : Votes
    counts : PairCounts
        Of these votes.
    change : Change
        Of these counts.
    rng : Generator

    Raises
    ------
    OptionError
        If votes are cast anew where labels of votes have weights.
    """
    if votes.weight is not None and (change.recast is not None or change.new is not None):
        raise OptionError("labels of these votes have weights, and votes that are cast anew have no label; leave the weights of `outcomes` out")
    pair = _pairs_of(votes, counts)
    cell = pair * 4 + votes.outcome
    order = rng.permutation(votes.n_votes)
    order = order[np.argsort(cell[order], kind="stable")]
    n_of_cell = np.bincount(cell, minlength=counts.counts.size)
    place = np.arange(order.size) - np.repeat(np.cumsum(n_of_cell) - n_of_cell, n_of_cell)
    stays = np.zeros(votes.n_votes, np.bool_)
    stays[order] = place < change.kept.ravel()[cell[order]]
    if change.recast is None:
        after = votes.only(stays)
    else:
        others = rng.permutation(np.flatnonzero(~stays))
        others = others[np.argsort(pair[others], kind="stable")]
        outcome = votes.outcome.copy()
        outcome[others] = np.repeat(np.tile(np.arange(4, dtype=np.int8), counts.first.size), change.recast.ravel())
        after = replace(votes, outcome=outcome)
    after = after if change.new is None else _with_new(after, change.new)
    return after.among(np.bincount(np.append(after.first, after.second), minlength=len(after.names)) > 0)


def _pairs_of(votes: Votes, counts: PairCounts) -> Ints:
    """Return the pair of each vote, as its place in counts, (n_votes,) int64."""
    number = {name: i for i, name in enumerate(counts.names)}
    place = np.array([number.get(name, -1) for name in votes.names], np.int64)
    keys = counts.first.astype(np.int64) * counts.n_competitors + counts.second
    pairs: Ints = np.searchsorted(keys, place[votes.first] * counts.n_competitors + place[votes.second])
    return pairs


def _with_new(votes: Votes, new: PairCounts) -> Votes:
    """Add new votes, which come after the others: at the last time, and without a voter or any other label."""
    number = {name: i for i, name in enumerate(votes.names)}
    place = np.array([number[name] for name in new.names], np.int32)
    cells = new.counts.ravel()
    first, second = (np.repeat(np.repeat(place[side], 4), cells) for side in (new.first, new.second))
    outcome = np.repeat(np.tile(np.arange(4, dtype=np.int8), new.first.size), cells)
    return Votes(
        votes.names,
        np.append(votes.first, first),
        np.append(votes.second, second),
        np.append(votes.outcome, outcome),
        _longer(votes.columns, outcome.size),
    )


def _longer(columns: Mapping[str, NDArray[Any] | Factor], n: int) -> dict[str, NDArray[Any] | Factor]:
    """Return columns with `n` more values: the last time, and missing ones."""
    longer: dict[str, NDArray[Any] | Factor] = {}
    for name, held in columns.items():
        if (row := _last(name, held)) is not None:
            last = np.full(n, row)
            longer[name] = Factor(np.append(held.codes, held.codes[last]), held.levels) if isinstance(held, Factor) else np.append(held, held[last])
        elif isinstance(held, Factor):
            longer[name] = Factor(np.append(held.codes, np.full(n, -1, held.codes.dtype)), held.levels)
        elif held.dtype.kind == "b":
            longer[name] = Factor(np.append(held.astype(np.int32), np.full(n, -1, np.int32)), ("False", "True"))
        else:
            longer[name] = np.append(held.astype(np.float64), np.full(n, np.nan))
    return longer


def _last(name: str, held: NDArray[Any] | Factor) -> int | None:
    """Return which vote is the last in time, by a column of times; None of any other column."""
    if name.casefold() not in TIMES and (isinstance(held, Factor) or held.dtype.kind != "M"):
        return None
    try:
        seconds = seconds_or_missing(name, held)
    except InputError:
        # A column with a usual name of times may hold other labels, such as days of the week.
        return None
    return None if np.isnan(seconds).all() else int(np.nanargmax(seconds))
