from .bundled import ARENA_VOTES as ARENA_VOTES
from .catalogue import read_catalogue as read_catalogue
from .choices import Columns as Columns, Reading as Reading
from .days import column_names as column_names, with_days as with_days
from .quarantine import Quarantine as Quarantine
from .readers import read_counts as read_counts, read_votes as read_votes
from .replicates import read_replicates as read_replicates, write_replicates as write_replicates
