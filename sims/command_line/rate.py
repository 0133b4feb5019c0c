"""`recount rate`."""

from typing import Annotated

import typer

from engine import Scale, anchored, covariance, leaderboard
from sims.command_line.options import (
    AnchorOption,
    AnchorRatingOption,
    BothBadOption,
    DrawsOption,
    ExistenceOption,
    FirstOption,
    IntervalsOption,
    LevelOption,
    MaxRejectedOption,
    MinimumVotesOption,
    OutcomeOption,
    OutputOption,
    SecondOption,
    SeedOption,
    TiesOption,
    VotesArgument,
)
from sims.command_line.tell import tell_fit, tell_quarantine
from sims.command_line.work import Work
from sims.countries import rate as rate_counts
from sims.specification import Specification


def rate(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 0.01,
    ties: TiesOption = "half",
    both_bad: BothBadOption = "tie",
    minimum_votes: MinimumVotesOption = 0,
    existence: ExistenceOption = "error",
    intervals: IntervalsOption = "sandwich",
    confidence_level: LevelOption = 0.95,
    anchor: AnchorOption = None,
    anchor_rating: AnchorRatingOption = 1000.0,
    top: Annotated[int, typer.Option(help="P(top) is the probability to be among this many best.")] = 10,
    n_draws: DrawsOption = 4000,
    seed: SeedOption = 0,
    output: OutputOption = None,
) -> None:
    """Leaderboard: ratings, intervals, rank sets."""
    work = Work(output, seed)
    specification = Specification(
        ties=ties,
        both_bad=both_bad,
        minimum_votes=minimum_votes,
        existence=existence,
        intervals=intervals,
        confidence_level=confidence_level,
        top=top,
    )
    counts, quarantine = work.read(votes, model_a, model_b, winner, max_rejected)
    fitted = rate_counts(counts, specification)
    scale = Scale() if anchor is None else anchored(fitted.names, fitted.strengths, anchor, anchor_rating)
    board = leaderboard(
        covariance(fitted, specification.intervals),
        fitted.contests.votes_of_each(),
        scale=scale,
        confidence_level=confidence_level,
        top=top,
        n_draws=n_draws,
        seed=seed,
    )
    work.specification = specification.as_dict() | {"anchor": anchor, "anchor_rating": scale.centre, "n_draws": n_draws}
    tell_quarantine(quarantine)
    tell_fit(fitted)
    work.finish(board, "Leaderboard")
