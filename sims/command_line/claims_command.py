"""`recount claims`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recount.data.bundled import ARENA_DAY
from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.engine.errors import InputError, OptionError
from recount.sims.command_line.options import Given, Idle, chosen
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.telling import tell
from recount.sims.specification import HowSure, WhatIsAsked, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.data import Board
    from recount.sims.command_line.work import Work

# The argument before the votes.
FILE = "claims"
NEW = "new"


@dataclass(frozen=True)
class Judged:
    """Which ratings claims are judged by."""

    as_of: str | None = choice(
        None,
        "Day of the ratings, as 2024-08-14; claims that speak of another time are not judged by them.",
        metavar="DAY",
        unset="that of the bundled votes",
    )
    specifications: Literal["one", "grid"] = choice(
        "one",
        "Judge under the specification given by the options, with the range of others (one); or ask under every combination of reasonable choices "
        "whether each claim about countries in ratings is true, and how surely (grid).",
    )
    replicates: Path | None = choice(None, "Judge by saved replicates (recount rate --replicates) instead of votes.", metavar="FILE")
    scores: Path | None = choice(
        None, "Benchmark scores, a file or folder in a form that recount check knows, for claims about benchmarks and releases.", metavar="PATH"
    )


OF_RATINGS = {**chosen(Reading), **chosen(WhichModel), **chosen(WhichVotes), **chosen(HowSure, "intervals", "clusters")}
OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure),
    **chosen(WhatIsAsked, "open_weights", "size_threshold", "top", "k"),
    **chosen(OwnTables),
    **chosen(Judged),
    **chosen(Published),
    **chosen(Shown),
}
EXAMPLES = (
    "recount claims article -o verdicts.csv",
    "recount claims new -o mine.toml",
)


def run(given: Given) -> None:
    """Published claims put to the test, with a verdict each.

    CLAIMS is a file of claims (TOML), or the name of a bundled set: article, ai-index, lag, adoption. "recount claims new" writes a file to
    fill in. Of a --board with several days, or a folder of boards, each claim is judged by that of its own time.
    """
    from recount.data.boards.series import Boards
    from recount.sims.analysis.analysis import Analysis
    from recount.sims.claims.bundled import path_of
    from recount.sims.claims.claim_curves import claims_across_specifications
    from recount.sims.claims.claim_files import read_claims
    from recount.sims.claims.claim_template import template
    from recount.sims.claims.judging import check_measures, judge
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.claim_boards import boards_by_day
    from recount.sims.command_line.grid_tables import finish_grid, will_write_grid
    from recount.sims.command_line.scores_option import scores_asked
    from recount.sims.command_line.work import Work

    if given[FILE] == NEW:
        _write_template(given, template())
        return
    path = path_of(given[FILE])
    idle: list[Idle] = [("on claims, which are judged by draws", ("interval_method",))]
    if given.get("specifications") == "grid":
        idle.append(("with --specifications grid, which is of claims about ratings", ("scores",)))
    if "replicates" in given:
        idle.append(("with --replicates", ("votes", *OF_RATINGS, *chosen(Published))))
    with Work({**given, "claims_file": path}, OPTIONS, idle=idle) as work:
        claims = read_claims(path)
        check_measures(claims)
        work.will_read(path)
        asked = work.choices(Judged)
        work.record(as_of=asked.as_of)
        catalogue = catalogue_asked(work)
        boards: Boards | list[Board] = []
        if asked.replicates is not None:
            analysis = work.analysis_of_replicates(asked.replicates)
        elif boards := boards_by_day(work):
            last = boards.by_date[-1][1] if isinstance(boards, Boards) else boards[-1]
            analysis = Analysis(last, work.specification)
        else:
            analysis = work.analysis()
        day = day_of_ratings(work, asked, analysis.board)
        if asked.specifications == "grid":
            will_write_grid(work)
            work.record(specifications=asked.specifications)
            finish_grid(work, claims_across_specifications(claims, analysis, catalogue, day, boards))
            return
        scores = None if asked.scores is None else scores_asked(work, asked.scores)
        work.finish(judge(claims, analysis, catalogue, day, scores, boards))


def day_of_ratings(work: "Work", asked: Judged, board: "Board | None") -> date | None:
    """Return the day of the ratings, if it is known."""
    if board is not None and board.date:
        work.refuse(f"on a board that is of {board.date}", "as_of")
        return date.fromisoformat(board.date)
    if asked.as_of is None and board is not None:
        return None
    if asked.as_of is None:
        return ARENA_DAY if not work.given.get("votes") and asked.replicates is None else None
    try:
        return date.fromisoformat(asked.as_of)
    except ValueError as error:
        raise OptionError(f"as_of is {asked.as_of!r}; give a day, as 2024-08-14") from error


def _write_template(given: Given, text: str) -> None:
    """Write the file to fill in, or show it."""
    if len(votes := given.get("votes", ())) == 1:
        raise OptionError(f"claims new is followed by {str(votes[0])!r}; to write the empty file there: recount claims new -o {votes[0]}")
    if further := [name for name in given if name not in (FILE, "output")]:
        raise OptionError(f"{further[0]} is given, which has no effect on an empty file of claims; leave it out")
    output = given.get("output")
    if output is None:
        print(text, end="")
        return
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
        tell(f"a claim to fill in, with every field explained, is in {output}; recount claims {output} judges what you make of it")
    except FileExistsError as error:
        raise InputError(f"{str(output)!r} is there already; name another file, so that no claims are lost") from error
    except OSError as error:
        raise InputError(f"output {str(output)!r} cannot be written ({error.strerror})") from error
