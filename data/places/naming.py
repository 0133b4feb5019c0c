"""Paths, folders, patterns and addresses, as the files that they name.

Files of a folder or a pattern come in natural order, in which part-2 stands before part-10. In a folder, at any depth and through links, names that
begin with a dot or an underscore are left out, as those of Hadoop's and macOS' own files are, and so are the manifests that this program writes.
Documents, pictures and programs are left out, too, by their names, and told. What else is there is read, or stops the run.
"""

import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from recount.data.count_columns import may_be_counts
from recount.data.manifests import MANIFEST
from recount.data.places.remote_files import PATTERN, Place, RemoteFile, files_at, is_address
from recount.engine.errors import InputError
from recount.engine.near_names import near_to
from recount.engine.showing import listed

# Folders that tables have which keep a log of their files.
TABLES = {"_delta_log": "Delta Lake", ".hoodie": "Hudi"}
# Folders and files that programs write beside a table.
PROGRAMS = {*TABLES, "_temporary", "_spark_metadata", "_metadata", "_common_metadata"}
DIGITS = re.compile(r"(\d+)")
LOGS = re.compile(r".+\.(csv|tsv|txt|jsonl?|ndjson|parquet|arrow|feather)(\.(gz|zst))?", re.IGNORECASE)
DOCUMENTS = re.compile(
    r"(licen[cs]e|copying|notice|readme|changelog|changes|citation|authors|contributors|contributing|makefile|dockerfile|(sha\d+|md5|check)sums?)"
    r"([-_][^.]*)?(\.txt)?|"
    r".*\.(md|rst|adoc|html?|pdf|docx?|pptx?|tex|bib|cff|png|jpe?g|gif|svg|webp|py|pyc|r|rmd|qmd|jl|ipynb|sh|js|css|ya?ml|toml|cfg|ini|lock|sha\d+|md5|"
    r"asc|sig)",
    re.IGNORECASE,
)


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


def documents_beside(sources: Iterable[Any]) -> tuple[str, ...]:
    """Return the documents in folders that are named, which `sources_named` leaves out."""
    folders = (source for source in sources if isinstance(source, str | Path))
    found = (_of_folder(path) for source in folders if (path := _as_path(str(source))) is not None and path.is_dir())
    return tuple(str(file) for files in found for file in sorted(files, key=_natural) if DOCUMENTS.fullmatch(file.name))


def logs_not_read(sources: Iterable[Any]) -> Iterator[str]:
    """Say which files of folders look like logs and are left out for their names."""
    for source in sources:
        folder = _as_path(str(source)) if isinstance(source, str | Path) else None
        if folder is None or not folder.is_dir():
            continue
        left = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if LOGS.fullmatch(file.name) and _is_underscored(file, folder))
        if left:
            are = "1 file, whose name begins with _, is" if len(left) == 1 else f"{len(left):,} files, whose names begin with _, are"
            yield f"{source}: {are} not read: {listed(left)}"


def _is_underscored(file: PurePath, folder: PurePath) -> bool:
    """Whether a file is left out for an underscore alone, and not as a manifest or a program's own."""
    parts = file.parts[len(folder.parts) :]
    is_own = file.name.endswith(MANIFEST) or any(part.startswith(".") or part in PROGRAMS for part in parts)
    return not is_own and any(part.startswith("_") for part in parts)


def check_is_there(path: Path) -> None:
    """Raise `InputError` if there is no such file, and name those of its folder with a name that is like it."""
    if path.exists():
        return
    # Names are compared without their endings, which make any two of them alike.
    beside = {one.stem: one.name for one in path.parent.iterdir()} if path.parent.is_dir() else {}
    near = [repr(beside[stem]) for stem in near_to(path.stem, beside)]
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    raise InputError(f"{path}: does not exist{meant}")


def is_table(source: Any) -> bool:
    """Whether a source is held in memory or comes as a stream, and is no file."""
    return not isinstance(source, Path | RemoteFile)


