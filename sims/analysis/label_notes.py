"""Notes on the labels and times beside votes: missing ones, those that look alike, those that programs write where there is none."""

from collections.abc import Iterator

import numpy as np

from recount.data.confusables import lookalikes, words_for_missing
from recount.data.days import SUFFIX
from recount.data.further_columns import REPLACED
from recount.engine.errors import InputError
from recount.engine.times import SECONDS_A_DAY, far_from_others, seconds_or_missing
from recount.engine.votes import Factor, Floats, Votes, unlabelled
from recount.sims.analysis.notes import listed, of_lookalikes
from recount.sims.specification import Specification


def of_labels(rows: Votes | None, specification: Specification) -> Iterator[str]:
    """How many votes have no label in the columns of clusters and voters, and which labels may stand for a missing one."""
    s = specification
    if rows is None:
        return
    by_voter = [s.weights.column] if s.weights.kind == "voters" else []
    groups = dict.fromkeys([*s.clusters, *by_voter])
    for name in groups:
        n = int(unlabelled(rows, name).sum())
        if n:
            yield f"{n:,} votes have no {name!r}; each counts as one by itself"
    for name in dict.fromkeys([*([s.weights.column] if s.weights.kind == "decay" else []), *(name for name in groups if name.endswith(SUFFIX))]):
        yield from of_times(rows, name.removesuffix(SUFFIX))
    categories = [column for covariate in s.covariates for column in covariate.columns]
    for name in dict.fromkeys([*groups, *categories, *([s.by] if s.by else [])]):
        yield from of_odd_labels(rows, name)


def of_times(rows: Votes, column: str) -> Iterator[str]:
    """Which votes have times far from those of the others, as programs write where there is none, and that all have one time; nothing of no times."""
    try:
        seconds = seconds_or_missing(column, rows.columns[column])
    except InputError:
        return
    if np.unique(seconds[~np.isnan(seconds)]).size == 1:
        yield f"column {column!r} has one time, {_span(seconds)}, in all votes, which tells none apart"
    # Of several such times, the furthest first.
    while (far := far_from_others(seconds)).any():
        yield (
            f"{int(far.sum()):,} votes are of {_span(seconds[far])} by {column!r}, far from the others, which are of {_span(seconds[~far])}; "
            "leave them out if that stands for no time"
        )
        seconds = seconds[~far]


def _span(seconds: Floats) -> str:
    """Return the first day and the last of some times."""
    days = [str(np.datetime64(int(end // SECONDS_A_DAY), "D")) for end in (np.nanmin(seconds), np.nanmax(seconds))]
    return days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"


def of_odd_labels(rows: Votes, column: str) -> Iterator[str]:
    """Which labels of a column look alike, or some programs write where there is none, and that some are not UTF-8."""
    held = rows.columns[column]
    if isinstance(held, Factor):
        yield from of_lookalikes(f"labels of {column!r}", lookalikes(held.levels))
        if words := words_for_missing(held.levels):
            said = "that some programs write for a missing value, taken as they are"
            yield f"labels of {column!r} {said}: {listed(words)}; leave them empty if they are missing"
        if marked := sum(REPLACED in level for level in held.levels):
            yield f"{marked:,} labels of {column!r} have characters that are not UTF-8; they are told apart by their bytes"
