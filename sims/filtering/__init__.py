"""Which votes of a log are rated: filters, in a fixed order."""

from recount.sims.filtering.filtered_log import FilteredLog, filtered
from recount.sims.filtering.left_out import of_filters

__all__ = ["FilteredLog", "filtered", "of_filters"]
