"""What is ranked through time unless something else is asked for."""

from recount.sims.specification.conclusions import CountryGroup

GROUP: CountryGroup = "open weights"
METRIC = "best"
