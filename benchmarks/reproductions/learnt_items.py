r"""Items whose parameters are learnt from models that have answered all of them, as Fluid Benchmarking, metabench and tinyBenchmarks do.

The ability of these models is taken from their whole score, as log-odds in standard units; an item is then a logistic regression on it, the law of
two parameters. Its slope has a normal prior around 1, so that every item has one.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.votes import Bools, Floats, Ints

N_STEPS = 12
PRIOR_SLOPE, PRIOR_VARIANCE = 1.0, 1.0
GRID = np.linspace(-4.0, 4.0, 161)


@dataclass(frozen=True, slots=True, eq=False)
class LearntItems:
    """Items on the grid of abilities, (n_items, n_grid): chance of a right answer, its log-odds and the information of an answer."""

    chances: Floats
    log_odds: Floats
    information: Floats

    def posterior(self, answers: Bools, asked: Ints) -> Floats:
        """Posterior of ability on the grid, (n_models, n_grid), from answers (n_models, n_asked) to some items; the prior is standard normal."""
        right = answers.astype(np.float64)
        log = right @ self.log_odds[asked] - np.log1p(np.exp(self.log_odds[asked])).sum(axis=0) - GRID**2 / 2
        weights = np.exp(log - log.max(axis=1, keepdims=True))
        posterior: Floats = weights / weights.sum(axis=1, keepdims=True)
        return posterior

    def predicted_scores(self, answers: Bools, asked: Ints) -> Floats:
        """Scores on all items, (n_models,): those that were asked as they were answered, the others as expected (p-IRT)."""
        others = np.delete(np.arange(len(self.chances)), asked)
        expected = self.posterior(answers, asked) @ self.chances[others].sum(axis=0)
        scores: Floats = (answers.sum(axis=1) + expected) / len(self.chances)
        return scores


def learn_items(answers: Bools) -> LearntItems:
    """Learn the items that models have answered, (n_models, n_items)."""
    scores = (answers.sum(axis=1) + 0.5) / (answers.shape[1] + 1.0)
    abilities = np.log(scores / (1.0 - scores))
    abilities = (abilities - abilities.mean()) / abilities.std()
    right = answers.astype(np.float64)
    level, slope = np.log((right.sum(axis=0) + 0.5) / (len(right) - right.sum(axis=0) + 0.5)), np.ones(answers.shape[1])
    for _ in range(N_STEPS):
        p = 1.0 / (1.0 + np.exp(-(level + np.outer(abilities, slope))))
        rest, weight = right - p, p * (1.0 - p)
        first, second = rest.sum(axis=0) - 0.01 * level, abilities @ rest - (slope - PRIOR_SLOPE) / PRIOR_VARIANCE
        a, b, c = weight.sum(axis=0) + 0.01, abilities @ weight, abilities**2 @ weight + 1.0 / PRIOR_VARIANCE
        determinant = a * c - b * b
        level = level + np.clip((c * first - b * second) / determinant, -1.0, 1.0)
        slope = slope + np.clip((a * second - b * first) / determinant, -1.0, 1.0)
    log_odds = level[:, None] + np.outer(slope, GRID)
    chances = 1.0 / (1.0 + np.exp(-log_odds))
    return LearntItems(chances, log_odds, slope[:, None] ** 2 * chances * (1.0 - chances))


def asked_adaptively(items: LearntItems, answers: Bools, n: int) -> Ints:
    """Ask a model n items, (n,), each the most informative one at its ability as it is known by then; `answers` (n_items,) are its answers to all."""
    left, asked = np.ones(len(answers), np.bool_), np.empty(n, np.int64)
    log = -(GRID**2) / 2
    for k in range(n):
        weights = np.exp(log - log.max())
        at = int(np.searchsorted(GRID, weights @ GRID / weights.sum()))
        asked[k] = int(np.where(left, items.information[:, at], -1.0).argmax())
        left[asked[k]] = False
        log_odds = items.log_odds[asked[k]]
        log = log + (log_odds if answers[asked[k]] else 0.0) - np.log1p(np.exp(log_odds))
    return asked


def most_informative(items: LearntItems, n: int) -> Ints:
    """Choose n items, each the most informative one that is left at one of n abilities in turn, as the prior has them."""
    from scipy.stats import norm

    left, chosen = np.ones(len(items.chances), np.bool_), np.empty(n, np.int64)
    places = np.searchsorted(GRID, norm.ppf((np.arange(n) + 0.5) / n))
    for k, at in enumerate(places):
        chosen[k] = int(np.where(left, items.information[:, min(at, len(GRID) - 1)], -1.0).argmax())
        left[chosen[k]] = False
    return chosen
