r"""How sure competitors with few votes are said to be: ``python -m benchmarks.few_votes`` writes a section of `docs/coverage.md`.

Each log has 15 regulars with some 300 votes each and five newcomers with 1, 2, 4, 8, 16 votes. Logs are drawn by `recount.sims.arenas`; fits,
covariances, intervals and rank sets are those of the product. What it is compared with is in `benchmarks.vote_alternatives`.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from benchmarks.pages import DOCS, per_cent, table, write_section
from benchmarks.vote_alternatives import ALTERNATIVES
from recount.engine import ELO, ExistenceError, PairCounts, Position, Prior, Votes, covariance, fit
from recount.engine.linear_algebra import one_thread
from recount.engine.ranks import shown_better
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.votes import Floats, Ints
from recount.engine.weighting import WeightedCounts, weighted
from recount.sims.arenas import (
    Arena,
    Newcomers,
    Outcomes,
    Pairs,
    Parameters,
    Strengths,
    Voters,
    draw_counts,
    draw_parameters,
    draw_votes,
    expected_counts,
    outcome_probabilities,
)

SEED = 20240814
N_LOGS = 1000
N_REGULARS, FEW = 15, (1, 2, 4, 8, 16)
N_VOTES = 300 * N_REGULARS // 2 + sum(FEW)
# Log-odds; of strengths, and of log popularities.
SPREAD, POPULARITY = 1.0, 0.6
LEVEL, N_DRAWS = 0.95, 1000
# Two strengths closer than this are one (log-odds).
SAME = 1e-7
HEADING, MANY, PLAIN = "Few votes", "over 100", "plain sandwich"
COLUMNS = [*map(str, FEW), MANY]


@dataclass(frozen=True)
class Scenario:
    """Logs of one kind, and the fit.

    Attributes
    ----------
    strengths : str
        "equal", "normal", "skewed", or "best": normal, newcomers as good as the best regular.
    ties : float
        Expected share of ties.
    how : str
        What is special, in words.
    options : dict
        Of `fit`.
    law : str
        Of votes.
    decided : bool
        Newcomers never tie.
    position : float
        Log-odds for who is shown first, and an effect of the fit.
    weights : float
        Standard deviation of the logarithm of the votes' weights, which have nothing to do with what is voted.
    """

    strengths: str
    ties: float
    how: str = "half-wins"
    options: dict[str, Any] = field(default_factory=dict)
    law: str = "davidson"
    decided: bool = False
    position: float = 0.0
    weights: float = 0.0

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.strengths}, {self.ties:.0%} ties, {self.how}"


def scenarios() -> list[Scenario]:
    """All kinds of logs."""
    kinds = [Scenario(strengths, ties) for strengths in ("equal", "normal", "skewed", "best") for ties in (0.0, 0.3, 0.6)]
    davidson, firth = {"ties": "davidson"}, {"prior": Prior("firth")}
    kinds += [Scenario(strengths, ties, "Davidson", davidson) for strengths in ("equal", "normal", "best") for ties in (0.3, 0.6)]
    kinds += [Scenario(strengths, ties, "Firth", firth) for strengths in ("equal", "normal", "best") for ties in (0.0, 0.6)]
    kinds += [Scenario("normal", ties, "newcomers never tie", decided=True) for ties in (0.3, 0.6)]
    kinds += [Scenario("normal", 0.0, "position", position=0.3), Scenario("equal", 0.6, "position", position=0.3)]
    kinds += [Scenario("best", 0.6, "position, Davidson", davidson, position=0.3)]
    kinds += [Scenario(strengths, 0.6, "weighted votes", weights=1.0) for strengths in ("equal", "normal", "best")]
    rao_kupper = {"ties": "rao-kupper"}
    kinds += [Scenario(strengths, 0.6, "Rao-Kupper", rao_kupper, "rao-kupper") for strengths in ("equal", "normal", "best")]
    kinds += [Scenario(strengths, 0.3, "Davidson by pair", {"ties": "davidson-by-pair"}) for strengths in ("equal", "best")]
    kinds += [Scenario(strengths, 0.3, "Rao-Kupper by pair", {"ties": "rao-kupper-by-pair"}, "rao-kupper") for strengths in ("equal", "best")]
    gaussian, votes = {"prior": Prior("gaussian", SPREAD * ELO)}, {"prior": Prior("votes", 1.0)}
    kinds += [Scenario(strengths, 0.6, "normal prior of the true spread", gaussian) for strengths in ("normal", "best")]
    kinds += [Scenario(strengths, 0.6, "prior of one tied vote", votes) for strengths in ("normal", "best")]
    return kinds


COMPARED = [
    Scenario("normal", 0.6).name,
    Scenario("best", 0.0).name,
    Scenario("best", 0.6).name,
    Scenario("normal", 0.6, "newcomers never tie").name,
]


def arena_of(scenario: Scenario, seed: int) -> Arena:
    """The arena of a log."""
    kinds = {"equal": Strengths.equal(), "skewed": Strengths.skewed(SPREAD * ELO, 2.0)}
    arena = Arena(
        n_competitors=N_REGULARS,
        n_votes=N_VOTES,
        strengths=kinds.get(scenario.strengths, Strengths.normal(SPREAD * ELO)),
        pairs=Pairs.skewed(POPULARITY),
        newcomers=Newcomers(len(FEW), FEW),
        outcomes=Outcomes(scenario.law, scenario.ties),
        position_effect=scenario.position,
        voters=Voters(0),
    )
    if scenario.strengths != "best":
        return arena
    drawn = ELO * draw_parameters(arena, seed).strengths
    drawn[N_REGULARS:] = drawn[:N_REGULARS].max()
    return replace(arena, strengths=Strengths.given(drawn))


def votes_of(scenario: Scenario, truth: Parameters, seed: int) -> tuple[PairCounts | WeightedCounts | Votes, WeightedCounts]:
    """A log, and what its votes are on average."""
    expected = expected_counts(truth)
    if scenario.position:
        return draw_votes(truth, seed, n_threads=1), expected
    if scenario.weights:
        votes = draw_votes(truth, seed, n_threads=1)
        return weighted(votes, np.exp(scenario.weights * np.random.default_rng([SEED, seed]).normal(size=N_VOTES))), expected
    drawn = draw_counts(truth, seed)
    if not scenario.decided:
        return drawn, expected
    # The newcomers' votes are those of an arena without ties.
    without = draw_parameters(replace(truth.arena, outcomes=Outcomes(scenario.law, 0.0)), seed)
    of_newcomers = np.maximum(drawn.first, drawn.second) >= N_REGULARS
    counts = np.where(of_newcomers[:, None], draw_counts(without, seed).counts, drawn.counts)
    parts = (expected, lambda rows: ~rows), (expected_counts(without), lambda rows: rows)
    kept = [_rows(each, chosen(np.maximum(each.first, each.second) >= N_REGULARS)) for each, chosen in parts]
    columns = (np.concatenate(column) for column in zip(*kept, strict=True))
    return PairCounts(drawn.names, drawn.first, drawn.second, counts), WeightedCounts(truth.names, *columns)


def _rows(counts: WeightedCounts, chosen: Ints) -> tuple[Ints, Ints, Ints, Floats, Ints]:
    return counts.first[chosen], counts.second[chosen], counts.outcome[chosen], counts.weight[chosen], counts.n_votes[chosen]


def converges_to(scenario: Scenario, truth: Parameters, expected: WeightedCounts, rated: Ints) -> Floats:
    """Strengths of the `rated` competitors that the estimate tends to: those of the law, or where ties are half-wins the fit to expected votes."""
    strengths = truth.strengths[rated]
    of_law = scenario.options.get("ties", "half") != "half" or scenario.ties == 0 or scenario.strengths == "equal"
    if not of_law:
        place = np.full(len(truth.names), -1, np.int32)
        place[rated] = np.arange(rated.size)
        first, second, *rest = _rows(expected, (place[expected.first] >= 0) & (place[expected.second] >= 0))
        strengths = fit(WeightedCounts(tuple(truth.names[k] for k in rated), place[first], place[second], *rest)).strengths
    return np.asarray(strengths - strengths.mean())


def said(scenario: Scenario, number: int) -> list[dict[str, object]] | None:
    """What each method says of one log, beside the truth, or None if regulars cannot be rated."""
    truth = draw_parameters(arena_of(scenario, SEED + number), SEED + number)
    with one_thread():
        try:
            votes, expected = votes_of(scenario, truth, SEED + number)
            covariates = {"covariates": [Position()]} if scenario.position else {}
            fitted = fit(votes, existence="error" if "prior" in scenario.options else "drop", **scenario.options, **covariates)
        except ExistenceError:
            return None
        rated = np.array([truth.names.index(name) for name in fitted.names])
        if (rated < N_REGULARS).sum() < N_REGULARS:
            return None
        values = converges_to(scenario, truth, expected, rated)
        beside = ALTERNATIVES if scenario.name in COMPARED else {PLAIN: ALTERNATIVES[PLAIN]}
        of_methods = {"this": covariance(fitted)} | {name: alternative(fitted) for name, alternative in beside.items()}
        rows = [{"method": name} | covered(uncertainty, values, rated, number) for name, uncertainty in of_methods.items()]
        effects = of_methods["this"].effects
        if effects is not None:
            effect, (lower, upper) = position_effect(scenario, truth), effects.interval(LEVEL)
            rows[0]["effect"] = float(lower[0] <= effect <= upper[0])
    return rows


def position_effect(scenario: Scenario, truth: Parameters) -> float:
    """Position effect that the estimate tends to; with half-wins among equals, the log-odds of the first's points."""
    if scenario.options.get("ties", "half") != "half" or scenario.ties == 0:
        return scenario.position
    first, _, tie, _ = outcome_probabilities(truth)[0]
    return float(logit(first + tie / 2))


