"""Speed of the simulators.

10 million votes between 300 competitors, by 100,000 voters with tastes of their own, in under 2 s on two cores; answers of 100 models to the 14,042
items of MMLU in under 0.5 s.
"""

from benchmarks.arenas import N_VOTERS
from benchmarks.timing import medians
from recount.sims.arenas import Arena, BothBad, Voters, simulate, write_log
from recount.sims.simulated_benchmarks import BenchmarkKind, Contamination, Items, simulate_benchmark

VOTES = {"n_competitors": 300, "n_votes": 10_000_000, "both_bad": BothBad(0.4)}
LARGEST_SECONDS, LARGEST_SECONDS_OF_ANSWERS = 2.0, 0.5


def test_ten_million_votes_take_under_two_seconds():
    alike, tasteful = (Arena(**VOTES, voters=Voters(N_VOTERS, tastes=tastes)) for tastes in (0.0, 100.0))
    without, with_tastes = medians(lambda: simulate(alike, n_threads=2), lambda: simulate(tasteful, n_threads=2), n_rounds=3)
    print(f"\n10 M votes on two threads: {without:.2f} s, with tastes {with_tastes:.2f} s")
    assert with_tastes < LARGEST_SECONDS


def test_answers_take_under_half_a_second():
    kind = BenchmarkKind(n_competitors=100, items=Items(sized_as="MMLU", label_errors=0.065), contamination=Contamination(0.1))
    (seconds,) = medians(lambda: simulate_benchmark(kind), n_rounds=5)
    print(f"\n100 models x 14,042 items: {seconds:.3f} s")
    assert seconds < LARGEST_SECONDS_OF_ANSWERS


def test_write(benchmark, tmp_path):
    votes = simulate(Arena(**VOTES, voters=Voters(N_VOTERS))).votes
    benchmark.pedantic(write_log, [votes, tmp_path / "log.parquet"], rounds=3, warmup_rounds=1)
