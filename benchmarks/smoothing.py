r"""How often bootstrap intervals cover where clusters or votes are few, with and without smoothing: ``python -m benchmarks.smoothing``.

Clusters: five equal competitors, 150 votes a voter, tastes of 0.7 (log-odds), 20 % ties. Two columns: as many voters and prompts as said. Newcomers:
15 competitors of 6,000 votes and five newcomers as good as the best, or equal to all. Covered are differences: all of them, or those of newcomers.
The table is in `docs/methods.md`.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from unittest import mock

import numpy as np
import pandas as pd

from benchmarks.arenas import usual_arena
from recount.engine import ELO, ExistenceError, Fit, OptionError, Resampling, Uncertainty, bootstrap, clustered, count, covariance, fit
from recount.engine.choices.resampling import Scheme
from recount.engine.linear_algebra import one_thread
from recount.engine.uncertainty import bootstrapping
from recount.engine.uncertainty.clusters import check_enough_clusters
from recount.engine.votes import Bools, Floats
from recount.sims.arenas import Arena, Newcomers, Prompts, Strengths, Voters, expected_counts, simulate

SEED, N_LOGS, N_REPLICATES, LEVEL = 20240814, 120, 399, 0.95
VOTES_OF_NEWCOMERS = (1, 2, 4, 8, 16)
REPORTED = ("plain", "smoothed", "sandwich")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Logs of one kind, what votes are clustered by, and whether only differences of newcomers are asked for."""

    name: str
    arena: Arena
    by: tuple[str, ...] = ()
    scheme: Scheme = "votes"


def of_clusters(n: int, inequality: float) -> Scenario:
    """Few voters."""
    arena = replace(usual_arena(5, 150 * n, tie_share=0.2, spread=0.0, skew=0.0), voters=Voters(n, inequality=inequality, tastes=0.7 * ELO))
    return Scenario(f"{n} voters, {'very unequal' if inequality else 'even'}", arena, ("voter",))


def of_two_columns(n_voters: int, n_prompts: int, tastes: tuple[float, float], inequality: float = 0.0) -> Scenario:
    """Voters and prompts, of tastes in log-odds."""
    n_votes = max(600, 1500 * (n_prompts > 20))
    arena = replace(
        usual_arena(5, n_votes, tie_share=0.2, spread=0.0, skew=0.0),
        voters=Voters(n_voters, inequality=inequality, tastes=ELO * tastes[0]),
        prompts=Prompts(n_prompts, tastes=ELO * tastes[1]),
    )
    unequal = ", voters very unequal" if inequality else ""
    return Scenario(f"{n_voters} voters x {n_prompts} prompts, tastes of {tastes[0]:g} and {tastes[1]:g}{unequal}", arena, ("voter", "prompt"))


def of_newcomers(tie_share: float, scheme: Scheme = "votes", *, equal: bool = False) -> Scenario:
    """Newcomers with few votes."""
    regulars = [0.0] * 15 if equal else np.linspace(-150, 150, 15).tolist()
    arena = replace(
        usual_arena(15, 2250, tie_share=tie_share, skew=0.0),
        strengths=Strengths.given([*regulars, *[max(regulars)] * len(VOTES_OF_NEWCOMERS)]),
        newcomers=Newcomers(len(VOTES_OF_NEWCOMERS), VOTES_OF_NEWCOMERS),
    )
    return Scenario(f"newcomers {'equal to all' if equal else 'as good as the best'}, {tie_share:.0%} ties, {scheme}", arena, scheme=scheme)


SCENARIOS = [
    *(of_clusters(n, inequality) for inequality in (0.0, 1.5) for n in (3, 5, 8, 15, 30, 100)),
    of_two_columns(8, 8, (0.7, 0.7)),
    of_two_columns(8, 8, (0.0, 0.0)),
    of_two_columns(15, 60, (0.7, 0.7)),
    of_two_columns(15, 60, (0.7, 0.7), 1.5),
    of_two_columns(15, 60, (0.7, 0.0)),
    of_two_columns(60, 60, (0.0, 0.0)),
    *(of_newcomers(ties, scheme) for ties in (0.0, 0.3, 0.6) for scheme in ("votes", "bayes")),
    of_newcomers(0.6, equal=True),
]


