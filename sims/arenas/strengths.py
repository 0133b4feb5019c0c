"""Strengths of competitors, in Elo; one function a kind."""

from collections.abc import Callable

import numpy as np

from recount.engine.scale import ELO
from recount.engine.votes import Floats
from recount.sims.arenas.parts import Strengths


def strengths_of(choice: Strengths, n: int, rng: np.random.Generator) -> Floats:
    """Draw strengths, (n,), log-odds, mean 0."""
    drawn = KINDS[choice.kind](choice, n, rng) / ELO
    return np.asarray(drawn - drawn.mean())


def _normal(choice: Strengths, n: int, rng: np.random.Generator) -> Floats:
    return rng.normal(0.0, choice.spread, n)


def _skewed(choice: Strengths, n: int, rng: np.random.Generator) -> Floats:
    """Pearson's type III: a gamma variable of shape 4 / skewness^2 has this skewness."""
    if choice.skewness == 0:
        return _normal(choice, n, rng)
    shape = 4.0 / choice.skewness**2
    return np.asarray(np.sign(choice.skewness) * choice.spread * (rng.gamma(shape, size=n) - shape) / np.sqrt(shape))


def _clusters(choice: Strengths, n: int, rng: np.random.Generator) -> Floats:
    """Competitors belong to clusters in turn."""
    means = rng.normal(0.0, choice.spread, choice.n_clusters)
    return np.asarray(means[np.arange(n) % choice.n_clusters] + rng.normal(0.0, choice.within, n))


def _equal(choice: Strengths, n: int, rng: np.random.Generator) -> Floats:
    return np.zeros(n)


def _given(choice: Strengths, n: int, rng: np.random.Generator) -> Floats:
    return np.array(choice.values)


KINDS: dict[str, Callable[[Strengths, int, np.random.Generator], Floats]] = {
    "normal": _normal,
    "skewed": _skewed,
    "clusters": _clusters,
    "equal": _equal,
    "given": _given,
}
