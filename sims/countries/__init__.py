"""Country rankings: groups of models, and metrics of each country on joint draws of all strengths, with ranks and gaps."""

from recount.sims.countries.by_country import rank_countries

__all__ = ["rank_countries"]
