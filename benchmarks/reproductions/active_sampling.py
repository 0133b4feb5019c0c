"""Active sampling (Chiang et al. 2024; Liu et al. 2026): ``python -m benchmarks.reproductions.active_sampling`` (a minute)."""

from typing import NamedTuple

import numpy as np
from scipy.stats import kendalltau

from benchmarks.pages import table
from recount.engine import ELO, count, covariance, fit
from recount.engine.votes import Floats, Votes
from recount.sims.arenas import Arena, Pairs, Sampling, Strengths, Voters, draw_parameters, outcome_probabilities, simulate
from recount.sims.arenas.adaptive_sampling import votes_and_wins

SEED = 20240814
Z = 1.959964
# A round for each of so many votes, after which widths are measured.
ROUND = 400
RULES = {
    "popularity 1.1": (Pairs.skewed(1.1), Sampling()),
    "popularity 0.6": (Pairs.skewed(0.6), Sampling()),
    "all alike": (Pairs.uniform(), Sampling()),
    "CI width": (Pairs.uniform(), Sampling("ci-width", 60)),
    "A-optimal": (Pairs.uniform(), Sampling("a-optimal", 60)),
}
N_SEEDS = 10
# As many as need some 6,800 votes on equal pairs for a mean width of 0.2.
N_MODELS = 14
MATRIX_WIDTH, SCORE_WIDTH = 0.2, 0.3
N_MANY, EACH = 40, (2_000, 5_000, 10_000, 20_000)
SPREADS = (100.0, 250.0)
TEXT = """\
## Active sampling (Chiang et al. 2024, arXiv 2403.04132; "Fewer Battles, More Gain", 2026)

They report: to know the matrix of win rates to a precision of 0.2 takes 6,800 votes on random pairs and 4,400 on pairs drawn by how much a
vote narrows the interval of their win rate (the rule of LMArena); to know scores to 0.3 takes 17,200 and 16,400. Choosing pairs by Fisher
information (A-optimality) is at least as good as by interval width, and both are better than random at equal votes.

We get, on arenas of {n_models} competitors with strengths of two standard deviations and 30 % ties (`Arena(sampling=...)`, rounds of {round}
votes, mean of {n_seeds} arenas), the votes for a mean width of {matrix} of the 95 % intervals of win rates, and of {score} of those of scores
(log-odds, sandwich). Random pairs are drawn by popularities whose logarithms have a standard deviation of 1.1, as on the Arena, or of 0.6, or are
all alike; "-" is more than {most:,}:

{needed}

The curves, at strengths of {widest:.0f} Elo: mean width of the intervals of win rates (of a pair without votes as if it had one), and of those of
scores.

{curves}

At equal votes, {n_many} competitors: mean squared error of ratings (Davidson) against the truth, Elo², Kendall's tau with it, and their slope on it.

{errors}

Why they differ: over what "random" is. Against pairs that meet equally often no rule can save more than {saving} of the votes for the matrix at
strengths of {spreads} Elo, because the widths of intervals differ little between pairs, and the rule of LMArena saves that, and the per cent that
random pairs lose because they do not meet quite equally often. A third is what it saves against pairs that meet as unequally as a popularity of 0.6
makes them, and against those of the Arena it saves more. So active sampling repairs unequal sampling, and gains next to nothing over equal pairs.
For scores the savings are smaller, as they say. A-optimality orders best at equal votes, but has a price: a pair that looks one-sided by chance is
not looked at again, so that few votes make ratings too far apart (slopes above 1), and their errors larger than with random pairs where competitors
are close. Where they are far apart it leaves most pairs with hardly any votes, and needs several times as many for their win rates as equal pairs do.

`python -m benchmarks.reproductions.active_sampling`
"""


class Precision(NamedTuple):
    """What is known after some votes.

    Attributes
    ----------
    matrix, scores : float
        Mean width of the 95 % intervals of win rates, and of strengths (log-odds).
    """

    matrix: float
    scores: float


def arena_of(n: int, spread: float, n_votes: int, rule: str) -> Arena:
    """An arena of which pairs are drawn by a rule."""
    pairs, sampling = RULES[rule]
    return Arena(n_competitors=n, n_votes=n_votes, strengths=Strengths.normal(spread), pairs=pairs, voters=Voters(0), sampling=sampling)


