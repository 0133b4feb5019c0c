"""Which column says how many votes a row stands for: the one that is named, or one whose name leaves no doubt."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence

from recount.data.choices import NO_COUNT, Columns
from recount.data.fields import field_of
from recount.engine.errors import InputError

COUNT = "counts?"
# What programs and people call such a column: Arrow, DuckDB, BigQuery, dplyr, data.table, polars, pandas, which calls it 0.
PERHAPS_COUNT = (
    r"n|nn|0|f0_?|count ?\(.*\)|count_star\(\)|cnt|freqs?|frequency|frequencies|size|num|total|weights?|multiplicity|"
    r"stimmen|anzahl|häufigkeit|effectifs?|voix|votos|cantidad|frecuencia|voti|票数|投票数|计数|数量|次数|件数|голосов|количество|число|"
    r"votes|ballots|battles|comparisons|games|matches|tally|repeats?|reps|quantity|ct|hits|occurrences|observations|n_?obs|obs|"
    r"(n|nr|no|nb|num|number|count|total|sum)_?(of_?)?(votes?|ballots?|battles?|comparisons?|rows|matches|games|judge?ments|samples|voix|occurrences)|"
    r"(vote|ballot|battle|comparison|row|match|game|pair|group)s?_?(counts?|n|num|total|freq|size)"
)
_CERTAIN, _PERHAPS = re.compile(COUNT), re.compile(PERHAPS_COUNT)
# What polars calls it; other logs hold the length of something under this name.
LENGTH = "len"
# A key of a JSON object that may be such a name.
KEY = re.compile(rf'"[\s#]*({COUNT}|{LENGTH}|{PERHAPS_COUNT.replace("_?", "[_ .-]?")})\s*"\s*:'.encode(), re.IGNORECASE)


FIRST_OF_LIST = re.compile(r".+\[0\]")
# The number in an object that holds a count, as MongoDB and others write it.
NUMBER = re.compile(r"value|total|sum|n|counts?|\$number\w+", re.IGNORECASE)


def names_of_values(record: Mapping[str, object]) -> Iterator[str]:
    """Yield the names of the values in a record that are neither lists nor objects, and the paths of those in an object that may be counts."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from (f"{name}.{key}" for key, inner in value.items() if not isinstance(inner, list | dict) and _may_count_within(name, str(key)))
        elif not isinstance(value, list):
            yield name
        elif len(value) == 1 and may_be_counts(name) and isinstance(value[0], int | float):
            yield f"{name}[0]"


def _may_count_within(name: str, key: str) -> bool:
    return may_be_counts(name) and bool(NUMBER.fullmatch(key))


def may_be_counts(name: str) -> bool:
    """Whether a column of this name holds counts, or may."""
    return bool(_CERTAIN.fullmatch(_plain(name)) or _PERHAPS.fullmatch(_plain(name)))


def column_of_counts(names: Sequence[str], columns: Columns, keep: Sequence[str] | None) -> str | None:
    """Return the name of the column of counts, None if every row is one vote.

    Parameters
    ----------
    names : sequence of str
        All columns of the log.
    columns : Columns
    keep : sequence of str or None
        Columns that are asked for by name, and so are what they were asked for.

    Raises
    ------
    InputError
        If there is no such column, or it is not certain which one it is.
    """
    if columns.count == NO_COUNT:
        return None
    if columns.count:
        if names.count(columns.count) != 1 and (columns.count in names or field_of(columns.count, names) is None):
            n = names.count(columns.count) or "no"
            raise InputError(f"has {n} column {columns.count!r}, which --count names; each file needs one: rename the column, or name another")
        return columns.count
    # A column that the vote, or a part of it, is within holds no counts.
    within = {field.column for name in (*columns.names(), *(keep or ())) if (field := field_of(name, names))}
    free = [name for name in names if name not in within]
    certain = [name for name in free if _CERTAIN.fullmatch(_plain(name))]
    perhaps = [
        name
        for name in free
        if _PERHAPS.fullmatch(_plain(name)) or ("." in name and _may_count_within(*name.rsplit(".", 1))) or FIRST_OF_LIST.fullmatch(name)
    ]
    if len(certain) == 1 and not perhaps:
        return certain[0]
    # Counts of outcomes by pair have no other column.
    alone = free if [_plain(name) for name in free] == [LENGTH] else []
    if doubtful := certain + perhaps or alone:
        beside = f", as {doubtful[1]!r} may" if certain and doubtful[1:] else ""
        raise InputError(
            f"has a column {doubtful[0]!r}, which may say how many votes a row stands for{beside}; "
            f"name the column with --count {shlex.quote(doubtful[0])}, or give --count {NO_COUNT} if every row is one vote"
        )
    return None


def _plain(name: str) -> str:
    """Write a name in small letters, with an underscore for what separates words."""
    return re.sub(r"[\s.#-]+", "_", name.strip(" \t#").casefold())
