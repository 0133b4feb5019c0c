"""Reading vote logs: validate, quarantine, encode.

`read_counts` streams a log of any length into pair counts; `read_votes` keeps the rows and the columns around them.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recount.data.choices import MAX_REJECTED, Columns
from recount.data.columns import Chunk, Column, Ints
from recount.data.confusables import lookalikes, words_for_missing
from recount.data.further_columns import LARGEST_EXACT, kept_column
from recount.data.labels import number_in
from recount.data.outcome_labels import Labels, name_in_label
from recount.data.outcomes import UNKNOWN, OutcomeCodes
from recount.data.quarantine import MISSING_OUTCOME, UNKNOWN_OUTCOME, UNPARSABLE, Quarantine, check_share, name_fault, reject_rows, shown
from recount.data.rejects import Rejects
from recount.data.sources import Source, open_source
from recount.engine.counting import Tally
from recount.engine.errors import InputError, OptionError
from recount.engine.origins import SOURCE, Origin
from recount.engine.votes import FIRST_WON, SECOND_WON, Floats, PairCounts, Votes

Progress = Callable[[int, float], None]


class _Names:
    """The competitors seen so far, in order of appearance."""

    def __init__(self) -> None:
        self.code_of: dict[str, int] = {}

    def codes(self, values: Sequence[object]) -> Ints:
        """Return the code of each value, and -1 at the end for a missing one; a new name gets a new code, an invalid one -1."""
        codes = [self.code_of.get(value, -1) if isinstance(value, str) else -1 for value in values]
        if -1 in codes:
            for i, value in enumerate(values):
                if codes[i] < 0 and isinstance(value, str) and name_fault(value) is None:
                    codes[i] = self.code_of.setdefault(value, len(self.code_of))
        return np.array([*codes, -1], np.int32)


class _Log:
    """What is read from one or several sources, good rows and bad."""

    def __init__(self, columns: Columns, progress: Progress | None) -> None:
        self.columns = columns
        self.outcomes = OutcomeCodes(columns)
        self.labels = Labels(self.outcomes)
        self.progress = progress
        self.names = _Names()
        self.n_rows = 0
        self.rejects = Rejects()

    def chunks(self, sources: Sequence[Any], keep: Sequence[str] | None) -> Iterator[tuple[Source, Chunk, tuple[Ints, Ints, Ints]]]:
        """Draw every chunk with the codes of the values of its first, second and outcome."""
        if not sources:
            raise InputError("no votes are given; name at least one file or table")
        n_of = Counter[str]()
        for source in (open_source(source, self.columns, keep) for source in sources):
            n_of[source.label] += 1
            if n_of[source.label] > 1:
                # Tables have no names.
                source = replace(source, label=f"{source.label} {n_of[source.label]}")
            for chunk in source.chunks:
                self.n_rows += chunk.n_rows
                first, second = (self.names.codes(side.values) for side in (chunk.first, chunk.second))
                outcome = chunk.outcome.codes(self.outcomes.code, np.int8)
                self.labels.add(chunk.outcome, outcome)
                if self.outcomes.named:
                    chunk, outcome = self._by_name(chunk, (first, second, outcome))
                yield source, chunk, (first, second, outcome)
                if self.progress:
                    self.progress(self.n_rows, chunk.share_read)
            self.n_rows += len(source.unparsable.rows)
            if source.unparsable.rows:
                self.rejects.add_unparsable(source.label, source.unparsable, UNPARSABLE, shown)

    def _by_name(self, chunk: Chunk, codes: tuple[Ints, Ints, Ints]) -> tuple[Chunk, Ints]:
        """Give a label that names one of the row's competitors the code of that side.

        Return the chunk with a value for each label and code, and the codes of these values.
        """
        first, second, outcome = codes
        indices, n_values = chunk.outcome.indices, len(chunk.outcome.values)
        label = chunk.outcome.codes(lambda value: self.names.code_of.get(name_in_label(value), -1), np.int32)[indices]
        side = np.where(label == first[chunk.first.indices], FIRST_WON, np.where(label == second[chunk.second.indices], SECOND_WON, UNKNOWN))
        if (side >= 0).any():
            self.labels.note_named()
        code = np.where(label < 0, outcome[indices], side)
        # Codes begin at -2.
        seen, indices = np.unique(indices.astype(np.int64) * 8 + code + 2, return_inverse=True)
        values = [None if i == n_values else chunk.outcome.values[i] for i in seen // 8]
        return replace(chunk, outcome=Column(indices.astype(np.int32), values)), np.append(seen % 8 - 2, UNKNOWN).astype(np.int8)

    def reject(self, source: Source, chunk: Chunk, outcome: Ints, bad: NDArray[np.bool_]) -> None:
        """Put the rows of a chunk where `bad` is true into quarantine; `outcome` are the codes of its values."""
        if bad.any():
            reject_rows(self.rejects, chunk, outcome, np.flatnonzero(bad), self.columns, source.label)

    def quarantine(self, names: Sequence[str], max_rejected: float) -> Quarantine:
        """Close the log with the competitors of its votes; raise `InputError` if it holds no row or too many rejects."""
        if self.n_rows == 0:
            raise InputError("there is not one row in the votes; is it the right file?")
        self.labels.check(self.names.code_of)
        rejects = self.rejects
        are_without = {UNKNOWN_OUTCOME, MISSING_OUTCOME} & set(rejects.n_of_reason)
        odd = lookalikes(names), words_for_missing(names), self.labels.without_meaning(self.names.code_of) if are_without else None
        quarantine = Quarantine(self.n_rows, dict(rejects.n_of_reason), rejects.kept(), rejects.alike(), *odd)
        quarantine.check(max_rejected)
        self.labels.check_effect(self.names.code_of)
        return quarantine


def read_counts(
    *sources: Any, columns: Columns | None = None, max_rejected: float = MAX_REJECTED, progress: Progress | None = None
) -> tuple[PairCounts, Quarantine]:
    """Count the votes of logs, and of saved counts, without holding them in memory.

    Parameters
    ----------
    *sources : path, pandas frame or anything with ``__arrow_c_stream__``
        Files are Parquet, CSV or JSON lines by their ending, also ending in .gz or .zst. Read one after the other.
    columns : Columns, optional
        Names of the columns; LMArena's if none is given.
    max_rejected : float
        Share of rows that may not be votes.
    progress : callable, optional
        Called with rows read so far and the share of the present source.

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
    if columns is not None and columns.are_weighted:
        raise OptionError("`outcomes` gives labels weights, which need single votes, and counts have lost them; read votes, or leave the weights out")
    log, tally = _Log(columns or Columns(), progress), Tally()
    n_saved = 0.0
    for source, chunk, codes in log.chunks(sources, keep=()):
        if chunk.n_of_row:
            first, second, outcome, good = _judged(chunk, codes)
            n_votes, whole = _whole_numbers(chunk.n_of_row)
            good &= whole
            n_saved += n_votes[good].sum(dtype=np.float64)
            if n_saved > LARGEST_EXACT:
                raise InputError(f"{source.label}: the counts add up to {n_saved:.3g}, beyond exact whole numbers; are they counts?")
            tally.add_cells(first[good], second[good], outcome[good], n_votes[good])
            log.reject(source, chunk, codes[2], ~good)
        elif tally.add(chunk.first.indices, chunk.second.indices, chunk.outcome.indices, *codes, len(log.names.code_of)):
            log.reject(source, chunk, codes[2], ~_judged(chunk, codes)[3])
    counts = tally.counts(tuple(log.names.code_of))
    # A name may be only in rejected rows, or in a dictionary but in no row.
    voted = counts.votes_of_each() > 0
    counts = counts if voted.all() else counts.only(voted)
    return counts, log.quarantine(counts.names, max_rejected)


