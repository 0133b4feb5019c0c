"""The command `recount`: every command is one public function of the library, seen from a shell."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import OptionError, RecountError

if TYPE_CHECKING:
    import pandas as pd

    from data import Quarantine
    from engine import Fit, PairCounts
    from sims.specification import Specification

N_SHOWN = 30
SECONDS_BEFORE_PROGRESS = 2.0

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Ratings from pairwise votes, and how sure they are."
)

VotesArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[VOTES]...", help="Vote logs or saved counts (.parquet .csv .jsonl, also .gz .zst); the bundled Arena votes if none."),
]
FirstOption = Annotated[str, typer.Option("--model-a", help="Column of the competitor shown first.")]
SecondOption = Annotated[str, typer.Option("--model-b", help="Column of the competitor shown second.")]
OutcomeOption = Annotated[str, typer.Option("--winner", help="Column of the outcome.")]
MaxRejectedOption = Annotated[float, typer.Option(help="Share of rows that may be no votes.")]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help="File to write (.csv .parquet .json), with a manifest beside it.")]
TiesOption = Annotated[str, typer.Option(help="A tie is half a win for each side (half), or left out (drop).")]
BothBadOption = Annotated[str, typer.Option(help='"Both bad" is treated as a tie is (tie), or left out (drop).')]
MinimumVotesOption = Annotated[int, typer.Option(help="Leave out competitors with fewer votes.")]
ExistenceOption = Annotated[str, typer.Option(help="If ratings do not exist: error, drop, largest or prior.")]
IntervalsOption = Annotated[str, typer.Option(help="Covariance of the ratings: sandwich or fisher.")]
LevelOption = Annotated[float, typer.Option(help="Confidence level of every interval.")]
AnchorOption = Annotated[str | None, typer.Option(help="Competitor whose rating is --anchor-rating; shifts the scale and nothing else.")]
AnchorRatingOption = Annotated[float, typer.Option(help="Rating of the anchor.")]
DrawsOption = Annotated[int, typer.Option(help="Joint draws of all strengths.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the draws.")]


@app.command()
def check(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 1.0,
    minimum_votes: MinimumVotesOption = 0,
    ties: TiesOption = "half",
    both_bad: BothBadOption = "tie",
    output: OutputOption = None,
) -> None:
    """What the log holds, what was rejected and why, what can be rated."""
    from sims.log_check import log_summary

    with _Work(output, {}, 0) as work:
        specification = _specification(ties=ties, both_bad=both_bad, minimum_votes=minimum_votes)
        counts, quarantine = work.read(votes, model_a, model_b, winner, max_rejected)
        work.specification = specification.as_dict()
        work.finish(log_summary(counts, quarantine, specification), "Log")


@app.command()
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
    from engine import Scale, anchored, covariance, leaderboard
    from sims.countries import rate as rate_counts

    with _Work(output, {}, seed) as work:
        specification = _specification(
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
        _tell_quarantine(quarantine)
        _tell_fit(fitted)
        work.finish(board, "Leaderboard")


@app.command()
def countries(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 0.01,
    catalogue: Annotated[Path | None, typer.Option(help="Catalogue of models (CSV); the bundled one if none.")] = None,
    ties: TiesOption = "half",
    both_bad: BothBadOption = "tie",
    minimum_votes: MinimumVotesOption = 0,
    open_weights: Annotated[
        str, typer.Option(help="Open are any public weights (any), those for commercial use (commercial), or OSI licences (osi).")
    ] = "any",
    size_threshold: Annotated[float, typer.Option(help="Billions of parameters in total from which a model is large.")] = 30.0,
    top: Annotated[int, typer.Option(help="N of the share of and the number in the top N.")] = 20,
    k: Annotated[int, typer.Option(help="How many best models the mean is taken over, one an organisation.")] = 3,
    existence: ExistenceOption = "error",
    intervals: IntervalsOption = "sandwich",
    confidence_level: LevelOption = 0.95,
    specifications: Annotated[
        str, typer.Option(help="Run the one specification of the options (one), or every combination of reasonable choices (grid).")
    ] = "one",
    n_draws: DrawsOption = 4000,
    seed: SeedOption = 0,
    output: OutputOption = None,
) -> None:
    """Country rankings, every metric with its interval."""
    from data import read_catalogue
    from data.catalogue import CATALOGUE
    from engine.contests import check_choice
    from sims.countries import CountryAnalysis, specification_summary, specification_table

    with _Work(output, {}, seed) as work:
        check_choice("specifications", specifications, ("one", "grid"))
        specification = _specification(
            ties=ties,
            both_bad=both_bad,
            minimum_votes=minimum_votes,
            open_weights=open_weights,
            size_threshold=size_threshold,
            top=top,
            k=k,
            existence=existence,
            intervals=intervals,
            confidence_level=confidence_level,
        )
        facts = read_catalogue(catalogue or CATALOGUE)
        work.inputs.append(catalogue or CATALOGUE)
        counts, quarantine = work.read(votes, model_a, model_b, winner, max_rejected)
        analysis = CountryAnalysis(counts, facts, n_draws=n_draws, seed=seed)
        work.specification = specification.as_dict() | {"n_draws": n_draws, "specifications": specifications}
        _tell_quarantine(quarantine)
        if analysis.unknown:
            _tell(f"{len(analysis.unknown)} of {len(counts.names)} competitors have no country in the catalogue: {_listed(analysis.unknown)}")
        if specifications == "one":
            work.finish(analysis.ranking(specification), "Countries")
            return
        table = specification_table(analysis, specification)
        summary = specification_summary(table, specification)
        if output is None:
            work.finish(summary, "Which country leads, in how many specifications")
            return
        work.finish(table, "Specifications")
        with _Work(output.with_name(f"{output.stem}.summary{output.suffix}"), work.specification, seed) as second:
            second.inputs = work.inputs
            second.finish(summary, "Which country leads, in how many specifications")


class _Work:
    """One command's work: reads, times, shows or writes, and turns what a user can mend into one line."""

    def __init__(self, output: Path | None, specification: dict[str, Any], seed: int) -> None:
        self.output = output
        self.specification = specification
        self.seed = seed
        self.inputs: list[Path] = []
        self.started = time.perf_counter()

    def __enter__(self) -> "_Work":
        """Check the output before the work."""
        with _one_line():
            from sims.output import check_output

            if self.seed < 0:
                raise OptionError(f"seed is {self.seed}; give a whole number, 0 or more")
            check_output(self.output)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Say in one line what a user can mend."""
        if error is not None:
            with _one_line():
                raise error

    def read(self, votes: list[Path] | None, first: str, second: str, outcome: str, max_rejected: float) -> "tuple[PairCounts, Quarantine]":
        """Count the votes, with progress where it takes long."""
        from data import ARENA_VOTES, Columns, read_counts

        paths = votes or [ARENA_VOTES]
        with _progress() as progress:
            counts, quarantine = read_counts(*paths, columns=Columns(first, second, outcome), max_rejected=max_rejected, progress=progress)
        self.inputs += paths
        return counts, quarantine

    def finish(self, frame: "pd.DataFrame", title: str) -> None:
        """Write the result with its manifest, or show it."""
        from sims.output import show_table, write_manifest, write_table

        if self.output is None:
            show_table(frame, title, N_SHOWN)
            return
        write_table(frame, self.output)
        command = ["recount", *sys.argv[1:]]
        seconds = time.perf_counter() - self.started
        write_manifest(self.output, inputs=self.inputs, specification=self.specification, seed=self.seed, seconds=seconds, command=command)
        _tell(f"{len(frame)} rows in {self.output}")


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except RecountError as error:
        _tell("error: " + " ".join(str(error).split()))
        raise typer.Exit(2) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        _tell(f"error: {error.strerror or error}: {error.filename}")
        raise typer.Exit(2) from error


@contextmanager
def _progress() -> Iterator[Any]:
    """Show rows, rate and time left on a terminal's stderr once the reading takes long."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    started = time.perf_counter()
    parts = (TextColumn("reading"), BarColumn(), TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s"), TimeRemainingColumn())
    shown = Progress(*parts, console=Console(stderr=True), transient=True)
    task = shown.add_task("reading", total=1.0, rows=0, rate=0.0)

    def progress(n_rows: int, share: float) -> None:
        seconds = time.perf_counter() - started
        if seconds > SECONDS_BEFORE_PROGRESS:
            shown.start()
            shown.update(task, completed=0.0 if share != share else share, rows=n_rows, rate=n_rows / seconds)

    try:
        yield progress
    finally:
        shown.stop()


def _specification(**choices: Any) -> "Specification":
    from sims.specification import Specification

    return Specification(**choices)


def _tell(line: str) -> None:
    print("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line), file=sys.stderr)


def _tell_quarantine(quarantine: "Quarantine") -> None:
    if len(quarantine.rejects):
        reasons = ", ".join(f"{reason} {n}" for reason, n in quarantine.by_reason().items())
        _tell(f"{len(quarantine.rejects)} of {quarantine.n_rows} rows left out ({reasons}); recount check lists them")
    for names in quarantine.lookalikes:
        _tell(f"names that differ only in space or case, kept apart: {_listed(names)}")


def _tell_fit(fitted: "Fit") -> None:
    if fitted.dropped:
        _tell(f"existence={fitted.existence}: left out {len(fitted.dropped)} competitors: {_listed(fitted.dropped)}")
    if fitted.prior_votes:
        _tell(f"existence=prior: every competitor has {fitted.prior_votes:g} tied votes against an imagined opponent")
    _tell(
        f"{fitted.contests.n_votes:,.0f} votes, {len(fitted.names)} competitors; converged in {fitted.n_iterations} iterations "
        f"to {fitted.rating_error:.1g} Elo; mean negative log-likelihood {fitted.mean_nll:.6f}"
    )


def _listed(names: tuple[str, ...], n: int = 5) -> str:
    shown = ", ".join(map(repr, names[:n]))
    return shown if len(names) <= n else f"{shown} and {len(names) - n} more"


def main() -> None:
    """Run the command line."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has had enough; nothing is left to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
