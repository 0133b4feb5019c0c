r"""Glicko-2 ratings, one rating period after the other (Glickman 2013, "Example of the Glicko-2 system").

A competitor has a rating r, a rating deviation RD and a volatility :math:`\sigma`. All votes of a period are judged by the ratings at its start.
On the scale :math:`\mu = (r - 1500) / 173.7178, \phi = RD / 173.7178`, with :math:`g(\phi) = 1 / \sqrt{1 + 3 \phi^2 / \pi^2}` and
:math:`E = 1 / (1 + \exp(-g(\phi_j) (\mu_i - \mu_j)))`:

.. math:: 1/v = \sum g_j^2 E (1 - E), \quad \Delta = v \sum g_j (s - E), \quad \phi^{*2} = \phi^2 + \sigma'^2, \quad
          1/\phi'^2 = 1/\phi^{*2} + 1/v, \quad \mu' = \mu + \phi'^2 \sum g_j (s - E),

where :math:`\sigma'` is the most probable volatility given :math:`\Delta` and the earlier :math:`\sigma`. Who had votes before but none in this
period becomes less certain, :math:`\phi' = \phi^*`.
"""

import numpy as np

from recount.engine.choices.resampling import LARGEST_COUNT, whole
from recount.engine.kernels.sequential import glicko2_periods
from recount.engine.sequential.state import (
    BothBadScore,
    SequentialRatings,
    TieScore,
    begin,
    check_finite,
    check_positive,
    in_order,
    outcome_scores,
    sort_keys,
)
from recount.engine.votes import Ints, Votes

# Points of one unit of mu, as printed in the paper: 400 / ln 10.
POINTS = 173.7178


def glicko2(
    votes: Votes,
    *,
    period: int | str = 1000,
    state: SequentialRatings | None = None,
    initial: float = 1500.0,
    initial_deviation: float = 350.0,
    initial_volatility: float = 0.06,
    tau: float = 0.5,
    ties: TieScore = "half",
    both_bad: BothBadScore = "tie",
) -> SequentialRatings:
    """Glicko-2 ratings after the votes.

    Parameters
    ----------
    votes : Votes
    period : int or str
        Rating periods: so many consecutive votes of the log, or the votes that share a value of this column, in the order of the values. Glickman
        advises periods in which a competitor has 10 to 15 votes on average.
    state : SequentialRatings, optional
        Ratings after earlier periods; the result is that of all periods together, to the last bit. A period ends where the votes end.
    initial, initial_deviation, initial_volatility : float
        Before the first vote, in points; the volatility in units of 173.7178 points.
    tau : float
        How much volatilities may change; 0.3 to 1.2 are usual.
    ties, both_bad
        As in `elo`.

    Raises
    ------
    OptionError
        If an option cannot have its value, or the state was made with others.
    InputError
        If the votes have no column of that name or a value is missing.
    """
    score = outcome_scores(ties, both_bad)
    check_positive(initial_deviation=initial_deviation, initial_volatility=initial_volatility, tau=tau)
    check_finite(initial=initial)
    options = {"system": "glicko2", "period": period, "initial": initial, "initial_deviation": initial_deviation}
    options |= {"initial_volatility": initial_volatility, "tau": tau, "ties": ties, "both_bad": both_bad}
    after = begin(votes.names, state, options, initial, initial_deviation, initial_volatility)
    if isinstance(period, str):
        votes = in_order(votes, period)
    log = votes.first, votes.second, votes.outcome, score, _edges(votes, period)
    glicko2_periods(*log, POINTS, float(tau), after.ratings, after.deviations, after.volatilities, after.n_votes)
    return after.frozen()


def _edges(votes: Votes, period: int | str) -> Ints:
    """Return the first vote of each period, and the number of votes, int64."""
    if isinstance(period, str):
        keys = sort_keys(votes, period)
        starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
        return np.array([0, *starts, votes.n_votes], np.int64)
    n_votes = whole("period", period, 1, LARGEST_COUNT, " votes, or the name of a column")
    return np.append(np.arange(0, votes.n_votes, n_votes, dtype=np.int64), votes.n_votes)
