"""Numbers that stand beside votes in other words: as text with their unit, as "12 votes" or "4 %", or as the length of a list."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample, Values

WITH_UNIT = re.compile(
    r"(?:n\s*=\s*)?(\d+(?:\.\d+)?)\s*(%|x|times|votes?|ratings?|ballots?|people|users|voters|judg(?:e)?ments?|stimmen?|voix|votos|voti|票)?",
    re.IGNORECASE,
)


def in_numbers(values: "Values") -> "Values":
    """Return values that are numbers with a unit as numbers, all others as they are."""
    texts = [None if value is None else WITH_UNIT.fullmatch(str(value).strip()) for value in values.there]
    if values.are_numbers or not texts or not all(texts):
        return values
    numbers = {value: match[1] for value, match in zip(values.there, texts, strict=True) if match}
    return type(values)(values.path, tuple(numbers.get(value) for value in values.values))


def lengths_of_lists(sample: "Sample") -> "dict[str, Values]":
    """Return the lengths of lists that differ in length, by the columns that hold them in every row."""
    # Slow to load, and loaded where there is a sample.
    from recount.data.recognition.sampling import Values

    found = {}
    for name in sample.names:
        lists = [record.get(name) for record in sample.records]
        lengths = [len(one) for one in lists if isinstance(one, list)]
        if len(lengths) == len(lists) and len({*lengths}) > 1:
            found[name] = Values(name, tuple(lengths))
    return found
