"""Copies of public data sets on this machine, each complete and what was published, or not there."""

import contextlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from recount.data.checksums import sha256
from recount.data.public.registry import DataSet, File, data_set
from recount.data.public.transfer import fetch_bytes, is_address
from recount.data.whole_files import WholeFiles
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError
from recount.engine.plurals import plural

CACHE = "RECOUNT_DATA_CACHE"
MIRROR = "RECOUNT_DATA_MIRROR"
N_AT_ONCE = 8
# Called with bytes fetched so far and the share of the data set.
Progress = Callable[[int, float], None]


@checked
def fetch_data(name: str, progress: Progress | None = None) -> Path:
    """Have a public data set on this machine.

    Every file is fetched under another name, compared with its checksum, and only then takes its place; what is there already and is right stays.

    Parameters
    ----------
    name : str
        As in `public_data`.
    progress : callable, optional
        Called with bytes fetched so far and the share of the data set.

    Returns
    -------
    Path
        The file or folder to give to a command or to a reader.

    Raises
    ------
    OptionError
        If there is no such data set.
    InputError
        If it cannot be had, whole and as it was published.
    """
    found = data_set(name)
    fetched = _Fetched(len(found.files), progress)
    missing = [file for file in found.files if not is_right(file)]
    fetched.n_files = len(found.files) - len(missing)
    if missing and found.needs_login and not os.environ.get(MIRROR):
        raise InputError(
            f"{name} needs a login: ask for access at {found.homepage}, and save {missing[0].address} as {str(place_of(missing[0]))!r}; "
            f"or set {MIRROR} to a folder or address that has {missing[0].path}"
        )
    with ThreadPoolExecutor(min(N_AT_ONCE, max(1, len(missing)))) as pool:
        running = [pool.submit(_fetch, found, file, fetched) for file in missing]
        try:
            for one in running:
                one.result()
        finally:
            for one in running:
                one.cancel()
    return cache_folder() / found.entry


@checked
def data_path(name: str) -> Path:
    """Return where a public data set that was fetched is; raise `InputError` if it was not, or not all of it, or it has been changed."""
    found = data_set(name)
    missing = [file for file in found.files if not is_right(file)]
    if missing:
        what = f"{len(missing)} of its {plural(len(found.files), 'file is', 'files are')}" if len(found.files) > 1 else "it is"
        raise InputError(f"{name} was not fetched: {what} not in {str(cache_folder())!r} as published; recount data fetch {name}")
    return cache_folder() / found.entry


def cache_folder() -> Path:
    """Return the folder of the copies: `RECOUNT_DATA_CACHE`, or where programs of this system keep such files."""
    if chosen := os.environ.get(CACHE):
        return Path(chosen).absolute()
    import pooch

    return Path(pooch.os_cache("recount"))


def place_of(file: File) -> Path:
    """Return where a file of a data set is kept."""
    return cache_folder() / file.path


def is_right(file: File) -> bool:
    """Whether a file is there, as it was published, or, where no checksum is known, as it was when it was first fetched."""
    place = place_of(file)
    try:
        return place.is_file() and sha256(place) == (_expected(file) or sha256(place))
    except OSError as error:
        raise InputError(f"{str(place)!r} cannot be read ({error.strerror})") from error


def _expected(file: File) -> str:
    """SHA-256 that a file should have; "" if nothing is known."""
    if file.sha256:
        return file.sha256
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return _record(file).read_text(encoding="ascii", errors="replace").strip()
    return ""


def _record(file: File) -> Path:
    """Where the checksum of a file at its first fetch is kept."""
    return cache_folder() / "first-fetch" / f"{file.path}.sha256"


def _fetch(found: DataSet, file: File, fetched: "_Fetched") -> None:
    """Fetch one file; raise `InputError` if it does not come, or is not what it should be."""
    place, record = place_of(file), _record(file)
    address = _source(file)
    try:
        for folder in (place.parent, record.parent) if not file.sha256 else (place.parent,):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the cache {str(cache_folder())!r} cannot be written ({error.strerror}); set {CACHE} to a folder that can") from error
    files = WholeFiles()
    try:
        got = files.write(place, lambda temporary: fetch_bytes(address, temporary, fetched.of(file)))
        expected = _expected(file)
        if expected and got != expected:
            if file.sha256:
                raise InputError(f"{address} is not what was published (SHA-256 {got}, not {expected}); nothing was kept")
            raise InputError(
                f"{address} has changed since it was first fetched (SHA-256 {got}, then {expected}); delete {str(record)!r} to accept it"
            )
        if not expected:
            files.write(record, lambda temporary: _write(temporary, got))
        files.publish()
    except InputError as error:
        raise InputError(f"{found.name}: {_told(error, file, found)}") from error
    except OSError as error:
        raise InputError(f"the cache {str(cache_folder())!r} cannot be written ({error.strerror}); set {CACHE} to a folder that can") from error
    finally:
        files.discard()
    fetched.finish(file)


def _told(error: InputError, file: File, found: DataSet) -> str:
    """Say what to do where a file cannot be reached."""
    text = str(error)
    if os.environ.get(MIRROR) and text.endswith(("is not there", "(HTTP 404)", "(HTTP 410)")):
        return f"{text}; {MIRROR} lacks it, unset it to fetch from {file.address}"
    if "cannot be reached" in text:
        return f"{text}; connect, or set {MIRROR} to a folder or address that has {file.path}"
    if "needs a login" in text:
        return f"{text} at {found.homepage}; save the file as {str(place_of(file))!r}"
    return text


def _source(file: File) -> str:
    """Where a file is fetched from: the mirror if one is set, or its address."""
    mirror = os.environ.get(MIRROR)
    if not mirror:
        return file.address
    return f"{mirror.rstrip('/')}/{quote(file.path)}" if is_address(mirror) else str(Path(mirror) / file.path)


def _write(path: Path, text: str) -> None:
    path.write_text(f"{text}\n", encoding="ascii")


class _Fetched:
    """How much of a data set is there, counted from several threads."""

    def __init__(self, n_files_wanted: int, progress: Progress | None) -> None:
        self.n_files_wanted, self.progress = n_files_wanted, progress
        self.n_files = 0
        self._n_bytes: dict[str, int] = {}
        self._shares: dict[str, float] = {}
        self._lock = Lock()

    def of(self, file: File) -> Callable[[int, int], None]:
        """Return the meter of one file: bytes done, and how many there are, 0 if nobody says."""

        def counted(n: int, n_expected: int) -> None:
            self._note(file, n, n / n_expected if n_expected else 0.0)

        return counted

    def finish(self, file: File) -> None:
        """Note that a file has its place."""
        self._note(file, self._n_bytes.get(file.path, 0), 1.0)

    def _note(self, file: File, n: int, share: float) -> None:
        with self._lock:
            self._n_bytes[file.path], self._shares[file.path] = n, share
            if self.progress is not None:
                self.progress(sum(self._n_bytes.values()), (self.n_files + sum(self._shares.values())) / self.n_files_wanted)
