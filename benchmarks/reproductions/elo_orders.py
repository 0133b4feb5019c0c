"""Boubdir et al. 2023, the order of votes and K in online Elo: ``python -m benchmarks.reproductions.elo_orders`` (some seconds)."""

import numpy as np
from scipy.stats import norm

import recount
from benchmarks.markdown_tables import markdown
from recount.engine import ELO, Elo, elo_permutations, fit
from recount.engine.votes import Floats, PairCounts

WIN_PROBABILITIES = (0.51, 0.55, 0.6, 0.65)
K_FACTORS = (1.0, 4.0, 16.0, 32.0)
N_GAMES, N_LOGS, N_ORDERS = 1000, 200, 100
TOP = 10
TEXT = """\
## Order and K of online Elo (Boubdir et al. 2023, arXiv 2311.17295)

They report: Elo of language models depends on the order of the votes; ratings are stable as means over 100 or more permutations; a low K suits
models that are close and a high K models that are far apart; with one order and a high K close models come in the wrong order.

We get, of {n_logs} simulated logs of {n_games:,} games of two models (`recount elo --orders random`), the share in which the better one is
behind, after the games in one order, and in the mean of {n_orders} orders:

{of_two}

and on the bundled votes, in {n_orders} random orders of all 1,670,250:

{of_arena}

Why they differ: they do not, and it has a closed form. Around the true difference D of two models that win with p and q = 1 - p, one vote moves
the difference by 2K times its surprise, and its pull back is 2K pq ln 10 / 400 per point, so that it wanders with standard deviation sqrt(400 K /
ln 10): 13 Elo at K = 1, 26 at K = 4, 53 at K = 16, whatever the number of votes. One order is wrong with probability Φ(-D / sqrt(400 K / ln 10)),
the number in brackets. (At K = 1 a thousand games from equal ratings are a little short for this.) The mean of 100 orders has only the error of
the votes themselves, which is that of Bradley-Terry, so that no K is right: the maximum of the likelihood needs none. A high K is no better for
models that are far apart: it is only not yet visibly wrong.

`python -m benchmarks.reproductions.elo_orders`, and on any log `recount study order-and-k LOG`
"""


def games(p: float, seed: int) -> PairCounts:
    """Return the games of a model that wins with probability `p`, as often first as second, and one that does not."""
    won = np.random.default_rng([seed, round(100 * p)]).binomial(N_GAMES // 2, p, 2)
    lost = N_GAMES // 2 - won
    return PairCounts(("better", "other"), np.array([0, 1]), np.array([1, 0]), np.array([[won[0], lost[0], 0, 0], [lost[1], won[1], 0, 0]]))


def ratings_of(counts: PairCounts, k_factor: float, seed: int) -> Floats:
    """Return the ratings in each random order, (N_ORDERS, n_competitors)."""
    return elo_permutations(counts, Elo(k_factor=k_factor), n_permutations=N_ORDERS, seed=seed).replicates


def wrong_shares(p: float, k_factor: float) -> tuple[float, float]:
    """Return in which share of orders, and of means over orders, the better of two models is behind."""
    behind = []
    for seed in range(N_LOGS):
        ratings = ratings_of(games(p, seed), k_factor, seed)
        leads = ratings[:, 0] - ratings[:, 1]
        behind.append([np.mean(leads < 0), leads.mean() < 0])
    return tuple(np.mean(behind, axis=0).tolist())


def expected_wrong(p: float, k_factor: float) -> float:
    """Return the probability that one long order has the better of two models behind."""
    return float(norm.cdf(-ELO * np.log(p / (1 - p)) / np.sqrt(ELO * k_factor)))


def line_of_arena(counts: PairCounts, k_factor: float) -> list[str]:
    """Return what orders do to the bundled votes: K, wandering of the best, and how often who is first by all votes is first."""
    fitted = fit(counts)
    best = np.argsort(-fitted.strengths)[:TOP]
    ratings = ratings_of(counts, k_factor, 0)
    first = np.mean(ratings.argmax(axis=1) == best[0])
    same = np.mean([[one in order for one in best] for order in np.argsort(-ratings, axis=1)[:, :TOP]])
    return [f"{k_factor:g}", f"{ratings.std(axis=0, ddof=1)[best].mean():.1f}", f"{first:.0%}", f"{same:.0%}"]


def section() -> str:
    """Return the section in Markdown."""
    lines = []
    for p in WIN_PROBABILITIES:
        cells = []
        for k in K_FACTORS:
            one, mean = wrong_shares(p, k)
            cells.append(f"{one:.1%} ({expected_wrong(p, k):.1%}); {mean:.1%}")
        lines.append([f"{p:g}", *cells])
    counts = recount.read().counts
    return TEXT.format(
        n_logs=N_LOGS,
        n_games=N_GAMES,
        n_orders=N_ORDERS,
        of_two=markdown(["wins of the better", *(f"K = {k:g}" for k in K_FACTORS)], lines),
        of_arena=markdown(
            ["K", f"SD over orders, mean of the best {TOP}, Elo", "first of all votes is first", f"of the best {TOP} are among them"],
            [line_of_arena(counts, k) for k in K_FACTORS],
        ),
    )


if __name__ == "__main__":
    print(section(), end="")