def _files(source: str | Path) -> Sequence[Place]:
    address = str(source)
    if source == "":
        raise InputError("an empty name names no file; leave it out for the bundled Arena votes")
    if (path := _as_path(address)) is not None:
        return _local(path)
    files = files_at(address)
    if not files:
        raise InputError(f"{address}: does not exist")
    if len(files) == 1:
        return files
    kept = [file for file in files if PATTERN.search(address) or _is_of_the_data(PurePosixPath(file.address), PurePosixPath(address))]
    if not kept:
        raise InputError(f"{address}: is a folder without files")
    return sorted(kept, key=lambda file: _natural(PurePosixPath(file.address)))


def _as_path(address: str) -> Path | None:
    """Return what is on this machine as a path; None of what is elsewhere."""
    if address.startswith("file://"):
        return Path(unquote(urlsplit(address.replace("?", "%3F").replace("#", "%23")).path))
    return None if is_address(address) else Path(address)


def _local(path: Path) -> list[Path]:
    if path.is_dir():
        _check_table(path)
        found = [file for file in _of_folder(path) if not DOCUMENTS.fullmatch(file.name)]
        if not found:
            raise InputError(f"{path}: is a folder without files" + (", but for documents" if any(_of_folder(path)) else ""))
        _check_partitions(path, found)
    elif PATTERN.search(str(path)) and not path.exists():
        found = [file for file in map(Path, glob.glob(str(path), recursive=True)) if not file.is_dir() and not file.name.endswith(MANIFEST)]
        if not found:
            raise InputError(f"{path}: no file matches")
        for folder in {file.parent for file in found}:
            _check_table(folder)
    else:
        # Whether it exists is seen when it is read.
        found = [path]
    for file in found:
        check_readable_again(file)
    return sorted(found, key=_natural)


def _check_table(folder: Path) -> None:
    """Raise `InputError` if a folder is a table of which a log says which files count."""
    for name, called in TABLES.items():
        if any((within / name).is_dir() for within in (folder, *folder.parents)) or any(folder.rglob(name)):
            raise InputError(
                f"{folder}: is a {called} table, where files of earlier versions remain; write its present rows as Parquet, and read these"
            )


def _check_partitions(folder: Path, files: Iterable[Path]) -> None:
    """Raise `InputError` if folders within are called by a column of counts, as in count=3, which is then in no file."""
    for part in sorted({part for file in files for part in file.relative_to(folder).parts[:-1]}):
        name, equals, _ = part.partition("=")
        if equals and may_be_counts(name):
            raise InputError(f"{folder}: has a folder {part!r}, whose files do not say how many votes a row stands for; write {name!r} into them")


def check_readable_again(file: Path) -> None:
    """Raise `InputError` if a file is a pipe, a device or a socket, of which the bytes come once."""
    if file.name == "-" and not file.exists():
        raise InputError("'-' is no file; votes are read more than once, which a pipe cannot give: write them into a file")
    if file.exists() and not stat.S_ISREG(file.stat().st_mode) and not file.is_dir():
        raise InputError(f"{file}: is a pipe or a device; votes are read more than once, which it cannot give: write them into a file")


def _of_folder(folder: Path) -> list[Path]:
    """Return what is in a folder, at any depth and through links, and is not a program's own; also links that lead nowhere."""
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    for here, folders, names in os.walk(folder, followlinks=True):
        at = os.stat(here)
        # A link that leads back.
        if (at.st_dev, at.st_ino) in seen:
            folders.clear()
            continue
        seen.add((at.st_dev, at.st_ino))
        found += [file for name in names if _is_of_the_data(file := Path(here, name), folder)]
    return found


def _is_of_the_data(file: PurePath, folder: PurePath) -> bool:
    """Whether a file in a folder holds data, and is not a program's own."""
    return not file.name.endswith(MANIFEST) and not any(part.startswith((".", "_")) for part in file.parts[len(folder.parts) :])


def _natural(path: PurePath) -> list[list[tuple[int, int, str]]]:
    """Return what sorts names by the numbers in them."""
    return [[(1, int(piece), piece) if piece.isdecimal() else (0, 0, piece) for piece in DIGITS.split(part)] for part in path.parts]
