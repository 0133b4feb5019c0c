"""`recount check`."""

from dataclasses import dataclass
from pathlib import Path

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.sims.command_line.options import Given, chosen, without
from recount.sims.command_line.shell import Shown
from recount.sims.specification import WhichModel, WhichVotes


@dataclass(frozen=True)
class Tolerated:
    """A check shows rejects, so any number is allowed unless a limit is given."""

    max_rejected: float = choice(1.0, "Largest share of rows that may be left out because they are not votes.", least=0.0, most=1.0)


@dataclass(frozen=True)
class Examined:
    """Voters, and where the list of those under suspicion goes."""

    voter_column: str | None = choice(
        None,
        "Column that names voters, who are tested for votes that honest voters would not cast.",
        unset="the one with a usual name, of logs of up to 5 million votes",
        metavar="COLUMN",
    )
    suspects: Path | None = choice(
        None, "Write the voters under suspicion, whom --without-voters takes, in this file (.csv .parquet .json).", metavar="FILE"
    )


OPTIONS = {
    **without(chosen(Reading), "max_rejected"),
    **chosen(Tolerated),
    **chosen(WhichVotes),
    **chosen(WhichModel, "ties", "both_bad"),
    **chosen(Examined),
    **chosen(Shown),
}


def run(given: Given) -> None:
    """What the log holds, what was rejected and why, and what can be rated."""
    from recount.sims.analysis.checking import check
    from recount.sims.command_line.work import Work

    with Work({"max_rejected": Tolerated().max_rejected} | dict(given), OPTIONS, writes=("output", "suspects")) as work:
        asked, log = work.choices(Examined), work.log()
        work.record(voter_column=asked.voter_column)
        if asked.suspects is not None:
            from recount.sims.analysis.voter_tests import suspects
            from recount.sims.filtering import filtered

            work.write(suspects(filtered(log, work.specification), asked.voter_column), asked.suspects)
        work.finish(check(log, work.specification, voter_column=asked.voter_column))
