"""A vote log: what was read, what was left out, and from which files."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Any

import pyarrow as pa

from recount.data import ARENA_VOTES, Quarantine, column_names, read_counts, read_votes, with_days
from recount.data.checksums import identity, sha256
from recount.data.choices import Reading
from recount.data.confusables import told_apart
from recount.data.manifests import check_as_written
from recount.data.places.naming import check_is_there, documents_beside, is_table, logs_not_read, sources_named
from recount.data.places.remote_files import Place
from recount.data.recognition.sampling import sample_of
from recount.data.saved_counts import Provenance, check_counted_once, provenance_of
from recount.data.sources import as_it_is, is_read_once
from recount.engine.choices import of_kind
from recount.engine.choices.arguments import checked
from recount.engine.counting import count
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.plurals import plural
from recount.engine.votes import PairCounts, Votes

Progress = Callable[[int, float], None]


class Log:
    """Votes of one or several sources, read when needed: counts in bounded memory, rows only if something needs them.

    Parameters
    ----------
    sources : sequence of path, address, pandas frame or anything with ``__arrow_c_stream__``
        Files, also by folders and patterns; the bundled Arena votes if there are none. A table in memory is taken as it is now, whatever becomes of
        it; a stream is read when it is counted, and once.
    reading : Reading, optional
    progress : callable, optional
        Called with rows read so far and the share of all bytes.
    executor : Executor, optional
        What counts parts of files at the same time; threads by default.

    Raises
    ------
    InputError
        If there is no such file, or one is named twice, also through links; when it is read, if a source cannot be read, has too many rows that are
        not votes, is not what its manifest is of, or has changed since it was read for the first time.
    """

    def __init__(
        self, sources: Sequence[Any], reading: Reading | None = None, progress: Progress | None = None, executor: Executor | None = None
    ) -> None:
        # Files, folders and patterns, as they were named.
        self.named = tuple(str(source) for source in sources if isinstance(source, str | Path))
        self.sources = tuple(map(as_it_is, sources_named(sources or (ARENA_VOTES,))))
        self._beside, self._unread = documents_beside(sources), tuple(logs_not_read(sources))
        self.reading = of_kind("reading", reading or Reading(), Reading)
        self.progress = progress
        self.executor = of_kind("executor", executor, Executor, NoneType)
        if progress is not None and not callable(progress):
            raise OptionError(f"progress is {progress!r}; give a function of the rows so far and their share")
        self._columns_there: tuple[str, ...] | None = None
        self._counted: tuple[PairCounts, Quarantine] | None = None
        self._rows: tuple[tuple[str, ...], Votes, Quarantine] | None = None
        # What each file was when its bytes were first read.
        self._identities: dict[Place, Hashable] = {}
        self._checksums: dict[str, str] | None = None
        # Of its votes only some: what `recount.sims.filtering` made, by filters.
        self.views: dict[Hashable, Any] = {}
        self._provenances: dict[str, Provenance] | None = None
        seen: dict[Hashable, Place] = {}
        for path in self.paths:
            # Two names of one file, also through links.
            known = identity(path) or path
            if known in seen:
                other = f", also as {str(seen[known])!r}" if seen[known] != path else ""
                raise InputError(f"{str(path)!r} is given twice{other}; its votes would count as often")
            seen[known] = path

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: not what only this one has, as tables that have been counted, of which None is left."""
        if is_table(self.sources[0]) and not is_read_once(self.sources[0]):
            _ = self.columns_there
        sources = tuple(None if is_table(source) else source for source in self.sources)
        return {**self.__dict__, "sources": sources, "progress": None, "executor": None, "views": {}}

    @property
    def paths(self) -> tuple[Place, ...]:
        """The sources that are files."""
        return tuple(source for source in self.sources if source is not None and not is_table(source))

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
        """Raise `InputError` if a file is not what it was when it was first read, before or after it is read again, or a stream has ended."""
        self._check_identities()
        if (self._counted or self._rows) and any(isinstance(source, pa.RecordBatchReader) for source in self.sources):
            raise InputError("a stream can be read only once, and single votes are needed after it was counted; give a file or a table")
        yield
        self._check_identities()

    def _check_identities(self) -> None:
        for path in self.paths:
            found = identity(path)
            if path not in self._identities and isinstance(path, Path):
                check_as_written(path)
            if found != self._identities.setdefault(path, found):
                raise InputError(f"{str(path)!r} has changed since it was read, so that its parts may not belong together; read it again")

    @property
    def columns_there(self) -> tuple[str, ...]:
        """Columns of the first rows of the first source, none if it cannot be read; raise `InputError` if only another process has it."""
        if self._columns_there is None:
            if self.sources[0] is None:
                raise InputError("the columns of a table are known only where it was read; name the column, or give a file")
            try:
                self._columns_there = tuple(sample_of(self.sources[0], self.reading.columns).names)
            except (RecountError, pa.ArrowException, OSError, ValueError):
                self._columns_there = ()
        return self._columns_there

    @property
    def changes(self) -> tuple[str, ...]:
        """What was done to the votes since they were read, in order, as sentences; see `recount.sims.perturbations`."""
        return ()

    @property
    def counts(self) -> PairCounts:
        """Votes by pair and outcome."""
        return self._count()[0]

    @property
    def quarantine(self) -> Quarantine:
        """What was left out, and names that look alike."""
        return replace(counted := self._count()[1], beside=self._beside, doubts=(*counted.doubts, *self._unread))

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
            with self._unchanged():
                votes, quarantine = read_votes(*self.sources, keep=column_names(wanted), progress=self.progress, **self.reading.as_given())
            self._rows = wanted, with_days(votes, wanted), quarantine
        return self._rows[1]

    def _count(self) -> tuple[PairCounts, Quarantine]:
        if self._counted is None:
            if self.is_weighted:
                self.rows()
            if self._rows is not None:
                self._counted = count(self._rows[1]), self._rows[2]
            else:
                with self._unchanged():
                    self._check_counted_once()
                    self._counted = read_counts(*self.sources, progress=self.progress, executor=self.executor, **self.reading.as_given())
        return self._counted

    @property
    def provenances(self) -> dict[str, Provenance]:
        """Where the saved counts among the files come from, by their paths."""
        if self._provenances is None:
            found = {str(path): provenance_of(path) for path in self.paths}
            self._provenances = {path: provenance for path, provenance in found.items() if provenance is not None}
        return self._provenances

    def _check_counted_once(self) -> None:
        """Raise `InputError` if files hold votes that are also in saved counts among them."""
        if self.provenances and len(self.paths) > 1:
            check_counted_once((path, checksum, self.provenances.get(path)) for path, checksum in self.checksums.items())

    def summary(self) -> str:
        """Say how many votes there are, between whom, and what was left out."""
        counts, quarantine = self._count()
        lines = [
            counts.summary(),
            f"{quarantine.n_rejected:,} of {plural(quarantine.n_rows, 'row')} left out because they are not votes",
        ]
        lines += [f"names that look alike, kept apart: {', '.join(told_apart(names))}" for names in quarantine.lookalikes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.summary()


@checked
def read(*sources: Any, reading: Reading | None = None, progress: Progress | None = None, executor: Executor | None = None) -> Log:
    """Open a vote log.

    Parameters
    ----------
    *sources : path, address, pandas frame or anything with ``__arrow_c_stream__``
        Files, folders, patterns such as ``logs/*.parquet``, and addresses that fsspec opens (``s3://``, ``gs://``, ``hf://``). The bundled Arena
        votes if none is given.
    reading : Reading, optional
        Names of the columns, the share of rows that may not be votes, and what becomes of files that cannot be read.
    progress : callable, optional
        Called with rows read so far and the share of all bytes.
    executor : Executor, optional
        What counts parts of files at the same time, and resamples; threads by default. The results are the same for any.

    Returns
    -------
    Log

    Raises
    ------
    InputError
        If a file does not exist or is named twice.
    """
    log = Log(sources, reading, progress, executor)
    for path in log.paths:
        if isinstance(path, Path):
            check_is_there(path)
    return log
