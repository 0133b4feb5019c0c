"""Which votes of a log are rated: filters, in a fixed order."""

from recount.sims.filtering.filtered_log import FilteredLog, filtered
from recount.sims.filtering.left_out import of_filters
from recount.sims.filtering.models_of_boards import filtered_board

__all__ = ["FilteredLog", "filtered", "filtered_board", "of_filters"]
