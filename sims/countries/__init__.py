"""Country rankings: groups of models, and metrics of each country on joint draws of all strengths, with ranks and gaps."""

from recount.sims.countries.by_country import rank_countries
from recount.sims.countries.category_gaps import gaps_by_category

__all__ = ["gaps_by_category", "rank_countries"]
