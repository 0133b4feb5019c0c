"""Rows that one small source has twice: copies, votes of a join, votes once in each category."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.data.choices import Columns
from recount.data.fields import value_in
from recount.data.layouts.judged_games import is_empty
from recount.data.places.numbered_rows import RowNumbers, columns_that_tell, n_bytes, row_numbers
from recount.data.places.stretches import LENGTH, Numbers, first_not_by_chance, stretch_numbers
from recount.data.sources import labels_of
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.voters.votes_of_one_time import LEAST_DIFFERENCE

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample

# Bytes of a source of which rows are looked for; chance that honest votes agree so; and rows of which it is told.
MOST_OF_ONE, BY_CHANCE, FEWEST_TWICE = 1 << 22, 1e-3, 20
# Of votes on one question, in how many at most honest ones may agree; and labels of several rows by which a column is seen to number votes.
MOST_AGREEMENT, FEWEST_LABELS = 0.95, 10
# What columns are called that number votes; and of their rows, those that may have the number of another.
NUMBERS_OF_VOTES = {*"id uuid uid vote battle match judgment judgement annotation record row".split()}
MOST_CORRECTED = 0.2


def rows_twice(sources: Sequence[Any], columns: Columns) -> Iterator[str]:
    """Say which small sources have rows twice: with all that tells votes apart, competitors and outcome as an earlier one.

    Two judges of one match, or two votes of a voter on one day, agree in some of their outcomes only. So it is with a column that numbers votes, of
    which each label has one pair and outcome, however many rows.
    """
    # Slow to load.
    from recount.data.recognition.sampling import sample_of

    for label, source in zip(labels_of(sources), sources, strict=True):
        if not 0 < n_bytes(source) <= MOST_OF_ONE:
            continue
        try:
            sample = sample_of(source, columns)
        except (InputError, ValueError, TypeError):
            # What else stands beside the votes may be anything.
            continue
        telling, numbering = columns_that_tell({*sample.names} - {*columns.names()}), _numbering(sample, columns)
        read = row_numbers(source, columns, list(dict.fromkeys([*telling, *numbering])))
        if (n_again := _n_in_stretches(read.votes[:, 0])) > 0:
            yield f"{label}: {plural(n_again, 'row stands', 'rows stand')} there again, in the same order as before; leave out what is a copy"
            continue
        for names, least in [(telling, 0.0), *(([name], 1 - MOST_AGREEMENT) for name in numbering)]:
            if not names or not {*names} <= read.marks.keys():
                continue
            rows, matches = read.told_by(names)
            n_twice = rows.size - np.unique(rows).size
            if n_twice > FEWEST_TWICE and _log_chance_of_agreement(read, rows, matches, least) < math.log(BY_CHANCE):
                again = f"{label}: {plural(n_twice, 'row')} stand there again, alike in {', '.join(map(repr, names))}, competitors and outcome"
                yield f"{again}, where honest ones would not all agree in the outcome; leave out what is a copy"
                break
        else:
            yield from _corrected(label, read)


def _corrected(label: str, read: RowNumbers) -> Iterator[str]:
    """Say where a number of votes, which nearly all have for themselves, is of several with different outcomes."""
    for name, numbers in read.marks.items():
        if not {*re.split(r"[\W_]+", name.casefold())} <= NUMBERS_OF_VOTES:
            continue
        n_labels = np.unique(numbers).size
        n_again, n_votes = numbers.size - n_labels, np.unique(np.column_stack([numbers, read.votes[:, 1]]), axis=0).shape[0]
        if FEWEST_TWICE < n_again <= MOST_CORRECTED * numbers.size and n_votes > n_labels:
            yield (
                f"{label}: {plural(n_again, 'row has', 'rows have')} the {name!r} of an earlier row, {n_votes - n_labels:,} of them with another "
                "outcome or pair; if they correct it, leave out the earlier ones"
            )


def _n_in_stretches(votes: Numbers) -> int:
    """Return how many votes are in stretches that stand earlier, too, which is hardly chance."""
    _, first, place = np.unique(stretch_numbers(votes), return_index=True, return_inverse=True)
    later = np.flatnonzero(np.arange(place.size) - first[place] >= LENGTH)
    if first_not_by_chance(votes, later) is None:
        return 0
    again = np.zeros(votes.size, np.bool_)
    for step in range(LENGTH):
        again[later + step] = True
    return int(again.sum())


def _numbering(sample: "Sample", columns: Columns) -> list[str]:
    """Return the columns that may number votes: rows with the same label have the same competitors and outcome, and more labels than such."""
    votes = [tuple(str(value_in(record, name)) for name in columns.names()) for record in sample.records]
    found = []
    for path, values in sample.paths.items():
        of_label: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for value, one in zip(values.values, votes, strict=True):
            if not is_empty(value) and path not in columns.names():
                of_label[str(value)].append(one)
        several = [held for held in of_label.values() if len(held) > 1]
        if len(several) >= FEWEST_LABELS and len(of_label) > len({*votes}) and all(len({*held}) == 1 for held in several):
            found.append(path)
    return found


def _log_chance_of_agreement(read: RowNumbers, rows: Numbers, matches: Numbers, least: float) -> float:
    """Return the logarithm of the largest chance that honest votes on the same matches agree as often as these (Chernoff's bound).

    They agree in more than any two votes on a pair do, as `recount.engine.voters.votes_of_one_time` says; and differ in a share of `least`, if any
    two do in more.
    """
    differ = 1 - _n_twos(read.votes[:, 0]) / max(_n_twos(read.pairs[:, 0]), 1)
    honest = 1 - (min(least, differ) or LEAST_DIFFERENCE * differ)
    agree = _n_twos(rows) / max(_n_twos(matches), 1)
    if agree <= honest:
        return 0.0
    n_matched = float((np.unique(matches, return_counts=True)[1] // 2).sum())
    of_others = 0.0 if agree == 1 else (1 - agree) * math.log((1 - agree) / (1 - honest))
    return -n_matched * (agree * math.log(agree / honest) + of_others)


def _n_twos(numbers: Numbers) -> int:
    """Return how many two rows have the same number."""
    n = np.unique(numbers, return_counts=True)[1]
    return int((n * (n - 1) // 2).sum())
