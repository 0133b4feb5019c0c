"""`recount rate`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recount.data.choices import Reading
from recount.engine.choices import Resampling, choice
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.command_line.options import Given, Idle, chosen
from recount.sims.command_line.shell import Published, Saved, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhatIsAsked, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work


@dataclass(frozen=True)
class Rated:
    """What is shown of the ratings."""

    table: Literal["leaderboard", "pairs"] = choice("leaderboard", "One row for each competitor (leaderboard), or for every two of them (pairs).")
    pair: tuple[str, str] | None = choice(None, "Two competitors to compare: their difference, and who is better.", metavar="NAME NAME")
    specifications: Literal["one", "grid", "ranges"] = choice(
        "one",
        "Use the specification given by the options (one); or ask who is first, or the better one of --pair, under every combination of reasonable "
        "choices (grid), or while its numbers are anything between reasonable ends (ranges).",
    )
    against: Path | None = choice(None, "Compare with the leaderboard in this file, which recount rate -o wrote: who moved.", metavar="FILE")
    replicates: Path | None = choice(None, "Save the bootstrap's replicates in this file (.parquet).", metavar="FILE")


OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure),
    **chosen(WhatIsAsked, "p_top", "anchor", "by", "shrink"),
    **chosen(Rated),
    **chosen(Published),
    **chosen(Saved),
    **chosen(Shown),
    **chosen(Workers),
}
OF_A_LEADERBOARD = ("p_top", "anchor", "anchor_rating", "by", "shrink", "against")
OF_DRAWS = ("n_draws", "p_top")
EXAMPLES = (
    "recount rate --ties davidson -o board.csv",
    "recount rate --pair gpt-4o-2024-05-13 claude-3-5-sonnet-20240620",
)


def run(given: Given) -> None:
    """Leaderboard: ratings, intervals, rank sets.

    With -o board.csv, effects of covariates are written beside it, in board.effects.csv.
    """
    from recount.data.replicates import write_replicates_in_place
    from recount.engine.uncertainty.replicates import Replicates
    from recount.sims.analysis.log import Log
    from recount.sims.command_line.counts_option import save_counts_asked
    from recount.sims.command_line.work import Work
    from recount.sims.presentation.files import read_leaderboard

    with Work(given, OPTIONS, writes=("output", "replicates", "save_counts"), idle=_idle(given)) as work:
        asked = work.choices(Rated)
        _check(work, asked)
        if asked.specifications != "one":
            _under_all(work, asked)
            return
        if work.specification.covariates:
            work.will_write_beside("effects")
        work.record(table=asked.table, pair=asked.pair)
        if asked.against is not None:
            work.will_read(asked.against)
            # A file that is no leaderboard is told before the work.
            read_leaderboard(asked.against)
        analysis = work.analysis()
        if isinstance(analysis.source, Log):
            save_counts_asked(work, analysis.source)
        if asked.replicates is not None and isinstance(drawn := analysis.uncertainty, Replicates):
            work.write_with(asked.replicates, lambda path: write_replicates_in_place(drawn, path), f"{plural(len(drawn.values), 'replicate')}")
        if asked.pair is not None:
            work.finish(analysis.pair(*asked.pair))
        elif asked.table == "pairs":
            work.finish(analysis.pairs())
        elif asked.against is not None:
            work.finish(analysis.moves_since(asked.against))
        else:
            work.finish(analysis.leaderboard())
        if work.specification.covariates:
            work.write_beside("effects", analysis.effects())


def _under_all(work: "Work", asked: Rated) -> None:
    """Ask who leads under every reasonable specification."""
    from recount.sims.command_line.grid_tables import finish_grid, will_write_grid
    from recount.sims.multiverse.number_ranges import ratings_in_ranges
    from recount.sims.multiverse.rated_conclusions import ratings_across_specifications
    from recount.sims.specification import WhatIsConcluded

    about = WhatIsConcluded(pair=asked.pair)
    if asked.specifications == "ranges":
        work.record(specifications=asked.specifications, pair=asked.pair)
        work.finish(ratings_in_ranges(work.analysis(), about))
        return
    will_write_grid(work)
    work.record(specifications=asked.specifications, pair=asked.pair)
    analysis = work.analysis()
    analysis.progress = work.progress.of("rating", "specifications")
    finish_grid(work, ratings_across_specifications(analysis, about))


def _idle(given: Given) -> list[Idle]:
    """Options without an effect on what is asked, and why."""
    idle: list[Idle] = []
    if "board" in given:
        idle.append(("with --board", ("by",)))
    if (under := given.get("specifications", "one")) != "one":
        of_one = (*OF_A_LEADERBOARD, "table", "interval_method", "replicates", "save_counts", *chosen(Published))
        idle.append((f"with --specifications {under}", of_one))
    if under == "ranges":
        idle.append(("with --specifications ranges, which has no intervals of ratings", [name for name in chosen(HowSure) if name != "seed"]))
    if "pair" in given:
        idle.append(("on one pair", (*OF_A_LEADERBOARD, "interval_method", "table")))
    if given.get("table") == "pairs":
        idle.append(("with --table pairs", (*OF_A_LEADERBOARD, "interval_method")))
    if "against" in given:
        idle.append(("with --against", ("by", "shrink", "confidence_level", *OF_DRAWS)))
    if "by" in given:
        idle.append(("on ratings by category", (*OF_DRAWS, "replicates")))
    return idle


def _check(work: "Work", asked: Rated) -> None:
    """Raise `OptionError` if options do not go together."""
    s = work.specification
    if (asked.against is not None or s.by is not None) and not isinstance(s.intervals, Resampling):
        work.refuse("where nothing is drawn", "seed")
    if asked.replicates is not None and (not isinstance(s.intervals, Resampling) or asked.replicates.suffix != ".parquet"):
        raise OptionError(
            f"replicates is {str(asked.replicates)!r}; they are of a bootstrap, in a file that ends in .parquet; add intervals='bootstrap'"
        )
    if s.by is not None and s.covariates:
        raise OptionError("`by` rates each category without covariates; leave one of them out")
