r"""How well a fit describes its own votes.

*Deviance*: twice the log-likelihood by which the fit falls short of the saturated model, which gives every pair the shares of outcomes it had. *AIC*
:math:`= 2 p - 2 l` (Akaike 1974), *BIC* :math:`= p \ln n - 2 l` (Schwarz 1978), l the sum, and not the mean, of log-likelihoods over n votes, p the
number of free parameters.

Figures can be compared where they are about the same outcomes. Davidson and Rao-Kupper give win, loss and tie a probability (`three`). Half-wins give
a probability to points only, a tie counting as half of each (`points`); they do not maximise a likelihood of votes with ties, so their deviance is
smaller than its degrees of freedom. Ties dropped leave a likelihood of decided votes (`decided`); with one more parameter, a share of ties that is
the same for all pairs, it becomes one of all three outcomes (`ties_at_random`), and comparable.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy

from recount.engine.choices.ties import Outcomes, TieRule
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit, share_log_likelihood
from recount.engine.pair_contests import Contests
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.votes import Floats

# What a likelihood is about.
OUTCOMES: dict[Outcomes, str] = {"three": "win, loss and tie", "points": "points, a tie half of each", "decided": "votes that are no tie"}


@dataclass(frozen=True, slots=True, repr=False)
class FitQuality(Shown):
    """Measures of a fit in its own votes.

    Attributes
    ----------
    outcomes : {"three", "points", "decided"}
        What the likelihood is about.
    n_votes : float
        Votes in it, "both bad" among them if it is an outcome of its own; the sum of the weights, if they are weighted.
    n_effective : float
        Votes that BIC uses: as many, or the effective number if they are weighted (Kish).
    n_pairs : int
        Pairs that met.
    n_parameters : int
        Free ones.
    log_likelihood, saturated_log_likelihood : float
        Sums over votes, natural logarithm, of the fit and of the saturated model; NaN with covariates, where votes of a pair are not alike.
    degrees_of_freedom : float
        Free parameters of the saturated model minus those of the fit.
    """

    outcomes: Outcomes
    n_votes: float
    n_effective: float
    n_pairs: int
    n_parameters: int
    log_likelihood: float
    saturated_log_likelihood: float
    degrees_of_freedom: float

    @property
    def deviance(self) -> float:
        """Twice the distance from the saturated model."""
        return 2 * (self.saturated_log_likelihood - self.log_likelihood)

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.n_parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return self.n_parameters * math.log(self.n_effective) - 2 * self.log_likelihood

    @property
    def mean_nll(self) -> float:
        """Mean negative log-likelihood a vote."""
        return -self.log_likelihood / self.n_votes

    def summary(self) -> str:
        """Say how well the fit describes its votes."""
        alike = math.isclose(self.n_effective, self.n_votes)
        votes = (
            f"{plural(self.n_votes, 'vote')}" if alike else f"votes with a total weight of {self.n_votes:,.0f}, worth {self.n_effective:,.0f} alike,"
        )
        deviance = f"; deviance {self.deviance:,.2f} with {plural(self.degrees_of_freedom, 'degree')} of freedom"
        return (
            f"{votes} of {plural(self.n_pairs, 'pair')}, {plural(self.n_parameters, 'free parameter')}\n"
            f"log-likelihood of {OUTCOMES[self.outcomes]}: {self.log_likelihood:,.2f}, {-self.mean_nll:.6f} a vote\n"
            f"AIC {self.aic:,.2f}, BIC {self.bic:,.2f}{'' if math.isnan(self.deviance) else deviance}"
        )


def fit_quality(fit: Fit) -> FitQuality:
    """Measure a fit in its own votes."""
    return _of_fit(fit, quality(fit.ties.outcomes, fit.contests, fit.n_free, fit.log_likelihood, fit.both_bad == "outcome"))


def ties_at_random(fit: Fit, played: Contests) -> FitQuality:
    """Measure a fit with ties dropped, together with a probability of a tie that is the same for all pairs, in all votes.

    Parameters
    ----------
    fit : Fit
        With ties="drop".
    played : Contests
        The same votes, and the ties.

    Raises
    ------
    OptionError
        If the fit did not drop ties, or the votes are not the same.
    """
    decided = played.wins + played.losses
    if fit.ties is not TieRule.DROP or played.names != fit.names or not np.isclose(decided.sum(), fit.contests.n_votes, rtol=1e-9):
        raise OptionError(f"ties at random are added to a fit that dropped them, of the same votes; this one has ties={fit.ties!r}")
    of_ties = share_log_likelihood(float(played.ties.sum()), float(decided.sum()))
    # The share of "both bad" is one of all votes; the fit has only the decided ones.
    of_both_bad = share_log_likelihood(played.n_both_bad, played.n_votes)
    total = fit.likelihood.of_votes(fit.parameters) + of_ties + of_both_bad
    return _of_fit(fit, quality("three", played, fit.n_free + 1, total, fit.both_bad == "outcome"))


def _of_fit(fit: Fit, measured: FitQuality) -> FitQuality:
    """Remove what does not exist with covariates."""
    return measured if not fit.effects else replace(measured, saturated_log_likelihood=math.nan, degrees_of_freedom=math.nan)


def quality(outcomes: Outcomes, played: Contests, n_parameters: int, log_likelihood: float, both_bad_apart: bool) -> FitQuality:
    """Measure a log-likelihood; the saturated model has one free probability a pair, or two if `outcomes` are three, and a share of "both bad"."""
    n_pairs = played.first.size
    saturated = saturated_log_likelihood(outcomes, played.wins, played.losses, played.ties) + share_log_likelihood(played.n_both_bad, played.n_votes)
    return FitQuality(
        outcomes=outcomes,
        n_votes=played.n_votes + played.n_both_bad,
        n_effective=played.n_effective_of_all,
        n_pairs=n_pairs,
        n_parameters=n_parameters,
        log_likelihood=log_likelihood,
        saturated_log_likelihood=saturated,
        degrees_of_freedom=n_pairs * (2 if outcomes == "three" else 1) + both_bad_apart - n_parameters,
    )


def saturated_log_likelihood(outcomes: Outcomes, wins: Floats, losses: Floats, ties: Floats) -> float:
    """Log-likelihood of votes, with probabilities that are their shares in each element of `wins`, `losses`, `ties`."""
    parts = (wins, losses, ties) if outcomes == "three" else (wins + ties / 2, losses + ties / 2)
    total = wins + losses + ties
    return float(sum(scipy.special.xlogy(part, part).sum() for part in parts) - scipy.special.xlogy(total, total).sum())
