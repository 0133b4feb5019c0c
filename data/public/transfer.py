"""The bytes of a file from an address or a folder: complete, or an error in one line that says what to do."""

import errno
import ssl
import time
from collections.abc import Callable
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from recount.engine.errors import InputError

BYTES_AT_ONCE = 1 << 18
# Without any byte, and at less than the slowest rate.
SECONDS_OF_SILENCE = 30.0
SECONDS_OF_SLOWNESS = 60.0
SLOWEST_BYTES_A_SECOND = 500.0
LOGIN = (401, 403)
MISSING = (404, 410)
# Called with the bytes done and how many there are, 0 if nobody says.
Progress = Callable[[int, int], None]


def fetch_bytes(address: str, place: Path, progress: Progress) -> None:
    """Write the bytes at an address (or of a file of this machine) to `place`.

    Raises
    ------
    InputError
        If they cannot be had, all of them; `place` then holds a part.
    """
    try:
        with _opened(address) as (source, n_expected), _Kept(place) as kept:
            n = _copy(source, kept, n_expected, progress)
            if n_expected and n != n_expected:
                raise InputError(f"{address} was cut off after {n:,} of {n_expected:,} bytes; fetch again")
    except InputError:
        raise
    except HTTPError as error:
        error.close()
        raise InputError(f"{address} {_refusal(error)}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise InputError(f"{address} {_fault(error)}") from error


class _Kept:
    """A file that is written; what the disk refuses is told as that, and not as a fault of the address."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> "_Kept":
        self._file = self._place.open("wb", buffering=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Write all of a piece."""
        left = memoryview(piece)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror
            folder = str(self._place.parent)
            raise InputError(f"{folder!r} cannot hold it: {why}; make room, or set RECOUNT_DATA_CACHE to a folder on another disk") from error


def _copy(source: Any, kept: _Kept, n_expected: int, progress: Progress) -> int:
    """Copy all bytes that come; give up if they come too slowly."""
    n = n_before = 0
    since = time.monotonic()
    # What is there, without waiting until a piece is full.
    while piece := source.read1(BYTES_AT_ONCE):
        kept.write(piece)
        n += len(piece)
        progress(n, n_expected)
        if (seconds := time.monotonic() - since) > SECONDS_OF_SLOWNESS:
            if n - n_before < SLOWEST_BYTES_A_SECOND * seconds:
                raise InputError(f"the server sends {(n - n_before) / seconds:,.0f} bytes a second after {n:,} bytes; fetch again later")
            n_before, since = n, time.monotonic()
    return n


@contextmanager
def _opened(address: str) -> Any:
    """Open an address or a file of this machine; how many bytes it has, 0 if nobody says."""
    if not is_address(address):
        path = Path(address)
        with path.open("rb") as opened:
            yield opened, path.stat().st_size
        return
    request = Request(address, headers={"User-Agent": "recount"})
    with urlopen(request, timeout=SECONDS_OF_SILENCE, context=_certificates()) as response:
        if response.headers.get_content_type() == "text/html" and not address.endswith((".html", ".htm")):
            raise InputError(f"{address} is answered by a web page in place of the file; is there a login to this network?")
        yield response, int(response.headers.get("Content-Length") or 0)


def is_address(text: str) -> bool:
    """Whether a text is an address on the web, not a path of this machine."""
    return urlsplit(text).scheme in ("http", "https")


def _certificates() -> ssl.SSLContext:
    """Trust what this machine trusts, and what requests does: some machines have no list of their own."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _refusal(error: HTTPError) -> str:
    if error.code in LOGIN:
        return f"is not open to everybody (HTTP {error.code}); it needs a login"
    if error.code in MISSING:
        return f"is not there (HTTP {error.code})"
    return f"cannot be had now (HTTP {error.code} {error.reason}); fetch again later"


def _fault(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(error, TimeoutError) or isinstance(reason, TimeoutError):
        return f"sent nothing for {SECONDS_OF_SILENCE:g} seconds; fetch again later"
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, HTTPException):
        return f"was cut off ({type(error).__name__}); fetch again"
    return f"cannot be reached ({getattr(reason, 'strerror', None) or reason})"
