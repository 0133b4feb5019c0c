"""Tables to files and terminals, and the manifest that says how a file was made."""

import hashlib
import json
import math
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from recount.engine.errors import InputError, OptionError

ENDINGS = (".csv", ".parquet", ".json")
LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow")
# On a terminal: longer names are folded; however narrow it is, so many columns are shown.
WIDEST_CELL = 40
N_COLUMNS_ALWAYS = 3


def check_output(path: Path | None) -> None:
    """Raise before the work if its result could not be written: `OptionError` for the ending, `InputError` for the place."""
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
        columns = {name: [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
        rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        path.write_text(json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def write_manifest(path: Path, *, inputs: Sequence[Path], specification: dict[str, Any], seed: int, seconds: float, command: list[str]) -> Path:
    """Write how `path` was made beside it; return the manifest's path."""
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
    # Names of files need not be text; JSON in ASCII holds them all.
    beside.write_text(json.dumps(manifest, indent=1) + "\n", encoding="ascii")
    return beside


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a file is, beside it."""
    return path.parent / f"{path.name}.manifest.json"


def show_table(frame: pd.DataFrame, title: str, n_rows: int | None = None, n_decimals: int = 3) -> None:
    """Show a table on a terminal, as much of it as fits, and CSV of all of it where there is none."""
    if not sys.stdout.isatty():
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
        return
    console = Console()
    names = [str(name).replace("_", "\n") for name in frame.columns]
    # Names in a vote log are not to be trusted: no markup, no control characters.
    rows = [[Text(_short(value, n_decimals)) for value in row] for row in frame.iloc[:n_rows].itertuples(index=False)]
    widths = [min(WIDEST_CELL, max(map(cell_len, [*name.split(), *(row[i].plain for row in rows)]))) for i, name in enumerate(names)]
    # A space follows each column.
    n_fitting = int((np.cumsum(np.array(widths) + 1) <= console.width).sum())
    n_columns = max(n_fitting, min(N_COLUMNS_ALWAYS, len(names)))
    table = Table(title=title, title_justify="left", header_style="bold", box=None, padding=(0, 1, 0, 0))
    for name, column, width in zip(names[:n_columns], frame.columns, widths, strict=False):
        table.add_column(name, justify="left" if pd.api.types.is_string_dtype(frame[column]) else "right", overflow="fold", width=width)
    for row in rows:
        table.add_row(*row[:n_columns])
    console.print(table)
    more = [f"{n} more {what}{'s' * (n > 1)}" for n, what in ((len(frame) - len(rows), "row"), (len(names) - n_columns, "column")) if n]
    if more:
        console.print(f"{' and '.join(more)}; -o FILE writes all", highlight=False)


def _short(value: object, n_decimals: int) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.{n_decimals}f}" if abs(value) < 10 else f"{value:.1f}"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(value))


def _plain(value: object) -> object:
    """What JSON, which has finite numbers only, has for a value: null for a missing one, "inf" and "-inf"."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def sha256(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
