"""Whether the votes that are said to settle a question with a probability do so as often: ``python -m benchmarks.votes_needed`` (minutes).

Arenas are drawn, votes cast, the votes needed are looked for, cast at the truth that nobody but the simulator knows, and the whole log is fitted.
"""

from typing import NamedTuple

import numpy as np

from benchmarks.markdown_tables import markdown
from recount.engine import ELO, covariance
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.fitting import Fit, certified
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.pair_contests import Contests
from recount.engine.planning.settling import Settling, Sides, deciding_plan
from recount.engine.triangle import pair_place
from recount.engine.uncertainty.posterior import shrunken_draws
from recount.engine.votes import Floats, Ints

TIE_SHARE, N_DRAWS, PROBABILITY = 0.25, 1000, 0.8
N_ARENAS, N_COUNTRIES = 200, 3
QUESTIONS = ("pair", "leader", "country")
# Competitors, votes, and the standard deviation of strengths, Elo.
SIZES = ((10, 2_000, 80.0), (20, 20_000, 100.0))


class Settled(NamedTuple):
    """What was said, and what the votes then did: with which probability they settle it, whether they did, and whether rightly."""

    said: float
    settled: bool
    right: bool
    n_votes: int


def one_arena(seed: int, n: int, n_votes: int, deviation: float, question: str) -> Settled | None:
    """Draw an arena, look for the votes needed, and cast them; None where the votes so far settle it."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, deviation / ELO, n)
    first, second = np.triu_indices(n, 1)
    votes = _cast(rng, truth, first, second, rng.multinomial(n_votes, np.full(first.size, 1 / first.size)))
    fitted = _fitted(n, votes)
    sides = Sides(_sides(rng, n, question))
    rated = covariance(fitted)
    truths = shrunken_draws(rated, N_DRAWS, seed)
    assert truths is not None
    plan = deciding_plan(truths, sides)
    tie_share = float(votes[2].sum() / votes.sum())
    outlook = Settling(fitted, rated.covariance, truths, sides, plan, tie_share=tie_share, seed=seed).fewest(PROBABILITY)
    if outlook.n_votes == 0:
        return None
    votes[:, pair_place(plan.first, plan.second, n)] += _cast(rng, truth, plan.first, plan.second, plan.counts(outlook.n_votes))
    side = side_that_is_first(_fitted(n, votes), sides)
    inside = np.flatnonzero(sides.of_each >= 0)
    return Settled(outlook.p_settled, side >= 0, side == sides.of_each[inside[np.argmax(truth[inside])]], outlook.n_votes)


def side_that_is_first(fitted: Fit, sides: Sides) -> int:
    """Return the side of who is ahead of all others by more than its interval, -1 if there is none."""
    lead = fitted.strengths[:, None] - fitted.strengths
    ahead = lead > normal_quantile(0.975) * covariance(fitted).difference_errors()
    found = [i for i in np.flatnonzero(sides.of_each >= 0) if ahead[i, sides.against(i)].all()]
    return int(sides.of_each[found[0]]) if found else -1


def _sides(rng: np.random.Generator, n: int, question: str) -> Ints:
    each = np.arange(n)
    if question == "pair":
        return np.where(np.isin(each, rng.choice(n, 2, replace=False)), each, -1)
    return each % N_COUNTRIES if question == "country" else each


def _cast(rng: np.random.Generator, truth: Floats, first: Ints, second: Ints, n_votes: Ints) -> Floats:
    """Draw votes won, lost and tied by the first, (3, n_pairs)."""
    p = 1 / (1 + np.exp(truth[second] - truth[first]))
    ties = np.minimum(TIE_SHARE, 2 * np.minimum(p, 1 - p))
    shares = np.stack([p - ties / 2, 1 - p - ties / 2, ties], axis=1)
    return rng.multinomial(n_votes, shares).T.astype(np.float64)


def _fitted(n: int, votes: Floats) -> Fit:
    first, second = (index.astype(np.int32) for index in np.triu_indices(n, 1))
    return certified(PairLikelihood(Contests(tuple(f"m{k}" for k in range(n)), first, second, *votes), "half"))


def report() -> str:
    """Return what was said and what happened, as Markdown."""
    lines = []
    for question in QUESTIONS:
        for size in SIZES:
            found = [one for seed in range(N_ARENAS) if (one := one_arena(seed, *size, question)) is not None]
            said, settled = np.mean([one.said for one in found]), np.mean([one.settled for one in found])
            right = np.mean([one.right for one in found if one.settled])
            error = np.sqrt(PROBABILITY * (1 - PROBABILITY) / len(found))
            n_votes = f"{np.median([one.n_votes for one in found]):,.0f}"
            n, votes, _ = size
            lines.append((question, f"{n}", f"{votes:,}", f"{len(found)}", n_votes, f"{said:.3f}", f"{settled:.3f} ± {error:.3f}", f"{right:.3f}"))
    return markdown(("question", "competitors", "votes", "arenas not settled", "votes needed (median)", "said", "settled", "of these rightly"), lines)


if __name__ == "__main__":
    print(report())
