"""The day of ratings, where it is known."""

from datetime import date

from recount.data import ARENA_DAY, Board
from recount.sims.analysis.log import Log


def day_of(source: object) -> date | None:
    """Return the day of a board, or of the bundled votes; None if it is not known."""
    if isinstance(source, Board):
        return date.fromisoformat(source.date) if source.date else None
    return ARENA_DAY if isinstance(source, Log) and source.is_bundled else None
