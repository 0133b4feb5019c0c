r"""Davidson and Rao-Kupper with a parameter of ties for each pair, whose voters may find it more or less hard to tell the two apart.

*Davidson.* A pair's outcomes are as :math:`a : b : \nu_{ij} \sqrt{ab}`, with a and b the worths of the two, so that a vote is a tie with probability
:math:`\tau_{ij} = \nu_{ij} \sqrt{ab} / (a + b + \nu_{ij} \sqrt{ab})`, and a decided vote is won with :math:`a / (a + b)`. For any strengths,
:math:`\nu_{ij}` from 0 to infinity gives every :math:`\tau_{ij}` from 0 to 1: strengths and :math:`\tau` are parameters that do not bind each other,
and the likelihood is a product, that of Bradley-Terry for the decided votes and a binomial one for the ties of each pair. So the strengths are those
of ties dropped, :math:`\tau_{ij}` is the share of ties, and :math:`\nu_{ij} = 2 \cosh(d_{ij} / 2) \, t_{ij} / (n_{ij} - t_{ij})`, d the lead.

*Rao-Kupper.* The first of a pair wins with odds :math:`e^d / \vartheta_{ij}`, the second with :math:`e^{-d} / \vartheta_{ij}`. Given d, the
derivative of the likelihood vanishes at the one root above 1 of a cubic,

.. math:: (w + l) \vartheta^3 + ((w - t) x + (l - t) / x) \vartheta^2 - (w + l + 4 t) \vartheta - ((w + t) x + (l + t) / x) = 0, \quad x = e^{-d},

or at 1 if the pair never tied. Put in, it leaves a likelihood of the strengths, concave as that of both is, with the information
:math:`h_{dd} - h_{d\gamma}^2 / h_{\gamma\gamma}`, :math:`\gamma = \ln \vartheta`; Newton's method as ever.

Under either a tie says nothing of who is better: the strengths exist where those with ties dropped do.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import xlogy

from engine.bradley_terry.existence import Existence, rateable
from engine.bradley_terry.fit import maximise, share_log_likelihood
from engine.bradley_terry.likelihood import Likelihood
from engine.contests import BothBadRule, Contests, check_choice, contests
from engine.errors import OptionError
from engine.linear_algebra import one_thread
from engine.votes import Floats, PairCounts, freeze

PairTieRule = Literal["davidson", "rao-kupper"]
# Newton's steps on the cubic fall to its root; far from it each leaves two thirds of the way.
MOST_CUBIC_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class PairTieFit:
    """Strengths, and a parameter of ties for each pair, at the maximum of the likelihood.

    Attributes
    ----------
    contests : Contests
        What was fitted.
    strengths : (n,) float64
        Log-odds, mean 0.
    tie_parameters : (n_pairs,) float64
        Davidson's nu or Rao and Kupper's theta; 0 and 1 where a pair never tied, infinite where it always did.
    log_likelihood : float
        Natural logarithm.
    rating_error : float
        As of a `Fit`, in Elo.
    n_free : int
        Number of free parameters.
    ties, both_bad : str
        The choices made.
    dropped : tuple of str
        Competitors left out by the existence policy.
    """

    contests: Contests
    strengths: Floats
    tie_parameters: Floats
    log_likelihood: float
    rating_error: float
    n_free: int
    ties: PairTieRule
    both_bad: BothBadRule
    dropped: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The rated competitors."""
        return self.contests.names


