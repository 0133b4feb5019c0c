"""The lag of one frontier behind another, in months (Epoch AI 2025): how long ago the leader first had what the follower has now.

The follower's best model of today was released at some date; the leader's first model that is no worse, up to a tolerance, was released at another.
The lag is the time between the two. It is computed on the estimate and on each draw of all strengths.
"""

import numpy as np

from recount.engine.votes import Bools, Floats


def lag(draws: Floats, months: Floats, leader: Bools, follower: Bools, tolerance: float = 0.0) -> Floats:
    """Return the lag of the follower in each draw.

    Parameters
    ----------
    draws : (n_draws, n_models) float64
        Strengths, in any unit.
    months : (n_models,) float64
        Release dates, in months from any origin; NaN if not known: such a model says nothing.
    leader, follower : (n_models,) bool
        Whose the models are.
    tolerance : float
        A model that is worse by no more than this is no worse, in the unit of the strengths.

    Returns
    -------
    (n_draws,) float64
        Months from the leader's model to the follower's; negative if the follower was earlier; minus infinity if the leader has no such model, NaN
        if the follower has none.
    """
    known = np.isfinite(months)
    own, others = draws[:, follower & known], draws[:, leader & known]
    if not own.shape[1]:
        return np.full(len(draws), np.nan)
    best = own.argmax(axis=1)
    level = own[np.arange(len(draws)), best]
    # Of models of the follower that are as good, the first.
    reached = np.where(own >= level[:, None] - tolerance, months[follower & known], np.inf).min(axis=1)
    if not others.shape[1]:
        return np.full(len(draws), -np.inf)
    first = np.where(others >= level[:, None] - tolerance, months[leader & known], np.inf).min(axis=1)
    between: Floats = reached - first
    return between
