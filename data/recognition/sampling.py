"""The first rows of a log, by the paths to their plain values."""

import codecs
import contextlib
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from recount.data.choices import SEPARATORS, Columns
from recount.data.formats.headings import heading_of_log
from recount.data.formats.kinds import ending_of, kind_of
from recount.data.formats.records import Row
from recount.data.formats.table import BYTES_OF_HEAD, FORMATS, IN_WORDS
from recount.data.formats.text_streams import UTF_16, compression_of, encoding_of, head_of
from recount.data.labels import number_in
from recount.data.layouts.judged_games import is_empty
from recount.data.places.remote_files import Place
from recount.data.quarantine import shown
from recount.data.rejects import UnparsableLines
from recount.data.sources import is_read_once, label_of, rows_of_table
from recount.engine.errors import InputError
from recount.engine.plurals import plural

N_ROWS = 1000
# Places looked at of a list, which may be so long; and how deep nested values are followed.
N_PLACES, LONGEST_LIST, DEPTH = 2, 10, 3
MOST_PATHS = 300
LONGEST_NAME = 120
# Shares of names, and of values in a column of numbers.
MOST_LONG, MOST_NO_NUMBER = 0.1, 0.05
N_DISTINCT = 12


@dataclass(frozen=True, slots=True)
class Values:
    """Plain values under one path, None where there is none."""

    path: str
    values: tuple[Any, ...]
    there: tuple[Any, ...] = field(init=False)
    distinct: frozenset[str] = field(init=False)
    numbers: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        there = tuple(value for value in self.values if not is_empty(value))
        object.__setattr__(self, "there", there)
        object.__setattr__(self, "distinct", frozenset(str(value).strip() for value in there))
        object.__setattr__(self, "numbers", tuple(float(value) if isinstance(value, bool) else number_in(value) for value in there))

    @property
    def last(self) -> str:
        """The last name in the path, in small letters."""
        return self.path.rpartition(".")[2].strip().casefold()

    @property
    def are_numbers(self) -> bool:
        """Whether all values are numbers."""
        return bool(self.numbers) and not any(map(math.isnan, self.numbers))

    @property
    def are_mostly_numbers(self) -> bool:
        """Whether all values but a few are numbers, as of matches some of which were called off."""
        return bool(self.numbers) and sum(map(math.isnan, self.numbers)) <= MOST_NO_NUMBER * len(self.numbers)

    @property
    def are_flags(self) -> bool:
        """Whether all values are 0 or 1."""
        return self.are_numbers and {*self.numbers} <= {0, 1}

    @property
    def may_be_names(self) -> bool:
        """Whether they may be names: most are short, and they are not times or fractions."""
        whole = all(isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) for value in self.there)
        n_long = sum(len(value) > LONGEST_NAME for value in self.distinct)
        return len(self.distinct) > 1 and whole and n_long <= MOST_LONG * len(self.distinct) and not any("\n" in value for value in self.distinct)

    @property
    def may_be_labels(self) -> bool:
        """Whether they may be labels of an outcome."""
        return 0 < len(self.distinct) <= N_DISTINCT and all(len(value) <= LONGEST_NAME for value in self.distinct)


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a log.

    Attributes
    ----------
    form : str
        Its format in words.
    records : list of dict
    paths : mapping of str to Values
        Everything plain in them, in order.
    told : str
        What was said that labels of the outcome mean.
    names : tuple of str
        The columns.
    """

    form: str
    records: list[dict[str, Any]]
    paths: Mapping[str, Values]
    told: str = ""
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(dict.fromkeys(name for record in self.records for name in record)))


def sample_of(source: Any, columns: Columns, n_rows: int = N_ROWS) -> Sample:
    """Look at the first `n_rows` of a source.

    Raises
    ------
    InputError
        If they cannot be read.
    """
    try:
        if is_read_once(source):
            raise InputError("a stream is read once, and not looked at")
        if isinstance(source, pd.DataFrame | pd.Series | pa.Table):
            head = source.head(n_rows) if isinstance(source, pd.DataFrame | pd.Series) else source.slice(0, n_rows)
            return _sample(f"a {label_of(source)}", rows_of_table(head.to_frame() if isinstance(head, pd.Series) else head), n_rows)
        return _sample_of_file(Path(source) if isinstance(source, str) else source, columns, n_rows)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise InputError(f"the first rows cannot be read ({shown(str(error))})") from error


def samples_of(sources: Iterable[Any], columns: Columns) -> Iterator[tuple[str, Sample]]:
    """Draw what messages call each source and its first rows, if they can be looked at: what stands beside the votes may be anything."""
    for source in sources:
        with contextlib.suppress(InputError, ValueError, TypeError):
            yield label_of(source), sample_of(source, columns)


def _sample_of_file(path: Place, columns: Columns, n_rows: int) -> Sample:
    plain = replace(Columns(), separator=columns.separator)
    head = head_of(path, BYTES_OF_HEAD)
    kind = kind_of(head, ending_of(path))
    words = [IN_WORDS[kind]]
    if kind == "delimited":
        heading = heading_of_log(path, plain)
        words = [f"text, fields separated by {next(word for word, one in SEPARATORS.items() if one == heading.separator)}"]
        words += [f"{plural(heading.n_above, 'line')} above the names"] if heading.n_above else []
    if kind in ("delimited", "json lines", "json"):
        marked = "UTF-16" if encoding_of(head) == UTF_16 else "UTF-8 with a mark at the start" if head.startswith(codecs.BOM_UTF8) else ""
        words += [marked] if marked else []
    if codec := compression_of(path):
        words.append(f"compressed by {codec}")
    return _sample(", ".join(words), FORMATS[kind].rows(path, plain, UnparsableLines()), n_rows)


def _sample(form: str, rows: Iterator[Row], n_rows: int) -> Sample:
    records = [row.record for row in itertools.islice(rows, n_rows)]
    places: dict[str, list[Any]] = {}
    for number, record in enumerate(records):
        for path, value in _plain_values(record, DEPTH):
            if path in places or len(places) < MOST_PATHS:
                held = places.setdefault(path, [])
                held += [None] * (number - len(held))
                held.append(value)
    paths = {path: Values(path, tuple(held + [None] * (len(records) - len(held)))) for path, held in places.items()}
    return Sample(form, records, paths)


def _plain_values(value: Any, depth: int, path: str = "") -> Iterator[tuple[str, Any]]:
    """Draw the plain values in nested ones, with their paths."""
    if isinstance(value, dict):
        if depth or not path:
            for name, inner in value.items():
                yield from _plain_values(inner, depth - 1, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        if depth and len(value) <= LONGEST_LIST:
            for place, inner in enumerate(value[:N_PLACES]):
                yield from _plain_values(inner, depth - 1, f"{path}[{place}]")
    else:
        yield path, value
