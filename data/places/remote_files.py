"""Files that are not on this machine, by their address: s3://, gs://, hf://, memory:// and whatever else fsspec opens."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import pyarrow as pa

from recount.engine.errors import InputError

ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "hf": "huggingface_hub", "http": "aiohttp", "https": "aiohttp"}
PATTERN = re.compile(r"[*?\[]")
# Of what is read of a file at once, and how many of these are held: Parquet reads three columns side by side.
BYTES_OF_A_BLOCK, N_BLOCKS = 1 << 22, 8
LONGEST_REASON = 200
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, order=True)
class RemoteFile:
    """A file by its address."""

    address: str

    def __str__(self) -> str:
        return self.address

    @property
    def suffix(self) -> str:
        """The ending of its name, with the dot."""
        return PurePosixPath(self.address).suffix

    @property
    def stem(self) -> str:
        """Its name without the ending."""
        return PurePosixPath(self.address).stem


Place = Path | RemoteFile


def is_address(source: object) -> bool:
    """Whether text is an address and no path."""
    return isinstance(source, str) and ADDRESS.match(source) is not None


def files_at(address: str) -> list[RemoteFile]:
    """Return the file, or the files in the folder, or those that match the pattern, in any order.

    Raises
    ------
    InputError
        If there is none, or they cannot be reached.
    """

    def found(files: Any, path: str) -> list[str]:
        # Of web pages, a question mark begins what is asked.
        if PATTERN.search(path) and not address.startswith("http"):
            return [name for name, about in files.glob(path, detail=True).items() if about["type"] == "file"]
        if files.isdir(path) and not files.isfile(path):
            return [str(name) for name in files.find(path)]
        return [path] if files.exists(path) else []

    def named(files: Any, path: str) -> list[RemoteFile]:
        return [RemoteFile(str(files.unstrip_protocol(name))) for name in found(files, path)]

    return _asked(address, named)


def open_remote(file: RemoteFile) -> pa.NativeFile:
    """Open a file, to be read from any place in it."""

    def opened(files: Any, path: str) -> pa.NativeFile:
        held = {"block_size": BYTES_OF_A_BLOCK, "cache_type": "blockcache", "cache_options": {"maxblocks": N_BLOCKS}}
        return pa.PythonFile(files.open(path, "rb", **held), mode="r")

    return _asked(file.address, opened)


def remote_identity(file: RemoteFile) -> tuple[str, str, int]:
    """What is known of a file without reading it, and changes when it is written: address, a key, bytes."""

    def identity(files: Any, path: str) -> tuple[str, str, int]:
        files.invalidate_cache()
        return file.address, str(files.ukey(path)), int(files.size(path))

    return _asked(file.address, identity)


def opened(place: Place) -> pa.NativeFile:
    """Open a file, wherever it is."""
    if isinstance(place, RemoteFile):
        return open_remote(place)
    try:
        return pa.OSFile(str(place))
    except UnicodeEncodeError:
        # Arrow takes names in UTF-8 only.
        return pa.PythonFile(place.open("rb"), mode="r")


def n_bytes_of(place: Place) -> int:
    """Size of a file."""
    return _asked(place.address, lambda files, path: int(files.size(path))) if isinstance(place, RemoteFile) else place.stat().st_size


def _asked(address: str, ask: Callable[[Any, str], Result]) -> Result:
    """Return what `ask` finds out, given the file system of an address and the path in it."""
    scheme = address.partition("://")[0]
    try:
        import fsspec
    except ImportError:
        raise InputError(f"{address}: files at {scheme}:// are read by the package fsspec, which is not installed; pip install fsspec") from None
    try:
        return ask(*fsspec.core.url_to_fs(address))
    except ImportError as error:
        package = PACKAGES.get(scheme, "the package of this file system")
        raise InputError(f"{address}: files at {scheme}:// need a package that is not installed ({error}); pip install {package}") from error
    # Each file system has errors of the library that it is made with.
    except Exception as error:
        reason = repr(str(error).partition("\n")[0][:LONGEST_REASON] or type(error).__name__)
        raise InputError(f"{address} cannot be reached ({reason}); are the address and the right to read it as they should be?") from error