def covered(uncertainty: JointNormal, values: Floats, rated: Ints, seed: int) -> dict[str, object]:
    """Whether intervals of ratings and differences, and rank sets, are right about these `values`, and how wide they are."""
    many = rated < N_REGULARS
    lower, upper = uncertainty.interval(LEVEL)
    strengths, half = uncertainty.strengths, uncertainty.difference_widths(LEVEL)
    right = (lower <= values) & (values <= upper)
    true_differences = values[:, None] - values
    right_differences = np.abs(strengths[:, None] - strengths - true_differences) <= half
    others = ~np.eye(rated.size, dtype=np.bool_)
    row: dict[str, object] = {}
    for name, chosen in [*((str(few), rated == N_REGULARS + k) for k, few in enumerate(FEW)), (MANY, many)]:
        against = others & chosen[:, None] & (many if name == MANY else True)
        row |= {f"rating {name}": right[chosen].mean() if chosen.any() else np.nan}
        row |= {f"difference {name}": right_differences[against].mean() if chosen.any() else np.nan}
    shown = shown_better(uncertainty, uncertainty.draws(N_DRAWS, seed), LEVEL)
    row |= {"rank sets": float(np.all(true_differences[shown] > SAME)), "shown": shown.sum()}
    among = others & many[:, None] & many
    return row | {"width of ratings": np.median((upper - lower)[many]), "width of differences": np.median(half[among])}


