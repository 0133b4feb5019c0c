"""What is ranked through time unless something else is asked for."""

from recount.sims.specification.country_choices import CountryGroup

GROUP: CountryGroup = "open weights"
METRIC = "best"
