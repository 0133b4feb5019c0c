"""Whether a log looks like a table of counts whose column of counts has a name that nobody knows.

Grouped rows never repeat each other: each pair has each outcome once. Of single votes some do, soon. So if no row repeats another, where by chance
some would in 99 of 100 logs, and a column holds whole numbers, it is not certain that every row is one vote.
"""

import itertools
import math
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from recount.data.choices import NO_COUNT, Columns
from recount.data.columns import KEPT
from recount.engine.errors import CountsError, InputError
from recount.engine.votes import Ints, PairCounts

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Values

SELDOM = 0.01
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
    if not may_be_grouped(counts):
        return
    # Slow to load, and seldom needed.
    from recount.data.recognition.sampling import sample_of

    for source in sources:
        try:
            sample = sample_of(source, columns)
        except InputError:
            continue
        for values in sample.paths.values():
            if values.path not in (*columns.names(), *KEPT, *keep) and _may_be_counts(values):
                raise CountsError(
                    f"no row repeats competitors and outcome of another, and {values.path!r} holds whole numbers, which may say how many votes a "
                    f"row stands for; name the column with --count {shlex.quote(values.path)}, or give --count {NO_COUNT} if every row is one vote",
                    values.path,
                )


def _may_be_counts(values: "Values") -> bool:
    """Whether values are whole numbers that do not only number the rows."""
    numbers = values.numbers
    if not values.are_numbers or values.are_flags or not all(0 <= number < LARGEST and number.is_integer() for number in numbers):
        return False
    return any(after - before != 1 for before, after in itertools.pairwise(numbers))
