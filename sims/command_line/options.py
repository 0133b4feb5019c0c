"""Options that several commands share, with their help."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from recount.engine.choices import BothBadRule, Existence, TieRule
from recount.engine.choices.prior import PriorKind
from recount.engine.choices.resampling import IntervalMethod, Scheme
from recount.engine.errors import OptionError
from recount.sims.specification import UncertaintyMethod

VotesArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="VOTES", help="Vote logs or saved counts (.parquet .csv .jsonl, also .gz .zst); the bundled Arena votes if none."),
]
FirstOption = Annotated[str, typer.Option("--model-a", help="Column of the competitor shown first.")]
SecondOption = Annotated[str, typer.Option("--model-b", help="Column of the competitor shown second.")]
OutcomeOption = Annotated[str, typer.Option("--winner", help="Column of the outcome.")]
MaxRejectedOption = Annotated[float, typer.Option(help="Largest share of rows that may be left out because they are no votes.")]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help="File to write (.csv .parquet .json), with a manifest beside it.")]
TiesOption = Annotated[
    TieRule,
    typer.Option(
        help="A tie is half a win for each side (half), left out (drop), or an outcome with a parameter (davidson, rao-kupper), or one a pair."
    ),
]
BothBadOption = Annotated[BothBadRule, typer.Option(help='"Both bad" is treated as a tie is (tie), left out (drop), or an outcome of its own.')]
PriorOption = Annotated[
    PriorKind,
    typer.Option(help="Prior of the strengths: tied votes against an imagined opponent, normal, or Firth's, which lessens bias."),
]
PriorAmountOption = Annotated[
    float | None,
    typer.Option(help="Prior votes: tied votes of each competitor, 1 by default. Gaussian: standard deviation in Elo, to be given."),
]
WeightsOption = Annotated[
    str, typer.Option(help="What a vote counts: none (one), pairs or pairs:FLOOR (1/max(votes of the pair, 50)), voters:COLUMN, decay:COLUMN:DAYS.")
]
PositionOption = Annotated[bool, typer.Option("--position", help="Fit an advantage of being shown first beside the ratings.")]
StyleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--style",
        help="Effect of a property of both answers: COLUMN_A,COLUMN_B, as (a - b) / (a + b) over its standard deviation; with ,difference as a - b.",
    ),
]
CategoryEffectOption = Annotated[
    list[str] | None, typer.Option("--category-effect", help="Fit an advantage of being shown first for each label in this column.")
]
RidgeOption = Annotated[float, typer.Option(help="Precision of a normal prior of each effect around 0; 0 for none.")]
ByOption = Annotated[str | None, typer.Option(help="Rate the votes of each label in this column by themselves.")]
ShrinkOption = Annotated[bool, typer.Option("--shrink", help="With --by: shrink each category toward the ratings by all other votes.")]
MinimumVotesOption = Annotated[int, typer.Option(help="Leave out competitors with fewer votes.")]
ExistenceOption = Annotated[
    Existence,
    typer.Option(
        help="If ratings do not exist: stop (error), leave out who never lost or never won (drop), keep the largest group that wins join both ways "
        "(largest), or give everybody a tied vote (prior)."
    ),
]
IntervalsOption = Annotated[
    UncertaintyMethod,
    typer.Option(help="Where uncertainty comes from: sandwich covariance, Fisher information (trusts the model of the vote), bootstrap."),
]
SchemeOption = Annotated[
    Scheme,
    typer.Option(help="What the bootstrap draws: votes with replacement, Poisson or Dirichlet (bayes) weights, votes from the fit (parametric)."),
]
IntervalMethodOption = Annotated[
    IntervalMethod,
    typer.Option(help="The bootstrap's intervals: quantiles, these reflected, corrected for bias and skewness (bca), or normal."),
]
ClusterOption = Annotated[
    list[str] | None,
    typer.Option("--cluster", help="Column whose values are independent (voter, prompt, session); twice for two that cross; COLUMN:day for days."),
]
ReplicatesOption = Annotated[str, typer.Option("--n-replicates", help="Replicates of the bootstrap, or auto: until every end is known to 1 Elo.")]
LevelOption = Annotated[float, typer.Option(help="Confidence level of every interval.")]
AnchorOption = Annotated[str | None, typer.Option(help="Competitor whose rating is --anchor-rating; shifts the scale and nothing else.")]
AnchorRatingOption = Annotated[float, typer.Option(help="Rating of the anchor.")]
DrawsOption = Annotated[int | None, typer.Option(help="Joint draws of all strengths; 4000 by default, and all replicates of a bootstrap.")]
HeldOutOption = Annotated[
    str,
    typer.Option(
        help="Votes that test predictions: votes or votes:FOLDS (random folds), voters:COLUMN (folds of whole voters), time:COLUMN (last fifth)."
    ),
]
SeedOption = Annotated[int, typer.Option(help="Seed of the draws, the bootstrap, the folds and the simulated logs.")]


def parse_replicates(text: str) -> int | Literal["auto"]:
    """Read the number of replicates."""
    if text == "auto":
        return "auto"
    if not text.isdecimal():
        raise OptionError(f"n_replicates is {text!r}; give a whole number, or 'auto'")
    return int(text)
