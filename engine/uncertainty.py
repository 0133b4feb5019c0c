r"""How sure the strengths are: a joint normal distribution of all of them.

Fisher: the pseudo-inverse :math:`H^+` of the information. Sandwich (Huber 1967, White 1982): :math:`H^+ B H^+` with :math:`B` the sum over votes of
the score times its transpose; it stays right where the model of the vote is not, as with ties counted as half-wins, where Fisher is too wide.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import expit, ndtri

from engine.bradley_terry import Fit, Likelihood
from engine.contests import check_choice
from engine.errors import OptionError
from engine.kernels.likelihood import score_products
from engine.linear_algebra import one_thread, regular, root, solve
from engine.votes import Floats, freeze

CovarianceMethod = Literal["sandwich", "fisher"]


def check_level(confidence_level: float) -> None:
    """Raise `OptionError` unless 0 < confidence_level < 1."""
    if not 0 < confidence_level < 1:
        raise OptionError(f"confidence_level is {confidence_level}; give a number between 0 and 1, for example 0.95")


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """Joint normal uncertainty of all strengths.

    Attributes
    ----------
    names : tuple of str
    strengths : (n,) float64
        Log-odds, mean 0.
    covariance : (n, n) float64
        Of the strengths; each row sums to 0, because the strengths have mean 0.
    """

    names: tuple[str, ...]
    strengths: Floats
    covariance: Floats

    def standard_errors(self) -> Floats:
        """Standard error of each strength, (n,), log-odds."""
        return np.sqrt(np.diagonal(self.covariance))

    def interval(self, confidence_level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends of the marginal interval of each strength, (n,), log-odds."""
        check_level(confidence_level)
        half = ndtri(0.5 + confidence_level / 2) * self.standard_errors()
        return self.strengths - half, self.strengths + half

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Estimate and standard error of strength i less strength j, log-odds."""
        v = self.covariance
        return float(self.strengths[i] - self.strengths[j]), float(np.sqrt(max(v[i, i] + v[j, j] - 2 * v[i, j], 0.0)))

    def difference_errors(self) -> Floats:
        """Standard errors of all differences of two strengths, (n, n), log-odds."""
        variance = np.diagonal(self.covariance)
        return np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * self.covariance, 0.0))

    def win_probabilities(self, confidence_level: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Probability that row beats column, with lower and upper ends, each (n, n)."""
        check_level(confidence_level)
        difference = self.strengths[:, None] - self.strengths[None, :]
        half = ndtri(0.5 + confidence_level / 2) * self.difference_errors()
        return expit(difference), expit(difference - half), expit(difference + half)

    def draws(self, n_draws: int, seed: int) -> Floats:
        """Joint draws of all strengths, (n_draws, n), log-odds; the same for the same seed."""
        if n_draws < 1:
            raise OptionError(f"n_draws is {n_draws}; give at least 1")
        if seed < 0:
            raise OptionError(f"seed is {seed}; give a whole number, 0 or more")
        with one_thread():
            noise = np.random.default_rng(seed).standard_normal((n_draws, self.strengths.size)) @ root(self.covariance).T
        drawn: Floats = self.strengths + noise - noise.mean(axis=1, keepdims=True)
        return drawn


def covariance(fit: Fit, method: CovarianceMethod = "sandwich") -> Uncertainty:
    """Uncertainty of a fit from its own curvature, without resampling.

    Parameters
    ----------
    fit : Fit
    method : {"sandwich", "fisher"}
        "fisher" trusts the model of the vote, "sandwich" does not.
    """
    check_choice("method", method, get_args(CovarianceMethod))
    n = len(fit.names)
    likelihood = Likelihood(fit.contests, fit.prior_votes, fit.prior_strength)
    information = likelihood.slopes(fit.strengths)[1]
    matrix = information if fit.prior_votes else regular(information)
    with one_thread():
        inverse = solve(matrix, np.eye(n))
        if method == "sandwich":
            played = fit.contests
            meat = np.empty((n, n))
            score_products(played.first, played.second, played.wins, played.losses, played.ties, fit.strengths, meat)
            inverse = inverse @ meat @ inverse
    inverse -= inverse.mean(axis=0)
    inverse -= inverse.mean(axis=1, keepdims=True)
    return Uncertainty(fit.names, fit.strengths, freeze((inverse + inverse.T) / 2))
