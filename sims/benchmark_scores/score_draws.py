r"""Draws of what models would score on ever more items like these.

The best of several scores is a maximum of noisy numbers, as the best of several ratings is: it is too high, and more so for a country with more
models. So true scores are drawn given the stated ones (`recount.engine.uncertainty.posterior`), of all models of the benchmark together, and the
best of a country is the best of each draw. The mean of all models of a country selects nobody, and is not shrunk; its errors are taken as fully
dependent within a country, the models of which are asked the same items, and independent between countries: no dependence makes the interval wider.
"""

from collections.abc import Sequence

import numpy as np

from recount.engine.uncertainty.posterior import posterior_draws
from recount.engine.votes import Floats, Ints
from recount.sims.benchmark_scores.item_errors import ScoresOfModels
from recount.sims.countries.drawing import Drawn


def drawn_scores(scored: ScoresOfModels, n_draws: int, seed: int, shrunken: bool = True, countries: Sequence[str] = ()) -> Drawn:
    """Draw scores of all models, the stated ones first.

    Parameters
    ----------
    scored : ScoresOfModels
    n_draws, seed : int
    shrunken : bool
        Whether true scores are drawn given the stated ones; otherwise scores around the stated ones.
    countries : (n,) sequence of str, optional
        Models of which may have something in common, as in ratings.
    """
    n, variances = len(scored.names), scored.errors**2
    rng = np.random.default_rng(seed)
    if not shrunken:
        around = scored.shares + scored.errors * rng.standard_normal((n_draws, n))
        return Drawn(np.vstack([scored.shares, around]), False)
    centre = np.eye(n) - 1 / n
    apart = posterior_draws(scored.shares, (centre * variances) @ centre, n_draws, seed, groups=countries)
    # They say where models stand among each other; where all stand has an error of its own.
    mean = scored.shares.mean() + np.sqrt(variances.sum()) / n * rng.standard_normal(n_draws)
    return Drawn(np.vstack([scored.shares, np.clip(apart + mean[:, None], 0.0, 1.0)]), True)


def drawn_means(scored: ScoresOfModels, countries: Sequence[Ints], n_draws: int, seed: int) -> Floats:
    """Draw the mean score of each country, (1 + n_draws, n_countries), the stated one first; `countries` are places of the models of each."""
    mean = np.array([scored.shares[models].mean() for models in countries])
    error = np.array([scored.errors[models].mean() for models in countries])
    return np.vstack([mean, mean + error * np.random.default_rng(seed).standard_normal((n_draws, mean.size))])
