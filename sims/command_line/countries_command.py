"""`recount countries`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.engine.errors import OptionError
from recount.sims.command_line.options import Given, Idle, chosen
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, OfCountries, WhatIsAsked, WhichModel, WhichVotes
from recount.sims.through_time.usual import GROUP, METRIC

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


@dataclass(frozen=True)
class Ranked:
    """The source of the ranking, and its specifications."""

    specifications: Literal["one", "grid", "ranges"] = choice(
        "one",
        "Use the specification given by the options (one), every combination of reasonable choices (grid), or all numbers of the specification "
        "between reasonable ends (ranges).",
    )
    through_time: bool = choice(
        False,
        "Rank at every date, by one metric in one group (best, open weights): all boards named with --board, or all votes until each month's end.",
    )
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


OF_RATINGS = {**chosen(Reading), **chosen(WhichModel), **chosen(WhichVotes), **chosen(HowSure, "intervals", "clusters", "seed")}
OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure),
    **chosen(OfCountries),
    **chosen(WhatIsAsked, "anchor", "by", "shrink"),
    **chosen(OwnTables),
    **chosen(Ranked),
    **chosen(Published),
    **chosen(Shown),
    **chosen(Workers),
}
EXAMPLES = (
    "recount countries",
    "recount countries --group 'open weights' --metric best --specifications grid -o grid.csv",
)


def run(given: Given) -> None:
    """Country rankings, every metric with its interval.

    With --by, gaps between countries in each category: of votes, the labels of a column; of a board, its categories, separated by commas, or all.
    """
    from recount.sims.command_line.board_option import categories_asked
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.grid_tables import finish_grid, will_write_grid
    from recount.sims.command_line.work import Work
    from recount.sims.countries.mattering import of_no_matter
    from recount.sims.multiverse.number_ranges import countries_in_ranges

    idle: list[Idle] = [("on countries, which are ranked by draws", ("interval_method",))]
    if "replicates" in given:
        idle.append(("with --replicates", ("votes", "workers", *OF_RATINGS, *chosen(Published), "by", "shrink")))
    if "by" in given:
        idle.append(("with --by, which gives gaps by category", ("specifications", "replicates", "anchor", "anchor_rating")))
    with Work(given, OPTIONS, idle=idle, by_times="through_time" in given) as work:
        s = work.specification
        asked = work.choices(Ranked)
        if asked.through_time:
            _through_time(work, asked)
            return
        work.refuse("without --through-time", "ahead")
        work.refuse("on these groups and metrics", *of_no_matter(s))
        facts = catalogue_asked(work)
        work.record(specifications=asked.specifications)
        if asked.specifications == "grid":
            will_write_grid(work)
        if asked.replicates is not None:
            work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_RATINGS}
            analysis = work.analysis_of_replicates(asked.replicates)
        else:
            analysis = work.analysis()
        if s.by is not None:
            boards = categories_asked(work, s.by) if analysis.board is not None else None
            work.finish(analysis.category_gaps(boards, facts))
            return
        if asked.specifications == "one":
            work.finish(analysis.countries(facts))
            return
        if asked.specifications == "ranges":
            without = "with --specifications ranges, which has no intervals of ratings"
            work.refuse(without, *(name for name in chosen(HowSure) if name != "seed"), "country_draws", "anchor", "anchor_rating")
            work.finish(countries_in_ranges(analysis, facts))
            return
        work.refuse("with --specifications grid, under all of which an anchor may not be rated", "anchor", "anchor_rating")
        analysis.progress = work.progress.of("rating", "specifications")
        finish_grid(work, analysis.multiverse(facts))


def _through_time(work: "Work", asked: Ranked) -> None:
    """Rank at every date."""
    from recount.sims.command_line.board_option import boards_asked
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.through_time.countries_by_date import countries_through_time, what_matters
    from recount.sims.through_time.gap_ahead import project_gap

    work.refuse("with --through-time", "replicates", "specifications", "by", "shrink")
    group, metric = (
        _one(work.given, name, values, usual)
        for name, values, usual in (("groups", work.specification.asked_groups, GROUP), ("metrics", work.specification.asked_metrics, METRIC))
    )
    matter = (*what_matters(group, metric), "groups", "metrics", "country_draws")
    idle = [name for name, option in chosen(OfCountries).items() if option.field not in matter]
    work.refuse(f"with --through-time by metric {metric!r} in group {group!r}", *idle)
    facts = catalogue_asked(work)
    work.record(through_time=True, groups=[group], metrics=[metric], ahead=asked.ahead)
    if asked.ahead is not None:
        work.will_write_beside("projection")
    if "board" not in work.given:
        work.refuse("without --board", *chosen(Published))
    source = boards_asked(work) if "board" in work.given else work.log()
    progress = work.progress.of("ranking", "dates")
    table = countries_through_time(source, work.specification, facts, group=group, metric=metric, progress=progress)
    projection = None if asked.ahead is None else project_gap(table, asked.ahead)
    work.finish(table)
    if projection is not None:
        work.finish_beside("projection", projection)
        work.tell_notes(projection)


def _one(given: Given, name: str, values: tuple[str, ...], usual: str) -> Any:
    """Return the one that is asked for, or the usual one; raise `OptionError` if there are several."""
    if name not in given:
        return usual
    if len(values) > 1:
        raise OptionError(f"{name} is {', '.join(values)}, and dates are ranked by one metric in one group; name one")
    return values[0]
