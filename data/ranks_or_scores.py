"""Whether numbers that were given as ranks look like points, and numbers that were given as scores like ranks: then everything is reversed."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from recount.data.absent_results import results_of
from recount.data.choices import SCORES, Columns

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample

# Rows, of which all have to look so.
FEWEST = 5


def results_of_other_kind(samples: "Sequence[tuple[str, Sample]]", columns: Columns) -> Iterator[str]:
    """Say that ranks are the same points in every row, or that scores are the numbers from 1 on, each once, in every row.

    Parameters
    ----------
    samples : sequence of (str, Sample)
        What messages call each source, and its first rows.
    columns : Columns
    """
    of_layout = columns.layout.partition(":")[2]
    for label, are_ranks, rows in results_of(samples, columns):
        if SCORES in columns.meanings.words or len(rows) < FEWEST:
            continue
        numbers = max((sorted(row) for row in rows), key=lambda row: len({*row}))
        held, n, always = ", ".join(f"{number:g}" for number in numbers), len(numbers), len({tuple(sorted(row)) for row in rows}) == 1
        if are_ranks and always and numbers[-1] > n and numbers[0] < numbers[-1]:
            remedy = f"--layout scores:{of_layout}"
            yield f"{label}: every row has the ranks {held}, as points are, and the lowest wins; give {remedy} if the highest should"
        elif not are_ranks and numbers == list(range(1, n + 1)) and all(map(_are_places, rows)):
            one, two = columns.outcome_columns()[:2] if not of_layout else ("", "")
            remedy = f"--layout ranks:{of_layout}" if of_layout else f"--winner {two},{one} --outcomes {SCORES}"
            said = f"every row has the scores {held}{'' if always else ', or shares places'}, as ranks are"
            yield f"{label}: {said}, and the highest wins; give {remedy} if the lowest should"


def _are_places(row: Sequence[float]) -> bool:
    """Whether numbers are places from 1 on, of which those that are shared are written as their mean, or as the first of them."""
    ordered = sorted(row)
    first = [ordered.index(number) + 1 for number in ordered]
    mean = [place + (ordered.count(number) - 1) / 2 for place, number in zip(first, ordered, strict=True)]
    return ordered in (first, mean)
