"""Files that hold the same bytes as another, whose votes would count as often."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recount.data.checksums import sha256


def copies_among(sources: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """Return each file on this machine that is a copy of an earlier one, with that one; only files of equal size are read."""
    of_size: defaultdict[int, list[Path]] = defaultdict(list)
    for source in sources:
        if isinstance(source, Path) and source.is_file():
            of_size[source.stat().st_size].append(source)
    found: list[tuple[str, str]] = []
    for alike in of_size.values():
        first: dict[str, Path] = {}
        for path in alike if len(alike) > 1 else ():
            original = first.setdefault(sha256(path), path)
            if original is not path:
                found.append((str(path), str(original)))
    return tuple(found)
