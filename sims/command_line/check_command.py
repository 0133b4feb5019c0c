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


OPTIONS = {
    **without(chosen(Reading), "max_rejected"),
    **chosen(Tolerated),
    **chosen(WhichVotes),
    **chosen(WhichModel, "ties", "both_bad"),
    **chosen(Shown),
}


def run(given: Given) -> None:
    """What the log holds, what was rejected and why, and what can be rated.

    Of a published board, or a folder of them: which boards it holds, what is odd about them, and who has no country. With a second one, of boards
    that were taken at the time: which models the first leaves out.
    """
    from recount.sims.analysis.board_checking import are_boards, check_boards
    from recount.sims.analysis.checking import check
    from recount.sims.command_line.work import Work

    with Work({"max_rejected": Tolerated().max_rejected} | dict(given), OPTIONS) as work:
        paths = [Path(one) for one in given.get("votes", ())]
        if are_boards(paths):
            of_votes = (name for name in OPTIONS if name not in chosen(Shown))
            work.refuse("on published boards", *(name for name in of_votes if name in given))
            work.finish(check_boards(paths))
            return
        work.finish(check(work.log(), work.specification))
