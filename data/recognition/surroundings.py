"""Who voted, and when: what stands beside the votes of a log, in one pass and bounded memory."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow.compute as pc

from recount.data.choices import Columns
from recount.data.further_columns import kept_column
from recount.data.sources import open_source
from recount.engine.errors import InputError
from recount.engine.times import seconds_or_missing

VOTERS = (
    "voter voter_id judge judge_id worker worker_id user user_id annotator annotator_id rater rater_id labeler labeler_id evaluator "
    "session session_id evaluation_session_id"
).split()
TIMES = "tstamp timestamp time datetime date day created created_at submitted_at voted_at judged_at".split()
# In names of columns by which votes of a voter on one pair, at one time, are different ones.
TELLING = {*"question prompt instruction task item turn round game session conversation battle vote id uid uuid index".split()}
MOST_VOTERS = 2_000_000
# Rows whose times are read.
MOST_TIMES = 2_000_000


def called(usual: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return the names of columns that are usual ones, in any case, the most usual first."""
    known = [name for name in names if name.casefold() in usual]
    return sorted(known, key=lambda name: usual.index(name.casefold()))


def tells_apart(name: str) -> bool:
    """Whether the name of a column says that it tells votes apart."""
    return bool({*re.split(r"[\W_]+", name.casefold())} & TELLING)


@dataclass(slots=True)
class Surroundings:
    """What stands beside the votes.

    Attributes
    ----------
    n_of_voter : dict of str to Counter
        Rows of each voter, for each column of voters.
    span : dict of str to (float, float)
        Seconds since 1970 of the first and the last time, for each column of times.
    no_times : dict of str to str
        Why a column of times has none.
    n_timed : int
        Rows whose times were read.
    """

    n_of_voter: dict[str, Counter[str]] = field(default_factory=dict)
    span: dict[str, tuple[float, float]] = field(default_factory=dict)
    no_times: dict[str, str] = field(default_factory=dict)
    n_timed: int = 0


def surroundings_of(sources: Sequence[Any], columns: Columns, voters: Sequence[str], times: Sequence[str]) -> Surroundings:
    """Read the columns of voters and times of sources that have been read before."""
    found = Surroundings({name: Counter() for name in voters})
    for source in sources if voters or times else ():
        for chunk in open_source(source, columns, [*voters, *times]).chunks:
            for name in voters:
                if name in chunk.kept and len(found.n_of_voter[name]) <= MOST_VOTERS:
                    for one in pc.value_counts(chunk.kept[name]).to_pylist():
                        if one["values"] is not None and str(one["values"]).strip():
                            found.n_of_voter[name][str(one["values"])] += one["counts"]
            if found.n_timed < MOST_TIMES:
                found.n_timed += chunk.n_rows
                for name in times:
                    _add_times(found, name, chunk.kept.get(name))
    return found


def _add_times(found: Surroundings, name: str, array: Any) -> None:
    if array is None or name in found.no_times:
        return
    try:
        seconds = seconds_or_missing(name, kept_column(name, [array]))
    except InputError as error:
        found.no_times[name] = str(error)
        found.span.pop(name, None)
        return
    if not np.isnan(seconds).all():
        first, last = found.span.get(name, (math.inf, -math.inf))
        found.span[name] = min(first, float(np.nanmin(seconds))), max(last, float(np.nanmax(seconds)))


def as_time(seconds: float) -> str:
    """Write seconds since 1970 as a time of UTC."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.15g} seconds"
