"""Country rankings: models grouped, metrics of each country on joint draws of all strengths, ranks and gaps."""

from recount.sims.countries.by_country import rank_countries

__all__ = ["rank_countries"]
