"""Messages of a command on stderr, without control characters."""

import contextlib
import sys
from functools import cache

# Characters; a name that someone gave may be longer.
LONGEST = 2000


def tell(line: str) -> None:
    """Print one line on stderr, without control characters; where nobody can read it, it is lost and does no harm."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(line.split()))
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} ... {text[-LONGEST // 2 :]}"
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


@cache
def tell_compiling(kept: bool) -> None:
    """Say once that the first run takes longer, or every run if compiled kernels cannot be kept on disk."""
    if kept:
        tell("compiling what this command needs, for 5 to 30 seconds; later runs find it on disk")
    else:
        tell("compiling what this command needs, which cannot be kept on disk, in every run; set NUMBA_CACHE_DIR to a folder that can be written")
