"""`recount countries`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from recount.data import read_catalogue, read_replicates
from recount.data.catalogue import CATALOGUE
from recount.engine import OptionError, PairCounts, Replicates, Votes
from recount.engine.choices import TieRule
from recount.sims.command_line.options import (
    BothBadOption,
    ClusterOption,
    DrawsOption,
    ExistenceOption,
    FirstOption,
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
from recount.sims.command_line.tell import listed, tell, tell_quarantine, tell_unlabelled
from recount.sims.command_line.work import Work, showing_progress
from recount.sims.countries import CountryAnalysis, specification_summary, specification_table
from recount.sims.specification import OpenRule, Specification


def countries(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 0.01,
    catalogue: Annotated[Path | None, typer.Option(help="Catalogue of models (CSV); the bundled one if none.")] = None,
    ties: TiesOption = TieRule.HALF,
    both_bad: BothBadOption = "tie",
    weights: WeightsOption = "none",
    minimum_votes: MinimumVotesOption = 0,
    open_weights: Annotated[
        OpenRule, typer.Option(help="Open are any public weights (any), those for commercial use (commercial), or OSI licences (osi).")
    ] = "any",
    size_threshold: Annotated[float, typer.Option(help="Billions of parameters in total from which a model is large.")] = 30.0,
    top: Annotated[int, typer.Option(help="N of the share of and the number in the top N.")] = 20,
    k: Annotated[int, typer.Option(help="How many best models the mean is taken over, one an organisation.")] = 3,
    existence: ExistenceOption = "error",
    prior: PriorOption = "none",
    prior_amount: PriorAmountOption = None,
    intervals: IntervalsOption = "sandwich",
    cluster: ClusterOption = None,
    scheme: SchemeOption = "votes",
    n_replicates: ReplicatesOption = "1000",
    confidence_level: LevelOption = 0.95,
    specifications: Annotated[
        Literal["one", "grid"],
        typer.Option(help="Run the one specification of the options (one), or every combination of reasonable choices (grid)."),
    ] = "one",
    replicates: Annotated[
        Path | None,
        typer.Option(help="Rank by saved replicates (recount rate --replicates), not by votes; the choices that made them stand."),
    ] = None,
    n_draws: DrawsOption = None,
    seed: SeedOption = 0,
    output: OutputOption = None,
) -> None:
    """Country rankings, every metric with its interval."""
    work = Work(output, seed)
    specification = Specification(
        ties=ties,
        both_bad=both_bad,
        weights=weights,
        minimum_votes=minimum_votes,
        open_weights=open_weights,
        size_threshold=size_threshold,
        top=top,
        k=k,
        existence=existence,
        prior=prior,
        prior_amount=prior_amount,
        intervals=intervals,
        scheme=scheme,
        clusters=tuple(cluster or ()),
        confidence_level=confidence_level,
    )
    facts = read_catalogue(catalogue or CATALOGUE)
    work.inputs.append(catalogue or CATALOGUE)
    source: PairCounts | Votes | Replicates
    if replicates is not None:
        if votes:
            raise OptionError(f"votes {str(votes[0])!r} and replicates {str(replicates)!r} are both given; the replicates stand for the votes")
        source = read_replicates(replicates)
        work.inputs.append(replicates)
    else:
        counts, log, quarantine = work.read(votes, model_a, model_b, winner, max_rejected, specification.columns())
        source = counts if log is None else log
        tell_quarantine(quarantine)
        tell_unlabelled(log, specification)
    analysis = CountryAnalysis(source, facts, n_draws=n_draws, n_replicates=parse_replicates(n_replicates), seed=seed)
    work.specification = specification.as_dict() | {"n_draws": n_draws, "n_replicates": n_replicates, "specifications": specifications}
    if analysis.unknown:
        tell(f"{len(analysis.unknown)} of {len(source.names)} competitors have no country in the catalogue: {listed(analysis.unknown)}")
    if specifications == "one":
        with showing_progress("resampling", "replicates") as analysis.progress:
            ranking = analysis.ranking(specification)
        work.finish(ranking, "Countries")
        return
    table = specification_table(analysis, specification)
    summary = specification_summary(table, specification)
    if output is None:
        work.finish(summary, "Which country leads, in how many specifications")
        return
    work.write(table, output)
    work.write(summary, output.with_name(f"{output.stem}.summary{output.suffix}"))
