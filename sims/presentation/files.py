"""Tables to files, and the manifest that says how a file was made."""

import json
import math
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from recount.data.checksums import sha256
from recount.engine.errors import InputError, OptionError

ENDINGS = (".csv", ".parquet", ".json")
LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow")


def check_output(path: Path | None) -> None:
    """Raise before the work if its result could not be written: `OptionError` for the ending, `InputError` for the folder."""
    if path is None:
        return
    if path.suffix.lower() not in ENDINGS:
        raise OptionError(f"output {str(path)!r} ends in {path.suffix!r}; writable are {', '.join(ENDINGS)}")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError(f"output {str(path)!r} cannot be written: {'it is' if path.is_dir() else 'its folder is not'} a directory")


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
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".json": pd.read_json}
    kind = path.suffix.lower()
    if kind not in readers:
        raise InputError(f"{str(path)!r} ends in {path.suffix!r}; readable are {', '.join(readers)}")
    try:
        return readers[kind](path)
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)!r} cannot be read: {str(error).partition(chr(10))[0]}") from error


def as_json(frame: pd.DataFrame) -> str:
    """Return a table as JSON, a list of rows, at full precision."""
    columns = {name: [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_manifest(path: Path, *, inputs: Sequence[Path], specification: dict[str, Any], seed: int, seconds: float, command: list[str]) -> Path:
    """Write a manifest of how `path` was made beside it; return its path."""
    manifest = {
        "recount": version("arena-recount"),
        "command": command,
        "folder": str(Path.cwd()),
        "inputs": [{"path": str(source), "sha256": sha256(source)} for source in inputs],
        "specification": specification,
        "seed": seed,
        "platform": {"python": platform.python_version(), "system": platform.platform(), **{name: version(name) for name in LIBRARIES}},
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "output_sha256": sha256(path),
    }
    beside = manifest_path(path)
    # File names need not be valid text; JSON in ASCII holds them all.
    beside.write_text(json.dumps(manifest, indent=1) + "\n", encoding="ascii")
    return beside


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a file is, beside it."""
    return path.parent / f"{path.name}.manifest.json"


def _plain(value: object) -> object:
    """Return a value for JSON, which has only finite numbers: null for a missing one, "inf" and "-inf"."""
    if value is pd.NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value
