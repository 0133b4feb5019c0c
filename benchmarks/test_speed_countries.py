"""Country rankings on the bundled Arena votes, under one specification and under all of the grid."""

from recount.sims.countries import CountryAnalysis, country_ranking, specification_table
from recount.sims.specification import Specification, grid

BOUND = 3.0


def test_country_ranking(benchmark, arena):
    benchmark(country_ranking, *arena)


def test_grid_of_specifications(benchmark, arena):
    base = Specification()
    # Nothing is kept from one round to the next.
    benchmark.pedantic(lambda: specification_table(CountryAnalysis(*arena), base), rounds=3, warmup_rounds=1)
    if benchmark.stats:
        print(f"\n{sum(1 for _ in grid(base))} specifications in {benchmark.stats['median']:.2f} s (bound {BOUND} s)")
