"""A count with its noun, for every message: 1 vote, 2 votes."""

# Parts of fewer count.
FEW = 10.0


def plural(n: float, singular: str, several: str = "") -> str:
    """Return a count with its noun, or with all that follows it: ``plural(n, "vote has", "votes have")``; a sum of ten or more as a whole number."""
    count = f"{n:g}" if isinstance(n, float) and abs(n) < FEW else f"{n:,.0f}" if isinstance(n, float) else f"{n:,}"
    return f"{count} {singular if count == '1' else several or f'{singular}s'}"
