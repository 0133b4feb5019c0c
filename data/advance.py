"""How far the reading of several files is, in rows and in bytes, told from any thread."""

from collections.abc import Callable
from concurrent.futures import CancelledError
from threading import Lock

Progress = Callable[[int, float], None]


class Advance:
    """What has been read of some files.

    Parameters
    ----------
    progress : callable or None
        Called with rows read so far and the share of all bytes, which is NaN if there are no files.
    n_bytes : int
        Of all files.
    """

    def __init__(self, progress: Progress | None, n_bytes: int) -> None:
        self._progress = progress
        self._n_bytes = n_bytes
        self._n_rows = 0
        self._n_bytes_read = 0.0
        self._lock = Lock()
        self._is_stopped = False

    def stop(self) -> None:
        """Have everybody who reports end with `CancelledError`."""
        self._is_stopped = True

    def of_part(self, n_bytes: int) -> Callable[[int, float], None]:
        """Return what is called with the rows of every chunk of a part of so many bytes, and the share of the part that has been read after it."""
        so_far = 0.0

        def report(n_rows: int, share: float) -> None:
            nonlocal so_far
            if self._is_stopped:
                raise CancelledError
            with self._lock:
                self._n_rows += n_rows
                # Of a table nothing else is known.
                now = share * n_bytes if n_bytes else 0.0
                self._n_bytes_read, so_far = self._n_bytes_read + now - so_far, now
                if self._progress:
                    self._progress(self._n_rows, self._n_bytes_read / self._n_bytes if self._n_bytes else share)

        return report
