"""Saved counts: a Parquet file that holds the votes of logs by pair and outcome, and says which logs these were.

Columns `model_a`, `model_b`, `winner` (text: model_a, model_b, tie or both_bad) and `count` (int64, 1 or more): each first, second and outcome once,
in order. Other programs can write these four columns too (`docs/data.md`). What Recount writes has an `Provenance` in its metadata, as JSON under
`recount.counts`; by the checksums in it, votes that would count twice are noticed. It is read with these columns, whatever those of other logs are
called.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.choices import LMARENA, Columns
from recount.data.disjoint_filters import REMEDY, are_disjoint
from recount.data.places.naming import is_table
from recount.data.places.parts import metadata_of
from recount.data.places.remote_files import Place
from recount.data.quarantine import shown
from recount.engine.choices.declaring import choices_of
from recount.engine.errors import InputError, OptionError
from recount.engine.votes import OUTCOMES, PairCounts

KEY = b"recount.counts"
FORMAT = 1
COUNT = "count"
SAVED_COLUMNS = Columns(count=COUNT)


AGAIN = "save them again with --save-counts"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_object(value: Any, of: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(of, value.values()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_inputs(value: Any) -> bool:
    pairs = value if isinstance(value, list) else [None]
    return all(isinstance(pair, list) and len(pair) == 2 and _is_text(pair[0]) and (pair[1] is None or _is_text(pair[1])) for pair in pairs)


# What the fields of a provenance are, as JSON.
FIELDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "inputs": (_are_inputs, "a list of [path, SHA-256 or null]"),
    "columns": (lambda value: _is_object(value, _is_text), "an object of texts"),
    "filters": (lambda value: _is_object(value, lambda _: True), "an object"),
    "n_rows": (_is_count, "a whole number"),
    "left_out": (lambda value: _is_object(value, _is_count), "an object of whole numbers"),
    "unreadable": (lambda value: _is_object(value, _is_text), "an object of texts"),
    "n_votes": (_is_count, "a whole number"),
    "recount": (_is_text, "a text"),
    "format": (_is_count, "a whole number"),
}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where saved counts come from.

    Attributes
    ----------
    inputs : tuple of (str, str or None)
        Path and SHA-256 of each file whose votes they hold, also of those that went into counts that were read; a table has no checksum.
    columns : mapping of str to str
        How these were read; the fields of `Columns`.
    filters : mapping of str to object
        Which of their votes were taken, by plain names of choices; all, if there are none.
    n_rows : int
        Rows read.
    left_out : mapping of str to int
        Rows that were no votes, by reason.
    unreadable : mapping of str to str
        Files that could not be read and were left out, and why.
    n_votes : int
    recount : str
        Version that wrote them.
    format : int
    """

    inputs: tuple[tuple[str, str | None], ...]
    columns: Mapping[str, str]
    filters: Mapping[str, Any]
    n_rows: int
    left_out: Mapping[str, int]
    unreadable: Mapping[str, str]
    n_votes: int
    recount: str = version("arena-recount")
    format: int = FORMAT


def write_counts(counts: PairCounts, path: Path, provenance: Provenance) -> None:
    """Write counts and their provenance."""
    pair, outcome = np.nonzero(counts.counts)
    names, outcomes = pa.array(counts.names, pa.string()), pa.array(OUTCOMES)
    columns = [
        *(pa.DictionaryArray.from_arrays(pa.array(side[pair]), names).cast(pa.string()) for side in (counts.first, counts.second)),
        pa.DictionaryArray.from_arrays(pa.array(outcome.astype(np.int32)), outcomes).cast(pa.string()),
        pa.array(counts.counts[pair, outcome], pa.int64()),
    ]
    table = pa.table(columns, names=[*LMARENA, COUNT]).replace_schema_metadata({KEY: json.dumps(asdict(provenance)).encode()})
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def provenance_of(place: Place) -> Provenance | None:
    """Return where saved counts come from; None of files that are none, or that other programs wrote.

    Raises
    ------
    InputError
        If they were written by a later version, or are damaged.
    """
    try:
        metadata = metadata_of(place)
    except (OSError, InputError, pa.ArrowException):
        # Reading it will say why.
        return None
    written = (metadata.metadata or {}).get(KEY) if metadata is not None else None
    if written is None:
        return None
    try:
        facts = json.loads(written)
    except ValueError as error:
        raise InputError(f"{place} holds counts whose origin is no JSON ({error}); {AGAIN}") from error
    if not isinstance(facts, dict):
        raise InputError(f"{place} holds counts whose origin is {shown(facts)}, and no object; {AGAIN}")
    if isinstance(facts.get("format"), int) and facts["format"] > FORMAT:
        raise InputError(f"{place} holds counts in format {facts['format']}, and this version knows up to {FORMAT}; install a later one")
    for name, (is_right, what) in FIELDS.items():
        if name not in facts:
            raise InputError(f"{place} holds counts whose origin has no {name!r}, which is {what}; {AGAIN}")
        if not is_right(facts[name]):
            raise InputError(f"{place} holds counts whose origin has {shown(facts[name])} as {name!r}, which is {what}; {AGAIN}")
    inputs = tuple((path, checksum) for path, checksum in facts["inputs"])
    return Provenance(**{**{name: facts[name] for name in FIELDS}, "inputs": inputs})


def are_saved(source: Any) -> bool:
    """Whether a source is a file of counts that Recount saved."""
    return not is_table(source) and provenance_of(source) is not None


def check_columns_have_effect(sources: Iterable[Any], columns: Columns) -> None:
    """Raise `OptionError` if columns are named and all sources are counts that Recount saved, which have columns of their own."""
    chosen = [
        (declared.choice.name or field, value)
        for field, declared in choices_of(Columns).items()
        if (value := getattr(columns, field)) != declared.default
    ]
    if chosen and all(map(are_saved, sources)):
        option, value = chosen[0]
        raise OptionError(f"{option} is {value!r}, which has no effect on counts that Recount saved; leave it out")


def check_counted_once(files: Iterable[tuple[str, str, Provenance | None]]) -> None:
    """Raise `InputError` if votes may count twice, by the checksums of files and of what went into counts among them.

    Counts of the same file that share no vote, by their filters, do not. Each file has a path, a checksum and, if it is saved counts, a provenance.
    """
    # Which files have votes of each checksum, and by which filters.
    holders: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for path, own, provenance in files:
        # Of counts of counts, the filters of the last step.
        inputs = () if provenance is None else tuple(dict.fromkeys(provenance.inputs))
        for name, checksum, filters in ((path, own, {}), *((name, checksum, provenance.filters if provenance else {}) for name, checksum in inputs)):
            if checksum is None:
                continue
            for other, of_other in holders.get(checksum, ()):
                if other != path and not are_disjoint(filters, of_other):
                    what = "has the same votes as" if name == path else f"holds votes of {name!r}, which may also be in"
                    raise InputError(f"{path!r} {what} {other!r}, so that they would count twice; {REMEDY}")
            holders.setdefault(checksum, []).append((path, filters))
