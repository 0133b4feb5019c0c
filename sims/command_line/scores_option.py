"""The benchmark scores that a command was given."""

from pathlib import Path
from typing import TYPE_CHECKING

from recount.data import Scores, read_scores

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


def scores_asked(work: "Work", path: Path) -> Scores:
    """Note their files for the manifest, and read them."""
    for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
        work.will_read(file)
    return read_scores(path)
