"""Days as boards write them."""

import re
from datetime import datetime, timedelta

from recount.engine.instants import EPOCH, NANOSECONDS, instant

DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


def day_of(text: str) -> str | None:
    """Return the day that a text names, in ISO 8601 or as Jan 31, 2024; None if it names none."""
    text = text.strip()
    if (at := instant(text)) is not None:
        return (EPOCH + timedelta(seconds=at // NANOSECONDS)).date().isoformat()
    try:
        return datetime.strptime(text, "%b %d, %Y").date().isoformat()
    except ValueError:
        return None
