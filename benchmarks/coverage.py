r"""How often intervals and rank sets hold what they promise, on simulated arenas: ``python -m benchmarks.coverage`` writes in `docs/coverage.md`.

Every arena has strengths and popularities of its own, and its votes are drawn as counts, by `recount.sims.arenas`. What the estimate converges to is
the Bradley-Terry fit to the expected counts; it is found here by a Newton method that shares no code with the engine's.

An interval is asked for contrasts of the strengths: each strength (their mean is 0), and each difference of two. A rank set is right if nobody is
said to be better than someone who is not worse; jointly, for all competitors at once.
"""

import argparse
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from benchmarks.arenas import usual_arena
from benchmarks.pages import DOCS, table, write_section
from recount.engine import ExistenceError, Fit, Replicates, Resampling, acceleration, bootstrap, covariance, fit, interval
from recount.engine.choices.resampling import IntervalMethod
from recount.engine.linear_algebra import one_thread
from recount.engine.ranks import shown_better
from recount.engine.uncertainty.sandwich import CovarianceMethod
from recount.engine.votes import Bools, Floats
from recount.sims.arenas import Parameters, draw_counts, draw_parameters, expected_votes

SEED = 20240814
N_ARENAS = 2000
N_COMPETITORS = 20
LEVEL = 0.95
N_DRAWS = 4000
# Ends of a 95 % percentile interval are the 25th and the 975th.
N_REPLICATES = 999
# Two strengths closer than this are one (log-odds).
SAME = 1e-9
FIRST, SECOND = np.triu_indices(N_COMPETITORS, 1)
SINGLES = np.eye(N_COMPETITORS)
DIFFERENCES = SINGLES[FIRST] - SINGLES[SECOND]
CONTRASTS = np.vstack([SINGLES, DIFFERENCES])
# Sections of the page, and the methods of each.
SECTIONS = {"Many votes": ("sandwich", "Fisher"), "Many votes, bootstrap": ("percentile bootstrap", "BCa bootstrap")}

