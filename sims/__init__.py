"""What people conclude from ratings, put to the test: country rankings, specifications, the command line."""

from recount.sims.countries import country_ranking
from recount.sims.specification import Specification, grid

__all__ = ["Specification", "country_ranking", "grid"]
