"""The fewest units whose effects add up to what is needed: a covering problem, solved as a linear program whose solution is rounded up.

Of each kind of unit a number is available. With one sum to reach, the program is solved by taking units in the order of their effects.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from recount.engine.votes import Floats, Ints

# A smaller share of a unit is rounding and is not taken.
LEAST_SHARE = 1e-6


class Choice(NamedTuple):
    """Units that are taken.

    Attributes
    ----------
    taken : (n_units,) float64
        Whole numbers of units of each kind; all that help, if they are not enough.
    effects : (n_units,) float64
        What decided who is taken: the effects on one sum, or on several weighed by the dual solution.
    enough : bool
        Whether they reach what is needed.
    """

    taken: Floats
    effects: Floats
    enough: bool


def fewest_units(effects: Floats, needed: Floats, available: Floats) -> Choice:
    """Take units until every sum of effects is reached.

    Parameters
    ----------
    effects : (m, n_units) float64
        What a unit of each kind adds to each of m sums.
    needed : (m,) float64
        What the sums have to reach.
    available : (n_units,) float64
        How many units there are of each kind.
    """
    if needed.size == 1:
        return _in_order(effects[0], float(needed[0]), available)
    useful = np.flatnonzero((effects.max(axis=0) > 0) & (available > 0))
    taken = np.zeros(available.size)
    bounds = [(0.0, float(n)) for n in available[useful]]
    # Presolving takes ten times as long as solving.
    found = useful.size and linprog(np.ones(useful.size), A_ub=-effects[:, useful], b_ub=-needed, bounds=bounds, options={"presolve": False})
    if not found or found.x is None:
        taken[useful] = available[useful]
        return Choice(taken, effects.sum(axis=0), False)
    taken[useful] = np.minimum(np.ceil(found.x - LEAST_SHARE), available[useful])
    return Choice(taken, -found.ineqlin.marginals @ effects, True)


def by_effect(effects: Floats, available: Floats) -> Ints:
    """Return the kinds of units that help and are available, those with the largest effect first."""
    useful = np.flatnonzero((effects > 0) & (available > 0))
    return useful[np.argsort(-effects[useful], kind="stable")]


def _in_order(effects: Floats, needed: float, available: Floats) -> Choice:
    order = by_effect(effects, available)
    reached = np.cumsum(effects[order] * available[order])
    n_whole = int(np.searchsorted(reached, needed))
    taken = np.zeros(available.size)
    taken[order[:n_whole]] = available[order[:n_whole]]
    if n_whole == order.size:
        return Choice(taken, effects, False)
    last = order[n_whole]
    taken[last] = np.ceil(max(needed - (reached[n_whole - 1] if n_whole else 0.0), 0.0) / effects[last])
    return Choice(taken, effects, True)
