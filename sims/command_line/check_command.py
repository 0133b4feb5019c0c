"""`recount check`."""

from dataclasses import dataclass

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.sims.command_line.options import Given, chosen, without
from recount.sims.command_line.shell import Saved, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import WhichModel, WhichVotes


@dataclass(frozen=True)
class Tolerated:
    """A check shows rejects, so any number is allowed unless a limit is given."""

    max_rejected: float = choice(1.0, "Largest share of rows that may be left out because they are not votes.", least=0.0, most=1.0)


OPTIONS = {
    **without(chosen(Reading), "max_rejected"),
    **chosen(Tolerated),
    **chosen(WhichVotes),
    **chosen(WhichModel, "ties", "both_bad"),
    **chosen(Saved),
    **chosen(Shown),
    **chosen(Workers),
}


def run(given: Given) -> None:
    """What the log holds, what was rejected and why, and what can be rated."""
    from recount.sims.analysis.checking import check
    from recount.sims.command_line.work import Work

    with Work({"max_rejected": Tolerated().max_rejected} | dict(given), OPTIONS, writes=("output", "save_counts")) as work:
        log = work.log()
        work.save_counts(log)
        work.finish(check(log, work.specification))
