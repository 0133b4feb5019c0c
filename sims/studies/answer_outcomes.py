"""Outcomes of simulated benchmarks, of which answers and truth are known."""

import numpy as np

from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.sims.benchmark_scores.saturated_benchmarks import FIFTH, saturation_index
from recount.sims.simulated_benchmarks.telling_apart import leads_of_items, share_told_apart
from recount.sims.studies.asked_items import SeenAnswers
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.seen import Measured


def score_error(outcome: Outcome, seen: SeenAnswers) -> Measured:
    """Root of the mean squared difference of scores, as the items that were asked let expect them, from those on all items."""
    return Measured(float(np.sqrt(((seen.estimated - seen.scores) ** 2).mean())))


def saturation_of(outcome: Outcome, seen: SeenAnswers) -> Measured:
    """Saturation index of the scores on all items: exp(-R²), of the best and the fifth best; n items count as n to the power of the exponent."""
    best = np.sort(seen.scores)[::-1]
    n = seen.truth.items.n
    return Measured(saturation_index(best[0], best[FIFTH - 1], (n, n), outcome.size_exponent)[1])


def told_apart(outcome: Outcome, seen: SeenAnswers) -> Measured:
    """Share of the pairs of the k ablest of whom a paired test at 95 % on all items is expected to show who is better: the power to order them."""
    return Measured(share_told_apart(leads_of_items(seen.truth, n_best=outcome.k), seen.truth.items.n, CONFIDENCE_LEVEL))