Interval = Callable[[Fit, Floats, int], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Arenas of one kind: mean votes a pair, standard deviations of strengths and of log popularities, expected share of ties."""

    name: str
    votes_a_pair: int
    spread: float
    skew: float
    tie_share: float


# Log popularities in the bundled Arena votes have standard deviation 1.1.
SCENARIOS = [
    Scenario(name, *kind, ties)
    for name, kind in {
        "skewed": (60, 1.0, 1.0),
        "balanced": (60, 1.0, 0.0),
        "skewed, all equal": (60, 0.0, 1.0),
        "skewed, 6 votes a pair": (6, 1.0, 1.0),
    }.items()
    for ties in (0.0, 0.2, 0.4)
]


def normal_interval(method: CovarianceMethod, fitted: Fit, contrasts: Floats, seed: int) -> tuple[Floats, Floats]:
    """Estimate of each contrast (m, n) of the strengths, less and plus normal quantiles of its standard error."""
    uncertainty = covariance(fitted, method)
    variance = np.einsum("ci,ij,cj->c", contrasts, uncertainty.covariance, contrasts, optimize=True)
    half = ndtri(0.5 + LEVEL / 2) * np.sqrt(np.maximum(variance, 0.0))
    estimate = contrasts @ uncertainty.strengths
    return estimate - half, estimate + half


@lru_cache(maxsize=1)
def replicated(fitted: Fit, seed: int) -> Replicates:
    return bootstrap(fitted, Resampling(n_replicates=N_REPLICATES, seed=seed), n_threads=1)


def bootstrap_interval(method: IntervalMethod, fitted: Fit, contrasts: Floats, seed: int) -> tuple[Floats, Floats]:
    """Interval of each contrast (m, n) of the strengths from its replicates, of which some may be infinite or missing."""
    values = replicated(fitted, seed).values
    # A difference of two infinite strengths is unknown.
    with np.errstate(invalid="ignore"):
        of_contrasts = np.stack([values[:, weights != 0] @ weights[weights != 0] for weights in contrasts], axis=1)
    return interval(contrasts @ fitted.strengths, of_contrasts, LEVEL, method, acceleration(fitted, contrasts))


# A further method is a function of the fit, contrasts (m, n) and a seed.
INTERVALS: dict[str, Interval] = {
    "sandwich": partial(normal_interval, "sandwich"),
    "Fisher": partial(normal_interval, "fisher"),
    "percentile bootstrap": partial(bootstrap_interval, "percentile"),
    "BCa bootstrap": partial(bootstrap_interval, "bca"),
}


def sandwich_order(fitted: Fit, seed: int) -> Bools:
    uncertainty = covariance(fitted)
    return shown_better(uncertainty, uncertainty.draws(N_DRAWS, seed), LEVEL)


def bootstrap_order(fitted: Fit, seed: int) -> Bools:
    replicates = replicated(fitted, seed)
    return shown_better(replicates, replicates.draws(), LEVEL)


ORDERS: dict[str, Callable[[Fit, int], Bools]] = {"sandwich": sandwich_order, "percentile bootstrap": bootstrap_order}


def votes_of_pairs(truth: Parameters) -> Floats:
    """Expected votes of each pair by outcome, (n_pairs, 3): first won, second won, tie; whoever is shown first."""
    votes = np.zeros((N_COMPETITORS, N_COMPETITORS, 4))
    votes[truth.meetings.first, truth.meetings.second] = expected_votes(truth)
    return np.asarray(votes[FIRST, SECOND, :3] + votes[SECOND, FIRST][:, [1, 0, 2]])


def converges_to(cells: Floats) -> Floats:
    """Strengths (mean 0) under which everyone's expected points are those of the expected votes `cells` (n_pairs, 3), ties counted half."""
    points, against = cells[:, 0] + cells[:, 2] / 2, cells[:, 1] + cells[:, 2] / 2
    theta = np.zeros(N_COMPETITORS)
    for _ in range(50):
        p = expit(theta[FIRST] - theta[SECOND])
        gradient = DIFFERENCES.T @ (points * (1 - p) - against * p)
        information = DIFFERENCES.T @ (((points + against) * p * (1 - p))[:, None] * DIFFERENCES)
        step = np.linalg.solve(information + information.trace(), gradient)
        theta += step
        if np.abs(step).max() < SAME / 1000:
            return theta - theta.mean()
    raise ArithmeticError("Newton's method did not settle on the expected votes")


def covered(scenario: Scenario, methods: tuple[str, ...], number: int) -> dict[tuple[str, str], float] | None:
    """Share of true statements by (quantity, method) in one arena; None if its votes allow no ratings."""
    n_votes = scenario.votes_a_pair * FIRST.size
    arena = usual_arena(N_COMPETITORS, n_votes, tie_share=scenario.tie_share, spread=scenario.spread, skew=scenario.skew)
    drawn = draw_parameters(arena, SEED + number)
    truth = converges_to(votes_of_pairs(drawn))
    singles, differences = np.arange(N_COMPETITORS), np.arange(N_COMPETITORS, len(CONTRASTS))
    asked = {
        "strengths": (singles, truth),
        "of the rarest quarter": (np.argsort(drawn.expected_votes_of_each)[: N_COMPETITORS // 4], truth),
        "differences": (differences, truth),
        "strengths that generated the votes": (singles, drawn.strengths),
    }
    with one_thread():
        try:
            fitted = fit(draw_counts(drawn, SEED + number))
        except ExistenceError:
            return None
        shares = {}
        for method in methods:
            lower, upper = INTERVALS[method](fitted, CONTRASTS, number)
            for quantity, (which, strengths) in asked.items():
                value = CONTRASTS[which] @ strengths
                shares[quantity, method] = float(np.mean((lower[which] <= value) & (value <= upper[which])))
        better = truth[:, None] - truth > SAME
        for method in (method for method in methods if method in ORDERS):
            shares["rank sets, jointly", method] = float(np.all(better[ORDERS[method](fitted, number)]))
    return shares


def study(scenario: Scenario, methods: tuple[str, ...], n_arenas: int, pool: ProcessPoolExecutor) -> pd.DataFrame:
    """Coverage and its Monte-Carlo error in per cent, one row a quantity and method; arenas are independent, statements within one are not."""
    shares = pd.DataFrame([arena for arena in pool.map(partial(covered, scenario, methods), range(n_arenas), chunksize=25) if arena is not None])
    kind = {"arenas": f"{scenario.name}, {scenario.tie_share:.0%} ties", "n_unrated": n_arenas - len(shares)}
    return pd.DataFrame(
        [
            kind | {"quantity": quantity, "method": method, "coverage": 100 * each.mean(), "error": 100 * each.std() / np.sqrt(each.size)}
            for (quantity, method), each in shares.items()
        ]
    )


def of_method(results: pd.DataFrame) -> str:
    """One method's coverages with their Monte-Carlo errors in Markdown: a row for each kind of arena, a column for each quantity."""
    quantities = list(results["quantity"].unique())
    kinds = results.groupby("arenas", sort=False)
    lines = [[str(kind), *(f"{row.coverage:.2f} ± {row.error:.2f}" for row in rows.itertuples())] for kind, rows in kinds]
    return table(["arenas", *quantities], lines)


def main() -> None:
    """Run the study and write the report."""
    parser = argparse.ArgumentParser(description="Coverage of intervals and rank sets on simulated arenas.")
    parser.add_argument("--arenas", type=int, default=N_ARENAS, help="arenas of each kind")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--section", choices=SECTIONS, action="append", help="write this only")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        for heading in options.section or SECTIONS:
            write_section(DOCS / "coverage.md", heading, section(heading, options.arenas, pool))


def section(heading: str, n_arenas: int, pool: ProcessPoolExecutor) -> str:
    """Text of a section: a table for each of its methods."""
    parts = []
    for scenario in SCENARIOS:
        parts.append(study(scenario, SECTIONS[heading], n_arenas, pool))
        print(parts[-1].to_string(index=False, float_format="%.2f"), flush=True)
    results = pd.concat(parts)
    unrated = results[results["n_unrated"] > 0].drop_duplicates("arenas")
    return REPORT_TEXT.format(
        heading=heading,
        n_arenas=n_arenas,
        n_competitors=N_COMPETITORS,
        seed=SEED,
        about=ABOUT[heading],
        tables="\n\n".join(f"### {method[0].upper() + method[1:]}\n\n{of_method(rows)}" for method, rows in results.groupby("method", sort=False)),
        unrated="; ".join(f"{row.n_unrated} of {row.arenas}" for row in unrated.itertuples()) or "none",
    )


REPORT_TEXT = """Written by `python -m benchmarks.coverage --section "{heading}"`. Do not edit.

{about}

Seed {seed}, {n_arenas} arenas of each kind, {n_competitors} competitors. Arenas without ratings, left out: {unrated}.

{tables}
"""

MANY_VOTES = """\
How often, in per cent, a 95 % interval holds what it is about, and how often no statement of all the simultaneous rank sets is wrong. Each arena has
strengths (standard deviation 1 log-odds, or all equal) and popularities of its own; outcomes follow Davidson's model. *Skewed*: the logarithms of
popularities have standard deviation 1 (1.1 on the bundled Arena votes). Where nothing else is said there are 60 votes a pair in the mean. ± is the
Monte-Carlo standard error.

What is covered is what the estimate converges to, the Bradley-Terry fit to the expected counts. Beside it stands what would be found of the strengths
that generated the votes: ties counted as half-wins pull strengths together, so with ties these are not what is estimated.

Rank sets say who is better than whom. Where all are equal any such statement is wrong, and the promise is tested to its limit; where strengths differ
few statements can be wrong, and the sets hold more often than they promise."""

BOOTSTRAP = f"""\
Arenas of the same kinds. The bootstrap has {N_REPLICATES} replicates, by votes; its rank sets are under *percentile bootstrap*. Who is undefeated or
winless in more than 2.5 % of them has an interval with an open end, which is one reason why at 6 votes a pair some hold more often than they
promise."""

ABOUT = {"Many votes": MANY_VOTES, "Many votes, bootstrap": BOOTSTRAP}


if __name__ == "__main__":
    main()
