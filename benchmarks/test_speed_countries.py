"""Country rankings on the bundled Arena votes, under one specification and under all of the grid."""

from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import read
from recount.sims.multiverse import grid
from recount.sims.specification import Specification

# Seconds on two cores, for the 10,368 specifications of one question.
BOUND = 15.0
ONE_QUESTION = Specification(groups="open weights", metrics="mean of k best")


def read_log():
    """The bundled votes, counted."""
    log = read()
    assert log.counts.n_votes
    return log


def test_country_ranking(benchmark):
    log = read_log()
    # Nothing is kept from one round to the next.
    benchmark(lambda: Analysis(log).countries())


def test_grid_of_specifications(benchmark):
    log = read_log()
    benchmark.pedantic(lambda: Analysis(log, ONE_QUESTION).multiverse(), rounds=3, warmup_rounds=1)
    if benchmark.stats:
        print(f"\n{sum(1 for _ in grid(ONE_QUESTION))} specifications in {benchmark.stats['median']:.2f} s (bound {BOUND} s)")
