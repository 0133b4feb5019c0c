"""Instants as ISO 8601 writes them; free of numpy, so that help is quick."""

import re
from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NANOSECONDS = 10**9


def instant(label: str) -> int | None:
    """Nanoseconds since 1970 of an ISO 8601 date or time, in UTC if it has no zone, however many spaces stand in it; None if it is none."""
    label = " ".join(label.split())
    # Python would read 1701010112345 as 23:45 on a day of 1701.
    if len(label) != 8 and label.isdigit():
        return None
    try:
        when = datetime.fromisoformat(label[:-4] + "+00:00" if label.endswith(" UTC") else label)
        since = (when if when.tzinfo else when.replace(tzinfo=UTC)) - EPOCH
    except (ValueError, OverflowError):
        return None
    # Python drops what comes after six digits.
    further = re.search(r"[.,]\d{6}(\d{1,3})", label) if len(label) > 26 else None
    nanoseconds = int(further[1].ljust(3, "0")) if further else 0
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000 + nanoseconds
