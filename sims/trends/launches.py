r"""Models that an organisation releases on one day, which come together: a launch.

Releases are counts of launches with sizes m, a compound Poisson process, whose variance is :math:`\sum m^2` where that of as many independent
releases is :math:`\sum m`. So n releases are worth :math:`n / \phi` independent ones, :math:`\phi = \sum m^2 / \sum m`, the design effect.
"""

from collections.abc import Sequence

import numpy as np

from recount.engine.votes import Floats, Ints


def launch_sizes(organisations: Sequence[str], days: Sequence[str]) -> Ints:
    """Return how many models each launch has, (n_launches,); one of an unknown organisation, or known by its month only, is one by itself."""
    whole = len("2025-01-31")
    launches = [
        f"{organisation}\n{day}" if organisation and len(day) == whole else str(place)
        for place, (organisation, day) in enumerate(zip(organisations, days, strict=True))
    ]
    return np.unique(launches, return_counts=True)[1].astype(np.int64)


def design_effect(sizes: Ints) -> float:
    """Return by how much the variance of a number of releases is larger than if all were independent; 1 of none."""
    return float((sizes.astype(np.float64) ** 2).sum() / sizes.sum()) if sizes.size else 1.0


def simulated_counts(sizes: Ints, share: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Draw counts by month (n, n_months) of launches with these sizes, each in a month by chance, in proportion to the `share` of each."""
    counts = np.zeros((n, share.size))
    for size, n_launches in zip(*np.unique(sizes, return_counts=True), strict=True):
        counts += size * rng.multinomial(n_launches, share, n)
    return counts
