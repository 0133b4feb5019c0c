"""Whether two selections of votes from one log share none, by the filters that made them.

They are written as plain names and values (`since`, `until`, `time_column`, `where`, `only`), as saved counts hold them. Filters only take away
votes, so two of them that no vote passes both are enough. What is not certain is not disjoint.
"""

from collections.abc import Mapping
from typing import Any

from recount.engine.choices import Where, Window
from recount.engine.errors import OptionError

REMEDY = (
    "leave one of them out, or save counts that share no vote: of times that do not overlap (since, until), of different labels of a column (where), "
    "or of competitors of whom no two are in both (only)"
)


def are_disjoint(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether no vote of a log passes both of two selections."""
    try:
        return _apart_in_time(one, other) or _apart_by_label(one, other) or _apart_by_pair(one, other)
    except (OptionError, TypeError, ValueError, AttributeError):
        # Other programs may write anything.
        return False


def _apart_in_time(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one.get("time_column") != other.get("time_column"):
        return False
    first, second = (Window(filters.get("since"), filters.get("until")) for filters in (one, other))
    return any(a.end is not None and b.start is not None and a.end <= b.start for a, b in ((first, second), (second, first)))


def _apart_by_label(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    first, second = (_labels_by_column(filters) for filters in (one, other))
    return any(not first[column] & second[column] for column in first.keys() & second.keys())


def _labels_by_column(filters: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in filters.get("where") or ():
        where = Where.parse(text)
        found.setdefault(where.column, set()).add(where.label)
    return found


def _apart_by_pair(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    first, second = (filters.get("only") for filters in (one, other))
    return isinstance(first, list) and isinstance(second, list) and min(len(first), len(second)) > 0 and len({*first} & {*second}) < 2
