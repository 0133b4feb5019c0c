"""`recount audit`."""

from recount.data.choices import Reading
from recount.sims.command_line.check_command import Examined
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhichModel, WhichVotes

OPTIONS = {
    **chosen(Reading),
    **chosen(WhichVotes),
    **chosen(WhichModel, "ties", "both_bad", "styles"),
    **chosen(HowSure, "seed"),
    **chosen(Examined, "voter_column"),
    **chosen(Shown),
    **chosen(Workers),
}

EXAMPLES = (
    "recount simulate arena --votes 30000 --voters 1000 --careless 0.1 -o log.parquet",
    "recount audit log.parquet",
)


def run(given: Given) -> None:
    """Which defects a log has: votes that are there twice, position, style, rigging, careless voters, drift, and more.

    Each is looked for by a probe of its own, with its p-value and the size of the effect; what the log does not tell is not tested.
    """
    from recount.sims.auditing.auditing import audit
    from recount.sims.command_line.work import Work

    with Work(given, OPTIONS, by_times=True) as work:
        asked, log = work.choices(Examined), work.log()
        work.record(voter_column=asked.voter_column)
        work.finish(audit(log, work.specification, voter_column=asked.voter_column))
