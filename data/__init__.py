"""Vote logs, the catalogue of models and the bundled Arena votes: everything that is read, and nothing that is computed."""

from recount.data.bundled import ARENA_VOTES
from recount.data.catalogue import read_catalogue
from recount.data.columns import Columns
from recount.data.days import column_names, with_days
from recount.data.quarantine import Quarantine
from recount.data.readers import read_counts, read_votes
from recount.data.replicates import read_replicates, write_replicates

__all__ = [
    "ARENA_VOTES",
    "Columns",
    "Quarantine",
    "column_names",
    "read_catalogue",
    "read_counts",
    "read_replicates",
    "read_votes",
    "with_days",
    "write_replicates",
]
