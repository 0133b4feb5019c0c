"""A vote log: what was read, what was left out, and from which files."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recount.data import ARENA_VOTES, Quarantine, column_names, read_counts, read_votes, with_days
from recount.data.checksums import Identity, identity, sha256
from recount.data.choices import Reading
from recount.data.confusables import told_apart
from recount.data.sources import as_it_is
from recount.engine.counting import count
from recount.engine.errors import InputError, OptionError
from recount.engine.votes import PairCounts, Votes

Progress = Callable[[int, float], None]


class Log:
    """Votes of one or several sources, read when needed: counts in bounded memory, rows only if something needs them.

    Parameters
    ----------
    sources : sequence of path, pandas frame or anything with ``__arrow_c_stream__``
        The bundled Arena votes if there are none. A table in memory is taken as it is now, whatever becomes of it.
    reading : Reading, optional
    progress : callable, optional
        Called with rows read so far and the share of the present source.

    Raises
    ------
    InputError
        If a file is named twice, also through links; when it is read, if a source cannot be read, has too many rows that are not votes, or
        has changed since it was read for the first time.
    """

    def __init__(self, sources: Sequence[Any], reading: Reading | None = None, progress: Progress | None = None) -> None:
        self.sources = tuple(Path(source) if isinstance(source, str) else as_it_is(source) for source in sources) or (ARENA_VOTES,)
        self.reading = reading or Reading()
        self.progress = progress
        self._counted: tuple[PairCounts, Quarantine] | None = None
        self._rows: tuple[tuple[str, ...], Votes, Quarantine] | None = None
        # What each file was when its bytes were first read.
        self._identities: dict[Path, Identity | None] = {}
        self._checksums: dict[str, str] | None = None
        # Of its votes only some: what `recount.sims.filtering` made, by filters.
        self.views: dict[Hashable, Any] = {}
        seen: dict[object, Path] = {}
        for path in self.paths:
            # Two names of one file, also through links.
            known = identity(path) or path.absolute()
            if known in seen:
                other = f", also as {str(seen[known])!r}" if seen[known] != path else ""
                raise InputError(f"{str(path)!r} is given twice{other}; its votes would count as often")
            seen[known] = path

    @property
    def paths(self) -> tuple[Path, ...]:
        """The sources that are files."""
        return tuple(source for source in self.sources if isinstance(source, Path))

    @property
    def is_bundled(self) -> bool:
        """Whether these are the bundled Arena votes and no others."""
        return len(self.sources) == 1 and self.paths == (ARENA_VOTES,)

    @property
    def is_weighted(self) -> bool:
        """Whether the labels of some votes count more than those of others, so that ratings need single votes."""
        return self.reading.columns.are_weighted

    @property
    def checksums(self) -> dict[str, str]:
        """SHA-256 of each source that is a file, by its path: of the bytes that the votes are read from."""
        if self._checksums is None:
            with self._unchanged():
                self._checksums = {str(path): sha256(path) for path in self.paths}
        return self._checksums

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Raise `InputError` if a file is not what it was when it was first read, before or after it is read again."""
        self._check_identities()
        yield
        self._check_identities()

    def _check_identities(self) -> None:
        for path in self.paths:
            found = identity(path)
            if found != self._identities.setdefault(path, found):
                raise InputError(f"{str(path)!r} has changed since it was read, so that its parts may not belong together; read it again")

    @property
    def counts(self) -> PairCounts:
        """Votes by pair and outcome."""
        return self._count()[0]

    @property
    def quarantine(self) -> Quarantine:
        """What was left out, and names that look alike."""
        return self._count()[1]

    @property
    def names(self) -> tuple[str, ...]:
        """Competitors that have a vote."""
        return self.counts.names

    def rows(self, columns: Iterable[str] = ()) -> Votes:
        """Single votes in their order, with further columns; ``COLUMN:day`` is the day of a column of times.

        Raises
        ------
        InputError
            If the log is counts, without single votes, or lacks a column.
        """
        wanted = tuple(columns)
        if self._rows is None or not {*wanted, *column_names(wanted)} <= set(self._rows[1].columns):
            if self.is_bundled:
                what = f" and {wanted[0]!r}" if wanted else ""
                raise OptionError(f"the bundled Arena votes are counts, which have lost the single votes{what}; give a vote log")
            wanted = tuple(dict.fromkeys([*(self._rows[0] if self._rows else ()), *wanted]))
            read: dict[str, Any] = {"columns": self.reading.columns, "max_rejected": self.reading.max_rejected, "progress": self.progress}
            with self._unchanged():
                votes, quarantine = read_votes(*self.sources, keep=column_names(wanted), **read)
            self._rows = wanted, with_days(votes, wanted), quarantine
        return self._rows[1]

    def _count(self) -> tuple[PairCounts, Quarantine]:
        if self._counted is None:
            if self.is_weighted:
                self.rows()
            if self._rows is not None:
                self._counted = count(self._rows[1]), self._rows[2]
            else:
                read: dict[str, Any] = {"columns": self.reading.columns, "max_rejected": self.reading.max_rejected, "progress": self.progress}
                with self._unchanged():
                    self._counted = read_counts(*self.sources, **read)
        return self._counted

    def summary(self) -> str:
        """Say how many votes there are, between whom, and what was left out."""
        counts, quarantine = self._count()
        lines = [
            counts.summary(),
            f"{quarantine.n_rejected:,} of {quarantine.n_rows:,} rows left out because they are not votes",
        ]
        lines += [f"names that look alike, kept apart: {', '.join(told_apart(names))}" for names in quarantine.lookalikes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.summary()


def read(*sources: Any, reading: Reading | None = None, progress: Progress | None = None) -> Log:
    """Open a vote log.

    Parameters
    ----------
    *sources : path, pandas frame or anything with ``__arrow_c_stream__``
        Files are Parquet, CSV or JSON lines by their ending, also ending in .gz or .zst. The bundled Arena votes if none is given.
    reading : Reading, optional
        Names of the columns, and the share of rows that may not be votes.
    progress : callable, optional
        Called with rows read so far and the share of the present source.

    Returns
    -------
    Log

    Raises
    ------
    InputError
        If a file does not exist or is named twice.
    """
    for source in sources:
        if isinstance(source, str | Path) and not Path(source).exists():
            raise InputError(f"{source}: does not exist")
    return Log(sources, reading, progress)
