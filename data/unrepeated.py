"""Whether a log looks like a table of counts whose column of counts has a name that nobody knows.

Grouped rows never repeat each other: each pair has each outcome once. Of single votes some do, soon. So if no row repeats another, where by chance
some would in 99 of 100 logs, and a column holds whole numbers, it is not certain that every row is one vote.

Rows may be grouped by more than that: by a language or a category too. So the same is asked of the first rows of a log whose pairs have few votes of
each outcome, with every column of few labels beside competitors and outcome.
"""

import itertools
import math
import shlex
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from recount.data.choices import NO_COUNT, Columns
from recount.data.columns import KEPT
from recount.data.fields import value_in
from recount.engine.errors import CountsError, InputError
from recount.engine.votes import Ints, PairCounts

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample, Values

SELDOM = 0.01
# Labels of a column by which rows may be grouped, and votes of a pair and outcome where they are.
FEW_LABELS, FEW_VOTES = 12, 144
# Of rows, that have a number of their own.
MOST = 0.9
# Larger whole numbers are days or times.
LARGEST = 10_000_000


def may_be_grouped(counts: PairCounts) -> bool:
    """Whether no vote has the pair and the outcome of another, though of so many votes some would."""
    return counts.counts.size > 0 and counts.counts.max() == 1 and chance_of_no_repeat(counts.counts) < SELDOM


def chance_of_no_repeat(counts: Ints) -> float:
    """Return the probability that the votes of each pair have different outcomes, if all outcomes are equally likely, when it is largest.

    Parameters
    ----------
    counts : (n_pairs, n_outcomes) int
        Votes.
    """
    n_outcomes = counts.shape[1]
    return math.exp(sum(math.log(max(1 - i / n_outcomes, 1e-300)) for n in counts.sum(axis=1).tolist() for i in range(int(n))))


def check_single_votes(counts: PairCounts, sources: Sequence[Any], columns: Columns, keep: Sequence[str] = ()) -> None:
    """Raise `CountsError` if rows that were taken for single votes may be counts, by a column that stands beside them.

    Parameters
    ----------
    counts : PairCounts
        Of rows that were counted as one vote each.
    sources : sequence of path or table
    columns : Columns
    keep : sequence of str
        Columns that are asked for by name, and so are what they were asked for.
    """
    if not counts.counts.size or counts.counts.max() > FEW_VOTES:
        return
    by_pair = may_be_grouped(counts)
    # Slow to load, and seldom needed.
    from recount.data.recognition.sampling import sample_of

    for source in sources:
        try:
            sample = sample_of(source, columns)
        except (InputError, ValueError, TypeError):
            # What else stands beside the votes may be anything.
            continue
        grouping, candidates = _by_what(sample, columns, keep)
        if not by_pair:
            candidates = [values for values in candidates if not _is_number_of_something(sample, (*columns.names(), *grouping), values)]
        if not candidates or not (by_pair or (grouping and _never_repeats(sample, columns, grouping))):
            continue
        for values in candidates:
            if by_pair or values.path not in grouping:
                further = "" if by_pair else "".join(f", {name!r}" for name in grouping)
                raise CountsError(
                    f"no row repeats competitors and outcome{further} of another, and {values.path!r} holds whole numbers, which may say how many "
                    f"votes a row stands for; name the column with --count {shlex.quote(values.path)}, or give --count {NO_COUNT} if every row "
                    "is one vote",
                    values.path,
                )


def _by_what(sample: "Sample", columns: Columns, keep: Sequence[str]) -> tuple[list[str], list["Values"]]:
    """Return the columns of few labels by which rows may be grouped, and those that may be their counts."""
    free = [values for values in sample.paths.values() if values.path not in columns.names()]
    candidates = [values for values in free if values.path not in (*KEPT, *keep) and _may_be_counts(values)]
    of_counts = {values.path for values in candidates}
    grouping = [values.path for values in free if 1 < len(values.distinct) <= FEW_LABELS and values.path not in of_counts]
    return grouping, candidates


def _is_number_of_something(sample: "Sample", names: Sequence[str], values: "Values") -> bool:
    """Whether values number the rows, or what stands under one of the names, or say its length: a competitor or a label decides no count of votes."""
    return len(values.distinct) > MOST * len(values.values) or any(_decides(sample, name, values) for name in names)


def _decides(sample: "Sample", name: str, values: "Values") -> bool:
    """Whether rows with the same value under a name have the same of other values."""
    beside = {(str(value_in(record, name)), str(value)) for record, value in zip(sample.records, values.values, strict=True)}
    return len({value for value, _ in beside}) == len(beside)


def _never_repeats(sample: "Sample", columns: Columns, grouping: Sequence[str]) -> bool:
    """Whether no row has the names and labels of another, though by chance some would: by their frequencies, as if columns were independent."""
    names = [*columns.names(), *grouping]
    rows = [tuple(str(value_in(record, name)) for name in names) for record in sample.records]
    if len(set(rows)) < len(rows):
        return False
    together = Counter(row[:2] for row in rows)
    apart = [Counter(row[place] for row in rows) for place in range(2, len(names))]
    columns_held: list[Counter[Any]] = [together, *apart]
    same = math.prod(sum((n / len(rows)) ** 2 for n in held.values()) for held in columns_held)
    # As in the problem of birthdays.
    return math.exp(-same * len(rows) * (len(rows) - 1) / 2) < SELDOM


def _may_be_counts(values: "Values") -> bool:
    """Whether values are whole numbers that do not only number the rows."""
    numbers = values.numbers
    if not values.are_numbers or values.are_flags or not all(0 <= number < LARGEST and number.is_integer() for number in numbers):
        return False
    return any(after - before != 1 for before, after in itertools.pairwise(numbers))
