"""Columns that say of each vote whether it was a tie, beside outcomes that say that somebody won."""

from collections.abc import Iterator

from recount.data import Columns
from recount.data.columns import says_yes
from recount.data.fields import value_in
from recount.data.outcomes import OutcomeCodes
from recount.data.recognition.sampling import Sample, Values
from recount.engine.plurals import plural
from recount.engine.votes import FIRST_WON, SECOND_WON

FLAGS_OF_TIES = {"tie", "tied", "is_tie", "istie", "was_tie", "draw", "drawn", "is_draw", "isdraw"}


def wins_that_are_ties(sample: Sample, columns: Columns) -> Iterator[str]:
    """Say in how many of the first rows somebody won by the outcome, and nobody by a column of ties; nothing of layouts and of several outcomes."""
    if columns.layout or len(columns.outcome_columns()) != 1:
        return
    codes = OutcomeCodes(columns)
    outcomes = [value_in(record, columns.outcome) for record in sample.records]
    for values in sample.paths.values():
        if values.last.replace(" ", "_") not in FLAGS_OF_TIES or values.path == columns.outcome or not _are_flags(values):
            continue
        tied = [outcome for outcome, value in zip(outcomes, values.values, strict=True) if value is not None and says_yes(value) == 1]
        if n := sum(codes.code(outcome) in (FIRST_WON, SECOND_WON) for outcome in tied):
            yield (
                f"{values.path!r} says yes in {n:,} of the first {plural(len(outcomes), 'row')} of which {columns.outcome!r} says who won; if these "
                "are ties, write that as the outcome"
            )


def _are_flags(values: Values) -> bool:
    return bool(values.there) and all(says_yes(value) >= 0 for value in values.there)
