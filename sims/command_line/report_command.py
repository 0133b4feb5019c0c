"""`recount report`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.sims.command_line.claims_command import Judged
from recount.sims.command_line.options import Given, chosen, in_options, without
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, OfCountries, WhatIsAsked, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.data.boards.series import Boards
    from recount.sims.command_line.work import Work


@dataclass(frozen=True)
class Paged:
    """What the page holds beside ratings, and where it goes."""

    claims: str | None = choice(None, "Claims to judge: a file (TOML), or a bundled set: article, ai-index, lag, adoption.", metavar="SET")
    specifications: Literal["alone", "grid"] = choice(
        "alone", "Make each reasonable choice otherwise by itself (alone), or go through all their combinations (grid), which takes a minute or more."
    )
    study: Path | None = choice(None, "Show what a study of these votes found: the folder that recount study wrote.", metavar="FOLDER")
    page: Path = choice(Path("report.html"), "File to write (.html), with a manifest beside it.", option="output", short="-o", metavar="FILE")


OPTIONS = {
    **chosen(Paged),
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure),
    **chosen(OfCountries),
    **chosen(WhatIsAsked, "anchor"),
    **chosen(OwnTables),
    **without(chosen(Judged), "replicates", "specifications"),
    **chosen(Published),
    **chosen(Shown, "quiet"),
    **chosen(Workers),
}
EXAMPLES = (
    "recount report --claims article",
    "recount report --both-bad drop --minimum-votes 1000 -o page.html",
    "recount simulate arena --competitors 8 --votes 3000 -o log.csv",
    "recount study standard log.csv --seeds 2 -o studied",
    "recount report log.csv --study studied -o studied.html",
)


def run(given: Given) -> None:
    """One page that holds the whole analysis: who leads, how surely, and what that stands on.

    It is a file that opens from disk, needs no network and prints well. Several boards, or a folder of them, are also ranked through time.
    """
    from recount.sims.analysis.analysis import Analysis
    from recount.sims.analysis.log import Log
    from recount.sims.claims.bundled import path_of
    from recount.sims.claims.claim_files import read_claims
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.claims_command import day_of_ratings
    from recount.sims.command_line.scores_option import scores_asked
    from recount.sims.command_line.work import Work
    from recount.sims.filtering.found_columns import check_there
    from recount.sims.report.findings_section import FILE, read_findings
    from recount.sims.report.material import Material
    from recount.sims.report.page import n_stages, page_of
    from recount.sims.report.writing import check_page, write_page

    with Work(given, OPTIONS, writes=("page",), by_times=True) as work:
        asked, judged = work.choices(Paged), work.choices(Judged)
        path = check_page(asked.page)
        if "page" not in given:
            work.will_write(path)
        if asked.claims is None:
            work.refuse("without --claims", "scores", "as_of")
        claims = [] if asked.claims is None else read_claims(path_of(asked.claims))
        if asked.claims is not None:
            work.will_read(path_of(asked.claims))
        work.record(claims=asked.claims, as_of=judged.as_of, specifications=asked.specifications)
        catalogue = catalogue_asked(work)
        with work.progress.stages("reading", 1)("boards"):
            boards = _boards_of_days(work)
        analysis = work.analysis() if boards is None else Analysis(boards.by_date[-1][1], work.specification)
        if "time_column" in given and isinstance(analysis.source, Log):
            check_there(analysis.source, given["time_column"], "time_column")
        scores = None if judged.scores is None else scores_asked(work, judged.scores)
        day = day_of_ratings(work, judged, analysis.board)
        findings = None
        if asked.study is not None:
            of_boards = {str(path): work.inputs[str(path)] for path in work.given.get("board", ()) if str(path) in work.inputs}
            findings = read_findings(asked.study, analysis.source.checksums if isinstance(analysis.source, Log) else of_boards)
            work.will_read(asked.study / FILE)
        material = Material(
            analysis,
            catalogue,
            tuple(claims),
            day,
            scores,
            boards,
            work.made(),
            lambda text: in_options(text, OPTIONS.values()),
            asked.specifications,
            findings,
        )
        html = page_of(material, work.progress.stages("the page", n_stages(material)))
        work.write_with(path, lambda beside: write_page(html, beside), "Everything is on one page", material.headline)


def _boards_of_days(work: "Work") -> "Boards | None":
    """Read the boards that were given, if they are of several days."""
    from recount.data.boards.series import Boards, read_boards
    from recount.sims.command_line.claim_boards import boards_by_day

    boards = boards_by_day(work)
    if isinstance(boards, Boards):
        return boards
    asked = work.choices(Published)
    return read_boards(*asked.board, category=asked.category or "", subset=asked.subset or "", columns=asked.board_columns or "") if boards else None
