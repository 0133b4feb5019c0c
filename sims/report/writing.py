"""The page of an analysis, written to a file."""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from recount.data import Catalogue, Scores, read_catalogue
from recount.data.boards.series import Boards
from recount.data.whole_files import WholeFiles
from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.known_day import day_of
from recount.sims.analysis.log import Log
from recount.sims.claims.claim import Claim
from recount.sims.presentation.files import check_nothing_is_lost, check_place, manifest_of, write_with_manifest
from recount.sims.report.findings_section import read_findings
from recount.sims.report.material import ALONE, Material
from recount.sims.report.page import page_of

ENDING = ".html"


@checked
def write_report(
    analysis: Analysis,
    path: str | Path = "report.html",
    *,
    claims: Sequence[Claim] = (),
    boards: Boards | None = None,
    scores: Scores | None = None,
    catalogue: Catalogue | None = None,
    day: date | None = None,
    specifications: Literal["alone", "grid"] = ALONE,
    study: str | Path | None = None,
) -> Path:
    """Write an analysis as one page of HTML that needs no network, and beside it how it was made.

    Parameters
    ----------
    analysis : Analysis
    path : path
        Ends in .html.
    claims : sequence of Claim
        As `recount.read_claims` returns them.
    boards : Boards, optional
        Of several days, as `recount.read_boards` returns them: for rankings through time, and claims of other days.
    scores : Scores, optional
        For claims about benchmarks and releases.
    catalogue : Catalogue, optional
        The bundled one by default.
    day : date, optional
        Of the ratings, if it is another than that of the board or of the bundled votes.
    specifications : {"alone", "grid"}
        Whether reasonable choices are varied one at a time, or in all combinations, which takes a minute or more.
    study : path, optional
        Folder of a study of the same votes, such as of plan `standard`, whose findings are shown.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    OptionError
        If the path does not end in .html.
    InputError
        If it cannot be written, or is one of the inputs.
    RecountError
        If there is no leaderboard; a section without data says so.
    """
    started, path = time.perf_counter(), check_page(Path(path))
    check_place(path)
    if specifications not in ("alone", "grid"):
        raise OptionError(f"specifications is {specifications!r}; give 'alone' or 'grid'")
    source = analysis.source
    inputs = source.checksums if isinstance(source, Log) else {}
    check_nothing_is_lost([path], list(map(Path, inputs)))
    s = analysis.specification

    def made() -> dict[str, object]:
        return manifest_of(inputs=inputs, specification=s.as_dict(), seed=s.seed, seconds=time.perf_counter() - started, command=[])

    findings, day = None if study is None else read_findings(Path(study), inputs), day or day_of(analysis.source)
    catalogue = catalogue or read_catalogue()
    material = Material(analysis, catalogue, tuple(claims), day, scores, boards, made(), specifications=specifications, findings=findings)
    html, files = page_of(material), WholeFiles()
    try:
        write_with_manifest(files, path, lambda beside: write_page(html, beside), made())
        files.publish()
    finally:
        files.discard()
    return path


def check_page(path: Path) -> Path:
    """Return the path of a page; raise `OptionError` if it has another ending."""
    if path.suffix.lower() != ENDING:
        raise OptionError(f"output {str(path)!r} ends in {path.suffix!r}; a page ends in .html")
    return path


def write_page(html: str, path: Path) -> None:
    """Write it in UTF-8."""
    # Names of files may hold what is no text.
    path.write_text(html, encoding="utf-8", errors="backslashreplace", newline="\n")
