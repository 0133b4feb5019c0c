"""What is doubtful about a log that could be read: votes that count twice or are left out, and numbers that may mean something else."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from recount.data.absent_results import numbers_for_none
from recount.data.choices import Columns
from recount.data.counted_again import competitors_that_are_sums, counts_of_whole_pairs, mirrored, sums_of_others
from recount.data.lists_in_part import rest_of_lists
from recount.data.places.overlaps import overlaps_among
from recount.data.places.rows_again import rows_twice
from recount.data.ranks_or_scores import results_of_other_kind
from recount.data.rows_said_otherwise import said_otherwise
from recount.data.sides_by_name import scores_of_other_sides, swapped_verdicts
from recount.data.sources import labels_of
from recount.engine.plurals import plural
from recount.engine.votes import PairCounts

# Layouts whose rows are a game from either side.
OF_TWO_GAMES = ("arena-hard", "mt-bench")


# Rows of a sheet, with a line of names and without.
SHEETS = (65_535, 65_536, 1_048_575, 1_048_576)


def cut_off(n_sources: int, n_rows: int) -> Iterator[str]:
    """Say that a source has as many rows as a spreadsheet holds."""
    if n_sources == 1 and n_rows in SHEETS:
        yield f"the log has {plural(n_rows, 'row')}, as many as a spreadsheet holds; what it had beyond may be lost"


def doubts_about(
    sources: Sequence[Any],
    looked_at: Sequence[Any],
    columns: Columns,
    counts: PairCounts | None,
    *,
    copies: Collection[str],
    are_counts: bool = False,
    are_grouped: bool = False,
) -> list[str]:
    """Return what is doubtful about a log.

    Parameters
    ----------
    sources, looked_at : sequence of path or table
        What was read, and what its first rows can be looked at in.
    columns : Columns
    counts : PairCounts or None
        Its votes, if their weights are equal.
    copies : collection of str
        What messages call the sources that are copies of others, of which it need not be said that they overlap.
    are_counts : bool
        Whether rows are counts.
    are_grouped : bool
        Whether rows are counts of a pair and outcome that other rows have, too.
    """
    # Slow to load.
    from recount.data.recognition.sampling import samples_of

    samples = list(samples_of(looked_at, columns))
    doubts = [] if counts is None else [*(() if columns.layout.startswith(OF_TWO_GAMES) else mirrored(counts)), *competitors_that_are_sums(counts)]
    doubts += [
        *numbers_for_none(samples, columns),
        *results_of_other_kind(samples, columns),
        *scores_of_other_sides(columns),
        *swapped_verdicts(columns),
        *rest_of_lists(samples, columns),
        *(() if are_counts else said_otherwise(samples, columns)),
    ]
    doubts += counts_of_whole_pairs(looked_at, columns) if are_counts and not columns.layout else []
    doubts += sums_of_others(looked_at, columns) if are_grouped else []
    doubts += overlaps_among([source for label, source in zip(labels_of(sources), sources, strict=True) if label not in copies], columns)
    doubts += [] if columns.layout else rows_twice(sources, columns)
    return doubts
