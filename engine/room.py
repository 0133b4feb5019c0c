"""Whether a machine has room for what is asked, before it is taken."""

import os

from recount.engine.errors import OptionError
from recount.engine.plurals import plural

# Of the machine's memory; the rest is for other programs, and for what was not estimated.
LARGEST_SHARE = 0.5
# Time grows with the third power of the number of competitors: some minutes for so many.
MOST_COMPETITORS = 8000
# Of memory, times the square of their number: information, its factor, covariance, votes of all pairs, joint draws.
BYTES_OF_A_PAIR = 100.0


def check_room(what: str, n_bytes: float, remedy: str) -> None:
    """Raise `OptionError` if `what` takes more bytes than half of the machine's memory; systems that do not tell theirs are not asked."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return
    if n_bytes > LARGEST_SHARE * whole:
        raise OptionError(f"{what} would take {n_bytes / 1e9:,.1f} GB of memory, and this machine has {whole / 1e9:,.1f}; {remedy}")


def check_number(n_competitors: int) -> None:
    """Raise `OptionError` if so many competitors cannot be rated together."""
    what, n_bytes = f"ratings of {plural(n_competitors, 'competitor')}", BYTES_OF_A_PAIR * n_competitors * n_competitors
    remedy = "leave out those with few votes by minimum_votes"
    if n_competitors > MOST_COMPETITORS:
        raise OptionError(f"{what} would take {n_bytes / 1e9:,.0f} GB of memory; at most {MOST_COMPETITORS:,} are rated together; {remedy}")
    check_room(what, n_bytes, remedy)
