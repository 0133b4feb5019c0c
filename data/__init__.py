"""Vote logs, the catalogue of models and the bundled Arena votes: everything that is read, and nothing that is computed."""

from data.bundled import ARENA_VOTES
from data.catalogue import read_catalogue
from data.columns import Columns
from data.days import column_names, with_days
from data.quarantine import Quarantine
from data.readers import read_counts, read_votes
from data.replicates import read_replicates, write_replicates

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
