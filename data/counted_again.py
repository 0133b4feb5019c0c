"""Votes that count again within one source: subtotals beside what they are sums of, and every vote from the other side.

Neither happens by chance with more than a few votes; both are told, because counting them makes every interval too narrow.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.data.choices import Columns
from recount.data.columns import KEPT
from recount.data.count_columns import column_of_counts
from recount.data.fields import value_in
from recount.data.labels import number_in
from recount.data.layouts.judged_games import is_empty
from recount.data.places.copies import BY_CHANCE, is_by_chance
from recount.data.quarantine import shown
from recount.data.sources import label_of
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.voters.votes_within import log_chance_alike
from recount.engine.votes import FIRST_WON, OUTCOMES, SECOND_WON, Bools, Ints, PairCounts

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample

# What rows of a sum are called, in small letters; those of SQL have nothing there.
OF_ALL = {
    "all",
    "(all)",
    "<all>",
    "__all__",
    "*",
    "full",
    "overall",
    "total",
    "totals",
    "grand total",
    "grand_total",
    "sum",
    "combined",
    "everything",
}
# Of votes of pairs that met both ways round, that may have none from the other side.
MOST_APART = 0.1
# Of a table of counts; of longer ones it is not asked.
MOST_ROWS = 100_000
# Of rows that have a label of their own: such labels group nothing.
MOST = 0.9
Cell = tuple[str, ...]
# Words in names of columns that say when a count was taken; and rises without a fall, which chance gives once in a thousand million.
DAYS = {*"day date week month year snapshot capture captured time tstamp timestamp".split()}
FEWEST_STEPS = 30
# Of pairs with several rows, in all of which it is hardly chance that counts are equal.
FEWEST_PAIRS, FEWEST_OF_PAIR = 3, 5


def mirrored(counts: PairCounts) -> Iterator[str]:
    """Say that the votes of every pair that met both ways round, but for a few, stand there from the other side, too."""
    n = len(counts.names)
    key, reverse = counts.first.astype(np.int64) * n + counts.second, counts.second.astype(np.int64) * n + counts.first
    order = np.argsort(key)
    place = order[np.searchsorted(key, reverse, sorter=order).clip(max=max(0, key.size - 1))] if key.size else order
    both_ways = (key[place] == reverse) & (counts.first < counts.second)
    swap = np.arange(len(OUTCOMES))
    swap[[FIRST_WON, SECOND_WON]] = SECOND_WON, FIRST_WON
    one_side, other_side = counts.counts[both_ways], counts.counts[place[both_ways]][:, swap]
    n_again, n_both = int(np.minimum(one_side, other_side).sum()), int((one_side + other_side).sum())
    if n_both - 2 * n_again > MOST_APART * n_both or log_chance_alike(one_side, other_side) >= math.log(BY_CHANCE):
        return
    votes, same = f"the {plural(counts.n_votes, 'vote')}", "all are"
    if 2 * n_again < counts.n_votes:
        votes = f"{2 * n_again:,} of {plural(counts.n_votes, 'vote')}"
        same = f"those of pairs that met both ways round are{f', but for {n_both - 2 * n_again:,},' if n_both > 2 * n_again else ''}"
    yield f"{votes} may be {n_again:,} that stand there from either side, because {same} the same if sides are exchanged; leave one side out"


def competitors_that_are_sums(counts: PairCounts) -> Iterator[str]:
    """Say that a competitor is called as a sum is, and each other one has with it the votes that this has with all, or with all it stood before."""
    swap = np.arange(len(OUTCOMES))
    swap[[FIRST_WON, SECOND_WON]] = SECOND_WON, FIRST_WON
    for place in [place for place, name in enumerate(counts.names) if name.strip().casefold() in OF_ALL]:
        is_sum = (counts.first == place) | (counts.second == place)
        stood_first, stood_second = (_votes_of(counts, side, ~is_sum) for side in (counts.first, counts.second))
        of_first, of_second = (_votes_of(counts, side, is_sum) for side in (counts.first, counts.second))
        of_first[place] = of_second[place] = 0
        either = stood_first + stood_second[:, swap]
        perhaps = ((of_first, stood_first), (of_first, either), (of_second, stood_second), (of_second[:, swap], either))
        if any(sums.sum() > 0 and (sums == votes).all() for sums, votes in perhaps):
            yield f"{counts.names[place]!r} is taken for a competitor, and its votes are the sums of those of the others; leave such rows out"


def _votes_of(counts: PairCounts, side: Ints, rows: Bools) -> Ints:
    """Return the votes of each competitor on one side by outcome, (n_competitors, n_outcomes), of some pairs."""
    found = np.zeros((len(counts.names), len(OUTCOMES)), np.int64)
    np.add.at(found, side[rows], counts.counts[rows])
    return found


def counts_of_whole_pairs(sources: Sequence[Any], columns: Columns) -> Iterator[str]:
    """Say that counts are the same in all rows of a pair, as the number of all its votes is, which would count each several times.

    Parameters
    ----------
    sources : sequence of path or table
        Those with counts; of a stream, which is read once, its first rows.
    columns : Columns
    """
    for label, sample, counts in _tables_of_counts(sources, columns):
        of_pair: defaultdict[Cell, list[str]] = defaultdict(list)
        for record in sample.records:
            of_pair[tuple(str(value_in(record, name)) for name in columns.names()[:2])].append(str(value_in(record, counts)))
        several = [held for held in of_pair.values() if len(held) > 1]
        totals = {number_in(held[0]) for held in several}
        if len(several) >= FEWEST_PAIRS and len(totals) > 1 and max(totals) >= FEWEST_OF_PAIR and all(len({*held}) == 1 for held in several):
            yield (
                f"{label}: {counts!r} is the same in all rows of a pair, as the number of all its votes is, and each row counts so often; "
                "give the column of how many votes had the outcome of the row"
            )


def sums_of_others(sources: Sequence[Any], columns: Columns) -> Iterator[str]:
    """Say which rows of tables of counts hold the sums of others, or totals so far.

    Parameters
    ----------
    sources : sequence of path or table
        Those with counts; of a stream, which is read once, its first rows.
    columns : Columns
    """
    for label, sample, counts in _tables_of_counts(sources, columns, MOST_ROWS):
        told = [
            one
            for column in _grouping(sample, columns, counts)
            for one in (*_sums(sample, columns, counts, column), *_totals_so_far(sample, columns, counts, column))
        ]
        yield from (f"{label}: {one}" for one in told or _sums_without_label(sample, columns, counts))


def _tables_of_counts(sources: Sequence[Any], columns: Columns, most: int | None = None) -> Iterator[tuple[str, "Sample", str]]:
    """Draw what messages call each source with counts, its first rows, and the column of counts; all rows, of none that has more than `most`."""
    # Slow to load.
    from recount.data.recognition.sampling import N_ROWS, sample_of

    for source in sources:
        try:
            sample = sample_of(source, columns)
            counts = column_of_counts(sample.names, columns, ())
            if counts and most and len(sample.records) == N_ROWS:
                sample = sample_of(source, columns, most + 1)
        except (InputError, ValueError, TypeError):
            # What else stands beside the votes may be anything.
            continue
        if counts and not (most and len(sample.records) > most):
            yield label_of(source), sample, counts


def _totals_so_far(sample: "Sample", columns: Columns, counts: str, column: str) -> Iterator[str]:
    """Say that counts by a column of days never fall."""
    if DAYS & {*re.split(r"[\W_]+", column.casefold())} and (n_steps := _steps_up(sample, columns, counts, column)) >= FEWEST_STEPS:
        yield (
            f"counts of a pair and outcome never fall from one {column!r} to the next, in {plural(n_steps, 'step')}, and may be totals so far, of "
            "which only the last ones count; leave out the others"
        )


def _steps_up(sample: "Sample", columns: Columns, counts: str, column: str) -> int:
    """Return how often a count rises from one label of a column to the next one that its cell has; 0 if any falls."""
    others = [name for name in _grouping(sample, columns, counts) if name != column]
    of_cell: defaultdict[Cell, dict[str, float]] = defaultdict(dict)
    for record in sample.records:
        cell = tuple(str(value_in(record, name)) for name in (*columns.names(), *others))
        of_cell[cell][str(value_in(record, column))] = number_in(value_in(record, counts))
    n_up = 0
    for by_label in of_cell.values():
        # Dates by year, or whole numbers; no others have an order in the alphabet.
        series = [by_label[label] for label in sorted(by_label, key=lambda label: (len(label), label) if label.isdecimal() else (0, label))]
        steps = np.diff(series)
        if (steps < 0).any() or np.isnan(steps).any():
            return 0
        n_up += int((steps > 0).sum())
    return n_up


def _grouping(sample: "Sample", columns: Columns, counts: str) -> list[str]:
    """Return the columns by which rows may be grouped further."""
    free = [values for values in sample.paths.values() if values.path not in (*columns.names(), counts)]
    return [values.path for values in free if 0 < len(values.distinct) <= MOST * len(values.values) or values.path in KEPT]


def _sums(sample: "Sample", columns: Columns, counts: str, column: str) -> Iterator[str]:
    """Say that the rows without a label in a column, or with a word for all, hold the votes of the others."""
    of_label: defaultdict[str, Counter[Cell]] = defaultdict(Counter)
    written: dict[str, object] = {}
    for record in sample.records:
        n_votes = number_in(value_in(record, counts))
        if n_votes > 0 and n_votes.is_integer():
            value = value_in(record, column)
            label = "" if is_empty(value) else str(value).strip().casefold()
            written.setdefault(label, value)
            of_label[label][tuple(str(value_in(record, name)) for name in columns.names())] += int(n_votes)
    for label in sorted({"", *OF_ALL} & of_label.keys()):
        total, others = of_label[label], {other: cells for other, cells in of_label.items() if other != label}
        together: Counter[Cell] = sum(others.values(), Counter())
        is_multiple = bool(together) and _is_multiple(total, together)
        holds_each = bool(label) and bool(others) and all(cells <= total for cells in others.values())
        if (is_multiple or holds_each) and not is_by_chance(
            np.array(list((total if is_multiple else max(others.values(), key=Counter.total)).values()))
        ):
            said = f"with {shown(written[label])} in {column!r}" if label else f"without a {column!r}"
            yield f"rows {said} hold the votes of the others again, {total.total():,} of {(total + together).total():,}; leave out which are sums"
            return


def _sums_without_label(sample: "Sample", columns: Columns, counts: str) -> Iterator[str]:
    """Say that of the rows of each pair and outcome one holds the sum of the others, as where the label that tells them apart was left out."""
    of_cell: defaultdict[Cell, list[float]] = defaultdict(list)
    for record in sample.records:
        of_cell[tuple(str(value_in(record, name)) for name in columns.names())].append(number_in(value_in(record, counts)))
    # A row of a total beside one that has no others is lost in neither way.
    several = [held for held in of_cell.values() if len(held) > 2 or (len(held) == 2 and min(held) > 0)]
    if several and all(2 * max(held) == sum(held) for held in several):
        sums = np.array([max(held) for held in several])
        if not is_by_chance(sums):
            yield (
                f"of the rows of each pair and outcome that has several, one holds the sum of the others, {plural(sums.sum(), 'vote')} again; "
                "leave out which are sums"
            )


def _is_multiple(one: Counter[Cell], other: Counter[Cell]) -> bool:
    """Whether counts are so many times others, or the other way round, as sums over several groupings are."""
    more, fewer = sorted((one, other), key=Counter.total, reverse=True)
    times, rest = divmod(more.total(), fewer.total())
    return not rest and more == Counter({cell: times * n for cell, n in fewer.items()})
