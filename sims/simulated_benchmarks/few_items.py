r"""Scores and abilities from a few of the items of a benchmark, whose law is known: random ones, the most informative, or adaptive ones.

Ability is in standard units, with a standard normal prior, on a grid. Items are chosen by the information of an answer, before anybody is asked
(tinyBenchmarks, metabench) or for each model by what it has answered (Fluid Benchmarking); a score on all items is that of the answers that are known
and of the chances of the others (p-IRT of tinyBenchmarks).
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.votes import Bools, Floats, Ints
from recount.sims.simulated_benchmarks.item_law import ItemParameters, answer_law, item_information

GRID = np.linspace(-4.0, 4.0, 161)


@dataclass(frozen=True, slots=True, eq=False)
class ItemsOnGrid:
    """Items on the grid of abilities, (n_items, n_grid): chance of a right answer, its log-odds and the information of an answer."""

    chances: Floats
    log_odds: Floats
    information: Floats

    @classmethod
    def of(cls, items: ItemParameters, spread: float) -> "ItemsOnGrid":
        """Take items whose parameters are known, for abilities of this standard deviation; of keys that are wrong nobody knows."""
        known = ItemParameters(items.difficulties, items.discriminations, items.guessing, np.zeros(items.n, np.bool_))
        law = answer_law(GRID * spread, known)
        # What is impossible has a log-odds all the same.
        right, wrong = (np.log(np.maximum(chance, np.finfo(np.float64).tiny)).T for chance in (law.right, law.wrong))
        return cls(law.right.T, right - wrong, item_information(law).T * spread**2)

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


def asked_adaptively(items: ItemsOnGrid, answers: Bools, n: int) -> Ints:
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


def most_informative(items: ItemsOnGrid, n: int) -> Ints:
    """Choose n items, each the most informative one that is left at one of n abilities in turn, as the prior has them."""
    from scipy.special import ndtri

    left, chosen = np.ones(len(items.chances), np.bool_), np.empty(n, np.int64)
    places = np.searchsorted(GRID, ndtri((np.arange(n) + 0.5) / n))
    for k, at in enumerate(places):
        chosen[k] = int(np.where(left, items.information[:, min(at, len(GRID) - 1)], -1.0).argmax())
        left[chosen[k]] = False
    return chosen
