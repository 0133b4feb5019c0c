"""The catalogue that a command uses: the bundled one, with tables of one's own over it."""

from typing import TYPE_CHECKING

from recount.data import Catalogue, read_catalogue
from recount.data.catalogue import BUNDLED
from recount.sims.command_line.shell import OwnTables

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


def catalogue_asked(work: "Work") -> Catalogue:
    """Read it, and note its files for the manifest."""
    own = work.choices(OwnTables).catalogue
    for path in (*BUNDLED, *own):
        work.will_read(path)
    return read_catalogue(*own)