@contextmanager
def left_as_they_are() -> Iterator[None]:
    """Replicates are not smoothed."""
    with mock.patch.object(bootstrapping, "smoothing_of", return_value=None):
        yield


def covered(scenario: Scenario, number: int) -> list[dict[str, object]]:
    """Share of differences covered and median width in Elo of a 95 % interval, by method and whose; nothing of a log that is refused.

    It is refused where its ratings do not exist, or too few clusters voted.
    """
    simulated = simulate(scenario.arena, SEED + number, n_threads=1)
    truth, counts = fit(expected_counts(simulated.parameters)), count(simulated.votes)
    with one_thread():
        try:
            fitted = fit(counts, existence="drop")
            clusters = clustered(simulated.votes, fitted, scenario.by) if scenario.by else None
            if clusters is not None:
                check_enough_clusters(clusters)
        except (ExistenceError, OptionError):
            return []
        resampling = Resampling(scenario.scheme, n_replicates=N_REPLICATES, seed=number)
        with left_as_they_are():
            plain = bootstrap(fitted, resampling, clusters=clusters, n_threads=1)
        smoothed = bootstrap(fitted, resampling, clusters=clusters, n_threads=1)
        found: dict[str, Uncertainty] = dict(zip(REPORTED, (plain, smoothed, covariance(fitted, clusters=clusters)), strict=True))
        place = [truth.names.index(name) for name in fitted.names]
        return list(_rows(scenario, fitted, truth.strengths[place], found))


def _rows(scenario: Scenario, fitted: Fit, truth: Floats, found: dict[str, Uncertainty]) -> Iterator[dict[str, object]]:
    lead, pairs = truth[:, None] - truth, np.triu(np.ones((truth.size, truth.size), np.bool_), 1)
    for method, uncertainty in found.items():
        low, high = uncertainty.difference_intervals(LEVEL)
        right, width = (low <= lead) & (lead <= high), ELO * (high - low)
        for whose, which in _groups(scenario, fitted, pairs):
            if which.any():
                yield {"whose": whose, "method": method, "covered": right[which].mean(), "width": np.median(width[which])}


def _groups(scenario: Scenario, fitted: Fit, pairs: Bools) -> Iterator[tuple[str, Bools]]:
    """Whose differences are asked for."""
    if not scenario.arena.newcomers.n:
        yield "all", pairs
        return
    votes = fitted.contests.votes_of_each()
    few = np.isin(votes, VOTES_OF_NEWCOMERS)
    for n_votes in VOTES_OF_NEWCOMERS:
        # Of a newcomer and everyone else who is none.
        yield f"{n_votes} votes", (votes == n_votes)[:, None] & ~few
    yield "the others", pairs & ~few[:, None] & ~few


def study(scenario: Scenario, n_logs: int, pool: ProcessPoolExecutor) -> list[str]:
    """Lines of the table."""
    found = pd.DataFrame([row for rows in pool.map(partial(covered, scenario), range(n_logs)) for row in rows])
    lines = []
    for whose in ("all", *(f"{n} votes" for n in VOTES_OF_NEWCOMERS), "the others"):
        group = found[found["whose"] == whose]
        if group.empty:
            continue
        by = group.groupby("method", sort=False)
        cells = [f"{100 * each['covered'].mean():.1f} ({each['width'].median():.0f})" for each in (by.get_group(method) for method in REPORTED)]
        lines.append(f"| {scenario.name}{'' if whose == 'all' else f': {whose}'} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Coverage of bootstrap intervals of differences, in per cent, and their median width in Elo.")
    parser.add_argument("--logs", type=int, default=N_LOGS, help="logs of each kind")
    parser.add_argument("--only", default="", help="scenarios with this in their name")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    print(f"| logs | {' | '.join(REPORTED)} |\n|---|---|---|---|")
    with ProcessPoolExecutor(options.workers) as pool:
        for scenario in SCENARIOS:
            if options.only in scenario.name:
                print("\n".join(study(scenario, options.logs, pool)), flush=True)


if __name__ == "__main__":
    main()
