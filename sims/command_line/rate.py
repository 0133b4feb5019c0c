"""`recount rate`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from data import write_replicates
from engine import Replicates, Scale, anchored, leaderboard, pair_table
from engine.errors import OptionError
from sims.command_line.judge import Judgement, compare_models, judge
from sims.command_line.options import (
    AnchorOption,
    AnchorRatingOption,
    BothBadOption,
    ClusterOption,
    DrawsOption,
    ExistenceOption,
    FirstOption,
    HeldOutOption,
    IntervalMethodOption,
    IntervalsOption,
    LevelOption,
    MaxRejectedOption,
    MinimumVotesOption,
    OutcomeOption,
    OutputOption,
    PriorAmountOption,
    PriorOption,
    ReplicatesOption,
    SchemeOption,
    SecondOption,
    SeedOption,
    TiesOption,
    VotesArgument,
    WeightsOption,
    parse_replicates,
)
from sims.command_line.tell import tell_fit, tell_quarantine, tell_uncertainty
from sims.command_line.work import Work, showing_progress
from sims.output import check_output
from sims.rating import rate as rate_counts
from sims.rating import uncertainty
from sims.specification import Specification
from sims.splits import parse_held_out


def rate(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 0.01,
    ties: TiesOption = "half",
    both_bad: BothBadOption = "tie",
    weights: WeightsOption = "none",
    minimum_votes: MinimumVotesOption = 0,
    existence: ExistenceOption = "error",
    prior: PriorOption = "none",
    prior_amount: PriorAmountOption = 1.0,
    intervals: IntervalsOption = "sandwich",
    cluster: ClusterOption = None,
    scheme: SchemeOption = "votes",
    interval_method: IntervalMethodOption = "percentile",
    n_replicates: ReplicatesOption = "1000",
    confidence_level: LevelOption = 0.95,
    anchor: AnchorOption = None,
    anchor_rating: AnchorRatingOption = 1000.0,
    top: Annotated[int, typer.Option(help="P(top) is the probability to be among this many best.")] = 10,
    table: Annotated[
        Literal["leaderboard", "pairs", Judgement],
        typer.Option(
            help="One row a competitor; every two of them; how well the fit describes and predicts votes; what favourites were expected to score "
            "and did; the pairs that fit worst; circles of three that no ratings explain."
        ),
    ] = "leaderboard",
    compare: Annotated[
        bool, typer.Option("--compare", help="Every model of ties on the same votes: likelihood, AIC, BIC, scores of votes held out, leader.")
    ] = False,
    held_out: HeldOutOption = "votes",
    replicates: Annotated[Path | None, typer.Option(help="Save the bootstrap's replicates in this file (.parquet).")] = None,
    n_draws: DrawsOption = None,
    seed: SeedOption = 0,
    output: OutputOption = None,
) -> None:
    """Leaderboard: ratings, intervals, rank sets; or how good the fit is, and what fits best."""
    work = Work(output, seed)
    if anchor is None and anchor_rating != Scale().centre:
        raise OptionError(f"anchor_rating is {anchor_rating}, but no anchor is named; name a competitor with --anchor")
    check_output(replicates)
    if replicates is not None and (intervals != "bootstrap" or replicates.suffix != ".parquet"):
        raise OptionError(f"replicates {str(replicates)!r} are of a bootstrap, in a file that ends in .parquet; add --intervals bootstrap")
    specification = Specification(
        ties=ties,
        both_bad=both_bad,
        weights=weights,
        minimum_votes=minimum_votes,
        existence=existence,
        prior=prior,
        prior_amount=prior_amount,
        intervals=intervals,
        scheme=scheme,
        interval_method=interval_method,
        clusters=tuple(cluster or ()),
        confidence_level=confidence_level,
        top=top,
    )
    judged = compare or table not in ("leaderboard", "pairs")
    if judged and replicates is not None:
        raise OptionError("replicates belong to ratings; leave out --replicates here")
    if compare and table != "leaderboard":
        raise OptionError(f"--compare is a table of its own; leave out --table {table}")
    held_column = parse_held_out(held_out)[1] if judged else ""
    columns = (*specification.columns(), *([held_column] if held_column else []))
    counts, log, quarantine = work.read(votes, model_a, model_b, winner, max_rejected, columns)
    work.specification = specification.as_dict() | {"table": "compare" if compare else table, "held_out": held_out}
    if compare:
        tell_quarantine(quarantine)
        work.finish(*compare_models(counts, log, specification, held_out, seed), n_decimals=6)
        return
    fitted = rate_counts(counts, specification, log)
    if table != "leaderboard" and table != "pairs":
        tell_quarantine(quarantine)
        tell_fit(fitted)
        work.finish(*judge(table, fitted, counts, log, specification, held_out, seed), n_decimals=6)
        return
    scale = Scale() if anchor is None else anchored(fitted.names, fitted.strengths, anchor, anchor_rating)
    with showing_progress("resampling", "replicates") as progress:
        rated = uncertainty(fitted, specification, votes=log, n_replicates=parse_replicates(n_replicates), seed=seed, progress=progress)
    work.specification = specification.as_dict() | {
        "anchor": anchor,
        "anchor_rating": scale.centre,
        "table": table,
        "n_draws": n_draws,
        "n_replicates": n_replicates,
    }
    tell_quarantine(quarantine)
    tell_fit(fitted)
    tell_uncertainty(rated)
    if replicates is not None and isinstance(rated, Replicates):
        write_replicates(rated, replicates)
        work.write_manifest(replicates)
    shown: dict[str, Any] = {"scale": scale, "confidence_level": confidence_level, "n_draws": n_draws, "seed": seed}
    if table == "pairs":
        work.finish(pair_table(rated, **shown), "Pairs")
    else:
        work.finish(leaderboard(rated, fitted.contests.votes_of_each(), top=top, **shown), "Leaderboard")
