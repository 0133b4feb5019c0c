"""Whether a machine has room for what is asked, before it is taken."""

import contextlib
import os
from pathlib import Path

from recount.engine.errors import OptionError
from recount.engine.plurals import plural

# Of the machine's memory; the rest is for other programs, and for what was not estimated.
LARGEST_SHARE = 0.5
# Of cgroups, the newer first.
LIMITS_OF_CONTAINERS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
# Bytes that the libraries reserve on two cores, measured; with less they end the program in words of their own.
LEAST_ADDRESSES = 2.5e9
# Time grows with the third power of the number of competitors: some minutes for so many.
MOST_COMPETITORS = 8000
# Of memory, times the square of their number: information, its factor, covariance, votes of all pairs, joint draws.
BYTES_OF_A_PAIR = 100.0


def memory_there_is() -> float:
    """Return the bytes that this program may have, the least of what the machine, a container and the shell allow; without end if none tells."""
    found = [float("inf"), allowed_addresses()]
    with contextlib.suppress(AttributeError, OSError, ValueError):
        found.append(float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")))
    for path in LIMITS_OF_CONTAINERS:
        # A word is no limit.
        with contextlib.suppress(OSError, ValueError):
            found.append(float(int(path.read_text())))
    return min(found)


def allowed_addresses() -> float:
    """Return the bytes of memory that a program may address, as ``ulimit -v`` sets it; without end if there is no limit."""
    try:
        import resource
    except ImportError:
        # Only POSIX systems have it.
        return float("inf")
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return float("inf") if limit == resource.RLIM_INFINITY else float(limit)


def check_addresses() -> None:
    """Raise `OptionError` if a program may address too little for the libraries to be loaded, which would end in words of theirs."""
    limit = allowed_addresses()
    if limit < LEAST_ADDRESSES:
        raise OptionError(f"this shell lets a program address {limit / 1e9:.2g} GB of memory (ulimit -v); {LEAST_ADDRESSES / 1e9:.2g} GB are needed")


def check_room(what: str, n_bytes: float, remedy: str) -> None:
    """Raise `OptionError` if `what` takes more bytes than half of the memory that there is."""
    whole = memory_there_is()
    if n_bytes > LARGEST_SHARE * whole:
        raise OptionError(f"{what} would take {n_bytes / 1e9:,.1f} GB of memory, and there are {whole / 1e9:,.1f}; {remedy}")


def check_number(n_competitors: int) -> None:
    """Raise `OptionError` if so many competitors cannot be rated together."""
    what, n_bytes = f"ratings of {plural(n_competitors, 'competitor')}", BYTES_OF_A_PAIR * n_competitors * n_competitors
    remedy = "leave out those with few votes by minimum_votes"
    if n_competitors > MOST_COMPETITORS:
        raise OptionError(f"{what} would take {n_bytes / 1e9:,.0f} GB of memory; at most {MOST_COMPETITORS:,} are rated together; {remedy}")
    check_room(what, n_bytes, remedy)
