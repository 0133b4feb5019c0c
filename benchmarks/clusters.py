r"""What it costs to take votes of one voter for independent: ``python -m benchmarks.clusters [LLMFAO]`` writes in `docs/clusters.md`.

Simulated arenas: every voter has a taste, a normal vector that is added to the strengths, and so may every prompt; the logarithms of voters'
activities are normal. Covered is what the estimate converges to, the Bradley-Terry fit to the expected counts: outcome probabilities are averaged
over tastes, by which a difference of two has variance :math:`2 (\tau_{voter}^2 + \tau_{prompt}^2)`.

LLMFAO is the folder of a real log of 124 workers (crowd-comparisons.csv, left, right, worker, prompt, id); without it that part is left out.
"""

import argparse
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.arenas import usual_arena
from benchmarks.pages import DOCS, table, write_section
from recount.data import Columns, read_votes
from recount.engine import ELO, Fit, Resampling, Uncertainty, Votes, bootstrap, clustered, count, covariance, fit
from recount.engine.linear_algebra import one_thread
from recount.engine.ranks import shown_better
from recount.sims.arenas import Arena, Prompts, Voters, expected_counts, simulate

SEED = 20240814
N_ARENAS = 400
N_COMPETITORS = 30
N_VOTES = 20_000
TIE_SHARE = 0.2
# Ends of a 95 % percentile interval are the 10th and the 390th.
N_REPLICATES = 399
LEVEL = 0.95

By = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Arenas of one kind: voters, standard deviations of their log activity and of tastes (log-odds)."""

    name: str
    n_voters: int
    activity: float
    taste: float
    n_prompts: int = 0
    prompt_taste: float = 0.0


SCENARIOS = [
    Scenario("independent votes, 1,000 voters", 1000, 1.0, 0.0),
    Scenario("tastes of 0.5, 1,000 voters", 1000, 1.0, 0.5),
    Scenario("tastes of 1, 1,000 voters", 1000, 1.0, 1.0),
    Scenario("tastes of 1, 200 voters", 200, 1.0, 1.0),
    Scenario("tastes of 1, 100 voters of very unequal activity", 100, 1.5, 1.0),
    Scenario("tastes of 0.7 of 500 voters and of 300 prompts", 500, 1.0, 0.7, 300, 0.7),
]


def arena_of(scenario: Scenario) -> Arena:
    """The arenas of a scenario."""
    return replace(
        usual_arena(N_COMPETITORS, N_VOTES, tie_share=TIE_SHARE),
        voters=Voters(scenario.n_voters, inequality=scenario.activity, tastes=ELO * scenario.taste),
        prompts=Prompts(scenario.n_prompts, tastes=ELO * scenario.prompt_taste),
    )


def sandwich(fitted: Fit, votes: Votes, by: By, seed: int) -> Uncertainty:
    return covariance(fitted, clusters=clustered(votes, fitted, by) if by else None)


def percentile(fitted: Fit, votes: Votes, by: By, seed: int) -> Uncertainty:
    clusters = clustered(votes, fitted, by) if by else None
    return bootstrap(fitted, Resampling(n_replicates=N_REPLICATES, seed=seed), clusters=clusters, n_threads=1)


METHODS: dict[str, Callable[[Fit, Votes, By, int], Uncertainty]] = {"sandwich": sandwich, "percentile bootstrap": percentile}


def covered(scenario: Scenario, number: int) -> list[dict[str, object]]:
    """Share of strengths and of differences that intervals cover in one arena, and the median width in Elo, by method and clusters."""
    simulated = simulate(arena_of(scenario), SEED + number, n_threads=1)
    votes, truth = simulated.votes, fit(expected_counts(simulated.parameters)).strengths
    pairs = np.triu_indices(N_COMPETITORS, 1)
    lead = (truth[:, None] - truth)[pairs]
    rows: list[dict[str, object]] = []
    with one_thread():
        fitted = fit(count(votes))
        for by in [(), ("voter",)] + ([("prompt",), ("voter", "prompt")] if scenario.n_prompts else []):
            for name, method in METHODS.items():
                uncertainty = method(fitted, votes, by, number)
                lower, upper = uncertainty.interval(LEVEL)
                low, high = uncertainty.difference_intervals(LEVEL)
                rows.append(
                    {
                        "clusters": " and ".join(by) or "none",
                        "method": name,
                        "strengths": np.mean((lower <= truth) & (truth <= upper)),
                        "differences": np.mean((low[pairs] <= lead) & (lead <= high[pairs])),
                        "width": ELO * np.median(upper - lower),
                    }
                )
    return rows


def study(scenario: Scenario, n_arenas: int, pool: ProcessPoolExecutor) -> str:
    """One scenario's table: coverage in per cent with its Monte-Carlo standard error, over arenas."""
    arenas = pd.DataFrame(chain.from_iterable(pool.map(partial(covered, scenario), range(n_arenas), chunksize=10)))
    lines = []
    for (by, method), each in arenas.groupby(["clusters", "method"], sort=False):
        cover = [f"{100 * each[what].mean():.1f} ± {100 * each[what].sem():.1f}" for what in ("strengths", "differences")]
        lines.append([by, method, *cover, f"{each['width'].median():.0f}"])
    return table(["clusters", "method", "strengths", "differences", "median width, Elo"], lines)


