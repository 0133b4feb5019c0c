"""`recount study`."""

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.sims.command_line.check_command import Examined
from recount.sims.command_line.options import Given, chosen, in_options
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, OfCountries, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.data import Board
    from recount.sims.analysis.log import Log
    from recount.sims.command_line.work import Work
    from recount.sims.studies.running import Study

# The argument before the votes.
FILE = "plan"
LIST = "list"


@dataclass(frozen=True)
class Studied:
    """Where the runs of a study are kept, and how many there are."""

    folder: Path | None = choice(
        None,
        "Folder where every finished run is kept at once, and from where the same command goes on; the tables are written there.",
        option="output",
        short="-o",
        unset="PLAN-XXXXXXXX.study, by what the study is",
        metavar="FOLDER",
    )
    dry_run: bool = choice(False, "Show what would run, and how long it would take by one run of each kind; nothing is written.")
    seeds: int | None = choice(None, "Runs of each setting in which something is drawn.", least=1, unset="as the plan says")


OF_ANALYSIS = {
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure),
    **chosen(OfCountries, *(name for name in chosen(OfCountries) if name not in ("groups", "metrics"))),
}
OPTIONS = {
    **chosen(Reading),
    **OF_ANALYSIS,
    **chosen(OwnTables),
    **chosen(Published),
    **chosen(Studied),
    **chosen(Examined, "voter_column"),
    **chosen(Shown, "format", "columns", "quiet"),
    **chosen(Workers),
}
EXAMPLES = (
    "recount study list",
    "recount study random-drop --seeds 5 -o drops",
    "recount study standard --dry-run",
)


def run(given: Given) -> None:
    """Many runs of an analysis under other votes or other choices, or in simulated arenas.

    PLAN is a file (TOML), or the name of a bundled plan; "recount study list" shows them, and docs/studies.md how to write one. A study that was cut
    off goes on with the same command.
    """
    from recount.data.catalogue import BUNDLED
    from recount.sims.command_line.interruption import said_at_interruption
    from recount.sims.command_line.work import Work
    from recount.sims.presentation.files import check_folder, make_folder
    from recount.sims.presentation.findings_page import as_page
    from recount.sims.presentation.showing import says_sentence
    from recount.sims.studies.bundled import plan_path
    from recount.sims.studies.forecasting import forecast
    from recount.sims.studies.results import results_of
    from recount.sims.studies.running import finish

    if given[FILE] == LIST:
        _list(given)
        return
    with Work(given, OPTIONS) as work:
        asked = work.choices(Studied)
        study = _study(work)
        folder = asked.folder or Path(f"{study.plan.name}-{_digest(study)}.study")
        names = {"runs": "parquet", "summary": "csv"} | ({"findings": "csv"} if study.plan.extent.audit else {})
        places = {name: folder / f"{name}.{ending}" for name, ending in names.items()}
        check_folder(folder)
        _check_own(folder, places.values())
        if asked.dry_run:
            expected = forecast(study, folder)
            work.finish(expected)
            if not says_sentence(work.shown.format, sys.stdout):
                work.tell(expected.headline)
            return
        make_folder(folder)
        work.will_write(*places.values())
        work.inputs |= study.inputs()
        for path in (plan_path(given[FILE]), *BUNDLED, *work.choices(OwnTables).catalogue):
            work.will_read(path)
        with said_at_interruption(lambda: _kept(folder, len(study.runs))):
            ended = finish(study, folder, work.executor, work.progress.of("running", "runs"))
        results = results_of(study, ended)
        work.record(**study.identity(), seeds=asked.seeds)
        work.found = results.shown.headline
        for name, place in places.items():
            work.write(getattr(results, name), place)
        if results.findings is None or work.shown.format or work.shown.columns:
            work.finish(results.shown)
        else:
            work.progress.close()
            notes = () if work.is_quiet else results.findings.notes
            says = results.findings.frame["says"].map(lambda text: in_options(text, OPTIONS.values()))
            print(as_page(results.findings.frame.assign(says=says), results.findings.title, notes), end="")


def _check_own(folder: Path, places: Iterable[Path]) -> None:
    """Raise `InputError` if tables would be written over others that are of no study, as there is no journal beside them."""
    from recount.sims.studies.journal import NAME

    for path in places:
        if path.exists() and not (folder / NAME).exists():
            raise InputError(f"{str(path)!r} is there, and no {NAME} beside it, so that it is of no study; name another folder with `folder`")


def _kept(folder: Path, n_runs: int) -> str:
    """Say how many runs a study that is interrupted has kept, by the lines of its journal; the first one says what it is."""
    from recount.sims.studies.journal import NAME

    n = max(0, (folder / NAME).read_bytes().count(b"\n") - 1)
    return f"{n:,} of {plural(n_runs, 'run')} {'is' if n == 1 else 'are'} kept in {str(folder)!r}; the same command goes on"


def _study(work: "Work") -> "Study":
    """Put together what is studied, as plan and options say."""
    from recount.sims.command_line.board_option import board_asked
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.studies.plan_files import read_plan
    from recount.sims.studies.running import prepare

    choices = {name: value for name, value in work.given.items() if name in OF_ANALYSIS}
    extent = {name: choices.pop(name, None) or work.given.get(name) for name in ("seed", "seeds", "voter_column")}
    source: Log | Board | None = None
    plan = read_plan(work.given[FILE], choices, **{name: value for name, value in extent.items() if value is not None})
    if plan.source is not None or plan.simulated is not None:
        why = f"on plan {plan.name!r}, which {'simulates what it is about' if plan.simulated else 'names its votes'}"
        work.refuse(why, "votes", *chosen(Reading), *chosen(Published))
    elif "board" in work.given:
        source = board_asked(work)
    else:
        work.refuse("without --board", *chosen(Published))
        source = work.log()
    return prepare(plan, source, catalogue_asked(work))


def _list(given: Given) -> None:
    """Show the bundled plans."""
    from recount.sims.presentation import show
    from recount.sims.presentation.terminal import MORE_COLUMNS
    from recount.sims.studies.plan_listing import plan_list

    if further := [name for name in given if name not in (FILE, "format", "columns", "quiet")]:
        raise OptionError(f"{further[0]} is given, which has no effect on the list of plans; leave it out")
    show(plan_list(), format=given.get("format"), columns=given.get("columns"), more=MORE_COLUMNS)


def _digest(study: "Study") -> str:
    return hashlib.sha256(json.dumps(study.identity(), sort_keys=True).encode()).hexdigest()[:8]
