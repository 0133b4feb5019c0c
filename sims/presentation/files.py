"""Tables to files, and the manifest that says how a file was made."""

import errno
import json
import math
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from recount.data.manifests import MANIFEST, WRITTEN, check_as_written, manifest_path
from recount.data.whole_files import WholeFiles
from recount.engine.errors import InputError, OptionError

ENDINGS = (".csv", ".parquet", ".json")
NO_NUMBER = {"rank": [""], "rating": [""]}
LEADERBOARD = {"rank": "Int64", "competitor": "str", "rating": "float64"}
LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow")


def check_output(path: Path | None) -> None:
    """Raise before the work if its result could not be written: `OptionError` for the ending, `InputError` for the folder."""
    if path is None:
        return
    if path.suffix.lower() not in ENDINGS:
        raise OptionError(f"output {str(path)!r} ends in {path.suffix!r}; writable are {', '.join(ENDINGS)}")
    check_place(path)


def check_place(path: Path) -> None:
    """Raise `InputError` if no file can be written at `path`, whatever it holds; links are followed."""
    for place in (path, manifest_path(path)):
        place, fault = Path(os.path.realpath(place)), ""
        if place.is_symlink():
            fault = "it is a link to itself"
        elif place.is_dir():
            fault = "it is a directory"
        elif not place.parent.is_dir():
            fault = "its folder is not a directory"
        elif place.exists() and not place.is_file():
            fault = "it is no regular file"
        elif not os.access(place if place.exists() else place.parent, os.W_OK) or not os.access(place.parent, os.W_OK):
            fault = "it is write-protected, or its folder is"
        if fault:
            raise InputError(f"output {str(path)!r} cannot be written: {fault}")


def check_folder(path: Path) -> None:
    """Raise `InputError` if there is something else where a folder shall be."""
    for place in (path, *path.parents):
        if place.exists():
            if not place.is_dir():
                raise InputError(f"output {str(path)!r} cannot be written: {'it' if place == path else repr(str(place))} is no folder")
            return


def make_folder(path: Path) -> None:
    """Make a folder, and those that it is in; raise `InputError` if it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"output {str(path)!r} cannot be written: {error.strerror}") from error


def check_nothing_is_lost(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Raise `InputError` if an output or its manifest would be written over an input, an input's manifest, or another output; links are followed.

    So it is if an output has the name of a manifest, which may be that of any file.

    An output that is named twice is two outputs.
    """
    taken = {_same(manifest_path(path)): ("the manifest of the input", path) for path in inputs}
    taken |= {_same(path): ("one of the inputs", path) for path in inputs}
    for path in outputs:
        for place, said in ((path, "output"), (manifest_path(path), "the manifest of an output,")):
            if _same(place) in taken:
                what, other = taken[_same(place)]
                named = "" if other == place else f", {str(other)!r}"
                raise InputError(f"{said} {str(place)!r} is {what}{named}; give another name")
            taken[_same(place)] = ("also an output" if place == path else "also the manifest of an output", path)
        if path.name.endswith(MANIFEST):
            raise InputError(f"output {str(path)!r} has the name of a manifest, which stands beside what it is of; give another name")


def _same(path: Path) -> tuple[int, int] | Path:
    """Equal for two names of one file, also through links."""
    try:
        found = path.stat()
    except OSError:
        return Path(os.path.realpath(path))
    return found.st_dev, found.st_ino


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as the ending says, at full precision."""
    kind = path.suffix.lower()
    if kind == ".csv":
        frame.to_csv(path, index=False, lineterminator="\n")
    elif kind == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        path.write_text(as_json(frame), encoding="utf-8")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table as its ending says.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        # A name is text, whatever it looks like.
        ".csv": lambda path: pd.read_csv(path, dtype={"competitor": "str"}, keep_default_na=False, na_values=NO_NUMBER, encoding="utf-8"),
        ".parquet": pd.read_parquet,
        ".json": lambda path: pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))),
    }
    kind = path.suffix.lower()
    if kind not in readers:
        raise InputError(f"{str(path)!r} ends in {path.suffix!r}; readable are {', '.join(readers)}")
    try:
        return readers[kind](path)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, MemoryError) as error:
        raise InputError(f"{str(path)!r} cannot be read: {str(error).partition(chr(10))[0]}") from error


def read_leaderboard(path: Path) -> pd.DataFrame:
    """Read a leaderboard as its ending says; raise `InputError` if it cannot be read, is none, or is not as it was written."""
    check_as_written(path)
    return as_leaderboard(read_table(path), str(path))


def as_leaderboard(table: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return a table with whole ranks, names as text and ratings as numbers; raise `InputError` if it is no leaderboard."""
    for column in LEADERBOARD:
        if column not in table:
            raise InputError(f"{label!r} holds no leaderboard: it has no column {column!r}")
    try:
        return table.astype(LEADERBOARD)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{label!r} holds no leaderboard: a rank is no whole number, or a rating no number ({error})") from error


def as_json(frame: pd.DataFrame) -> str:
    """Return a table as JSON, a list of rows, at full precision."""
    columns = {name: [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_with_manifest(files: WholeFiles, path: Path, write: Callable[[Path], None], made: Mapping[str, Any]) -> None:
    """Have a file written, and after it a manifest of how it was `made`; see `manifest_of`."""
    with _naming(path):
        manifest = {**made, WRITTEN: files.write(path, write)}
    # File names need not be valid text; JSON in ASCII holds them all.
    text = json.dumps(manifest, indent=1) + "\n"
    with _naming(manifest_path(path)):
        files.write(manifest_path(path), lambda beside: _write_ascii(beside, text))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn an error of the system while a file is written into one that names it."""
    try:
        yield
    except OSError as error:
        # Arrow's errors have no number of their own.
        full = error.errno == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(error)
        why = error.strerror or str(error).partition("\n")[0]
        remedy = "make room, or write it elsewhere" if full else "write it elsewhere"
        raise InputError(f"{str(path)!r} cannot be written ({why}); what stood there before is as it was; {remedy}") from error


def manifest_of(*, inputs: Mapping[str, str], specification: dict[str, Any], seed: int | None, seconds: float, command: list[str]) -> dict[str, Any]:
    """Say how something was made: by what, from which files (their SHA-256 by path, taken when they were read), with which choices, how long."""
    return {
        "recount": version("arena-recount"),
        "command": command,
        "folder": str(Path.cwd()),
        "inputs": [{"path": path, "sha256": checksum} for path, checksum in inputs.items()],
        "specification": specification,
        "seed": seed,
        "platform": {"python": platform.python_version(), "system": platform.platform(), **{name: version(name) for name in LIBRARIES}},
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }


def _write_ascii(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")


def _plain(value: object) -> object:
    """Return a value for JSON, which has only finite numbers: null for a missing one, "inf" and "-inf"."""
    if value is pd.NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value
