"""Options that several commands share, with their help."""

from pathlib import Path
from typing import Annotated

import typer

from engine.contests import BothBadRule, TieRule
from engine.covariance import CovarianceMethod
from engine.existence import Existence

VotesArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="VOTES", help="Vote logs or saved counts (.parquet .csv .jsonl, also .gz .zst); the bundled Arena votes if none."),
]
FirstOption = Annotated[str, typer.Option("--model-a", help="Column of the competitor shown first.")]
SecondOption = Annotated[str, typer.Option("--model-b", help="Column of the competitor shown second.")]
OutcomeOption = Annotated[str, typer.Option("--winner", help="Column of the outcome.")]
MaxRejectedOption = Annotated[float, typer.Option(help="Share of rows that may be no votes.")]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help="File to write (.csv .parquet .json), with a manifest beside it.")]
TiesOption = Annotated[TieRule, typer.Option(help="A tie is half a win for each side (half), or left out (drop).")]
BothBadOption = Annotated[BothBadRule, typer.Option(help='"Both bad" is treated as a tie is (tie), or left out (drop).')]
MinimumVotesOption = Annotated[int, typer.Option(help="Leave out competitors with fewer votes.")]
ExistenceOption = Annotated[Existence, typer.Option(help="If ratings do not exist: error, drop, largest or prior.")]
IntervalsOption = Annotated[CovarianceMethod, typer.Option(help="Covariance of the ratings: sandwich or fisher.")]
LevelOption = Annotated[float, typer.Option(help="Confidence level of every interval.")]
AnchorOption = Annotated[str | None, typer.Option(help="Competitor whose rating is --anchor-rating; shifts the scale and nothing else.")]
AnchorRatingOption = Annotated[float, typer.Option(help="Rating of the anchor.")]
DrawsOption = Annotated[int, typer.Option(help="Joint draws of all strengths.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the draws.")]
