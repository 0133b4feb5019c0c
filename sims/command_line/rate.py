"""`recount rate`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
import typer

from data import write_replicates
from engine import ContextualFit, Fit, Replicates, Scale, anchored, leaderboard, pair_table
from engine.errors import OptionError
from sims.command_line.contextual import category_ratings, check_further, effects_path, rate_with_covariates, tell_effects
from sims.command_line.judge import Judgement, compare_models, judge
from sims.command_line.options import (
    AnchorOption,
    AnchorRatingOption,
    BothBadOption,
    ByOption,
    CategoryEffectOption,
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
    PositionOption,
    PriorAmountOption,
    PriorOption,
    ReplicatesOption,
    RidgeOption,
    SchemeOption,
    SecondOption,
    SeedOption,
    ShrinkOption,
    StyleOption,
    TiesOption,
    VotesArgument,
    WeightsOption,
    parse_replicates,
)
from sims.command_line.tell import tell_fit, tell_quarantine, tell_uncertainty
from sims.command_line.work import Work, showing_progress
from sims.contextual import columns_of, parse_covariates
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
    position: PositionOption = False,
    style: StyleOption = None,
    category_effect: CategoryEffectOption = None,
    ridge: RidgeOption = 0.0,
    by: ByOption = None,
    shrink: ShrinkOption = False,
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
    if (judged or by is not None) and replicates is not None:
        raise OptionError("replicates belong to one leaderboard; leave out --replicates here")
    if compare and table != "leaderboard":
        raise OptionError(f"--compare is a table of its own; leave out --table {table}")
    covariates = parse_covariates(position, style or (), category_effect or ())
    check_further(
        covariates, by, shrink, ridge, "--compare" if compare else f"--table {table}" if judged or (by and table != "leaderboard") else None
    )
    held_column = parse_held_out(held_out)[1] if judged else ""
    columns = (*specification.columns(), *columns_of(covariates), *(column for column in (held_column, by) if column))
    counts, log, quarantine = work.read(votes, model_a, model_b, winner, max_rejected, columns, single_votes=bool(covariates))
    further = {"position": position, "style": style, "category_effect": category_effect, "ridge": ridge, "by": by, "shrink": shrink}
    work.specification = specification.as_dict() | further | {"table": "compare" if compare else table, "held_out": held_out}
    tell_quarantine(quarantine)
    if compare:
        work.finish(*compare_models(counts, log, specification, held_out, seed), n_decimals=6)
        return
    n_wanted = parse_replicates(n_replicates)
    effects: pd.DataFrame | None = None
    fitted: Fit | ContextualFit
    with showing_progress("resampling", "replicates") as progress:
        if covariates and log is not None:
            fitted, rated, effects = rate_with_covariates(log, covariates, specification, ridge, n_wanted, seed, progress)
            tell_fit(fitted)
            tell_effects(effects, ridge)
        else:
            fitted = rate_counts(counts, specification, log)
            tell_fit(fitted)
            if table != "leaderboard" and table != "pairs":
                work.finish(*judge(table, fitted, counts, log, specification, held_out, seed), n_decimals=6)
                return
        scale = Scale() if anchor is None else anchored(fitted.names, fitted.strengths, anchor, anchor_rating)
        work.specification |= {"anchor": anchor, "anchor_rating": scale.centre, "n_draws": n_draws, "n_replicates": n_replicates}
        if by is not None and log is not None and isinstance(fitted, Fit):
            work.finish(category_ratings(log, by, fitted, specification, shrink, scale, n_wanted, seed), f"Ratings by {by}")
            return
        if isinstance(fitted, Fit):
            rated = uncertainty(fitted, specification, votes=log, n_replicates=n_wanted, seed=seed, progress=progress)
    tell_uncertainty(rated)
    if replicates is not None and isinstance(rated, Replicates):
        write_replicates(rated, replicates)
        work.write_manifest(replicates)
    shown: dict[str, Any] = {"scale": scale, "confidence_level": confidence_level, "n_draws": n_draws, "seed": seed}
    if table == "pairs":
        work.finish(pair_table(rated, **shown), "Pairs")
    else:
        work.finish(leaderboard(rated, fitted.contests.votes_of_each(), top=top, **shown), "Leaderboard")
    if effects is not None and output is not None:
        work.write(effects, effects_path(output))
