"""`recount check`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recount.data.choices import Reading
from recount.data.places.remote_files import is_address
from recount.engine.choices import choice
from recount.engine.errors import InputError
from recount.sims.command_line.options import Given, chosen, without
from recount.sims.command_line.shell import Saved, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.data.scores.published_forms import Format
    from recount.sims.command_line.work import Work


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
        unset="the one with a usual name; a check reads it of logs of up to 5 million votes",
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
    **chosen(Saved),
    **chosen(Shown),
    **chosen(Workers),
}
OF_VOTES = tuple(name for name in OPTIONS if name not in chosen(Shown))
WRITES = ("output", "suspects", "save_counts")
EXAMPLES = ("recount check",)


def run(given: Given) -> None:
    """What the log holds, what was rejected and why, and what can be rated.

    Of a published board, or a folder of them: which boards it holds, what is odd about them, and who has no country. With a second one, of boards
    that were taken at the time: which models the first leaves out.

    Of benchmark scores: models, benchmarks, who reported, what is known of items, and
    what is doubtful.
    """
    from recount.data.places.naming import sources_named
    from recount.data.scores.published_forms import format_of
    from recount.sims.analysis.board_checking import are_boards, check_boards
    from recount.sims.analysis.checking import check
    from recount.sims.command_line.counts_option import save_counts_asked
    from recount.sims.command_line.work import Work

    named = [Path(path) for path in given.get("votes", ()) if not is_address(path)]
    if named:
        sources_named(named)
    scores = {path: form for path in named if (form := format_of(path)) is not None}
    if scores and len(named) > 1:
        raise InputError(f"{str(next(iter(scores)))!r} holds benchmark scores, which are checked one file or folder at a time")
    for path, form in scores.items():
        with Work(given, OPTIONS, writes=WRITES, idle=[("on benchmark scores", OF_VOTES)]) as work:
            _check_scores(work, path, form)
        return
    if are_boards(named):
        with Work(given, OPTIONS, writes=WRITES, idle=[("on published boards", OF_VOTES)]) as work:
            work.finish(check_boards(named))
        return
    with Work({"max_rejected": Tolerated().max_rejected} | dict(given), OPTIONS, writes=WRITES) as work:
        asked, log = work.choices(Examined), work.log()
        work.record(voter_column=asked.voter_column)
        if asked.suspects is not None:
            from recount.sims.analysis.voter_tests import suspects
            from recount.sims.filtering import filtered

            work.write(suspects(filtered(log, work.specification), asked.voter_column), asked.suspects)
        save_counts_asked(work, log)
        work.finish(check(log, work.specification, voter_column=asked.voter_column))


def _check_scores(work: "Work", path: Path, form: "Format") -> None:
    """Say what a file or folder of scores holds."""
    from recount.data.scores.tidy_scores import judged
    from recount.sims.analysis.checking_scores import check_scores

    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            work.will_read(file)
    work.finish(check_scores(judged(form.read(path)), form.name))
