"""Priors of strengths that need not be normal, where errors are independent and known: the comparison in `docs/best_probability.md`.

Strengths are independent given shape, place and spread of their law, so that everything is a sum over a grid of strengths. With the correlated errors
of real ratings it is not.
"""

from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.probability_bins import in_bins
from recount.engine import ELO, top_probabilities
from recount.engine.uncertainty.posterior import posterior_draws
from recount.engine.votes import Floats

SEED = 20240814
N_DRAWS = 500
ERROR = 15.0
# Of the logarithm of the errors.
UNEQUAL = 0.6
N_STRENGTHS = 300
N_SPREADS = 14
# In standard errors of the mean.
PLACES = np.linspace(-4.0, 4.0, 17)
# Points of a cell of the grid over which a density is averaged.
WITHIN_A_CELL = np.linspace(-0.4, 0.4, 5)
SHAPES = {"normal": 0.5, "exponential": 0.25, "mirrored exponential": 0.25}
KINDS = [(shape, spread, n) for shape in ("normal", "exponential") for n in (20, 60) for spread in (17, 52)]


def density(shape: str, x: Floats) -> Floats:
    """Density of a law with mean 0 and standard deviation 1."""
    if shape == "normal":
        return np.asarray(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))
    x = x if shape == "exponential" else -x
    return np.where(x > -1, np.exp(-np.maximum(x, -1.0) - 1), 0.0)


def family_draws(estimates: Floats, errors: Floats, rng: np.random.Generator) -> Floats:
    """Posterior draws (n_draws, n) of strengths under a family of shapes, given independent estimates (n,)."""
    wide = np.sqrt(np.mean(errors**2) + estimates.var())
    grid = np.linspace(estimates.min() - 4 * errors.min() - 2 * wide, estimates.max() + 4 * errors.min() + 2 * wide, N_STRENGTHS)
    cell = grid[1] - grid[0]
    likelihood = np.exp(-(((estimates[:, None] - grid) / errors[:, None]) ** 2) / 2) / errors[:, None]
    laws, log_prior = [], []
    for shape, probability in SHAPES.items():
        for spread in np.geomspace(cell / 2, 3 * wide, N_SPREADS):
            precision = 1 / (errors**2 + spread**2)
            # Jeffreys' prior of the spread, as with a normal shape; the place is even.
            step = 1 / np.sqrt(precision.sum())
            centre = precision @ estimates * step**2
            points = (grid + cell * WITHIN_A_CELL[:, None, None] - centre - step * PLACES[:, None]) / spread
            laws.append(density(shape, points).mean(axis=0))
            log_prior += [np.log(probability * spread**2 * step * np.sqrt((precision**2).sum()))] * PLACES.size
    law = np.vstack(laws)
    law /= np.maximum(law.sum(axis=1, keepdims=True), 1e-300)
    log_posterior = np.array(log_prior) + np.log(np.maximum(likelihood @ law.T, 1e-300)).sum(axis=0)
    weight = np.exp(log_posterior - log_posterior.max())
    chosen, n_chosen = np.unique(rng.choice(weight.size, N_DRAWS, p=weight / weight.sum()), return_counts=True)
    draws = []
    for which, n_draws in zip(chosen, n_chosen, strict=True):
        shares = np.cumsum(likelihood * law[which], axis=1)
        # Row i holds shares from i to i + 1, so that one search serves all competitors.
        rows = np.arange(estimates.size)
        steps = (shares / shares[:, -1:] + rows[:, None]).ravel()
        places = np.searchsorted(steps, rng.random((n_draws, estimates.size)) + rows) - N_STRENGTHS * rows
        draws.append(grid[np.clip(places, 0, N_STRENGTHS - 1)])
    drawn = np.vstack(draws)
    return np.asarray(drawn + cell * (rng.random(drawn.shape) - 0.5))


def said_and_right(shape: str, spread: int, n: int, number: int) -> pd.DataFrame:
    """What three methods say of who is the best and among the three best, and whether it is right."""
    rng = np.random.default_rng([SEED, number])
    strengths = (rng.normal(size=n) if shape == "normal" else rng.exponential(size=n)) * spread / ELO
    errors = ERROR / ELO * np.exp(rng.normal(0, UNEQUAL, n))
    estimates = strengths + errors * rng.standard_normal(n)
    centre = np.eye(n) - 1 / n
    drawn = {
        "unshrunken": estimates + errors * rng.standard_normal((N_DRAWS, n)),
        "normal prior": posterior_draws(estimates, centre @ np.diag(errors**2) @ centre, N_DRAWS, number),
        "family of shapes": family_draws(estimates, errors, rng),
    }
    parts = [
        pd.DataFrame({"k": k, "method": method, "said": top_probabilities(draws, k), "right": strengths >= np.sort(strengths)[-k]})
        for k in (1, 3)
        for method, draws in drawn.items()
    ]
    return pd.concat(parts)


def comparison_of_priors(n_arenas: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """One line for each kind of strengths and place: the largest |z| of 10 bins and the squared error in thousandths, of each method."""
    lines = []
    for kind in KINDS:
        table = pd.concat(pool.map(partial(said_and_right, *kind), range(n_arenas), chunksize=5), ignore_index=True)
        for k, of_place in table.groupby("k"):
            cells = [
                f"{in_bins(each)['z'].abs().max():.1f}, {1000 * ((each['right'] - each['said']) ** 2).mean():.1f}"
                for _, each in of_place.groupby("method", sort=False)
            ]
            lines.append([*map(str, kind), "best" if k == 1 else f"top {k}", *cells])
            print(" | ".join(lines[-1]), flush=True)
    return lines
