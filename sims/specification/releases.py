"""When models were released."""

import re
from dataclasses import dataclass
from datetime import date

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError

DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Releases:
    """A span of days, both included.

    Attributes
    ----------
    since, until : str, optional
        ISO 8601 days.

    Raises
    ------
    OptionError
        If an end is no day, or the span is empty.
    """

    since: str | None = choice(
        None, "Rank only models released on this day or later; those whose date is not known are left out.", name="released_since", metavar="DAY"
    )
    until: str | None = choice(
        None, "Rank only models released on this day or earlier; those whose date is not known are left out.", name="released_until", metavar="DAY"
    )

    def __post_init__(self) -> None:
        check(self)
        for name, given in (("released_since", self.since), ("released_until", self.until)):
            if given is not None and not _is_day(given):
                raise OptionError(f"{name} is {given!r}; give a day, such as 2025-01-31")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise OptionError(f"released_since is {self.since!r}, which is after released_until={self.until!r}; no model is released between")

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


def _is_day(text: str) -> bool:
    if not DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
