"""Manifests of files, and whether a file is the one that its manifest is of.

A file takes its place before its manifest (`recount.data.whole_files`). What is cut off in between leaves a new file beside an old manifest, whose
checksum says so, or a whole file without a manifest.
"""

import json
from collections.abc import Sequence
from glob import escape
from pathlib import Path
from typing import Any

from recount.data.checksums import sha256
from recount.engine.errors import InputError

WRITTEN = "output_sha256"
# Ends the name of a manifest.
MANIFEST = ".manifest.json"


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a file is, beside it."""
    return path.parent / f"{path.name}{MANIFEST}"


def outdated_by(outputs: Sequence[Path]) -> list[Path]:
    """Return the tables ``stem.name.suffix`` beside outputs, of the runs whose files they replace, that they do not replace themselves."""
    found = []
    for output in outputs:
        if (made := _run_of(output)) is not None:
            beside = sorted(output.parent.glob(f"{escape(output.stem)}.*{escape(output.suffix)}"))
            found += [path for path in beside if path not in outputs and _run_of(path) == made]
    return found


def _run_of(path: Path) -> tuple[str, ...] | None:
    """Return what ran where to write a file, as its manifest says; None if it has none, or is not as it was written."""
    try:
        check_as_written(path)
        made = json.loads(manifest_path(path).read_text(encoding="ascii"))
        return str(made["folder"]), *map(str, made["command"])
    except (OSError, InputError, ValueError, LookupError, TypeError):
        return None


def made_by(path: Path) -> dict[str, Any]:
    """Return how a file was made, as its manifest says; nothing if it has no manifest."""
    try:
        return dict(json.loads(manifest_path(path).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return {}


def check_as_written(path: Path) -> None:
    """Raise `InputError` if there is a manifest beside a file, and the file is not the one that it is of."""
    beside = manifest_path(path)
    try:
        if not beside.exists() or not path.exists():
            return
        written = json.loads(beside.read_text(encoding="ascii"))[WRITTEN]
        found = sha256(path)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(f"{str(beside)!r} is no manifest; write {str(path)!r} again, or move the manifest away") from error
    if written != found:
        raise InputError(f"{str(path)!r} is not as it was written, by the checksum in its manifest; write it again, or move the manifest away")
