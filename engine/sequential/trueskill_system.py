r"""TrueSkill ratings of two competitors with draws, vote by vote (Herbrich, Minka and Graepel 2007, "TrueSkill: a Bayesian skill rating system").

A skill is normal with mean :math:`\mu` and deviation :math:`\sigma`, and changes by normal noise of deviation :math:`\tau` before each vote; what a
competitor shows in a vote is its skill plus noise of deviation :math:`\beta`. The one that shows more, by over :math:`\epsilon`, wins; within
:math:`\epsilon` it is a draw.
After the vote the skills are taken as normal again, with the moments that they have given the outcome: with
:math:`c^2 = 2 \beta^2 + \sigma_i^2 + \sigma_j^2` and :math:`t = (\mu_i - \mu_j) / c`, winner i gains :math:`\sigma_i^2 / c \cdot v(t, \epsilon / c)`,
the loser loses :math:`\sigma_j^2 / c \cdot v`, and each variance shrinks by the factor :math:`1 - \sigma^2 / c^2 \cdot w(t, \epsilon / c)`.
"""

import math

from recount.engine.choices.sequential import BOTH_BAD, TIES, BothBadScore, TieScore, TrueSkill
from recount.engine.errors import OptionError
from recount.engine.kernels.sequential import trueskill_votes
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.sequential.state import SequentialRatings, begin, options_of, outcome_scores
from recount.engine.votes import Votes

# Below this, what a draw says is lost in rounding.
SMALLEST_WITH_TIES = 1e-6


def trueskill(
    votes: Votes,
    settings: TrueSkill = TrueSkill(),
    *,
    state: SequentialRatings | None = None,
    ties: TieScore = TIES,
    both_bad: BothBadScore = BOTH_BAD,
) -> SequentialRatings:
    """TrueSkill ratings after the votes, taken in the order in which they stand.

    Parameters
    ----------
    votes, state, ties, both_bad
        As in `elo`; with ties="half" a tie is a draw.
    settings : TrueSkill

    Raises
    ------
    OptionError
        As in `elo`, and if ties count although a draw between equals is stated to be impossible.
    """
    score = outcome_scores(ties, both_bad)
    if settings.draw_probability < SMALLEST_WITH_TIES and ties != "drop":
        raise OptionError(f"draw_probability is {settings.draw_probability}, but ties count; give the share of ties in the log, or drop ties")
    after = begin(votes.names, state, options_of(settings, ties, both_bad), settings.initial, settings.initial_deviation)
    margin = normal_quantile((1 + settings.draw_probability) / 2) * math.sqrt(2.0) * settings.beta
    log = votes.first, votes.second, votes.outcome, score
    trueskill_votes(*log, float(settings.beta), float(settings.tau), margin, after.ratings, after.deviations, after.n_votes)
    return after.frozen()
