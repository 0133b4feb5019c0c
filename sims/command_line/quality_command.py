"""`recount quality`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhichModel, WhichVotes

if TYPE_CHECKING:
    from recount.sims.presentation import Table

FOLDS_HELP = (
    "Votes held out to test predictions: votes or votes:FOLDS (random folds), voters:COLUMN (folds of whole voters), time:COLUMN (last fifth)."
)


@dataclass(frozen=True)
class Judged:
    """What is judged."""

    table: Literal["quality", "calibration", "residuals", "cycles", "comparison"] = choice(
        "quality",
        "How well the fit describes and predicts votes (quality); expected and actual scores of favourites (calibration); the pairs that fit worst "
        "(residuals); circles of three that no ratings explain (cycles); or every model of ties, also with the covariates given, on the same votes "
        "(comparison).",
    )
    held_out: str | None = choice(None, FOLDS_HELP, unset="votes", metavar="VOTES")


OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure, "confidence_level", "seed"),
    **chosen(Judged),
    **chosen(Shown),
    **chosen(Workers),
}
EXAMPLES = (
    "recount quality",
    "recount quality --table comparison",
)


def run(given: Given) -> None:
    """How well the ratings describe and predict votes, and which model of ties fits best."""
    from recount.engine.choices import Folds
    from recount.sims.command_line.work import Work

    with Work(given, OPTIONS) as work:
        asked = work.choices(Judged)
        folds = None if asked.held_out is None else Folds.parse(asked.held_out)
        if asked.table in ("residuals", "cycles"):
            work.refuse(f"on {asked.table}", "held_out", "confidence_level")
        if asked.table == "residuals":
            work.refuse("on residuals", "seed")
        if asked.table in ("comparison", "calibration") and folds is not None and folds.kind == "time":
            work.refuse(f"on {asked.table} of votes held out by time", "seed")
        if asked.table == "comparison":
            work.refuse("with --table comparison, which takes every rule of ties", "ties")
            work.refuse("with --table comparison, which has no intervals", "confidence_level")
        if asked.table == "quality" and work.specification.covariates:
            work.refuse("on quality with covariates, which has no intervals", "confidence_level")
        analysis = work.analysis()
        analysis.progress = work.progress.of("simulating", "steps")
        answers: dict[str, Callable[[], Table]] = {
            "quality": lambda: analysis.quality(folds),
            "calibration": lambda: analysis.calibration(folds),
            "residuals": analysis.residuals,
            "cycles": analysis.cycles,
            "comparison": lambda: analysis.comparison(folds),
        }
        work.record(table=asked.table, held_out=asked.held_out)
        work.finish(answers[asked.table]())
