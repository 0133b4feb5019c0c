"""`recount simulate`."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.parts import Pairs, Strengths
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import Shown
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.specification import HowSure
from recount.sims.specification.flat import from_flat, options_of, to_flat

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work

ARENA, BENCHMARK = SUBJECTS = ("arena", "benchmark")
Kind = TypeVar("Kind", Arena, BenchmarkKind)


@dataclass(frozen=True)
class TakenFrom:
    """Files that an arena or a benchmark is made after."""

    ratings: Path | None = choice(
        None, "Strengths: columns competitor and rating of this table (.csv .parquet .json), such as recount rate -o wrote.", metavar="FILE"
    )
    like: Path | None = choice(None, "Competitors, and how often pairs meet: those of this log.", metavar="FILE")


OF = {
    ARENA: {**chosen(Arena), **chosen(TakenFrom), **chosen(Reading), **chosen(HowSure, "seed"), **chosen(Shown)},
    BENCHMARK: {**chosen(BenchmarkKind), **chosen(TakenFrom, "ratings"), **chosen(HowSure, "confidence_level", "seed"), **chosen(Shown)},
}
OPTIONS = OF[BENCHMARK] | OF[ARENA]
# Of tastes and categories.
AVERAGED = (
    "ratings of all votes are drawn together, as the law of a vote is flatter on average over tastes and categories: they are not the strengths"
)
EXAMPLES = (
    "recount simulate arena --competitors 50",
    "recount simulate arena --votes 1000000 --voters 20000 --tastes 80 --both-bad-share 0.4 -o log.parquet",
    "recount simulate arena --voters 2000 --careless 0.1 --riggers 0.02 --rigging omnipresent -o rigged.parquet",
    "recount simulate benchmark --sized-as MMLU --label-errors 0.065 --competitors 100 -o mmlu.parquet",
)


def run(given: Given) -> None:
    """Votes of an arena, or answers to the items of a benchmark, from a known truth.

    With -o log.parquet (or .csv), votes are written there and the truth beside them, in log.truth.parquet, and in log.voters.parquet where some
    voters do not say what they think; without, the truth is shown.

    Of a benchmark, answers are written (model, item, correct), and beside them truth, scores, items, and resolution: how many items, and how many
    votes, tell the ten best apart.
    """
    from recount.sims.command_line.work import Work

    subject = given["subject"]
    idle = [(f"with simulate {subject}", [name for name in OPTIONS if name not in OF[subject]])]
    with Work({name: value for name, value in given.items() if name != "subject"}, OPTIONS, idle=idle) as work:
        work.recorded = {name: value for name, value in work.recorded.items() if name in OF[subject]}
        if subject == ARENA:
            _simulate_arena(work)
        else:
            from recount.sims.command_line.simulated_answers import simulate_answers

            simulate_answers(work, _made(work, BenchmarkKind))


def _simulate_arena(work: "Work") -> None:
    """Simulate votes, and write them, or show the truth."""
    from recount.sims.arenas.log_files import check_ending, write_log
    from recount.sims.arenas.simulation import simulate
    from recount.sims.presentation import Table

    if work.shown.output is not None:
        check_ending(work.shown.output)
        work.will_write_beside("truth")
    arena = _made(work, Arena)
    if arena.has_intents:
        work.will_write_beside("voters")
    simulated = simulate(arena, seed=work.specification.seed)
    truth, n_votes = simulated.parameters, simulated.votes.n_votes
    work.record(**to_flat(arena) | {"n_competitors": arena.size, "n_votes": n_votes}, drawn={"tie_parameter": truth.tie_parameter})
    averaged = (AVERAGED,) if truth.taste_variance or truth.categories is not None else ()
    table = Table("truth", simulated.truth, notes=(simulated.extent, *averaged))
    if work.shown.output is None:
        work.finish(replace(table, notes=(f"{simulated.extent}; -o log.parquet writes them", *averaged)))
    else:
        work.write_with(work.shown.output, lambda path: write_log(simulated.votes, path), f"{plural(n_votes, 'vote')}")
        work.finish_beside("truth", table)
        if simulated.voters is not None:
            work.finish_beside("voters", Table("true voters", simulated.voters))
        work.tell_notes(table)


def _made(work: "Work", owner: type[Kind]) -> Kind:
    """Make the arena or benchmark that the options say, with strengths and pairs from files."""
    from recount.sims.analysis.log import read

    taken = work.choices(TakenFrom)
    for path in (taken.ratings, taken.like):
        if path is not None:
            work.will_read(path)
    given = {name: value for name, value in work.given.items() if name in options_of(owner)}
    made: dict[str, Any] = {}
    if taken.ratings is not None:
        _leave_out(work, given, Strengths, strengths="given", why="with --ratings")
        made["strengths"] = _strengths(taken.ratings)
    if taken.like is not None:
        _leave_out(work, given, Pairs, pairs="like", why="with --like")
        made["pairs"] = Pairs.like(read(taken.like, reading=work.choices(Reading)).counts)
    else:
        work.refuse("without --like", *options_of(Reading))
    return replace(from_flat(owner, given), **made)


def _leave_out(work: "Work", given: dict[str, Any], owner: type[Any], why: str, **of_files: str) -> None:
    """Take the choices of a value that comes from a file out of what was `given`; raise `OptionError` if they say anything else."""
    for name in options_of(owner):
        if given.pop(name, None) != of_files.get(name):
            work.refuse(why, name)


def _strengths(path: Path) -> Strengths:
    """Read strengths from a table of ratings."""
    import pandas as pd

    from recount.sims.presentation.files import read_table

    table = read_table(path)
    for column in ("competitor", "rating"):
        if column not in table:
            raise InputError(f"{str(path)!r} is no table of ratings: it has no column {column!r}; it needs competitor and rating")
    ratings = pd.to_numeric(table["rating"], errors="coerce")
    if ratings.isna().any():
        row = int(ratings.isna().to_numpy().argmax())
        name, value = table["competitor"].iloc[row], table["rating"].iloc[row]
        said = "no rating" if pd.isna(value) else f"the rating {str(value)!r}, which is no number"
        raise InputError(f"{str(path)!r} row {row + 1}: {str(name)!r} has {said}; give it one, or leave the row out")
    return Strengths.given(ratings.tolist(), table["competitor"].astype(str).tolist())
