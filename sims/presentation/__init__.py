"""Results for people, with sentences first and then tables that fit, and for files, at full precision."""

from recount.sims.presentation.moves import side_by_side
from recount.sims.presentation.showing import show
from recount.sims.presentation.table import Table

__all__ = ["Table", "show", "side_by_side"]
