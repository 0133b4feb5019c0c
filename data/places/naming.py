"""Paths, folders, patterns and addresses, as the files that they name.

Files of a folder or a pattern come in natural order, in which part-2 stands before part-10. In a folder, at any depth, names that begin with a dot or
an underscore are left out, as those of Hadoop's and macOS' own files are, and so are the manifests that this program writes.
"""

import glob
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from recount.data.manifests import MANIFEST
from recount.data.places.remote_files import PATTERN, Place, RemoteFile, files_at, is_address
from recount.engine.errors import InputError

DIGITS = re.compile(r"(\d+)")


def sources_named(sources: Iterable[Any]) -> list[Any]:
    """Return the files that are named, in order; tables and files stand for themselves.

    Raises
    ------
    InputError
        If nothing is given, or there is no file of such a name.
    """
    named = [file for source in sources for file in (_files(source) if isinstance(source, str | Path) else [source])]
    if not named:
        raise InputError("no votes are given; name at least one file or table")
    return named


def is_table(source: Any) -> bool:
    """Whether a source is held in memory or comes as a stream, and is no file."""
    return not isinstance(source, Path | RemoteFile)


def _files(source: str | Path) -> Sequence[Place]:
    address = str(source)
    if source == "":
        raise InputError("an empty name names no file; leave it out for the bundled Arena votes")
    if not is_address(source):
        return _local(Path(source))
    if address.startswith("file://"):
        return _local(Path(unquote(urlsplit(address.replace("?", "%3F").replace("#", "%23")).path)))
    files = files_at(address)
    if not files:
        raise InputError(f"{address}: does not exist")
    if len(files) == 1:
        return files
    kept = [file for file in files if PATTERN.search(address) or _is_of_the_data(PurePosixPath(file.address), PurePosixPath(address))]
    if not kept:
        raise InputError(f"{address}: is a folder without files")
    return sorted(kept, key=lambda file: _natural(PurePosixPath(file.address)))


def _local(path: Path) -> list[Path]:
    if path.is_dir():
        found = [file for file in path.rglob("*") if file.is_file() and _is_of_the_data(file, path)]
        if not found:
            raise InputError(f"{path}: is a folder without files")
    elif PATTERN.search(str(path)) and not path.exists():
        found = [file for file in map(Path, glob.glob(str(path), recursive=True)) if file.is_file() and not file.name.endswith(MANIFEST)]
        if not found:
            raise InputError(f"{path}: no file matches")
    else:
        # Whether it exists is seen when it is read.
        return [path]
    return sorted(found, key=_natural)


def _is_of_the_data(file: PurePath, folder: PurePath) -> bool:
    """Whether a file in a folder holds data, and is not a program's own."""
    return not file.name.endswith(MANIFEST) and not any(part.startswith((".", "_")) for part in file.parts[len(folder.parts) :])


def _natural(path: PurePath) -> list[list[tuple[int, int, str]]]:
    """Return what sorts names by the numbers in them."""
    return [[(1, int(piece), piece) if piece.isdecimal() else (0, 0, piece) for piece in DIGITS.split(part)] for part in path.parts]
