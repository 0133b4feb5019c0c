"""Files that appear whole, together, or not at all.

Each is written to a temporary file in the folder where it shall be, and forced to disk. When all are complete they take their places, one rename
after the other, while their folders are locked: two programs that write the same files do so one after the other, and a reader finds old files or new
ones. Who writes a temporary file holds a lock on it; of one that was killed nobody does, and the next who writes in its folder removes it.
"""

import contextlib
import hashlib
import os
import platform
import secrets
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from recount.data.checksums import sha256

try:
    import fcntl
except ImportError:  # Windows has no such locks.
    fcntl = None  # type: ignore[assignment]

# Written by this process and not yet in their places.
_TEMPORARY: set[Path] = set()
# With the machine, because some file systems do not tell of locks that other machines hold.
PREFIX = f".recount-{hashlib.sha256(platform.node().encode()).hexdigest()[:8]}-"


class WholeFiles:
    """Files that are written and do not yet have their places; `publish` or `discard` ends that."""

    def __init__(self) -> None:
        # The temporary file of each place, in the order in which they were written.
        self._temporary: dict[Path, Path] = {}
        self._locked: list[int] = []

    def write(self, path: Path, write: Callable[[Path], None]) -> str:
        """Have `write` write a file that shall be at `path`, through links; return its SHA-256."""
        place = Path(os.path.realpath(path))
        _remove_abandoned(place.parent)
        temporary = self._temporary[place] = self._begin(place.parent, path.suffix)
        write(temporary)
        if place.exists():
            shutil.copymode(place, temporary)
        _force_to_disk(temporary)
        return sha256(temporary)

    def publish(self, without: Sequence[Path] = ()) -> None:
        """Give every file its place, and remove those that the new ones make wrong."""
        folders = sorted({place.parent for place in self._temporary})
        with _undisturbed(), contextlib.ExitStack() as locks:
            for folder in folders:
                locks.enter_context(_locked(folder))
            for place, temporary in self._temporary.items():
                temporary.replace(place)
                _TEMPORARY.discard(temporary)
            for path in without:
                path.unlink(missing_ok=True)
            for folder in folders:
                _force_to_disk(folder)
        self._end()

    def discard(self) -> None:
        """Remove every file that has no place yet."""
        for temporary in self._temporary.values():
            temporary.unlink(missing_ok=True)
            _TEMPORARY.discard(temporary)
        self._end()

    def _begin(self, folder: Path, suffix: str) -> Path:
        """Make a temporary file, and hold its lock."""
        while True:
            temporary = folder / f"{PREFIX}{secrets.token_hex(8)}{suffix}"
            _TEMPORARY.add(temporary)
            if fcntl is None:
                return temporary
            self._locked.append(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666))
            with contextlib.suppress(OSError):
                fcntl.flock(self._locked[-1], fcntl.LOCK_EX)
            # Before it was locked, another process may have taken it for abandoned.
            if temporary.exists():
                return temporary

    def _end(self) -> None:
        self._temporary.clear()
        while self._locked:
            os.close(self._locked.pop())


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` write a file that takes its place at `path` when it is complete."""
    files = WholeFiles()
    try:
        files.write(path, write)
        files.publish()
    finally:
        files.discard()


def remove_temporary_files() -> None:
    """Remove what this process has written and not given its place, because it ends."""
    for temporary in list(_TEMPORARY):
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove the temporary files of processes that were killed: those of this machine of which no process holds the lock."""
    if fcntl is None:
        return
    for temporary in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(temporary, os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                temporary.unlink(missing_ok=True)
            finally:
                os.close(descriptor)


def _force_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk; some file systems do not offer it for folders."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():
            raise
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder; some file systems have none."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no interruption come between the first rename and the last."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
