r"""Shrinkage of the strengths in some votes toward those in the other votes.

Where a category has few votes, the other votes help. The strengths in the category are normal around those elsewhere, :math:`\mu`, which are known up
to the covariance V of their fit: :math:`\theta \sim N(\hat\mu, V + \tau^2 I)`. As :math:`\mu` comes from the other votes only, no vote is used twice.
For a given :math:`\tau` the posterior is normal around its mode, and its covariance is the inverse of the information H there. The deviation
:math:`\tau` of the category is not known; it has a half-normal prior (Gelman 2006; with a uniform one the posterior of two or three competitors
is improper), and the posterior is the mixture over it, weighted by the probability of the votes, strengths integrated out by Laplace's method
(Tierney and Kadane 1986):

.. math:: \ell(\hat\theta) - \tfrac12 (\hat\theta - \hat\mu)^T (V + \tau^2 I)^{-1} (\hat\theta - \hat\mu)
   - \tfrac12 \ln \det (V + \tau^2 I) - \tfrac12 \ln \det H(\hat\theta).

The likelihood must be the law of the votes. Ties as half-wins imply more noise than there is, so that :math:`\tau` is too small; Davidson's model
does not.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cholesky, eigh

from recount.engine.bradley_terry.existence import tie_parameter_exists
from recount.engine.bradley_terry.newton import maximise
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.errors import ExistenceError, InputError, OptionError
from recount.engine.exact_ties import levelled
from recount.engine.fitting import Fit
from recount.engine.kernels.models import FIRST_WITH_GAMMA
from recount.engine.likelihood import check_one_law, inverse_information
from recount.engine.linear_algebra import one_thread
from recount.engine.pair_contests import Contests, contests
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.showing import Tabled, listed
from recount.engine.uncertainty.sandwich import JointNormal, covariance, joint_normal
from recount.engine.votes import Floats, PairCounts, freeze

if TYPE_CHECKING:
    import pandas as pd

# Elo, of the fit at each deviation.
TOLERANCE = 1e-5
MAX_ITERATIONS = 100
# Elo, a factor of 1.47 apart; shrinkage is a smooth function of their logarithm.
DEVIATIONS = np.geomspace(1.0, 1000.0, 19)
# Elo; categories of public arenas deviate by 10 to 60.
SPREAD_OF_DEVIATIONS = 100.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shrunk(Tabled):
    """Strengths in some votes, shrunk toward those in the others.

    Attributes
    ----------
    contests : Contests
        Between competitors that have a vote here and are rated by the others.
    uncertainty : JointNormal
        The normal approximation to the posterior.
    deviation : float
        tau, in Elo; its posterior mean, if it was not given.
    rating_error : float
        Largest distance of a posterior mode from its converged value, in Elo.
    dropped : tuple of str
        Competitors that have a vote here and are not rated by the others.
    """

    contests: Contests
    uncertainty: JointNormal
    deviation: float
    rating_error: float
    dropped: tuple[str, ...]

    def to_frame(self) -> "pd.DataFrame":
        """Return the table of the uncertainty."""
        return self.uncertainty.to_frame()

    def summary(self) -> str:
        """Say who leads, how surely, and how far strengths deviate from those elsewhere."""
        left_out = [f"left out, because the other votes do not rate them: {listed(self.dropped)}"] if self.dropped else []
        return "\n".join(
            [self.uncertainty.summary(), f"{plural(self.contests.n_votes, 'vote')}; converged to {self.rating_error:.1g} Elo", *left_out]
        )


def shrink(counts: PairCounts, others: Fit, deviation: float | None = None) -> Shrunk:
    """Rate some votes with a normal prior around the strengths in other votes.

    Parameters
    ----------
    counts : PairCounts
        The votes of a category.
    others : Fit
        A fit of the votes outside it, which also says how ties and "both bad" are treated.
    deviation : float, optional
        tau, in Elo; a half-normal prior over it if none is given.

    Raises
    ------
    OptionError
        If the deviation is not positive.
    InputError
        If there is no vote that counts between competitors that the others rate.
    ExistenceError
        If the parameter of ties does not exist.
    """
    if deviation is not None and not (deviation > 0 and math.isfinite(deviation)):
        raise OptionError(f"deviation is {deviation}; give a positive number of Elo points")
    check_one_law(others.ties, "shrinkage")
    if others.effects:
        raise OptionError("shrinkage draws strengths without covariates together, and the fit of the other votes has some; fit them without")
    place = {name: i for i, name in enumerate(others.names)}
    here = counts.only(counts.votes_of_each() > 0)
    dropped = tuple(name for name in here.names if name not in place)
    played = contests(here.only(np.array([name in place for name in here.names], bool)), ties=others.ties, both_bad=others.both_bad)
    played = played.only(played.votes_of_each() > 0)
    if not played.names:
        raise InputError("there is no vote that counts between competitors that the other votes rate")
    if PairLikelihood(played, others.ties).model >= FIRST_WITH_GAMMA and not tie_parameter_exists(played, pinned=True):
        raise ExistenceError(f"all votes are ties, so the parameter of ties={others.ties!r} does not exist; take ties='half'")
    deviations = DEVIATIONS if deviation is None else np.array([deviation])
    with one_thread():
        likelihood = _ShrunkLikelihood(played, others, [place[name] for name in played.names])
        modes, inverses, log_weights, errors = zip(*map(likelihood.posterior, deviations), strict=True)
    # Half-normal in tau, of which the grid is uniform in the logarithm.
    log_weights = np.array(log_weights) - (deviations / SPREAD_OF_DEVIATIONS) ** 2 / 2 + np.log(deviations)
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    strengths = weights @ np.stack(modes)
    apart = np.stack(modes) - strengths
    spread = np.tensordot(weights, np.stack(inverses), 1) + (weights[:, None] * apart).T @ apart
    deviation = float(weights @ deviations)
    method = f"posterior, shrunken toward the other votes with a deviation of {deviation:.3g} Elo"
    equal, change = levelled(strengths, 2 * max(errors) / ELO)
    rated = joint_normal(played.names, freeze(equal - equal.mean()), spread, method)
    return Shrunk(played, rated, deviation, max(errors) + ELO * change, dropped)


class _ShrunkLikelihood:
    """The log-likelihood of contests with a joint normal prior of the strengths."""

    def __init__(self, played: Contests, others: Fit, place: list[int]) -> None:
        self.votes = PairLikelihood(played, others.ties)
        self.centre = others.strengths[place]
        self.values, self.vectors = eigh(covariance(others).covariance[np.ix_(place, place)])
        self.precision = np.empty((len(place), len(place)))
        self.latest = np.append(self.centre, self.votes.start()[self.centre.size :])

    def start(self) -> Floats:
        """The latest mode; the centre of the prior at first."""
        return self.latest

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) at `parameters` (p,)."""
        n = self.centre.size
        gradient, information = self.votes.slopes(parameters)
        gradient[:n] -= self.precision @ (parameters[:n] - self.centre)
        information[:n, :n] += self.precision
        return gradient, information

    def regular_slopes(self, parameters: Floats, information: Floats) -> Floats:
        """Return the gradient (p,), and fill `information` (p, p), which the prior makes positive definite."""
        gradient, information[:] = self.slopes(parameters)
        return gradient

    def longest_step(self, parameters: Floats, step: Floats) -> float:
        """Share of `step` that keeps the parameters possible."""
        return self.votes.longest_step(parameters, step)

    def posterior(self, deviation: float) -> tuple[Floats, Floats, float, float]:
        """Mode (n,) and covariance (n, n) of the strengths, the log-probability of the votes but for a constant, and the error of the mode in Elo."""
        n = self.centre.size
        variances = np.maximum(self.values, 0.0) + (deviation / ELO) ** 2
        self.precision = (self.vectors / variances) @ self.vectors.T
        self.latest, _, error, _ = maximise(self, TOLERANCE, MAX_ITERATIONS)
        information = self.slopes(self.latest)[1]
        distance = self.latest[:n] - self.centre
        log_root = float(np.log(np.diagonal(cholesky(information, lower=True))).sum())
        of_prior = float(distance @ self.precision @ distance + np.log(variances).sum()) / 2
        inverse = inverse_information(information, n, pinned=True)[:n, :n]
        return self.latest[:n], inverse, self.votes.of_votes(self.latest) - of_prior - log_root, error
