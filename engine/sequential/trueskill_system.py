r"""TrueSkill ratings of two competitors with draws, vote by vote (Herbrich, Minka and Graepel 2007, "TrueSkill: a Bayesian skill rating system").

A skill is normal with mean :math:`\mu` and deviation :math:`\sigma`, and changes by normal noise of deviation :math:`\tau` before each vote; what a
competitor shows in a vote is its skill and noise of deviation :math:`\beta`. Who shows more by over :math:`\epsilon` wins; within it is a draw.
After the vote the skills are taken as normal again, with the moments that they have given the outcome: with
:math:`c^2 = 2 \beta^2 + \sigma_i^2 + \sigma_j^2` and :math:`t = (\mu_i - \mu_j) / c`, winner i gains :math:`\sigma_i^2 / c \cdot v(t, \epsilon / c)`,
the loser loses :math:`\sigma_j^2 / c \cdot v`, and each variance shrinks by the factor :math:`1 - \sigma^2 / c^2 \cdot w(t, \epsilon / c)`.
"""

import math

from scipy.special import ndtri

from recount.engine.errors import OptionError
from recount.engine.kernels.sequential import trueskill_votes
from recount.engine.sequential.state import BothBadScore, SequentialRatings, TieScore, begin, check_finite, check_positive, outcome_scores
from recount.engine.votes import Votes

# Below this, what a draw says is lost in rounding.
SMALLEST_WITH_TIES = 1e-6


def trueskill(
    votes: Votes,
    *,
    state: SequentialRatings | None = None,
    initial: float = 25.0,
    initial_deviation: float = 25.0 / 3,
    beta: float = 25.0 / 6,
    tau: float = 25.0 / 300,
    draw_probability: float = 0.1,
    ties: TieScore = "half",
    both_bad: BothBadScore = "tie",
) -> SequentialRatings:
    """TrueSkill ratings after the votes, taken in the order in which they stand.

    Parameters
    ----------
    votes : Votes
    state : SequentialRatings, optional
        Ratings after earlier votes; the result is that of all votes together, to the last bit.
    initial, initial_deviation : float
        Skill before the first vote.
    beta : float
        Deviation of what a competitor shows in one vote.
    tau : float
        Deviation by which a skill changes from one of its votes to the next; 0 for skills that stay.
    draw_probability : float
        Probability of a draw between equals, below 1, and at least 1e-6 if ties count; the share of ties in the log is a fair choice.
    ties : {"half", "drop"}
        A tie is a draw, or is left out.
    both_bad : {"tie", "drop"}
        "Both bad" is treated as a tie is, or left out.

    Raises
    ------
    OptionError
        If an option cannot have its value, or the state was made with others.
    """
    score = outcome_scores(ties, both_bad)
    check_positive(initial_deviation=initial_deviation, beta=beta)
    check_finite(initial=initial)
    if not 0 <= tau < math.inf:
        raise OptionError(f"tau is {tau}; give 0 or a number above")
    if not 0 <= draw_probability < 1:
        raise OptionError(f"draw_probability is {draw_probability}; give a number from 0 to below 1")
    if draw_probability < SMALLEST_WITH_TIES and ties != "drop":
        raise OptionError(f"draw_probability is {draw_probability}, but ties count; give the share of ties in the log, or drop ties")
    options = {"system": "trueskill", "initial": initial, "initial_deviation": initial_deviation, "beta": beta, "tau": tau}
    options |= {"draw_probability": draw_probability, "ties": ties, "both_bad": both_bad}
    after = begin(votes.names, state, options, initial, initial_deviation)
    margin = float(ndtri((1 + draw_probability) / 2)) * math.sqrt(2.0) * beta
    log = votes.first, votes.second, votes.outcome, score
    trueskill_votes(*log, float(beta), float(tau), margin, after.ratings, after.deviations, after.n_votes)
    return after.frozen()
