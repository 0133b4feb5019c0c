"""The answers of a simulated benchmark as files: the log of answers, and beside it truth, scores, items and resolution."""

from dataclasses import replace
from typing import TYPE_CHECKING

from recount.engine.plurals import plural
from recount.sims.arenas.log_files import check_ending
from recount.sims.presentation import Table
from recount.sims.simulated_benchmarks.answers import simulate_benchmark, write_answers
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.simulated_benchmarks.needed_numbers import resolution_of
from recount.sims.specification.flat import to_flat

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work

BESIDE = ("truth", "scores", "items", "resolution")


def simulate_answers(work: "Work", kind: BenchmarkKind) -> None:
    """Simulate a benchmark, and write its answers, or show the truth."""
    output, s = work.shown.output, work.specification
    if output is not None:
        check_ending(output)
        for name in BESIDE:
            work.will_write_beside(name)
    simulated = simulate_benchmark(kind, s.seed)
    truth = simulated.parameters
    work.record(**to_flat(kind) | {"n_competitors": kind.size, "n_items": truth.items.n, "guessing": kind.items.chance_of_a_guess})
    resolution = resolution_of(truth, s.confidence_level, s.seed)
    table = Table("benchmark truth", simulated.truth, (simulated.summary(), *resolution.sentences()))
    if output is None:
        work.finish(replace(table, notes=(f"{simulated.summary()}; -o answers.parquet writes them", *resolution.sentences())))
        return
    work.write_with(output, lambda path: write_answers(simulated, path), f"{plural(simulated.answers.size, 'answer')}")
    for name, beside in (("scores", Table("scores", simulated.scores)), ("items", Table("items", truth.items_frame)), ("resolution", resolution)):
        work.write_beside(name, beside)
    work.finish_beside("truth", table)
    work.tell_notes(table)