def fit_pair_ties(
    counts: PairCounts,
    *,
    ties: PairTieRule = "davidson",
    both_bad: BothBadRule = "tie",
    existence: Existence = "error",
    tolerance: float = 1e-7,
    max_iterations: int = 100,
) -> PairTieFit:
    """Fit strengths and a parameter of ties for each pair; parameters and errors as in `engine.fit`.

    Raises
    ------
    OptionError
        If ties are neither "davidson" nor "rao-kupper", or existence is "prior".
    """
    check_choice("ties", ties, get_args(PairTieRule))
    if existence == "prior":
        raise OptionError("a tie parameter for each pair is fitted without a prior; take existence='drop' or 'largest'")
    played = rateable(contests(counts, ties="drop", both_bad=both_bad), existence)
    kept = set(played.contests.names)
    everything = contests(counts, ties=ties, both_bad=both_bad).only(np.array([name in kept for name in counts.names]))
    likelihood = RaoKupperByPair(everything) if ties == "rao-kupper" else Likelihood(played.contests)
    with one_thread():
        strengths, _, error, _ = maximise(likelihood, tolerance, max_iterations)
    strengths = strengths - strengths.mean()
    lead = strengths[everything.first] - strengths[everything.second]
    decided = everything.wins + everything.losses
    log_likelihood = likelihood.of_votes(strengths) + share_log_likelihood(everything.n_both_bad, everything.n_votes)
    if ties == "davidson":
        total = decided + everything.ties
        log_likelihood += float((xlogy(everything.ties, everything.ties / total) + xlogy(decided, decided / total)).sum())
        with np.errstate(divide="ignore"):
            parameters = 2 * np.cosh(lead / 2) * everything.ties / decided
    else:
        parameters = rao_kupper_parameters(everything, lead)
    return PairTieFit(
        contests=everything,
        strengths=freeze(strengths),
        tie_parameters=freeze(parameters),
        log_likelihood=log_likelihood,
        rating_error=error,
        n_free=strengths.size - 1 + lead.size + (both_bad == "outcome"),
        ties=ties,
        both_bad=both_bad,
        dropped=played.dropped,
    )


class RaoKupperByPair(Likelihood):
    """The likelihood of the strengths with the best theta for each pair."""

    def __init__(self, played: Contests) -> None:
        super().__init__(played, "drop")

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (n,) and the information (n, n) at the strengths `parameters` (n,)."""
        c, n = self.contests, parameters.size
        lead = parameters[c.first] - parameters[c.second]
        score, weight = _profile_terms(c, lead, rao_kupper_parameters(c, lead))
        gradient = np.asarray(np.bincount(c.first, score, n) - np.bincount(c.second, score, n), np.float64)
        information = np.zeros((n, n))
        np.subtract.at(information, (c.first, c.second), weight)
        information += information.T
        information[np.arange(n), np.arange(n)] = -information.sum(axis=1)
        return gradient, information

    def of_votes(self, parameters: Floats) -> float:
        """Return the log-likelihood of the votes; a pair that only tied adds nothing."""
        c = self.contests
        lead = parameters[c.first] - parameters[c.second]
        theta = rao_kupper_parameters(c, lead)
        mixed = np.isfinite(theta)
        w, x, t, lead, theta = c.wins[mixed], c.losses[mixed], c.ties[mixed], lead[mixed], theta[mixed]
        return float(np.sum(xlogy(t, theta**2 - 1) - (w + t) * np.log1p(theta * np.exp(-lead)) - (x + t) * np.log1p(theta * np.exp(lead))))


def rao_kupper_parameters(played: Contests, lead: Floats) -> Floats:
    """Theta (n_pairs,) that fits each pair best, given its lead."""
    x, y = np.exp(-lead), np.exp(lead)
    w, other, t = played.wins, played.losses, played.ties
    decided = w + other
    mixed = (decided > 0) & (t > 0)
    cubic, square = np.where(mixed, decided, 1.0), (w - t) * x + (other - t) * y
    linear, constant = decided + 4 * t, (w + t) * x + (other + t) * y
    # No root of a polynomial lies beyond 1 + the largest ratio to its leading coefficient (Cauchy).
    theta = 1 + np.maximum(np.maximum(np.abs(square), linear), constant) / cubic
    for _ in range(MOST_CUBIC_STEPS):
        value = ((cubic * theta + square) * theta - linear) * theta - constant
        step = np.where(mixed, value / ((3 * cubic * theta + 2 * square) * theta - linear), 0.0)
        theta = theta - step
        if np.all(np.abs(step) <= 4 * np.finfo(np.float64).eps * theta):
            break
    return np.where(mixed, theta, np.where(decided > 0, 1.0, math.inf))


def _profile_terms(played: Contests, lead: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Derivative by the lead of the likelihood with the best theta, and less the second derivative, (n_pairs,) each."""
    up, down = played.wins + played.ties, played.losses + played.ties
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = 1 / (1 + theta * np.exp(-lead)), 1 / (1 + theta * np.exp(lead))
        own, other = up * p * (1 - p), down * q * (1 - q)
        of_theta = own + other + 4 * played.ties * theta**2 / (theta**2 - 1) ** 2
        weight = own + other - np.where(played.ties > 0, (other - own) ** 2 / of_theta, 0.0)
    only_ties = ~np.isfinite(theta)
    return np.where(only_ties, 0.0, up * (1 - p) - down * (1 - q)), np.where(only_ties, 0.0, weight)
