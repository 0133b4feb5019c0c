"""`recount influence`."""

from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer

from recount.data import read_catalogue
from recount.data.catalogue import CATALOGUE
from recount.engine import clustered
from recount.engine.choices import TieRule
from recount.engine.errors import OptionError
from recount.engine.scrutiny.conclusion import pair_order, top_order, top_set
from recount.engine.scrutiny.removal import fewest_votes
from recount.sims.command_line.options import (
    BothBadOption,
    ExistenceOption,
    FirstOption,
    MaxRejectedOption,
    MinimumVotesOption,
    OutcomeOption,
    OutputOption,
    PriorAmountOption,
    PriorOption,
    SecondOption,
    TiesOption,
    VotesArgument,
    WeightsOption,
)
from recount.sims.command_line.tell import listed, tell, tell_fit, tell_quarantine, tell_unlabelled
from recount.sims.command_line.work import Work
from recount.sims.rating import rate
from recount.sims.removal import below_minimum, cluster_table, country_lead, removal_summary, vote_table
from recount.sims.specification import OpenRule, Specification


def influence(
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
    top: Annotated[int, typer.Option(help="Conclusion: who the best are, this many; 1 is first place.")] = 1,
    ordered: Annotated[bool, typer.Option("--ordered", help="With --top: and in which order.")] = False,
    pair: Annotated[tuple[str, str] | None, typer.Option(help="Conclusion: which of two competitors is the better one.")] = None,
    country: Annotated[
        Literal["all", "open weights", "large"] | None,
        typer.Option("--country-lead", help="Conclusion: which country has the best model, of all, with open weights or over --size-threshold."),
    ] = None,
    catalogue: Annotated[Path | None, typer.Option(help="Catalogue of models (CSV) for --country-lead; the bundled one if none.")] = None,
    open_weights: Annotated[OpenRule, typer.Option(help="Open are any public weights, those for commercial use, or OSI licences.")] = "any",
    size_threshold: Annotated[float, typer.Option(help="Billions of parameters in total from which a model is large.")] = 30.0,
    cluster: Annotated[str | None, typer.Option(help="Column whose values (voters, prompts) are removed as a whole; COLUMN:day for days.")] = None,
    table: Annotated[
        Literal["removed", "effects"],
        typer.Option(help="The votes (or clusters) that are removed, or all, with what each does to the lead that is lost."),
    ] = "removed",
    output: OutputOption = None,
) -> None:
    """The fewest votes whose removal changes a conclusion.

    Found by influence and verified by refitting without them. If none are found, that proves nothing. With -o votes.csv, how many they are is written
    beside it, in votes.summary.csv.
    """
    work = Work(output)
    if (pair is not None) + (country is not None) + (top != 1 or ordered) > 1:
        raise OptionError("--top, --pair and --country-lead are different conclusions; give one of them")
    specification = Specification(
        ties=ties,
        both_bad=both_bad,
        weights=weights,
        minimum_votes=minimum_votes,
        open_weights=open_weights,
        size_threshold=size_threshold,
        clusters=(cluster,) if cluster else (),
        existence=existence,
        prior=prior,
        prior_amount=prior_amount,
    )
    counts, log, quarantine = work.read(votes, model_a, model_b, winner, max_rejected, specification.columns())
    fitted = rate(counts, specification, log)
    if country is None:
        conclusion = pair_order(fitted, *pair) if pair else top_order(fitted, top) if ordered else top_set(fitted, top)
    else:
        work.inputs.append(catalogue or CATALOGUE)
        conclusion = country_lead(fitted, read_catalogue(catalogue or CATALOGUE), specification, country)
    clusters = clustered(log, fitted, cluster) if cluster and log else None
    removal = fewest_votes(fitted, conclusion, clusters=clusters)
    work.specification = specification.as_dict() | {"conclusion": conclusion.statement, "table": table}
    tell_quarantine(quarantine)
    tell_unlabelled(log, specification)
    tell_fit(fitted)
    if weights != "none":
        tell("weights stay as they are in the whole log, whatever is removed")
    n_units = clusters.n_clusters[0] if clusters else float(fitted.contests.weight_sums(0).sum())
    summary = removal_summary(conclusion, removal, n_units, cluster or "vote")
    tell_removal(summary)
    if removal is not None and (few := below_minimum(fitted, removal, counts, minimum_votes)):
        tell(f"without them {listed(few)} would have fewer than {minimum_votes} votes; --minimum-votes asks the whole log, so they stay rated")
    if output is not None:
        work.write(summary, output.with_name(f"{output.stem}.summary{output.suffix}"))
    if removal is None:
        return
    frame = cluster_table(fitted, removal, clusters, log) if clusters and log else vote_table(fitted, removal)
    work.finish(frame[frame["n_removed"] > 0] if table == "removed" else frame, "Influence")


def tell_removal(summary: pd.DataFrame) -> None:
    """Say how many votes or clusters change a conclusion."""
    row = summary.iloc[0]
    tell(f"conclusion: {row['conclusion']}")
    if pd.isna(row["n_removed"]):
        tell("no removal was found that changes it; that proves nothing")
        return
    forecast = "never" if pd.isna(row["n_forecast"]) else f"{row['n_forecast']:,}"
    of = f"{row['n_removed']:,} of {row['n_units']:,} ({row['share']:.3%})"
    votes = "votes" if row["unit"] == "vote" else f"values of {row['unit']}, with {row['n_votes_removed']:,} votes,"
    tell(f"without {of} {votes} it changes: {row['change']}; a refit shows it (first-order forecast: {forecast})")