def workers(folder: Path) -> str:
    """The real log's table: standard errors by what is taken to be independent."""
    columns = Columns(first="left", second="right")
    votes, _ = read_votes(folder / "crowd-comparisons.csv", columns=columns, keep=["worker", "prompt", "id"])
    fitted = fit(count(votes))
    plain = covariance(fitted).standard_errors()
    best = int(np.argmax(fitted.strengths))
    lines = []
    for by in ((), ("id",), ("worker",), ("prompt",), ("worker", "id"), ("worker", "prompt")):
        clusters = clustered(votes, fitted, by) if by else None
        robust, replicates = covariance(fitted, clusters=clusters), bootstrap(fitted, Resampling(n_replicates=2000, seed=SEED), clusters=clusters)
        errors, ratio = robust.standard_errors(), robust.standard_errors() / plain
        lower, upper = (1000 + ELO * end[best] for end in replicates.interval(LEVEL))
        lines.append(
            [
                " and ".join(by) or "none",
                " x ".join(f"{n:,}" for n in clusters.n_clusters) if clusters else f"{votes.n_votes:,}",
                f"{ELO * np.median(errors):.1f}",
                f"{np.median(ratio):.2f} ({np.quantile(ratio, 0.1):.2f} to {np.quantile(ratio, 0.9):.2f})",
                f"{ELO * np.median(replicates.standard_errors()):.1f}",
                f"{shown_better(robust, robust.draws(4000, SEED), LEVEL).sum():,}",
                f"{lower:.0f} to {upper:.0f}",
            ]
        )
    n_pairs = len(fitted.names) * (len(fitted.names) - 1) // 2
    told = f"pairs of {n_pairs:,} told apart"
    head = ["clusters", "how many", "sandwich SE", "over that of votes (10 % to 90 %)", "bootstrap SD", told, fitted.names[best]]
    return table(head, lines)


def main() -> None:
    """Run the studies and write the report."""
    parser = argparse.ArgumentParser(description="Vote-level against clustered intervals, on simulated and on real voters.")
    parser.add_argument("folder", nargs="?", type=Path, help="of the LLMFAO log")
    parser.add_argument("--arenas", type=int, default=N_ARENAS, help="arenas of each kind")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    parts = []
    with ProcessPoolExecutor(options.workers) as pool:
        for scenario in SCENARIOS:
            parts.append(f"### {scenario.name.capitalize()}\n\n{study(scenario, options.arenas, pool)}")
            print(parts[-1], flush=True)
    text = SIMULATED.format(
        seed=SEED,
        n_arenas=options.arenas,
        n_competitors=N_COMPETITORS,
        n_votes=f"{N_VOTES:,}",
        ties=f"{TIE_SHARE:.0%}",
        n_replicates=N_REPLICATES,
        simulated="\n\n".join(parts),
    )
    write_section(DOCS / "clusters.md", "Simulated voters", text)
    if options.folder is not None:
        write_section(DOCS / "clusters.md", "Real workers", REAL.format(real=workers(options.folder)))


SIMULATED = """Written by `python -m benchmarks.clusters` (seed {seed}, {n_arenas} arenas of each kind). Do not edit.

{n_competitors} competitors of unequal popularity, {n_votes} votes, {ties} ties counted as half-wins. Each voter has a taste: a normal vector, of the
standard deviation given (log-odds; the strengths' is 1), that is added to the strengths. The logarithm of activity has standard deviation 1, or
1.5 where activity is very unequal. How often, in per cent, a 95 % interval covers what the estimate converges to, the fit to the expected counts; ±
is the Monte-Carlo standard error over arenas. The bootstrap has {n_replicates} replicates.

{simulated}

What this says. Where votes are independent, clustering costs nothing. Where voters have tastes, intervals from single votes are too narrow, the more
so the more votes a voter casts; clustered ones hold what they promise, also by a hundred voters of whom a handful casts most of the votes. Where
voters and prompts both have tastes, each one-way interval misses the other's, and the two-way ones hold. Fewer clusters are below.
"""

REAL = """Written by `python -m benchmarks.clusters LLMFAO`. Do not edit.

LLMFAO (CC-BY-4.0): 124 workers, 13 prompts, 2,139 comparisons (`id`: two answers to one prompt, judged by about four workers each), 59 models.
Standard errors in Elo, median over the models; the last column is the best model's 95 % percentile interval. Pairs told apart: all statements hold at
once with 95 % confidence, by the sandwich.

{real}

By prompt there are 13 clusters, which is few: half-widths are of Student's law, which errors and SDs do not show, and hardly any two models are told
apart.
"""


if __name__ == "__main__":
    main()
