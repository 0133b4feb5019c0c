"""Rows that are left out while a log is read: all are counted, and the first of each reason are kept, however many there are."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from recount.data.columns import Ints
from recount.engine.errors import InputError

# Rows of each reason that are kept, and different values of each reason that are counted apart.
N_KEPT = 1000
# A line that cannot be parsed costs time and memory; a file with more of them is not of the format that its ending says.
MOST_UNPARSABLE = 1_000_000
N_CHARACTERS = 200
COLUMNS = {"source": "str", "row": "int64", "reason": "str", "value": "str"}
ALIKE = {**COLUMNS, "n": "int64"}


class UnparsableLines:
    """Lines of a file that could not be parsed: the row number of each, and the text of the first.

    Attributes
    ----------
    rows : list of int
    texts : list of str
    are_one_longer : bool
        Whether all rows of the file have one value more than there are names.
    """

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.texts: list[str] = []
        self.are_one_longer = False

    @property
    def too_many(self) -> bool:
        """Whether there are more than are read on from."""
        return len(self.rows) > MOST_UNPARSABLE

    def add(self, row: int, text: str) -> None:
        """Note a line."""
        self.rows.append(row)
        if len(self.texts) < N_KEPT:
            self.texts.append(text[:N_CHARACTERS])

    def check(self) -> None:
        """Raise `InputError` if there are too many."""
        if self.too_many:
            raise InputError(f"more than {MOST_UNPARSABLE:,} lines cannot be parsed, first row {self.rows[0]}; is it of the format of its ending?")


class Rejects:
    """What was left out so far.

    Attributes
    ----------
    n_of_reason : Counter
        Rows by reason.
    """

    def __init__(self) -> None:
        self.n_of_reason: Counter[str] = Counter()
        self._n_kinds: Counter[str] = Counter()
        # First row and number of rows of each source, reason and value, in the order in which they appear.
        self._alike: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._kept: Counter[str] = Counter()
        self._rows: list[tuple[str, int, str, str]] = []

    def add(self, source: str, kinds: Sequence[tuple[str, str]], kind_of_row: Ints, row_numbers: Callable[[Ints], Ints]) -> None:
        """Count rows of a source.

        Parameters
        ----------
        source : str
        kinds : sequence of (str, str)
            Reason and value; each has a row.
        kind_of_row : (n_rows,) int array
            Place in `kinds`.
        row_numbers : callable
            Turns positions among these rows into row numbers of the source.
        """
        n_of_kind = np.bincount(kind_of_row, minlength=len(kinds)).tolist()
        first = np.empty(len(kinds), np.int64)
        first[kind_of_row[::-1]] = np.arange(kind_of_row.size)[::-1]
        for (reason, value), n, row in zip(kinds, n_of_kind, row_numbers(first).tolist(), strict=True):
            self.n_of_reason[reason] += n
            self._add_alike((source, reason, value), row, n)
        self._keep(source, kinds, kind_of_row, row_numbers)

    def _add_alike(self, kind: tuple[str, str, str], row: int, n: int) -> None:
        reason = kind[1]
        if kind in self._alike:
            self._alike[kind] = self._alike[kind][0], self._alike[kind][1] + n
        elif self._n_kinds[reason] < N_KEPT:
            self._n_kinds[reason] += 1
            self._alike[kind] = row, n

    def add_all(self, later: "Rejects") -> None:
        """Add what was left out of a later part of the log."""
        self.n_of_reason.update(later.n_of_reason)
        for kind, (row, n) in later._alike.items():
            self._add_alike(kind, row, n)
        for line in later._rows:
            if self._kept[line[2]] < N_KEPT:
                self._kept[line[2]] += 1
                self._rows.append(line)

    def add_unparsable(self, source: str, lines: UnparsableLines, reason: str, shown: Callable[[str], str]) -> None:
        """Count lines of a source that could not be parsed."""
        kept = np.array(lines.rows[: len(lines.texts)], np.int64)
        self.add(source, [(reason, shown(text)) for text in lines.texts], np.arange(kept.size), lambda places: kept[places])
        self.n_of_reason[reason] += len(lines.rows) - kept.size

    def _keep(self, source: str, kinds: Sequence[tuple[str, str]], kind_of_row: Ints, row_numbers: Callable[[Ints], Ints]) -> None:
        """Keep the first rows of each reason."""
        reasons = list(dict.fromkeys(reason for reason, _ in kinds))
        reason_of_kind = np.array([reasons.index(reason) for reason, _ in kinds], np.int64)
        for number, reason in enumerate(reasons):
            if (room := N_KEPT - self._kept[reason]) > 0:
                places = np.flatnonzero(reason_of_kind[kind_of_row] == number)[:room]
                self._kept[reason] += places.size
                values = [kinds[kind][1] for kind in kind_of_row[places]]
                self._rows += [(source, row, reason, value) for row, value in zip(row_numbers(places).tolist(), values, strict=True)]

    def kept(self) -> pd.DataFrame:
        """The first rows of each reason: source, row, reason, value; by source and row."""
        return _by_source(pd.DataFrame(self._rows, columns=list(COLUMNS)).astype(COLUMNS))

    def alike(self) -> pd.DataFrame:
        """The rows with the same source, reason and value: those, the first row, and how many (n); the first of each reason."""
        lines = [(source, row, reason, value, n) for (source, reason, value), (row, n) in self._alike.items()]
        return _by_source(pd.DataFrame(lines, columns=list(ALIKE)).astype(ALIKE))


def _by_source(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by source, in the order of their first appearance, and row."""
    place = frame["source"].map({source: i for i, source in enumerate(frame["source"].unique())})
    return frame.iloc[np.lexsort((frame["row"], place))].reset_index(drop=True)
