"""The public data sets as a table."""

from recount.data.public.cache import is_right
from recount.data.public.registry import data_set, registry_as_frame
from recount.sims.presentation.table import Table


def public_data() -> Table:
    """Return the public data sets, and which of them are on this machine.

    Returns
    -------
    Table
        name, kind, what, n_files, n_fetched, licence, needs_login, checksums, homepage, citation, command.
    """
    frame = registry_as_frame()
    frame.insert(4, "n_fetched", [sum(map(is_right, data_set(name).files)) for name in frame["name"]])
    return Table("data", frame, ("recount data fetch NAME fetches one, recount data path NAME says where it is.",))
