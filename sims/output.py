"""Tables to files and terminals, and the manifest that says how a file was made."""

import hashlib
import json
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.errors import InputError, OptionError

ENDINGS = (".csv", ".parquet", ".json")


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
        "inputs": [{"path": str(source), "sha256": hashlib.sha256(source.read_bytes()).hexdigest()} for source in inputs],
        "specification": specification,
        "seed": seed,
        "platform": {"python": platform.python_version(), "system": platform.platform(), "numpy": np.__version__, "numba": version("numba")},
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "output_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    beside = path.with_name(path.name + ".manifest.json")
    beside.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return beside


def show_table(frame: pd.DataFrame, title: str, n_rows: int | None = None) -> None:
    """Show a table on a terminal, and CSV of all of it where there is none."""
    if not sys.stdout.isatty():
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", header_style="bold")
    for name in frame.columns:
        table.add_column(name, justify="left" if pd.api.types.is_string_dtype(frame[name]) else "right", overflow="fold")
    for row in frame.iloc[:n_rows].itertuples(index=False):
        # Names in a vote log are not to be trusted: no markup, no control characters.
        table.add_row(*(Text(_short(value)) for value in row))
    console = Console()
    console.print(table)
    if n_rows is not None and len(frame) > n_rows:
        console.print(f"{len(frame) - n_rows} more rows; -o FILE writes all")


def _short(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.3f}" if abs(value) < 1 else f"{value:.1f}"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(value))


def _plain(value: object) -> object:
    return None if isinstance(value, float) and np.isnan(value) else value
