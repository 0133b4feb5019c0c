"""Counting logs of any length in bounded memory: parts of files at the same time, put together in their order.

What is counted depends on the parts alone, which depend on the files alone (`recount.data.places.parts`); so any number of threads, processes or
machines give the same counts and the same quarantine. A file counts when all its parts have been read; until then its parts are kept apart.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from recount.data.advance import Advance, Progress
from recount.data.choices import MAX_REJECTED, NO_COUNT, SKIP_UNREADABLE, Columns
from recount.data.columns import Column, Ints
from recount.data.doubts import cut_off, doubts_about
from recount.data.labels import LARGEST_EXACT, number_in
from recount.data.labels_by_source import check_each
from recount.data.log_reading import LogReading, Report, judged
from recount.data.outcome_labels import Labels
from recount.data.places.copies import Fingerprint, copies_among, fingerprint
from recount.data.places.counts_within import Cells, cells_of, parts_among
from recount.data.places.naming import documents_beside, is_table, logs_not_read, sources_named
from recount.data.places.overlaps import MOST_SOURCES
from recount.data.places.parts import Part, parts_of, whole_file
from recount.data.quarantine import Quarantine, check_share
from recount.data.saved_counts import SAVED_COLUMNS, check_columns_have_effect, provenance_of
from recount.data.sides_by_name import check_names_of_sides
from recount.data.sources import is_read_once, labels_of, open_source, to_look_at
from recount.data.unrepeated import check_single_votes, check_two_columns
from recount.engine.choices import of_kind
from recount.engine.counting import Tally
from recount.engine.errors import InputError, OptionError, SourceError
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.plurals import plural
from recount.engine.votes import Bools, PairCounts

# Rows that an index is seen in; twice as many, if it does not begin with 0 or 1.
FEWEST_NUMBERED = 5


@dataclass(frozen=True, slots=True, eq=False)
class CountedPart:
    """What was read of a part, and its votes: of the pairs first, second (n_pairs,), as codes of the reading, by outcome (n_pairs, 4).

    `n_saved` are those that came from counts; `head` are the first rows of a stream.
    """

    reading: LogReading
    first: Ints
    second: Ints
    counts: Ints
    n_saved: float
    head: tuple[pa.RecordBatch, ...] = ()


class _Total:
    """Parts put together."""

    def __init__(self, columns: Columns) -> None:
        self.reading, self.tally, self.n_saved = LogReading(columns), Tally(), 0.0

    def add(self, part: CountedPart, label: str) -> None:
        """Add a part of the source that messages call `label`."""
        code = self.reading.add(part.reading)
        self.tally.add_pairs(code[part.first], code[part.second], part.counts)
        self.n_saved += part.n_saved
        _check_saved(self.n_saved, label)

    def counted(self) -> CountedPart:
        """Return the whole as a part of something larger."""
        return CountedPart(self.reading, *self.tally.pairs(tuple(self.reading.code_of)), self.n_saved)


def read_counts(
    *sources: Any,
    columns: Columns | None = None,
    max_rejected: float = MAX_REJECTED,
    skip_unreadable: bool = SKIP_UNREADABLE,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> tuple[PairCounts, Quarantine]:
    """Count the votes of logs, and of saved counts, without holding them in memory.

    Parameters
    ----------
    *sources : path, address, pandas frame or anything with ``__arrow_c_stream__``
        Files, folders, patterns such as ``logs/*.parquet``, and addresses that fsspec opens (``s3://``, ``gs://``, ``hf://``), in this order.
    columns : Columns, optional
        Names of the columns; LMArena's if none is given.
    max_rejected : float
        Share of rows that may not be votes.
    skip_unreadable : bool
        Count the others if a file cannot be read; of that file nothing counts, and the quarantine says so.
    progress : callable, optional
        Called with rows read so far and the share of all bytes, perhaps from other threads.
    executor : Executor, optional
        What reads parts of files at the same time; threads by default, as many as there are cores. The result is the same for any.

    Returns
    -------
    PairCounts
    Quarantine
        What was left out, and names that look alike.

    Raises
    ------
    InputError
        If a source cannot be read or has too many rejects, or labels have no certain meaning.
    OptionError
        If labels have weights, which counts cannot hold.
    """
    check_share(max_rejected)
    columns = of_kind("columns", columns or Columns(), Columns)
    check_names_of_sides(columns)
    if columns.are_weighted:
        raise OptionError("`outcomes` gives labels weights, which need single votes, and counts have lost them; read votes, or leave the weights out")
    named = sources_named(sources)
    check_columns_have_effect(named, columns)
    parts = _parts(named, columns)
    total, file, fault, unreadable = _Total(columns), _Total(columns), "", {}
    held: dict[str, Fingerprint] = {}
    cells: dict[str, Cells] = {}
    looked_at: list[Any] = []
    of_source: dict[str, Labels] = {}
    for (label, part), found in zip(parts, _counted_at_once(parts, columns, progress, executor), strict=True):
        if isinstance(found, SourceError):
            if not skip_unreadable:
                raise found
            fault = fault or str(found)
        elif not fault:
            file.add(found, label)
        if isinstance(part, Part) and not part.is_last:
            continue
        looked_at.append(to_look_at(part.place if isinstance(part, Part) else part, () if isinstance(found, SourceError) else found.head))
        if fault:
            unreadable[label] = fault
        else:
            counted = file.counted()
            if len(named) > 1:
                votes = tuple(counted.reading.code_of), counted.first, counted.second, counted.counts
                held[label] = fingerprint(*votes)
                if len(named) <= MOST_SOURCES:
                    cells[label] = cells_of(*votes, are_counts=counted.n_saved > 0)
                of_source[label] = counted.reading.labels
            total.add(counted, label)
        file, fault = _Total(columns), ""
    counts = total.tally.counts(tuple(total.reading.code_of))
    # A name may be only in rejected rows, or in a dictionary but in no row.
    voted = counts.votes_of_each() > 0
    counts = counts if voted.all() else counts.only(voted)
    quarantine = total.reading.quarantine(counts.names, max_rejected, unreadable)
    if not counts.counts.size and quarantine.n_rejected < quarantine.n_rows:
        raise InputError("no row stands for a vote: every count is 0")
    check_each(of_source)
    check_two_columns(looked_at, columns)
    if not total.n_saved and not columns.count:
        check_single_votes(counts, looked_at, columns)
    # Rows that are grouped by more than pair and outcome hold some of these again.
    are_grouped = total.n_saved > 0 and not columns.layout and total.reading.n_rows > np.count_nonzero(counts.counts)
    copies = copies_among(named, held)
    doubts = doubts_about(named, looked_at, columns, counts, copies=dict(copies), are_counts=total.n_saved > 0, are_grouped=bool(are_grouped))
    doubts += [*([] if copies else parts_among(cells)), *logs_not_read(sources), *cut_off(len(named), total.reading.n_rows)]
    return counts, replace(quarantine, copies=copies, beside=documents_beside(sources), doubts=tuple(doubts))


def _parts(sources: Sequence[Any], columns: Columns) -> list[tuple[str, Any]]:
    """Return the parts of files, and tables, each with what messages call its source."""
    parts: list[tuple[str, Any]] = []
    for label, source in zip(labels_of(sources), sources, strict=True):
        # The rows of a layout are read one after the other.
        of_source = [source] if is_table(source) else [whole_file(source)] if columns.layout else parts_of(source)
        parts += [(label, part) for part in of_source]
    return parts


def _counted_at_once(
    parts: Sequence[tuple[str, Any]], columns: Columns, progress: Progress | None, executor: Executor | None
) -> Iterator[CountedPart | SourceError]:
    """Count parts of files, and whole tables, at the same time; yield them in order."""
    advance = Advance(progress, sum(part.n_bytes for _, part in parts if isinstance(part, Part)))
    with executor_or_threads(executor) as (pool, n_waiting):

        def submit(labelled: tuple[str, Any]) -> Future[CountedPart | SourceError]:
            label, part = labelled
            report = advance.of_part(part.n_bytes if isinstance(part, Part) else 0)
            if executor is None and (isinstance(part, Part) or not is_read_once(part)):
                return pool.submit(_counted, label, part, columns, len(parts) == 1, report)
            if isinstance(part, Part):
                return pool.submit(_counted, label, part, columns)
            # What is in the memory of this process is counted by it, and streams one after the other, which may come through one connection.
            here: Future[CountedPart | SourceError] = Future()
            here.set_result(_counted(label, part, columns, report=report))
            return here

        try:
            for (_, part), found in zip(parts, in_order(submit, parts, n_waiting), strict=True):
                if executor is not None and isinstance(part, Part) and isinstance(found, CountedPart):
                    advance.of_part(part.n_bytes)(found.reading.n_rows, 1.0)
                yield found
        finally:
            advance.stop()


def _counted(label: str, part: Any, columns: Columns, alone: bool = False, report: Report | None = None) -> CountedPart | SourceError:
    """Count a part of a file, or a table; return the error if it cannot be read.

    It is `alone` if nothing else is counted at the same time. Messages call its source by the `label`.
    """
    place, row_groups = (part.place, part.row_groups) if isinstance(part, Part) else (part, None)
    try:
        provenance = None if is_table(place) else provenance_of(place)
        reading, tally, n_saved = LogReading(columns if provenance is None else SAVED_COLUMNS), Tally(), 0.0
        source = replace(open_source(place, reading.columns, (), row_groups, alone), label=label)
        for chunk, codes in reading.chunks(source, report):
            if chunk.n_of_row:
                first, second, outcome, good = judged(chunk, codes)
                n_votes, whole = _whole_numbers(chunk.n_of_row)
                if provenance is None and not columns.count and not columns.layout and not n_saved:
                    _check_no_index(n_votes, source.label)
                good &= whole
                n_saved += n_votes[good].sum(dtype=np.float64)
                _check_saved(n_saved, source.label)
                tally.add_cells(first[good], second[good], outcome[good], n_votes[good])
                reading.reject(source, chunk, codes[2], ~good)
            elif tally.add(chunk.first.indices, chunk.second.indices, chunk.outcome.indices, *codes, len(reading.code_of)):
                reading.reject(source, chunk, codes[2], ~judged(chunk, codes)[3])
        if provenance is not None:
            # Its labels say nothing of those of the log.
            reading.labels = LogReading(columns).labels
            if row_groups is None and n_saved != provenance.n_votes:
                raise SourceError(f"{source.label} holds {plural(n_saved, 'vote')}, and {provenance.n_votes:,} were written; save the counts again")
    except InputError as error:
        return error if isinstance(error, SourceError) else SourceError(str(error))
    return CountedPart(reading, *tally.pairs(tuple(reading.code_of)), n_saved, tuple(source.head))


def _check_saved(n_votes: float, label: str) -> None:
    """Raise `InputError` if counts add up to more votes than whole numbers are exact for."""
    if n_votes > LARGEST_EXACT:
        raise InputError(f"{label}: the counts add up to {n_votes:.3g}, beyond exact whole numbers; are they counts?")


def _check_no_index(n_votes: Ints, label: str) -> None:
    """Raise `InputError` if what is called counts numbers the rows."""
    if n_votes.size >= (FEWEST_NUMBERED if n_votes[0] in (0, 1) else 2 * FEWEST_NUMBERED) and (np.diff(n_votes) == 1).all():
        raise InputError(
            f"{label}: the column of counts numbers the rows, {n_votes[0]}, {n_votes[1]}, {n_votes[2]}, ...; "
            f"give --count {NO_COUNT} if every row is one vote, or the column by --count if they are counts"
        )


def _whole_numbers(column: Column) -> tuple[Ints, Bools]:
    """Return the whole number, 0 or more, in each row, and where there is one."""

    def whole(value: object) -> int:
        number = number_in(value)
        return int(number) if number.is_integer() and 0 <= number < LARGEST_EXACT else -1

    n_votes = column.codes(whole, np.int64)[column.indices]
    return n_votes, n_votes >= 0
