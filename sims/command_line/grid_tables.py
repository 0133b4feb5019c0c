"""The tables of a grid of specifications: a summary and the effects of choices are shown; the curve is written, with the others beside it."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from recount.sims.presentation.specification_sentences import named_by

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work
    from recount.sims.multiverse.stability import Multiverse

# Share of the variance from which on an interaction is shown on a terminal.
LEAST_SHOWN = 0.01
BESIDE = ("summary", "effects", "changes")


def will_write_grid(work: "Work") -> None:
    """Say before the work which tables are written beside the output."""
    for name in BESIDE:
        work.will_write_beside(name)


def finish_grid(work: "Work", found: "Multiverse") -> None:
    """Write the curve and, beside it, the other tables; or show the summary and, on a terminal, what choices make of a single conclusion."""
    if work.shown.output is not None:
        work.finish(found.specifications)
        work.finish_beside("summary", found.summary)
        work.write_beside("effects", found.effects)
        work.write_beside("changes", found.changes)
        return
    work.finish(found.summary)
    effects = found.effects.frame
    if sys.stdout.isatty() and not (work.shown.format or work.shown.columns) and len(found.summary.frame) == 1 and len(effects):
        told = effects[(effects["n_choices"] == 1) | (effects["share"] >= LEAST_SHOWN)]
        work.finish(replace(found.effects, frame=told.drop(columns=named_by(told)), notes=()))
