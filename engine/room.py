"""Whether a machine has room for what an option asks, before it is taken."""

import os

from recount.engine.errors import OptionError

# Of the machine's memory; the rest is for other programs, and for what was not estimated.
LARGEST_SHARE = 0.5


def check_room(what: str, n_bytes: float, remedy: str) -> None:
    """Raise `OptionError` if `what` takes more bytes than half of the machine's memory; systems that do not tell theirs are not asked."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return
    if n_bytes > LARGEST_SHARE * whole:
        raise OptionError(f"{what} would take {n_bytes / 1e9:,.1f} GB of memory, and this machine has {whole / 1e9:,.1f}; {remedy}")
