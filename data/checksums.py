"""Checksums of files, and whether a file is still the one that was read."""

import hashlib
from pathlib import Path

# Device, number, bytes, time of the last change.
Identity = tuple[int, int, int, int]


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(path: Path) -> Identity | None:
    """What is known of a file without reading it, and changes when it is written; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
