r"""Items whose parameters are learnt from models that have answered all of them, as Fluid Benchmarking, metabench and tinyBenchmarks do.

The ability of these models is taken from their whole score, as log-odds in standard units; an item is then a logistic regression on it, the law of
two parameters. Its slope has a normal prior around 1, so that every item has one.
"""

import numpy as np

from recount.engine.votes import Bools
from recount.sims.simulated_benchmarks.few_items import GRID, ItemsOnGrid

N_STEPS = 12
PRIOR_SLOPE, PRIOR_VARIANCE = 1.0, 1.0


def learn_items(answers: Bools) -> ItemsOnGrid:
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
    return ItemsOnGrid(chances, log_odds, slope[:, None] ** 2 * chances * (1.0 - chances))
