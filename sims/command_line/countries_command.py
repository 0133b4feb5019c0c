"""`recount countries`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.sims.command_line.options import Given, Idle, chosen
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhatIsAsked, WhichModel, WhichVotes


@dataclass(frozen=True)
class Ranked:
    """The source of the ranking, and its specifications."""

    specifications: Literal["one", "grid"] = choice(
        "one", "Use the specification given by the options (one), or every combination of reasonable choices (grid)."
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

    idle: list[Idle] = [("on countries, which are ranked by draws", ("interval_method",))]
    if "replicates" in given:
        idle.append(("with --replicates", ("votes", "workers", *OF_RATINGS, *chosen(Published))))
    with Work(given, OPTIONS, idle=idle) as work:
        asked = work.choices(Ranked)
        facts = catalogue_asked(work)
        work.record(specifications=asked.specifications)
        if asked.specifications == "grid":
            work.will_write_beside("summary")
        if asked.replicates is not None:
            work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_RATINGS}
            analysis = work.analysis_of_replicates(asked.replicates)
        else:
            analysis = work.analysis()
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
