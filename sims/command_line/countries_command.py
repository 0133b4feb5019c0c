"""`recount countries`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recount.data.choices import Reading
from recount.engine.choices import Resampling, choice
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhatIsAsked, WhichModel, WhichVotes
from recount.sims.specification.conclusions import CountryGroup
from recount.sims.through_time.usual import GROUP, METRIC

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


@dataclass(frozen=True)
class Ranked:
    """The source of the ranking, and its specifications."""

    specifications: Literal["one", "grid"] = choice(
        "one", "Use the specification given by the options (one), or every combination of reasonable choices (grid)."
    )
    through_time: bool = choice(
        False,
        "Rank at every date: all boards named with --board, or all votes until the end of each month; who led when, and how surely.",
    )
    group: CountryGroup = choice(GROUP, "With --through-time: of which models.")
    metric: str = choice(METRIC, "With --through-time: by which metric, as docs/methods.md names them.", metavar="NAME")
    ahead: float | None = choice(
        None,
        "With --through-time: also project the gap of the last leader to the next so many months ahead, scored on earlier dates; with -o in a file.",
        above=0.0,
        most=120.0,
        metavar="MONTHS",
    )
    replicates: Path | None = choice(
        None, "Rank by saved replicates (recount rate --replicates) instead of votes, with the choices that made them.", metavar="FILE"
    )


OF_COUNTRIES = ("open_weights", "size_threshold", "top", "k", "country_draws")
OF_RATINGS = {**chosen(Reading), **chosen(WhichModel), **chosen(WhichVotes), **chosen(HowSure, "intervals", "clusters", "seed")}
OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure),
    **chosen(WhatIsAsked, *OF_COUNTRIES),
    **chosen(OwnTables),
    **chosen(Ranked),
    **chosen(Published),
    **chosen(Shown),
    **chosen(Workers),
}


def run(given: Given) -> None:
    """Country rankings, every metric with its interval.

    For example: recount countries --both-bad drop --minimum-votes 1000 --specifications grid -o grid.csv
    """
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.work import Work

    with Work(given, OPTIONS) as work:
        asked = work.choices(Ranked)
        if asked.through_time:
            _through_time(work, asked)
            return
        work.refuse("without --through-time", "group", "metric", "ahead")
        facts = catalogue_asked(work)
        work.record(specifications=asked.specifications)
        if asked.specifications == "grid":
            work.will_write_beside("summary")
        if asked.replicates is not None:
            work.refuse("with --replicates", "votes", "workers", *OF_RATINGS)
            work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_RATINGS}
            analysis = work.analysis_of_replicates(asked.replicates)
        else:
            analysis = work.analysis()
        if isinstance(work.specification.intervals, Resampling):
            work.refuse("on countries, which are ranked by draws", "interval_method")
        if asked.specifications == "one":
            work.finish(analysis.countries(facts))
            return
        work.refuse("with --specifications grid, which has no intervals", "confidence_level")
        analysis.progress = work.progress.of("rating", "specifications")
        summary, everything = analysis.multiverse(facts)
        if work.shown.output is None:
            work.finish(summary)
        else:
            work.finish(everything)
            work.finish_beside("summary", summary)


def _through_time(work: "Work", asked: Ranked) -> None:
    """Rank at every date."""
    from recount.sims.command_line.board_option import boards_asked
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.through_time.countries_by_date import countries_through_time, what_matters
    from recount.sims.through_time.gap_ahead import project_gap

    work.refuse("with --through-time", "replicates", "specifications")
    idle = {*OF_COUNTRIES} - {*what_matters(asked.group, asked.metric), "country_draws"}
    work.refuse(f"with --through-time by metric {asked.metric!r} in group {asked.group!r}", *sorted(idle))
    facts = catalogue_asked(work)
    work.record(through_time=True, group=asked.group, metric=asked.metric, ahead=asked.ahead)
    if asked.ahead is not None:
        work.will_write_beside("projection")
    if "board" not in work.given:
        work.refuse("without --board", *chosen(Published))
    source = boards_asked(work) if "board" in work.given else work.log()
    progress = work.progress.of("ranking", "dates")
    table = countries_through_time(source, work.specification, facts, group=asked.group, metric=asked.metric, progress=progress)
    projection = None if asked.ahead is None else project_gap(table, asked.ahead)
    work.finish(table)
    if projection is not None:
        work.finish_beside("projection", projection)
        work.tell_notes(projection)
