"""Numbers among scores and ranks that may stand for none, such as -1, 99 or 999: whoever took no part would have lost, or won, against everybody."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from recount.data.choices import Columns
from recount.data.fields import value_in
from recount.data.labels import number_in
from recount.data.layouts.judged_games import is_empty
from recount.data.layouts.table import layout_and_words
from recount.engine.plurals import plural

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample

# As programs write them for no number.
BELOW, ABOVE = re.compile(r"-(1|9+)(\.0)?"), re.compile(r"99+(\.0)?")
# Of rows; of fewer it is not asked.
FEWEST = 10
# Times the largest of the other scores; and of all scores, those that are 0.
FAR, OFTEN = 2.0, 0.1
# Of all scores, those that are 0 where it is far from all others: so many different ones, so many times as far as these are apart.
SELDOM, MANY, APART = 0.01, 10, 3.0


class Results(NamedTuple):
    """The scores or ranks in the first rows of a source.

    Attributes
    ----------
    label : str
        What messages call the source.
    are_ranks : bool
    rows : list of list of float
    """

    label: str
    are_ranks: bool
    rows: list[list[float]]


def results_of(samples: "Sequence[tuple[str, Sample]]", columns: Columns) -> Iterator[Results]:
    """Draw the first rows of each source in a layout of ranks or scores, or with two columns of scores for the outcome, where two have a number."""
    layout = columns.layout.partition(":")[0]
    asked = layout_and_words(columns.layout) if layout in ("ranks", "scores") else None
    names = asked[1] if asked else columns.outcome_columns()
    if not asked and (columns.layout or len(names) != 2):
        return
    for label, sample in samples:
        yield Results(label, layout == "ranks", [row for row in _numbers(sample, names) if len(row) > 1])


def numbers_for_none(samples: "Sequence[tuple[str, Sample]]", columns: Columns) -> Iterator[str]:
    """Say which numbers in the first rows may stand for none.

    Parameters
    ----------
    samples : sequence of (str, Sample)
        What messages call each source, and its first rows.
    columns : Columns
        With a layout of ranks or scores, or two columns of scores for the outcome.
    """
    for label, are_ranks, rows in results_of(samples, columns):
        if len(rows) >= FEWEST and (odd := _odd_rank(rows) if are_ranks else _odd_score(rows)):
            number, why = odd
            n_rows, what = sum(number in row for row in rows), "rank" if are_ranks else "score"
            yield (
                f"{label}: {number:g}, in {n_rows:,} of the first {plural(len(rows), 'row')}, may stand for no {what}, because {why}; "
                "leave such cells empty if so"
            )


def _numbers(sample: "Sample", names: Sequence[str]) -> Iterator[list[float]]:
    """Draw the numbers of each row, in columns or in the last of two lists."""
    for record in sample.records:
        cells = [value_in(record, name) for name in names]
        values = cells[-1] if isinstance(cells[-1], list) else cells
        numbers = [number_in(value) for value in values if not is_empty(value)]
        if not any(number != number for number in numbers):
            yield numbers


def _odd_score(rows: Sequence[list[float]]) -> tuple[float, str] | None:
    most = max(map(len, rows))
    zeros = float(np.mean([number == 0 for row in rows for number in row]))
    positive = sorted({number for row in rows for number in row if number > 0})
    if most > 2 and zeros >= OFTEN and positive and positive[0] > 1:
        return 0.0, f"{100 * zeros:.0f} % of scores are that, and no other is 1 or less"
    if most > 2 and zeros >= SELDOM and len(positive) >= MANY and positive[0] > APART * float(np.diff(positive).max()):
        return 0.0, f"{100 * zeros:.0f} % of scores are that, and the least other is {positive[0]:g}, far from it"
    numbers = sorted({number for row in rows for number in row})
    # Of -1, 0 and 1 each is a score.
    if len(numbers) > 2 and BELOW.fullmatch(str(numbers[0])) and numbers[1] >= 0 and numbers[-1] > 1:
        return numbers[0], "no other score is below 0"
    if len(numbers) > 2 and ABOVE.fullmatch(str(numbers[-1])) and numbers[-1] > FAR * numbers[-2] >= 0:
        return numbers[-1], "no other score is half as high"
    return None


def _goes_on(numbers: Sequence[float]) -> bool:
    """Whether numbers are 1, 2, ..., each once."""
    return list(numbers) == list(range(1, len(numbers) + 1))


def _odd_rank(rows: Sequence[list[float]]) -> tuple[float, str] | None:
    with_none = [row for row in rows if 0 in row]
    if 0 < len(with_none) < len(rows):
        return 0.0, "ranks of other rows begin with 1"
    # One 0 a row may be the first rank.
    if any(row.count(0) > 1 for row in with_none) and all(_goes_on(sorted(number for number in row if number)) for row in rows):
        return 0.0, "the others of a row are 1, 2, ..., and 0 wins against them"
    most = max(map(len, rows))
    if above := sorted({number for row in rows for number in row if number > most and ABOVE.fullmatch(str(number))}):
        return above[-1], f"no more than {most} took part"
    return None