def read_votes(
    *sources: Any,
    columns: Columns | None = None,
    keep: Sequence[str] | None = None,
    max_rejected: float = MAX_REJECTED,
    progress: Progress | None = None,
) -> tuple[Votes, Quarantine]:
    """Read logs vote by vote, in their order.

    Parameters
    ----------
    *sources, columns, max_rejected, progress
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
    """
    check_share(max_rejected)
    log = _Log(columns or Columns(), progress)
    nobody = np.zeros(0, np.int32)
    votes: list[tuple[Ints, Ints, Ints]] = [(nobody, nobody, nobody)]
    weights: list[Floats] = [np.zeros(0)]
    kept: list[dict[str, pa.Array]] = [{}]
    places: dict[str, int] = {}
    rows = [np.zeros(0, np.int64)]
    for source, chunk, codes in log.chunks(sources, keep):
        if chunk.n_of_row:
            raise InputError(
                f"{source.label} holds counts, which have lost the single votes that are asked for; give the log itself, or --count none if every "
                "row is one vote"
            )
        first, second, outcome, good = _judged(chunk, codes)
        votes.append((first[good], second[good], outcome[good]))
        rows.append(chunk.row_numbers(np.flatnonzero(good)) + (places.setdefault(source.label, len(places)) << SOURCE))
        if log.columns.are_weighted:
            weights.append(np.array([*map(log.outcomes.weight, chunk.outcome.values), log.outcomes.weight(None)])[chunk.outcome.indices[good]])
        kept.append({name: array.filter(pa.array(good)) for name, array in chunk.kept.items()})
        log.reject(source, chunk, codes[2], ~good)
    first, second, outcome = (np.concatenate(parts) for parts in zip(*votes, strict=True))
    # As in `read_counts`.
    voted = np.bincount(np.concatenate([first, second]), minlength=len(log.names.code_of)) > 0
    names = tuple(itertools.compress(log.names.code_of, voted))
    place = np.cumsum(voted, dtype=np.int32) - np.int32(1)
    quarantine = log.quarantine(names, max_rejected)
    labels = dict.fromkeys(name for held in kept for name in held)
    further = {name: kept_column(name, [held.get(name, pa.nulls(v[0].size)) for held, v in zip(kept, votes, strict=True)]) for name in labels}
    weight = np.concatenate(weights) if log.columns.are_weighted else None
    return Votes(names, place[first], place[second], outcome, further, weight, Origin(tuple(places), np.concatenate(rows))), quarantine


def _judged(chunk: Chunk, codes: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return the codes of each row's first, second and outcome, and whether the row is a vote."""
    parts = (chunk.first, chunk.second, chunk.outcome)
    first, second, outcome = (code[part.indices] for part, code in zip(parts, codes, strict=True))
    return first, second, outcome, (first >= 0) & (second >= 0) & (outcome >= 0) & (first != second)


def _whole_numbers(column: Column) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the whole number, 0 or more, in each row, and where there is one."""

    def whole(value: object) -> int:
        number = number_in(value)
        return int(number) if number.is_integer() and 0 <= number < LARGEST_EXACT else -1

    n_votes = column.codes(whole, np.int64)[column.indices]
    return n_votes, n_votes >= 0
