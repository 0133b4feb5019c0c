"""Lists of which a log's columns read some places, as in annotations[0].winner, and rows hold more."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from recount.data.choices import Columns
from recount.data.fields import field_of, value_at
from recount.data.layouts.table import layout_and_words
from recount.engine.plurals import plural

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample


def rest_of_lists(samples: "Sequence[tuple[str, Sample]]", columns: Columns) -> Iterator[str]:
    """Say which lists in the first rows hold more than is read of them.

    Parameters
    ----------
    samples : sequence of (str, Sample)
        What messages call each source, and its first rows.
    columns : Columns
    """
    asked = layout_and_words(columns.layout)
    names = [*columns.names(), *(asked[1] if asked else ())]
    if not any("[" in name for name in names):
        return
    for label, sample in samples:
        # By the column and the steps to each list, the places in it that are read.
        read: defaultdict[tuple[str, tuple[str | int, ...]], set[int]] = defaultdict(set)
        for field in filter(None, (field_of(name, sample.names) for name in names)):
            for number, step in enumerate(field.steps):
                if isinstance(step, int):
                    read[field.column, field.steps[:number]].add(step)
        for (column, steps), places in read.items():
            lists = [value_at(record.get(column), steps) for record in sample.records]
            lengths = [len(value) for value in lists if isinstance(value, list)]
            if n_more := sum(length > max(places) + 1 for length in lengths):
                path = column + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
                which = f"{', '.join(f'[{place}]' for place in sorted(places))} {'is' if len(places) == 1 else 'are'} read"
                yield (
                    f"{label}: lists {path!r} hold up to {plural(max(lengths), 'value')}, of which {which}, and the others are left out, "
                    f"in {n_more:,} of the first {plural(len(lists), 'row')}"
                )
