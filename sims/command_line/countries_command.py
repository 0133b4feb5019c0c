"""`recount countries`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recount.data.choices import Reading
from recount.engine.choices import Resampling, choice
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import OwnTables, Published, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, OfCountries, WhatIsAsked, WhichModel, WhichVotes


@dataclass(frozen=True)
class Ranked:
    """The source of the ranking, and its specifications."""

    specifications: Literal["one", "grid"] = choice(
        "one", "Use the specification given by the options (one), or every combination of reasonable choices (grid)."
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


def run(given: Given) -> None:
    """Country rankings, every metric with its interval.

    With --by, gaps between countries in each category: of votes, the labels of a column; of a board, its categories, separated by commas, or all.
    For example: recount countries --both-bad drop --minimum-votes 1000 --specifications grid -o grid.csv
    """
    from recount.sims.command_line.board_option import categories_asked
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.work import Work
    from recount.sims.countries.mattering import of_no_matter

    with Work(given, OPTIONS) as work:
        s = work.specification
        asked = work.choices(Ranked)
        work.refuse("on these groups and metrics", *of_no_matter(s))
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
        if s.by is not None:
            work.refuse("with --by, which gives gaps by category", "specifications", "replicates", "anchor", "anchor_rating")
            boards = categories_asked(work, s.by) if analysis.board is not None else None
            work.finish(analysis.category_gaps(boards, facts))
            return
        if asked.specifications == "one":
            work.finish(analysis.countries(facts))
            return
        work.refuse("with --specifications grid, which has no intervals", "confidence_level", "n_draws", "country_draws", "anchor", "anchor_rating")
        analysis.progress = work.progress.of("rating", "specifications")
        summary, everything = analysis.multiverse(facts)
        if work.shown.output is None:
            work.finish(summary)
        else:
            work.finish(everything)
            work.finish_beside("summary", summary)
