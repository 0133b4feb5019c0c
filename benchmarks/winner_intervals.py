"""Other intervals for metrics of a country, from estimates (n,) with normal errors of a covariance (n, n): for comparison with the product's."""

import numpy as np
from scipy.special import ndtr

from recount.engine.uncertainty.posterior import independent_variances
from recount.engine.votes import Bools, Floats

N_NOISE, N_POINTS = 2000, 201
# Of the level of a hybrid interval, what its projection takes (Andrews, Kitagawa and McCloskey 2024).
OF_PROJECTION = 0.1
# Grid of a mixing law, and passes of the EM algorithm.
N_ATOMS, N_PASSES = 120, 300


def noise_of(covariance: Floats, seed: int) -> Floats:
    """Draws (n_noise, n) of the errors."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(np.random.default_rng(seed).standard_normal((N_NOISE, values.size)) @ root.T)


def simultaneous_width(noise: Floats, errors: Floats, miss: float) -> float:
    """In how many standard errors all errors lie at once, but for a probability."""
    return float(np.quantile(np.abs(noise / errors).max(axis=1), 1 - miss))


def hybrid(estimates: Floats, covariance: Floats, noise: Floats, own: Bools, level: float) -> tuple[float, float]:
    """Interval for the strength of the model of a country that is estimated as its best, given that it is (Andrews, Kitagawa and McCloskey 2024)."""
    errors, miss = np.sqrt(np.diagonal(covariance)), 1 - level
    models = np.flatnonzero(own)
    winner = models[estimates[models].argmax()]
    y, error = estimates[winner], errors[winner]
    share = covariance[models, winner] / error**2
    others = models[(models != winner) & (share < 1)]
    share = covariance[others, winner] / error**2
    least = ((estimates[others] - share * y) / (1 - share)).max(initial=-np.inf)
    half = simultaneous_width(noise[:, models], errors[models], OF_PROJECTION * miss) * error
    mu = np.linspace(y - half, y + half, N_POINTS)
    below, above = np.maximum(least, mu - half), mu + half
    total = ndtr((above - mu) / error) - ndtr((below - mu) / error)
    level_of = (ndtr((y - mu) / error) - ndtr((below - mu) / error)) / np.maximum(total, 1e-300)
    tail = (1 - OF_PROJECTION) * miss / (1 - OF_PROJECTION * miss) / 2
    inside = mu[(level_of >= tail) & (level_of <= 1 - tail)]
    return (float(inside.min()), float(inside.max())) if inside.size else (float(y), float(y))


def zoom(estimates: Floats, covariance: Floats, noise: Floats, own: Bools, level: float) -> tuple[float, float]:
    """Interval for the same, in which errors below half of a model's distance from the best do not count (Zrnic and Fithian 2025), on a grid."""
    models = np.flatnonzero(own)
    x, errors = estimates[models], np.abs(noise[:, models])
    best = int(x.argmax())
    half = float(np.quantile(errors.max(axis=1), level))
    inside = []
    for t in np.linspace(x[best] - half, x[best] + half, N_POINTS):
        # Of the strengths that the interval could not tell from the estimates, those that make the most models count.
        strengths = np.minimum((2 * x + t) / 3, t)
        strengths[best] = t
        radius = np.quantile(np.where(errors > (t - strengths) / 2, errors, 0.0).max(axis=1), level)
        if abs(x[best] - t) <= radius:
            inside.append(t)
    return (float(min(inside)), float(max(inside))) if inside else (float(x[best]), float(x[best]))


def mixing_draws(estimates: Floats, covariance: Floats, n_draws: int, seed: int) -> Floats:
    """Draws (n_draws, n) of strengths under the likeliest law of strengths, independent errors assumed (Gu and Koenker 2023)."""
    own = np.maximum(independent_variances(covariance), 1e-12)
    atoms = np.linspace(estimates.min(), estimates.max(), N_ATOMS)
    likelihood = np.exp(-((estimates[:, None] - atoms) ** 2) / (2 * own[:, None])) / np.sqrt(own[:, None])
    law = np.full(N_ATOMS, 1 / N_ATOMS)
    for _ in range(N_PASSES):
        posterior = likelihood * law
        posterior /= posterior.sum(axis=1, keepdims=True)
        law = posterior.mean(axis=0)
    levels = np.cumsum(posterior, axis=1)
    uniform = np.random.default_rng(seed).random((n_draws, estimates.size))
    drawn = np.column_stack([atoms[np.searchsorted(levels[i], uniform[:, i]).clip(max=N_ATOMS - 1)] for i in range(estimates.size)])
    return np.asarray(drawn - drawn.mean(axis=1, keepdims=True))