def study(scenario: Scenario, n_logs: int, pool: ProcessPoolExecutor) -> pd.DataFrame:
    """Rows of all logs and methods."""
    logs = pool.map(partial(said, scenario), range(n_logs), chunksize=20)
    return pd.DataFrame([row for log in logs if log is not None for row in log]).assign(scenario=scenario.name)


def tables(results: pd.DataFrame) -> dict[str, str]:
    """Tables of the section by name."""
    each = {(scenario, method): rows for (scenario, method), rows in results.groupby(["scenario", "method"], sort=False)}
    names = list(dict.fromkeys(results["scenario"]))

    def lines(method: str, quantity: str, chosen: list[str]) -> list[list[str]]:
        return [
            [name, *(per_cent(each[name, method][f"{quantity} {column}"]) for column in COLUMNS), per_cent(each[name, method]["rank sets"])]
            for name in chosen
        ]

    def widths(name: str) -> list[str]:
        this, plain = each[name, "this"], each[name, PLAIN]
        ratios = [f"{np.median(this[what].to_numpy() / plain[what].to_numpy()):.3f}" for what in ("width of differences", "width of ratings")]
        return [name, *ratios, f"{plain['shown'].mean():.1f}", f"{this['shown'].mean():.1f}"]

    head = ["logs", *(f"{column} vote{'s' if column != '1' else ''}" for column in COLUMNS), "rank sets, jointly"]
    compared = [name for name in names if name in COMPARED]
    methods = [method for method in dict.fromkeys(results["method"]) if method != "this"]
    of_methods = [[name, method, *line[1:]] for name in compared for method in ("this", *methods) for line in lines(method, "difference", [name])]
    effects = [f"{name}: {per_cent(each[name, 'this']['effect'])}" for name in names if each[name, "this"].get("effect", pd.Series()).notna().any()]
    return {
        "differences": table(head, lines("this", "difference", names)),
        "ratings": table([*head[:-1]], [line[:-1] for line in lines("this", "rating", names)]),
        "plain": table(head, lines(PLAIN, "difference", names)),
        "methods": table(["logs", "method", *head[1:]], of_methods),
        "widths": table(["logs", "differences", "ratings", "pairs shown, plain", "pairs shown"], [widths(name) for name in names]),
        "effects": "; ".join(effects),
    }


