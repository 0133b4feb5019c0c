"""How Recount's cost grows with votes, competitors, replicates and threads; printed as Markdown tables: ``python -m benchmarks.scaling``."""

from collections.abc import Callable, Iterable
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.arenas import usual_arena
from benchmarks.race_table import seconds
from recount.engine import Fit, Resampling, Votes, bootstrap, count, covariance, fit, leaderboard
from recount.sims.arenas import simulate

N_COMPETITORS = 300
N_VOTES = 2_000_000
MANY_VOTES = (20_000, 200_000, 2_000_000, 20_000_000)
MANY_COMPETITORS = (30, 100, 300, 1000)
MANY_REPLICATES = (10, 100, 1_000, 10_000)
# Calls are repeated until they took this long together, or were this many; one before them is not counted.
SECONDS = 3.0
MOST_CALLS = 7


def main() -> None:
    """Print the tables."""
    print("## How Recount's cost grows\n")
    print("Medians of several calls in one process, after a first one. Bootstrap: 1,000 replicates, all cores.")
    operations = ["log in memory to counts", "fit", "sandwich", "bootstrap", "leaderboard"]
    by_votes = ([f"{n:,}", *_operations(_votes(N_COMPETITORS, n))] for n in MANY_VOTES)
    print(_table(f"Votes, over {N_COMPETITORS} competitors", ["votes", *operations], by_votes))
    by_competitors = ([f"{n:,}", *_operations(_votes(n, N_VOTES))] for n in MANY_COMPETITORS)
    print(_table(f"Competitors, with {N_VOTES:,} votes", ["competitors", *operations], by_competitors))
    fitted = fit(count(_votes(N_COMPETITORS, N_VOTES)))
    by_replicates = ([f"{n:,}", *(_bootstrap(fitted, n, threads) for threads in (1, 2))] for n in MANY_REPLICATES)
    print(_table(f"Replicates, on {N_VOTES:,} votes x {N_COMPETITORS}", ["replicates", "1 thread", "2 threads"], by_replicates))


def _votes(n_competitors: int, n_votes: int) -> Votes:
    return simulate(usual_arena(n_competitors, n_votes), seed=1).votes


def _operations(votes: Votes) -> list[str]:
    """Time each operation on a log."""
    counts = count(votes)
    fitted = fit(counts, existence="drop")
    uncertainty, n_votes = covariance(fitted), fitted.contests.votes_of_each()
    calls = (
        lambda: count(votes),
        lambda: fit(counts, existence="drop"),
        lambda: covariance(fitted),
        lambda: bootstrap(fitted),
        lambda: leaderboard(uncertainty, n_votes),
    )
    return [_time(call) for call in calls]


def _bootstrap(fitted: Fit, n_replicates: int, n_threads: int) -> str:
    return _time(lambda: bootstrap(fitted, Resampling(n_replicates=n_replicates), n_threads=n_threads))


def _time(call: Callable[[], Any]) -> str:
    call()
    times: list[float] = []
    while not times or (sum(times) < SECONDS and len(times) < MOST_CALLS):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return seconds(median(times))


def _table(title: str, header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---:"] * len(header), *rows]
    return f"\n### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
