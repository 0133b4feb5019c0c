"""Abilities from answers to items whose parameters are known, by maximum likelihood.

The likelihood of the three-parameter law may have several maxima (Samejima 1973), so the highest point of a grid is found first, and from there the
root of the slope, by Fisher scoring within the interval between the neighbours on the grid.
"""

import numpy as np

from recount.engine.errors import ConvergenceError, InputError
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Floats
from recount.sims.simulated_benchmarks.item_law import ItemParameters, answer_law, item_information

N_INNER, N_OUTER = 161, 60
MARGIN = 3.0
TOLERANCE, MAX_ITERATIONS = 1e-10, 100


def estimated_abilities(answers: Bools, items: ItemParameters) -> Floats:
    """Estimate abilities.

    Parameters
    ----------
    answers : (n, n_items) bool
    items : ItemParameters
        As they are taken to be; wrong keys of which one does not know are left out of them.

    Returns
    -------
    (n,) float64
        Infinite where the likelihood rises without end: all answers right, or hardly more than by guessing.

    Raises
    ------
    InputError
        If there is not one answer an item.
    ConvergenceError
        If a maximum is not found.
    """
    if answers.ndim != 2 or answers.shape[1] != items.n:
        raise InputError(f"answers have shape {answers.shape} for {plural(items.n, 'item')}; give a row a model, and one answer an item")
    grid = _grid(items)
    best = _log_likelihoods(answers, items, grid).argmax(axis=1)
    found = np.where(best == 0, -np.inf, np.inf)
    for model in np.flatnonzero((best > 0) & (best < grid.size - 1)):
        at = best[model]
        found[model] = _root(answers[model], items, grid[at], grid[at - 1], grid[at + 1])
    return found


def _grid(items: ItemParameters) -> Floats:
    """Abilities, dense among the difficulties, and so far out that a single answer of the least discriminating item would be found."""
    low, high = items.difficulties.min() - MARGIN, items.difficulties.max() + MARGIN
    outer = np.geomspace(0.1, (np.log(items.n) + 2 * MARGIN) / items.discriminations.min() + 0.2, N_OUTER)
    return np.concatenate([low - outer[::-1], np.linspace(low, high, N_INNER), high + outer])


def _log_likelihoods(answers: Bools, items: ItemParameters, grid: Floats) -> Floats:
    """Log-likelihood of each model's answers at each ability, (n, n_grid)."""
    # What is impossible is so at every ability.
    least = np.finfo(np.float64).tiny
    found = np.empty((len(answers), grid.size))
    right = answers.astype(np.float64)
    for k, ability in enumerate(grid):
        law = answer_law(np.array([ability]), items)
        log_right, log_wrong = np.log(np.maximum(law.right[0], least)), np.log(np.maximum(law.wrong[0], least))
        found[:, k] = right @ (log_right - log_wrong) + log_wrong.sum()
    return found


def _root(answers: Bools, items: ItemParameters, start: float, low: float, high: float) -> float:
    """Where the slope of a log-likelihood is 0, between `low` and `high`."""
    found = start
    for _ in range(MAX_ITERATIONS):
        law = answer_law(np.array([found]), items)
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = np.where(answers, law.slope / law.right, -law.slope / law.wrong)[0]
        slope = float(slopes[np.isfinite(slopes)].sum())
        if slope == 0:
            return found
        low, high = (found, high) if slope > 0 else (low, found)
        information = float(item_information(law).sum())
        scored = found + slope / information if information else np.nan
        following = scored if low < scored < high else (low + high) / 2.0
        if abs(following - found) <= TOLERANCE * (1.0 + abs(found)):
            return following
        found = following
    raise ConvergenceError(f"an ability near {found:.6g} was not found in {MAX_ITERATIONS} steps; leave out odd items")