def main() -> None:
    """Run the study and write the section."""
    parser = argparse.ArgumentParser(description="Coverage of competitors with few votes.")
    parser.add_argument("--logs", type=int, default=N_LOGS, help="logs of each kind")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", help="kinds whose name holds this; print them and write nothing")
    options = parser.parse_args()
    chosen = [scenario for scenario in scenarios() if options.only is None or options.only in scenario.name]
    parts = []
    with ProcessPoolExecutor(options.workers) as pool:
        for scenario in chosen:
            parts.append(study(scenario, options.logs, pool))
            line = tables(parts[-1])
            print("\n".join(line[what].splitlines()[-1] for what in ("differences", "ratings", "plain", "widths")), line["effects"], flush=True)
    made = tables(pd.concat(parts))
    if options.only is None:
        write_section(DOCS / "coverage.md", HEADING, TEXT.format(seed=SEED, n_logs=f"{options.logs:,}", n_draws=f"{N_DRAWS:,}", **made))
    else:
        print(made["methods"])


TEXT = """Written by `python -m benchmarks.few_votes` (seed {seed}, {n_logs} logs of each kind). Do not edit.

A log has 15 regulars with some 300 votes each, of unequal popularity, and five newcomers with 1, 2, 4, 8 and 16 votes against them. Strengths are all
*equal*, *normal* (standard deviation 1 log-odds), *skewed* (exponential), or *best*: normal, with newcomers as good as the best regular. Votes follow
Davidson's law, or Rao and Kupper's where that is fitted. Newcomers who won or lost all their votes have no rating without a prior and are left out
of their log: coverage is that of intervals that exist. With a prior all are rated. Where newcomers never tie, only regulars do, and the dispersion
of the log is not theirs. Weights are log-normal (standard deviation 1) and say nothing of the vote. A position effect is 0.3 log-odds.

Covered is what the estimate tends to: the strengths of the law, or with ties as half-wins the fit to the expected votes. In per cent, at 95 %, ±
the Monte-Carlo standard error over logs; for *n votes*, of the newcomer with so many: its differences from all others, or its rating; *over 100*:
regulars, among themselves. Rank sets are right if none of their statements is wrong ({n_draws} draws).

### Differences

{differences}

The position effect itself is covered, in per cent: {effects}.

### Ratings

A rating is the distance from the plain mean of all, newcomers among them.

{ratings}

### Differences by the plain sandwich

The sum of squared scores, without anything from the model, as it was the default earlier.

{plain}

### Beside what else could be done

{methods}

### Widths of competitors with over 100 votes

Over those of the plain sandwich, median over logs; and how many pairs of the log are shown to differ.

{widths}

Differences of competitors with many votes are hardly wider. Their ratings are: a quarter of the competitors whose plain mean is the origin are
newcomers here, and the origin now carries how unsure these are. That is so for any interval which is honest about newcomers, and falls with the
square of their share.
"""


if __name__ == "__main__":
    main()
