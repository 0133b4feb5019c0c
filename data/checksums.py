"""Checksums of files, and whether a file is still the one that was read."""

import hashlib
from collections.abc import Hashable

from recount.data.places.remote_files import Place, RemoteFile, opened, remote_identity

BYTES_AT_ONCE = 1 << 20


def sha256(path: Place) -> str:
    """SHA-256 of a file, in hexadecimal digits; one that is elsewhere is read whole for it."""
    if isinstance(path, RemoteFile):
        found = hashlib.sha256()
        with opened(path) as remote:
            while piece := remote.read(BYTES_AT_ONCE):
                found.update(piece)
        return found.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(path: Place) -> Hashable:
    """What is known of a file without reading it, and changes when it is written; None if there is none.

    Of a file on this machine device, number, bytes, time of the last change.
    """
    if isinstance(path, RemoteFile):
        return remote_identity(path)
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
