"""The votes of a command, saved as counts."""

from typing import TYPE_CHECKING

from recount.sims.command_line.shell import Saved

if TYPE_CHECKING:
    from recount.sims.analysis.log import Log
    from recount.sims.command_line.work import Work


def save_counts_asked(work: "Work", log: "Log") -> None:
    """Write the counts of the votes that pass the filters, and their manifest, if that is asked for."""
    from recount.sims.analysis.saving import counts_to_save

    path = work.choices(Saved).save_counts
    if path is not None:
        work.write_with(path, *counts_to_save(log, work.specification))
