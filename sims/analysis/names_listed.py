"""Names in a sentence, of many the first ones."""

from collections.abc import Sequence

N_NAMES = 5


def listed(names: Sequence[str], n: int = N_NAMES) -> str:
    """Return the first names, and how many more there are."""
    return joined(list(map(repr, names)), n)


def joined(names: Sequence[str], n: int = N_NAMES) -> str:
    """Return the first of some quoted names, and how many more there are."""
    shown = ", ".join(names[:n])
    return shown if len(names) <= n else f"{shown} and {len(names) - n} more"
