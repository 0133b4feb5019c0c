"""Reading vote logs vote by vote, with the columns around them; `recount.data.log_counting` counts without keeping rows."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from recount.data.advance import Advance, Progress
from recount.data.choices import MAX_REJECTED, SKIP_UNREADABLE, Columns
from recount.data.chosen_columns import COUNTS, check_further
from recount.data.columns import Ints
from recount.data.doubts import doubts_about
from recount.data.further_columns import kept_column
from recount.data.labels_by_source import check_each
from recount.data.log_reading import LogReading, Report, judged
from recount.data.outcome_labels import Labels
from recount.data.places.copies import Fingerprint, copies_among, fingerprint
from recount.data.places.naming import documents_beside, is_table, sources_named
from recount.data.places.parts import rows_expected, whole_file
from recount.data.quarantine import Quarantine, check_share
from recount.data.saved_counts import are_saved
from recount.data.sides_by_name import check_names_of_sides
from recount.data.sources import Source, labels_of, open_source, to_look_at
from recount.data.unrepeated import MOST_GROUPS, check_single_votes, check_two_columns
from recount.engine.choices import of_kind
from recount.engine.counting import count
from recount.engine.errors import InputError, SourceError
from recount.engine.origins import SOURCE, Origin
from recount.engine.plurals import plural
from recount.engine.room import check_room
from recount.engine.votes import OUTCOMES, Floats, Votes

# Of a vote, and of each further column, while they are put together.
BYTES_OF_A_VOTE, BYTES_OF_A_LABEL = 24, 24


class _Rows:
    """Rows of one source, or of several put together: votes, weights of their labels, and further columns, chunk by chunk."""

    def __init__(self, columns: Columns) -> None:
        nobody = np.zeros(0, np.int32)
        self.reading = LogReading(columns)
        self.votes: list[tuple[Ints, Ints, Ints]] = [(nobody, nobody, nobody)]
        self.weights: list[Floats] = [np.zeros(0)]
        self.kept: list[dict[str, pa.Array]] = [{}]
        # Of every vote, its row in its source.
        self.numbers: list[Ints] = [np.zeros(0, np.int64)]

    def read(self, source: Source, report: Report) -> None:
        """Read a source."""
        columns, outcomes = self.reading.columns, self.reading.outcomes
        for chunk, codes in self.reading.chunks(source, report):
            if chunk.n_of_row:
                raise InputError(f"{source.label} {COUNTS}")
            first, second, outcome, good = judged(chunk, codes)
            self.votes.append((first[good], second[good], outcome[good]))
            self.numbers.append(chunk.row_numbers(np.flatnonzero(good)))
            if columns.are_weighted:
                self.weights.append(np.array([*map(outcomes.weight, chunk.outcome.values), outcomes.weight(None)])[chunk.outcome.indices[good]])
            self.kept.append({name: array.filter(pa.array(good)) for name, array in chunk.kept.items()})
            self.reading.reject(source, chunk, codes[2], ~good)

    def fingerprint(self) -> Fingerprint:
        """Return that of the votes."""
        first, second, outcome = (np.concatenate(parts) for parts in zip(*self.votes, strict=True))
        counts = count(Votes(tuple(self.reading.code_of), first, second, outcome))
        return fingerprint(counts.names, counts.first, counts.second, counts.counts)

    def add(self, later: "_Rows", place: int) -> None:
        """Add the rows of a later source, which has this place among the sources."""
        code = self.reading.add(later.reading)
        self.votes += [(code[first], code[second], outcome) for first, second, outcome in later.votes]
        self.weights += later.weights
        self.kept += later.kept
        self.numbers += [numbers + (place << SOURCE) for numbers in later.numbers]


def read_votes(
    *sources: Any,
    columns: Columns | None = None,
    keep: Sequence[str] | None = None,
    max_rejected: float = MAX_REJECTED,
    skip_unreadable: bool = SKIP_UNREADABLE,
    progress: Progress | None = None,
) -> tuple[Votes, Quarantine]:
    """Read logs vote by vote, in their order.

    Parameters
    ----------
    *sources, columns, max_rejected, skip_unreadable, progress
        As in `read_counts`; saved counts are not a log.
    keep : sequence of str, optional
        Further columns to keep. If none are named, those of `recount.data.columns.KEPT` that are there.

    Returns
    -------
    Votes
        With the weights of their labels, if some have one.
    Quarantine

    Raises
    ------
    InputError
        If a source cannot be read, has too many rejects or holds saved counts.
    OptionError
        If the rows would take more than half of the machine's memory.
    """
    check_share(max_rejected)
    named = sources_named(sources)
    _check_room(named, keep)
    columns = of_kind("columns", columns or Columns(), Columns)
    check_names_of_sides(columns)
    check_further(columns, keep or ())
    n_bytes = [0 if is_table(source) else whole_file(source).n_bytes for source in named]
    advance, log, unreadable = Advance(progress, sum(n_bytes)), _Rows(columns), {}
    labels = labels_of(named)
    held: dict[str, Fingerprint] = {}
    looked_at: list[Any] = []
    of_source: dict[str, Labels] = {}
    for place, (source, label, size) in enumerate(zip(named, labels, n_bytes, strict=True)):
        if are_saved(source):
            raise InputError(f"{label} holds counts that Recount saved, which have lost the single votes that are asked for; give the log itself")
        rows = _Rows(columns)
        opened = replace(open_source(source, columns, keep), label=label)
        try:
            rows.read(opened, advance.of_part(size))
        except SourceError as error:
            if not skip_unreadable:
                raise
            unreadable[label] = str(error)
        else:
            if len(named) > 1:
                held[label] = rows.fingerprint()
                of_source[label] = rows.reading.labels
            log.add(rows, place)
        looked_at.append(to_look_at(source, opened.head))
    first, second, outcome = (np.concatenate(parts) for parts in zip(*log.votes, strict=True))
    # As in `read_counts`.
    voted = np.bincount(np.concatenate([first, second]), minlength=len(log.reading.code_of)) > 0
    names = tuple(itertools.compress(log.reading.code_of, voted))
    code = np.cumsum(voted, dtype=np.int32) - np.int32(1)
    quarantine = log.reading.quarantine(names, max_rejected, unreadable)
    check_each(of_source)
    kept = dict.fromkeys(name for held in log.kept for name in held)
    further = {name: kept_column(name, [held.get(name, pa.nulls(v[0].size)) for held, v in zip(log.kept, log.votes, strict=True)]) for name in kept}
    weight = np.concatenate(log.weights) if columns.are_weighted else None
    origin = Origin(tuple(labels), np.concatenate(log.numbers))
    votes = Votes(names, code[first], code[second], outcome, further, weight, origin)
    check_two_columns(looked_at, columns)
    # More votes than pairs have outcomes in so many groups repeat each other.
    if not columns.count and first.size <= MOST_GROUPS * len(OUTCOMES) * len(names) * (len(names) - 1):
        check_single_votes(count(votes), looked_at, columns, keep or ())
    copies = copies_among(named, held)
    doubts = doubts_about(named, looked_at, columns, count(votes) if weight is None else None, copies=dict(copies))
    return votes, replace(quarantine, copies=copies, beside=documents_beside(sources), doubts=tuple(doubts))


def _check_room(sources: Sequence[Any], keep: Sequence[str] | None) -> None:
    """Raise `OptionError` if the rows of files would take more than half of the machine's memory."""
    n_rows = sum(rows_expected(source) for source in sources if not is_table(source))
    check_room(
        f"single votes are needed, with {plural(len(keep or ()), 'further column')}, and about {plural(n_rows, 'row')} of them",
        n_rows * (BYTES_OF_A_VOTE + BYTES_OF_A_LABEL * len(keep or ())),
        "give fewer files, or leave out what needs more than counts: clusters, covariates, weights by voter or age, ratings by category",
    )
