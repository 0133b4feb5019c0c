"""Notes on what columns of a log hold: labels that look alike, times that may stand for none."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.data.confusables import lookalikes, shortened, told_apart, words_for_missing
from recount.data.further_columns import REPLACED
from recount.data.labels import as_text, largest_exact
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.sequential.state import sort_keys
from recount.engine.showing import N_NAMES, first_of, listed
from recount.engine.times import SECONDS_A_DAY, far_from_others, is_alphabetical, seconds_or_missing, sortable
from recount.engine.votes import Factor, Floats, Votes, unlabelled

# At the end of a time of day.
ZONE = re.compile(r":\d\d(\.\d+)?\s*(Z|[+-]\d\d(:?\d\d)?|UTC|GMT)$", re.IGNORECASE)
# A label stands apart with more than so many times the votes of the next one, and this share of all; and how many may, beside how many others.
FAR_MORE, LARGE = 10, 0.05
# As programs write it for no number, however many votes others have.
NEGATIVE = re.compile(r"-(1|9+)(\.0)?")
MOST_APART, FEWEST_OTHERS = 3, 3
# Of votes, after which a period may go back: more of them are in no order.
SELDOM_BACK = 0.05
# Digits of long numbers; those that spreadsheets show of them, and hold; and labels that are all such ones, of which fewer may be chance.
LONG, WRITTEN_DIGITS, HELD_DIGITS, FEWEST_LABELS = 9, 6, 15, 5


def of_times(rows: Votes, column: str) -> Iterator[str]:
    """Which votes have times far from those of the others, as programs write where there is none, and that all have one time; nothing of no times."""
    try:
        seconds = seconds_or_missing(column, rows.columns[column])
    except InputError:
        return
    yield from _of_zones(rows.columns[column], column)
    if np.unique(seconds[~np.isnan(seconds)]).size == 1:
        yield f"column {column!r} has one time, {_span(seconds)}, in all votes, which tells none apart"
    # Of several such times, the furthest first.
    while (far := far_from_others(seconds)).any():
        yield (
            f"{plural(int(far.sum()), 'vote is', 'votes are')} of {_span(seconds[far])} by {column!r}, far from the others, which are "
            f"of {_span(seconds[~far])}; "
            "leave them out if that stands for no time"
        )
        seconds = seconds[~far]


def _of_zones(held: NDArray[Any] | Factor, column: str) -> Iterator[str]:
    """Say that some times name a zone, and others none."""
    if isinstance(held, Factor):
        named = np.array([bool(ZONE.search(level)) for level in held.levels], np.bool_)
        n_votes = np.bincount(held.codes[held.codes >= 0], minlength=len(held.levels))
        without = int(n_votes[~named & np.array([":" in level for level in held.levels], np.bool_)].sum())
        if without and n_votes[named].any():
            yield f"times of {plural(without, 'vote')} by {column!r} name no zone, beside others that do; they are read as UTC, and may be local"


def of_sorting(rows: Votes, column: str) -> Iterator[str]:
    """By what votes are sorted, if it is no time, and how many share their place."""
    held = rows.columns[column]
    _, n_of_each = np.unique(sortable(column, held, rows.row_of), return_counts=True)
    n_shared = int(n_of_each[n_of_each > 1].sum())
    if is_alphabetical(held):
        yield f"column {column!r} is text and holds no times; votes are sorted by its alphabet"
    elif n_shared and not _are_times(rows, column):
        yield f"column {column!r} holds numbers that are no times; votes are sorted by their size"
    if n_shared:
        yield (
            f"{n_shared:,} of {plural(rows.n_votes, 'vote shares', 'votes share')} their value of {column!r} with others; among these "
            f"the order of the log counts"
        )


def of_periods(rows: Votes, column: str) -> Iterator[str]:
    """That rating periods, which are sorted, go back at some places of the log."""
    n_back = int(np.count_nonzero(np.diff(np.unique(sort_keys(rows, column), return_inverse=True)[1]) < 0))
    if 0 < n_back <= SELDOM_BACK * rows.n_votes:
        yield (
            f"periods by {column!r} go back {plural(n_back, 'time')} in the log, as weeks do where a year ends, and are rated from the smallest to "
            "the largest; name a column that goes on"
        )


def of_largest(rows: Votes, column: str) -> Iterator[str]:
    """Which labels have far more votes than all others, as what stands for no label has."""
    held = rows.columns[column]
    if isinstance(held, Factor):
        labels, n_of = np.array(held.levels, object), np.bincount(held.codes[held.codes >= 0], minlength=len(held.levels))
    else:
        labels, n_of = np.unique(held[~unlabelled(rows, column)], return_counts=True)
    order = np.argsort(-n_of, kind="stable")
    sizes = n_of[order]
    for n_apart in range(1, min(MOST_APART, sizes.size - FEWEST_OTHERS) + 1):
        more = 1 if NEGATIVE.fullmatch(str(as_text(labels[order[n_apart - 1]]))) else FAR_MORE
        if sizes[n_apart - 1] > more * sizes[n_apart] and sizes[:n_apart].sum() > LARGE * rows.n_votes:
            have = ", ".join(f"{str(as_text(label))!r} has {n:,}" for label, n in zip(labels[order[:n_apart]], sizes, strict=False))
            yield (
                f"of {plural(rows.n_votes, 'vote')} by {column!r}, {have}, and no other more than {sizes[n_apart]:,}; leave it empty if it stands "
                "for none"
            )
            return


def _shortened(held: NDArray[Any] | Factor) -> Sequence[str]:
    """Return labels of which only the first digits are there: as they are written, or because all are long numbers that end in zeros."""
    if isinstance(held, Factor):
        texts: Sequence[str] = held.levels
        if found := shortened(texts):
            return found
    else:
        values = np.unique(held[~np.isnan(held.astype(np.float64))]) if held.dtype.kind in "fiu" else np.zeros(0)
        # Whole numbers with gaps, as floats.
        if held.dtype.kind == "f" and (large := values[np.abs(values.astype(np.float64)) >= largest_exact(held.dtype)]).size:
            return [str(one) for one in large]
        texts = [f"{one:.0f}" for one in values.tolist()] if (values == np.trunc(values)).all() else ()
    are_rounded = any(
        all(text.isdigit() and len(text) > length and not text[n_digits:].strip("0") for text in texts)
        for length, n_digits in ((LONG, WRITTEN_DIGITS), (HELD_DIGITS, HELD_DIGITS))
    )
    return texts if len(texts) >= FEWEST_LABELS and are_rounded else ()


def _are_times(rows: Votes, column: str) -> bool:
    try:
        seconds_or_missing(column, rows.columns[column])
    except InputError:
        return False
    return True


def _span(seconds: Floats) -> str:
    """Return the first day and the last of some times."""
    days = [str(np.datetime64(int(end // SECONDS_A_DAY), "D")) for end in (np.nanmin(seconds), np.nanmax(seconds))]
    return days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"


def of_lookalikes(what: str, groups: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Which names or labels look alike."""
    for names in groups[:N_NAMES]:
        yield f"{what} that look alike (space, case, hidden or similar characters, a maker in front), kept apart: {first_of(told_apart(names))}"
    if len(groups) > N_NAMES:
        yield f"{what} that look alike: {plural(len(groups) - N_NAMES, 'group')} more"


def of_odd_labels(rows: Votes, column: str) -> Iterator[str]:
    """Which labels of a column look alike, or some programs write where there is none, and that some are not UTF-8, or lost digits."""
    held = rows.columns[column]
    if digits := _shortened(held):
        yield (
            f"labels of {column!r} are numbers of which only the first digits are there, so that several may have become one, and differ from "
            f"those that are whole: {listed(digits)}; write them as text"
        )
    if isinstance(held, Factor):
        yield from of_lookalikes(f"labels of {column!r}", lookalikes(held.levels))
        if words := words_for_missing(held.levels):
            said = "that some programs write for a missing value, taken as they are"
            yield f"labels of {column!r} {said}: {listed(words)}; leave them empty if they are missing"
        if marked := sum(REPLACED in level for level in held.levels):
            yield f"characters of {plural(marked, 'label')} of {column!r} are not UTF-8; such labels are told apart by their bytes"
