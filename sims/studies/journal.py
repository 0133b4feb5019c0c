"""The journal of a study: every finished run, a line each, on disk before the next one is taken.

A line is a checksum and JSON. Lines are only ever added, each in one piece and forced to disk. What a crash leaves of a line is recognised by its
checksum: at the end it is cut off, and its run is run again.
"""

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from recount.data.whole_files import write_whole
from recount.engine.errors import InputError

try:
    import fcntl
except ImportError:  # Windows has no such locks.
    fcntl = None  # type: ignore[assignment]

NAME = "runs.journal"
DIGITS = 16


class Journal:
    """The journal in a folder; held by one process at a time.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    about : mapping of str to object
        What the study is, as JSON has it; the same for all who add to the journal.

    Attributes
    ----------
    finished : dict of int to dict
        What each finished run found, by its number.
    n_damaged : int
        Lines, not the last one, that are not as they were written.

    Raises
    ------
    InputError
        If the folder holds the runs of another study, another process is at work in it, or it cannot be written.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        self.path = folder / NAME
        self.finished: dict[int, dict[str, Any]] = {}
        self.n_damaged = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                write_whole(self.path, lambda path: _write(path, line_of(about)))
            self._file = os.open(self.path, os.O_RDWR | os.O_APPEND)
        except OSError as error:
            raise InputError(f"{str(self.path)!r} cannot be written ({error.strerror}); name another folder with `folder`") from error
        try:
            self._lock()
            self._read(about)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._file)

    def add(self, found: Iterable[Mapping[str, Any]]) -> None:
        """Add finished runs, and wait until they are on disk.

        Raises
        ------
        InputError
            If the disk is full; the journal is then as it was.
        """
        written, end = b"".join(map(line_of, found)), os.fstat(self._file).st_size
        try:
            left = written
            while left:
                left = left[os.write(self._file, left) :]
            os.fsync(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, end)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            remedy = "make room, and give the same command again" if full else "give the same command again when it can be"
            raise InputError(f"{str(self.path)!r} cannot be written ({error.strerror}); the runs that finished before are kept: {remedy}") from error

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"another process is at work in {str(self.path.parent)!r}; wait for it, or name another folder with `folder`") from error
        except OSError:
            # Some file systems have no locks.
            return

    def _read(self, about: Mapping[str, Any]) -> None:
        """Read what is there; cut off what a crash left of the last line."""
        held = read_journal(self.path, about)
        self.finished, self.n_damaged = held.finished, held.n_damaged
        if held.n_torn:
            os.ftruncate(self._file, os.fstat(self._file).st_size - held.n_torn)


class Held(NamedTuple):
    """What a journal holds: finished runs by number, damaged lines before the last, bytes of a last line that was cut off."""

    finished: dict[int, dict[str, Any]]
    n_damaged: int
    n_torn: int


def read_journal(path: Path, about: Mapping[str, Any]) -> Held:
    """Read a journal.

    Raises
    ------
    InputError
        If it is none, or of another study.
    """
    first, *lines = path.read_bytes().split(b"\n")
    known = record_of(first)
    if known is None or not lines:
        raise InputError(f"{str(path)!r} is no journal of a study; name another folder with `folder`")
    check_same_study(path.parent, json.loads(json.dumps(about)), known)
    torn, finished, n_damaged = lines.pop(), {}, 0
    for line in lines:
        record = record_of(line)
        if record is None or not isinstance(record.get("run"), int):
            n_damaged += 1
        else:
            finished[record["run"]] = record
    return Held(finished, n_damaged, len(torn))


def _write(path: Path, line: bytes) -> None:
    path.write_bytes(line)


def line_of(record: Mapping[str, Any]) -> bytes:
    """Return a record as a line, with its checksum."""
    text = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%s %s\n" % (hashlib.sha256(text).hexdigest()[:DIGITS].encode("ascii"), text)


def record_of(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line without its end; None unless it is as it was written."""
    checksum, _, text = line.partition(b" ")
    if hashlib.sha256(text).hexdigest()[:DIGITS].encode("ascii") != checksum:
        return None
    record: dict[str, Any] = json.loads(text)
    return record


def check_same_study(folder: Path, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Raise `InputError`, naming the first difference, unless two studies are the same."""
    if (place := first_difference(ours, theirs)) is not None:
        name, here, there = place
        raise InputError(f"{str(folder)!r} holds runs of another study: {name} is {there} there, and {here} here; name another folder with `folder`")


def first_difference(ours: Any, theirs: Any, name: str = "") -> tuple[str, str, str] | None:
    """Return where two values of JSON differ first, and what each holds there; None if they are equal."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in (*ours, *(key for key in theirs if key not in ours)):
            found = first_difference(ours.get(key, MISSING), theirs.get(key, MISSING), f"{name}.{key}".lstrip("."))
            if found is not None:
                return found
        return None
    return None if ours == theirs and type(ours) is type(theirs) else (name, _short(ours), _short(theirs))


MISSING = object()
LONGEST = 60


def _short(value: Any) -> str:
    if value is MISSING:
        return "not given"
    text = json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
