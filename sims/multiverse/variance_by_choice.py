r"""The parts of a variance over a grid that are due to each choice, and to choices together: functional ANOVA and Shapley effects.

A result Y on a grid is a function of d choices X. With every specification as likely as every other,

.. math:: v(u) = \mathrm{Var}\,\mathrm{E}[Y \mid X_u], \qquad \sigma^2_u = \sum_{w \subseteq u} (-1)^{|u| - |w|} v(w).

On a full grid choices are independent, and :math:`\sigma^2_u` is the variance of the term of u in the functional ANOVA decomposition (Hoeffding 1948,
Sobol 1993, Owen 2014), none below 0. The part of a choice alone is :math:`v(\{i\})`, its total part :math:`v(D) - v(D \setminus i)`, and its Shapley
effect

.. math:: \phi_i = \sum_{u \not\ni i} \frac{|u|!\,(d - 1 - |u|)!}{d!} \left(v(u \cup i) - v(u)\right) = \sum_{u \ni i} \sigma^2_u / |u|.

Where combinations are missing, because they are impossible, choices depend on each other. The same three lines hold for the specifications that there
are: the sigma still sum to the variance, though one may be below 0, and Shapley effects share all of it out (Song, Nelson and Staum 2016).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.engine.votes import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class VarianceParts:
    """Parts of a variance; a set of choices is a number whose bit i says whether choice i is in it.

    Attributes
    ----------
    variance : float
    explained : (2 ** d,) float64
        Of each set: the variance of the mean given its choices.
    parts : (2 ** d,) float64
        Of each set: what its choices explain together and no fewer of them do. They sum to the variance.
    """

    variance: float
    explained: Floats
    parts: Floats

    @property
    def n_choices(self) -> int:
        """How many choices vary."""
        return self.parts.size.bit_length() - 1

    def alone(self) -> Floats:
        """Part of each choice by itself, (d,)."""
        part: Floats = self.explained[1 << np.arange(self.n_choices)]
        return part

    def total(self) -> Floats:
        """Part of each choice with every interaction in which it is, (d,): what is left to vary when all others are fixed."""
        part: Floats = self.explained[-1] - self.explained[self.explained.size - 1 - (1 << np.arange(self.n_choices))]
        return part

    def shapley(self) -> Floats:
        """Shapley effect of each choice, (d,): every part is shared equally among its choices. They sum to the variance."""
        sizes = np.maximum(sizes_of_sets(self.n_choices), 1)
        return np.array([(self.parts / sizes)[_holds(self.n_choices, i)].sum() for i in range(self.n_choices)])


def variance_parts(values: Floats, levels: Sequence[Ints], weights: Floats) -> VarianceParts:
    """Take the variance of values apart by the choices under which they were found.

    Parameters
    ----------
    values : (n,) float64
    levels : sequence of (n,) int64
        Of each choice: the number of its value, from 0. No two rows have the same of all.
    weights : (n,) float64
        How many specifications a row stands for.
    """
    n_levels = [int(of.max()) + 1 for of in levels]
    share = weights / weights.sum()
    centred = values - share @ values
    explained = np.zeros(1 << len(levels))
    for chosen in range(1, explained.size):
        cell, n_cells = np.zeros(values.size, np.int64), 1
        for i in (i for i in range(len(levels)) if chosen >> i & 1):
            cell, n_cells = cell * n_levels[i] + levels[i], n_cells * n_levels[i]
        # A choice of many values can have more cells than there are rows.
        if n_cells > 4 * values.size:
            cell = np.unique(cell, return_inverse=True)[1]
        weight, total = np.bincount(cell, share), np.bincount(cell, share * centred)
        explained[chosen] = (total**2 / np.where(weight > 0, weight, 1.0)).sum()
    return VarianceParts(float(share @ centred**2), explained, differences_of_sets(explained))


def differences_of_sets(explained: Floats) -> Floats:
    """Möbius inverse over the sets of choices: of each set what its subsets do not explain."""
    parts, d = explained.copy(), explained.size.bit_length() - 1
    for i in range(d):
        has = _holds(d, i)
        parts[has] -= parts[np.flatnonzero(has) ^ (1 << i)]
    return parts


def sizes_of_sets(d: int) -> Ints:
    """Return how many choices are in each set, (2 ** d,)."""
    return np.array([chosen.bit_count() for chosen in range(1 << d)], np.int64)


def _holds(d: int, i: int) -> Bools:
    """Say which sets hold choice i, (2 ** d,)."""
    return (np.arange(1 << d) >> i & 1).astype(bool)
