"""The same question under every reasonable specification."""

from recount.sims.multiverse.combinations import grid
from recount.sims.multiverse.stability import multiverse

__all__ = ["grid", "multiverse"]
