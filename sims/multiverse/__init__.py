"""The same question under every reasonable specification."""

from recount.sims.multiverse.combinations import grid
from recount.sims.multiverse.stability import across_specifications

__all__ = ["across_specifications", "grid"]
