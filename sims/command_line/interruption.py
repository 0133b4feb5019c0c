"""What a command that is interrupted says before it ends."""

import contextlib
from collections.abc import Callable, Iterator

from recount.sims.command_line.telling import tell

# At most one.
_SAYING: list[Callable[[], str]] = []


@contextlib.contextmanager
def said_at_interruption(say: Callable[[], str]) -> Iterator[None]:
    """Have a command that is interrupted meanwhile say something."""
    _SAYING.append(say)
    try:
        yield
    finally:
        _SAYING.clear()


def tell_at_interruption() -> None:
    """Print what there is to say, if it can be found."""
    with contextlib.suppress(Exception):
        for say in _SAYING:
            tell(say())
