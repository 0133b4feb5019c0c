r"""Glicko-2 ratings, one rating period after the other (Glickman 2013, "Example of the Glicko-2 system").

A competitor has a rating r, a rating deviation RD and a volatility :math:`\sigma`. All votes of a period are judged by the ratings at its start. On
the scale :math:`\mu = (r - 1500) / 173.7178, \phi = RD / 173.7178`, with :math:`g(\phi) = 1 / \sqrt{1 + 3 \phi^2 / \pi^2}` and
:math:`E = 1 / (1 + \exp(-g(\phi_j) (\mu_i - \mu_j)))`:

.. math:: 1/v = \sum g_j^2 E (1 - E), \quad \Delta = v \sum g_j (s - E), \quad \phi^{*2} = \phi^2 + \sigma'^2, \quad
          1/\phi'^2 = 1/\phi^{*2} + 1/v, \quad \mu' = \mu + \phi'^2 \sum g_j (s - E),

where :math:`\sigma'` is the most probable volatility given :math:`\Delta` and the earlier :math:`\sigma`. A competitor that had votes before but none
in this period becomes less certain, :math:`\phi' = \phi^*`.
"""

import numpy as np

from recount.engine.choices.sequential import BOTH_BAD, TIES, BothBadScore, Glicko2, TieScore
from recount.engine.kernels.sequential import glicko2_periods
from recount.engine.sequential.state import SequentialRatings, begin, in_order, options_of, outcome_scores, sort_keys
from recount.engine.votes import Ints, Votes

# Points of one unit of mu, as printed in the paper: 400 / ln 10.
POINTS = 173.7178


def glicko2(
    votes: Votes, settings: Glicko2 = Glicko2(), *, state: SequentialRatings | None = None, ties: TieScore = TIES, both_bad: BothBadScore = BOTH_BAD
) -> SequentialRatings:
    """Glicko-2 ratings after the votes.

    Parameters
    ----------
    votes, ties, both_bad
        As in `elo`.
    settings : Glicko2
    state : SequentialRatings, optional
        Ratings after earlier periods, as in `elo`. A period ends where the votes end.

    Raises
    ------
    OptionError
        If an option is invalid, or the state was made with others.
    InputError
        If the votes have no column named as the period, or a value is missing.
    """
    score = outcome_scores(ties, both_bad)
    before = settings.initial, settings.initial_deviation, settings.initial_volatility
    after = begin(votes.names, state, options_of(settings, ties, both_bad), *before)
    if isinstance(settings.period, str):
        votes = in_order(votes, settings.period)
    log = votes.first, votes.second, votes.outcome, score, _edges(votes, settings.period)
    glicko2_periods(*log, POINTS, float(settings.tau), (after.ratings, after.deviations, after.volatilities, after.n_votes))
    return after.frozen()


def _edges(votes: Votes, period: int | str) -> Ints:
    """Return the first vote of each period, and the number of votes, int64."""
    if isinstance(period, str):
        keys = sort_keys(votes, period)
        starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
        return np.array([0, *starts, votes.n_votes], np.int64)
    return np.append(np.arange(0, votes.n_votes, period, dtype=np.int64), votes.n_votes)
