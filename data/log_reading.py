"""What is read of a log, or of a part of one: competitors, labels, rows that are no votes. Parts are read apart and put together in their order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.data.choices import Columns
from recount.data.columns import Chunk, Column, Ints
from recount.data.confusables import lookalikes, words_for_missing
from recount.data.marks_of_numbers import Marks
from recount.data.outcome_labels import Labels, name_in_label
from recount.data.outcomes import UNKNOWN, OutcomeCodes
from recount.data.quarantine import (
    MARK,
    MISSING_OUTCOME,
    NAMES_OF_COLUMNS,
    ONE_LONGER,
    UNKNOWN_OUTCOME,
    UNPARSABLE,
    Quarantine,
    name_fault,
    reject_rows,
    shown,
)
from recount.data.rejects import Rejects
from recount.data.sources import Source
from recount.engine.errors import InputError
from recount.engine.votes import FIRST_WON, SECOND_WON

Codes = tuple[Ints, Ints, Ints]
# Called with the rows of a chunk and the share of the part that has been read after it.
Report = Callable[[int, float], None]


class LogReading:
    """What is read, good rows and bad.

    Attributes
    ----------
    code_of : dict of str to int
        The competitors so far, in order of appearance.
    n_rows : int
    marks_of_counts, marks_of_scores : Marks
        How numbers of votes, and scores, are written.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.outcomes = OutcomeCodes(columns)
        self.labels = Labels(self.outcomes)
        self.code_of: dict[str, int] = {}
        self.n_rows = 0
        self.rejects = Rejects()
        self.marks_of_counts, self.marks_of_scores = Marks(), Marks()
        # Of the last values of each side, which the next chunk often shares.
        self._coded: dict[str, tuple[Sequence[object], Ints]] = {}

    def chunks(self, source: Source, report: Report | None = None) -> Iterator[tuple[Chunk, Codes]]:
        """Draw every chunk of a source with the codes of the values of its first, second and outcome."""
        for chunk in source.chunks:
            self.n_rows += chunk.n_rows
            first, second = (self._codes(side, values) for side, values in (("first", chunk.first.values), ("second", chunk.second.values)))
            self._note_marks(chunk)
            outcome = chunk.outcome.codes(self.outcomes.code, np.int8)
            self.labels.add(chunk.outcome, outcome)
            if self.outcomes.named:
                chunk, outcome = self._by_name(chunk, (first, second, outcome))
            yield chunk, (first, second, outcome)
            if report:
                report(chunk.n_rows, chunk.share_read)
        self.n_rows += len(source.unparsable.rows)
        if source.unparsable.rows:
            self.rejects.add_unparsable(source.label, source.unparsable, ONE_LONGER if source.unparsable.are_one_longer else UNPARSABLE, shown)

    def _note_marks(self, chunk: Chunk) -> None:
        """Note how the numbers of a chunk are written: of each value once."""
        if chunk.n_of_row:
            self.marks_of_counts.add(chunk.n_of_row.values, are_whole=True)
        for column in chunk.outcome.scores or ((chunk.outcome,) if self.outcomes.told_scores or self.outcomes.told_margins else ()):
            self.marks_of_scores.add(value for value in column.values if not self.outcomes.is_given(value))

    def _codes(self, side: str, values: Sequence[object]) -> Ints:
        """Return the code of each value of a side, and -1 at the end for a missing one; a new name gets a new code, an invalid one -1."""
        if side not in self._coded or self._coded[side][0] is not values:
            self._coded[side] = values, self._new_codes(values)
        return self._coded[side][1]

    def _new_codes(self, values: Sequence[object]) -> Ints:
        codes = [self.code_of.get(value, -1) if isinstance(value, str) else -1 for value in values]
        if -1 in codes:
            for i, value in enumerate(values):
                if codes[i] < 0 and isinstance(value, str) and name_fault(value) is None:
                    codes[i] = self.code_of.setdefault(value, len(self.code_of))
        return np.array([*codes, -1], np.int32)

    def _by_name(self, chunk: Chunk, codes: Codes) -> tuple[Chunk, Ints]:
        """Give a label that names one of the row's competitors the code of that side.

        Return the chunk with a value for each label and code, and the codes of these values.
        """
        first, second, outcome = codes
        indices, n_values = chunk.outcome.indices, len(chunk.outcome.values)
        label = chunk.outcome.codes(lambda value: self.code_of.get(name_in_label(value, self.code_of), -1), np.int32)[indices]
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

    def __getstate__(self) -> dict[str, Any]:
        """Return all but what saves time here."""
        return {**self.__dict__, "_coded": {}}

    def add(self, later: "LogReading") -> Ints:
        """Add what was read of a later part, and return the codes that its competitors have here, (n,)."""
        self.n_rows += later.n_rows
        self.labels.add_all(later.labels)
        self.rejects.add_all(later.rejects)
        self.marks_of_counts.add_all(later.marks_of_counts)
        self.marks_of_scores.add_all(later.marks_of_scores)
        return np.array([self.code_of.setdefault(name, len(self.code_of)) for name in later.code_of], np.int32)

    def quarantine(self, names: Sequence[str], max_rejected: float, unreadable: dict[str, str]) -> Quarantine:
        """Close the log with the competitors of its votes; raise `InputError` if it holds no row or too many rejects."""
        if self.n_rows == 0:
            if unreadable:
                raise InputError(f"`skip_unreadable` leaves no file to read; the first: {next(iter(unreadable.values()))}")
            raise InputError("there is not one row in the votes; is it the right file?")
        self._check_names_of_columns()
        rejects, voted = self.rejects, {*names}
        again = NAMES_OF_COLUMNS in rejects.n_of_reason
        # What only a line of names holds is no competitor.
        known = {name for name in self.code_of if not again or name in voted or name.removeprefix(MARK) not in self.columns.names()}
        self.marks_of_counts.check_counts()
        self.marks_of_scores.check_scores(self.columns.outcome)
        self.labels.check(known)
        are_without = {UNKNOWN_OUTCOME, MISSING_OUTCOME} & set(rejects.n_of_reason)
        odd = lookalikes(names), words_for_missing(names), self.labels.without_meaning(known, again) if are_without else None
        quarantine = Quarantine(self.n_rows, dict(rejects.n_of_reason), rejects.kept(), rejects.alike(), *odd, unreadable)
        quarantine.check(max_rejected)
        self.labels.check_effect(known)
        return quarantine

    def _check_names_of_columns(self) -> None:
        """Raise `InputError` if the columns are called as competitors and a label of an outcome in them are: they are the first vote."""
        first, second, *outcome = self.columns.names()
        known = [word for word in outcome if word in self.code_of or self.outcomes.code(word) != UNKNOWN]
        if first in self.code_of and second in self.code_of and known == outcome:
            columns = ", ".join(map(repr, self.columns.names()))
            raise InputError(f"the columns {columns} are called as competitors and a label in them: the first line is a vote; write names above it")


def judged(chunk: Chunk, codes: Codes) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return the codes of each row's first, second and outcome, and whether the row is a vote."""
    parts = (chunk.first, chunk.second, chunk.outcome)
    first, second, outcome = (code[part.indices] for part, code in zip(parts, codes, strict=True))
    return first, second, outcome, (first >= 0) & (second >= 0) & (outcome >= 0) & (first != second)