def least_share(spread: float) -> float:
    """Least share of the votes that any rule needs for the same mean width of win rates as equal pairs, in the mean of arenas.

    Widths s_k / sqrt(n_k) of m pairs have the lowest sum at n_k in proportion to s_k^(2/3): (sum s^(2/3))^3 / (m (sum s)^2) of the votes.
    """
    shares = []
    for seed in range(N_SEEDS):
        truth = draw_parameters(arena_of(N_MODELS, spread, 10_000, "all alike"), SEED + seed)
        win, _, tie, _ = outcome_probabilities(truth).T
        s = np.sqrt((win + tie / 2) * (1 - win - tie / 2))
        shares.append(np.sum(s ** (2 / 3)) ** 3 / (s.size * s.sum() ** 2))
    return float(np.mean(shares))


def precision(votes: Votes) -> Precision:
    """Measure how well win rates and strengths are known."""
    k, wins = votes_and_wins(count(votes), votes.names)
    met = k[np.triu_indices(len(votes.names), 1)]
    rate = ((wins + 0.5) / (k + 1))[np.triu_indices(len(votes.names), 1)]
    errors = covariance(fit(count(votes), existence="prior")).standard_errors()
    return Precision(float(np.mean(2 * Z * np.sqrt(rate * (1 - rate) / np.maximum(met, 1)))), float(np.mean(2 * Z * errors)))


def curve(rule: str, spread: float, n_votes: int = 60 * ROUND, n_seeds: int = N_SEEDS) -> Floats:
    """Mean precision after each round, (n_rounds, 2)."""
    found = []
    for seed in range(n_seeds):
        votes = simulate(arena_of(N_MODELS, spread, n_votes, rule), seed=SEED + seed).votes
        found.append([precision(votes.only(np.arange(n))) for n in range(ROUND, n_votes + 1, ROUND)])
    return np.mean(found, axis=0)


def votes_for(widths: Floats, width: float) -> float:
    """Votes for a width that falls as the root of their number between rounds; NaN if it is never reached."""
    if widths[-1] > width:
        return float("nan")
    place = int(np.argmax(widths <= width))
    return ROUND * (place + 1) * float((widths[place] / width) ** 2)


def _votes(n: float) -> str:
    """Write a number of votes."""
    return "-" if np.isnan(n) else f"{n:,.0f}"


def of_errors(spread: float) -> list[list[str]]:
    """Errors against the truth after numbers of votes, by rule."""
    lines = []
    for rule in RULES:
        found = np.zeros((len(EACH), 3))
        for seed in range(N_SEEDS):
            made = simulate(arena_of(N_MANY, spread, max(EACH), rule), seed=SEED + seed)
            truth = made.parameters.strengths
            for k, n in enumerate(EACH):
                rated = fit(count(made.votes.only(np.arange(n))), ties="davidson", existence="prior").strengths
                found[k] += np.mean((ELO * (rated - truth)) ** 2), kendalltau(rated, truth).statistic, rated @ truth / (truth @ truth)
        found /= N_SEEDS
        lines.append([f"{spread:.0f} Elo", rule, *(f"{error:.0f}, {tau:.3f}, {slope:.2f}" for error, tau, slope in found)])
    return lines


def section() -> str:
    """Return the section in Markdown."""
    curves = {(spread, rule): curve(rule, spread) for spread in SPREADS for rule in RULES}
    needed = [
        [f"{spread:.0f} Elo", rule, *(_votes(votes_for(found[:, k], width)) for k, width in enumerate((MATRIX_WIDTH, SCORE_WIDTH)))]
        for (spread, rule), found in curves.items()
    ]
    of_rounds = [4, 9, 19, 39, 59]
    drawn = [
        [rule, *(f"{found[k, 0]:.3f}, {found[k, 1]:.3f}" for k in of_rounds)] for (spread, rule), found in curves.items() if spread == SPREADS[-1]
    ]
    return TEXT.format(
        most=60 * ROUND,
        n_models=N_MODELS,
        round=ROUND,
        n_seeds=N_SEEDS,
        matrix=MATRIX_WIDTH,
        score=SCORE_WIDTH,
        widest=SPREADS[-1],
        saving=" and ".join(f"{1 - least_share(spread):.1%}" for spread in SPREADS),
        spreads=" and ".join(f"{spread:.0f}" for spread in SPREADS),
        n_many=N_MANY,
        needed=table(["strengths", "pairs", "win rates", "scores"], needed),
        curves=table(["pairs", *(f"{ROUND * (k + 1):,} votes" for k in of_rounds)], drawn),
        errors=table(["strengths", "pairs", *(f"{n:,} votes" for n in EACH)], [line for spread in SPREADS for line in of_errors(spread)]),
    )


if __name__ == "__main__":
    print(section(), end="")
