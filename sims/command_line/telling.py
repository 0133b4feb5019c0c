"""Messages of a command on stderr, without control characters."""

import sys
from functools import cache


def tell(line: str) -> None:
    """Print one line on stderr, without control characters."""
    print("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(line.split())), file=sys.stderr)


@cache
def tell_compiling() -> None:
    """Say once that the first run takes longer."""
    tell("compiling kernels, once for this machine; later runs find them on disk")
