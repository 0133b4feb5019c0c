"""`recount rate`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from recount.data import write_replicates
from recount.engine import Replicates, Scale, anchored, leaderboard, pair_table
from recount.engine.choices import Covariate, TieRule
from recount.engine.errors import OptionError
from recount.sims.command_line.contextual import category_ratings, effects_path, tell_effects
from recount.sims.command_line.judge import Judgement, compare_models, judge
from recount.sims.command_line.options import (
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
from recount.sims.command_line.tell import tell, tell_fit, tell_quarantine, tell_uncertainty, tell_unlabelled
from recount.sims.command_line.work import Work, showing_progress
from recount.sims.contextual import columns_of, contextual_uncertainty, effects_table, parse_covariates, rate_contextual
from recount.sims.output import check_output
from recount.sims.rating import rate as rate_counts
from recount.sims.rating import uncertainty
from recount.sims.specification import Specification
from recount.sims.splits import parse_held_out


def rate(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 0.01,
    ties: TiesOption = TieRule.HALF,
    both_bad: BothBadOption = "tie",
    weights: WeightsOption = "none",
    minimum_votes: MinimumVotesOption = 0,
    existence: ExistenceOption = "error",
    prior: PriorOption = "none",
    prior_amount: PriorAmountOption = None,
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
            help="leaderboard: a row a competitor; pairs: every two of them; quality: how well the fit describes and predicts votes; calibration: "
            "what favourites were expected to score and did; residuals: the pairs that fit worst; cycles: circles of three that no ratings explain."
        ),
    ] = "leaderboard",
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Every model of ties, and each with the covariates given, on the same votes: likelihood, AIC, BIC, held-out scores, leader.",
        ),
    ] = False,
    held_out: HeldOutOption = "votes",
    replicates: Annotated[Path | None, typer.Option(help="Save the bootstrap's replicates in this file (.parquet).")] = None,
    n_draws: DrawsOption = None,
    seed: SeedOption = 0,
    output: OutputOption = None,
) -> None:
    """Leaderboard: ratings, intervals, rank sets; or how good the fit is, and what fits best.

    With -o board.csv, effects of covariates are written beside it, in board.effects.csv.
    """
    work = Work(output, seed)
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
    covariates = parse_covariates(position, style or (), category_effect or ())
    judged = table != "leaderboard" and table != "pairs"
    instead = "--compare" if compare else f"--table {table}" if judged else None
    _check_instead(instead, table, specification, replicates)
    if ridge and not covariates:
        raise OptionError(f"ridge is {ridge:g}, but there is no covariate; add --position, --style or --category-effect")
    _check_categories(by, shrink, covariates, instead or (None if table == "leaderboard" else f"--table {table}"))
    _check_ratings(specification, n_replicates, replicates, anchor, anchor_rating, by)
    held_column = parse_held_out(held_out)[1]
    if held_column and instead is None:
        raise OptionError(f"held_out is {held_out!r}, but no votes are predicted; add --compare, or --table quality or calibration")
    columns = (*specification.columns(), *columns_of(covariates), *(column for column in (held_column, by) if column))
    counts, log, quarantine = work.read(votes, model_a, model_b, winner, max_rejected, columns, single_votes=bool(covariates))
    further = {"position": position, "style": style, "category_effect": category_effect, "ridge": ridge, "by": by, "shrink": shrink}
    work.specification = specification.as_dict() | further | {"table": "compare" if compare else table, "held_out": held_out}
    tell_quarantine(quarantine)
    tell_unlabelled(log, specification)
    if compare:
        work.finish(*compare_models(counts, log, covariates, specification, ridge, held_out, seed), n_decimals=6)
        return
    fitted = rate_contextual(log, covariates, specification, ridge) if covariates and log else rate_counts(counts, specification, log)
    tell_fit(fitted)
    _tell_prior(fitted.prior.kind, intervals, ridge)
    if table != "leaderboard" and table != "pairs":
        work.finish(*judge(table, fitted, counts, log, specification, held_out, seed), n_decimals=6)
        return
    scale = Scale() if anchor is None else anchored(fitted.names, fitted.strengths, anchor, anchor_rating)
    n_wanted = parse_replicates(n_replicates)
    work.specification |= {"anchor": anchor, "anchor_rating": scale.centre, "n_draws": n_draws, "n_replicates": n_replicates}
    with showing_progress("resampling", "replicates") as progress:
        drawing: dict[str, Any] = {"n_replicates": n_wanted, "seed": seed, "progress": progress}
        if fitted.effects:
            rated, of_covariates = contextual_uncertainty(fitted, specification, **drawing)
            effects = effects_table(fitted, of_covariates, confidence_level)
        elif by is not None and log is not None:
            work.finish(category_ratings(log, by, fitted, specification, shrink, scale, n_wanted, seed), f"Ratings by {by}")
            return
        else:
            rated, effects = uncertainty(fitted, specification, votes=log, **drawing), None
    if effects is not None:
        tell_effects(effects, ridge)
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


def _tell_prior(kind: str, intervals: str, ridge: float) -> None:
    """Say what intervals leave out of what is believed before the votes."""
    if intervals == "bootstrap" and (kind != "none" or ridge):
        tell("every replicate takes the prior as certain: intervals say how votes vary, not how far off the prior is; sandwich and fisher say both")
    elif intervals == "sandwich" and kind == "firth":
        tell("the sandwich of Firth's prior is too narrow for who has hardly lost or won; fisher is not")


def _check_categories(by: str | None, shrink: bool, covariates: Sequence[Covariate], other_table: str | None) -> None:
    """Raise `OptionError` if ratings by category do not go with what else is asked for."""
    if shrink and by is None:
        raise OptionError("--shrink is for ratings by category; add --by COLUMN")
    if covariates and by is not None:
        raise OptionError("--by rates each category without covariates; leave one of them out")
    if other_table is not None and by is not None:
        raise OptionError(f"{other_table} does not go with categories; leave one of them out")


def _check_instead(instead: str | None, table: str, specification: Specification, replicates: Path | None) -> None:
    """Raise `OptionError` if what is asked for `instead` of ratings does not go with what is asked of ratings."""
    s = specification
    if instead is None:
        return
    if instead == "--compare" and table != "leaderboard":
        raise OptionError(f"--compare is a table of its own; leave out --table {table}")
    if instead == "--compare" and s.ties != "half":
        raise OptionError(f"--compare takes every rule of ties; leave out --ties {s.ties}")
    if replicates is not None:
        raise OptionError(f"replicates belong to a leaderboard; leave out --replicates with {instead}")
    if s.intervals != "sandwich" or s.clusters:
        raise OptionError(f"{instead} has no intervals of ratings; leave out --intervals and --cluster")
    if s.weights != "none" and instead != "--compare":
        raise OptionError(f"{instead} is of votes that count for one each, not with weights {s.weights!r}; take weights none")


def _check_ratings(
    specification: Specification, n_replicates: str, replicates: Path | None, anchor: str | None, anchor_rating: float, by: str | None
) -> None:
    """Raise `OptionError` if what is said of ratings does not go together."""
    if anchor is None and anchor_rating != Scale().centre:
        raise OptionError(f"anchor_rating is {anchor_rating}, but no anchor is named; name a competitor with --anchor")
    check_output(replicates)
    resampled = specification.intervals == "bootstrap"
    if replicates is not None and (not resampled or replicates.suffix != ".parquet"):
        raise OptionError(f"replicates {str(replicates)!r} are of a bootstrap, in a file that ends in .parquet; add --intervals bootstrap")
    if replicates is not None and by is not None:
        raise OptionError("replicates belong to one leaderboard; leave out --replicates with --by")
    if n_replicates != "1000" and not resampled:
        raise OptionError(f"n_replicates is {n_replicates}, but nothing is resampled; add --intervals bootstrap")
