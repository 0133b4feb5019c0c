r"""Bradley-Terry by Newton's method on the counts.

Competitor i beats j with probability :math:`p_{ij} = 1 / (1 + e^{\theta_j - \theta_i})` (Bradley and Terry 1952). With ties as half-wins
the log-likelihood is concave, its gradient is :math:`g_i = s_i - \sum_j n_{ij} p_{ij}` with :math:`s_i` the points of i, and its information
:math:`H = \sum_{i<j} n_{ij} p_{ij} p_{ji} (e_i - e_j)(e_i - e_j)^T` has the constant vector as its null space; strengths have mean 0.
Newton's steps solve :math:`(H + c 1 1^T) \delta = g`. A fit is certified by the step that would come next: near the maximum it is the error.

With a prior every competitor has `prior_votes` tied votes against one imagined opponent, whose strength is the origin while the maximum is sought;
the strengths are centred afterwards, and the opponent's strength with them.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.contests import BothBadRule, Contests, TieRule, contests
from engine.errors import ConvergenceError, OptionError
from engine.existence import Existence, rateable
from engine.kernels.likelihood import score_and_information
from engine.linear_algebra import one_thread, regular, solve
from engine.scale import ELO
from engine.votes import Floats, PairCounts, freeze

SMALLEST_STEP = 2.0**-40
# Elo; so close to the maximum, rounding decides about slopes.
FULL_STEP_BELOW = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Strengths that are certified to maximise the likelihood; there is no other kind.

    Attributes
    ----------
    contests : Contests
        What was fitted, after the tie rules and the existence policy.
    strengths : (n_competitors,) float64
        Log-odds, mean 0.
    log_likelihood : float
        Of the votes (without the prior), natural logarithm.
    gradient_norm : float
        Largest absolute element of the gradient, in votes.
    rating_error : float
        Largest distance of a rating from its converged value, by the next Newton step, in Elo.
    n_iterations : int
        Newton steps taken.
    ties, both_bad, existence : str
        The choices made.
    dropped : tuple of str
        Competitors left out by the existence policy.
    prior_votes : float
        Tied votes of each competitor against the prior's opponent; 0 without a prior.
    prior_strength : float
        Strength of that opponent, log-odds.
    """

    contests: Contests
    strengths: Floats
    log_likelihood: float
    gradient_norm: float
    rating_error: float
    n_iterations: int
    ties: TieRule
    both_bad: BothBadRule
    existence: Existence
    dropped: tuple[str, ...]
    prior_votes: float
    prior_strength: float

    @property
    def names(self) -> tuple[str, ...]:
        """The rated competitors."""
        return self.contests.names

    @property
    def mean_nll(self) -> float:
        """Mean negative log-likelihood a vote, natural logarithm."""
        return -self.log_likelihood / self.contests.n_votes


def fit(
    counts: PairCounts,
    *,
    ties: TieRule = "half",
    both_bad: BothBadRule = "tie",
    existence: Existence = "error",
    prior_votes: float = 1.0,
    tolerance: float = 1e-7,
    max_iterations: int = 100,
) -> Fit:
    """Fit Bradley-Terry strengths and certify them.

    Parameters
    ----------
    counts : PairCounts
    ties : {"half", "drop"}
        A tie is half a win for each side, or is left out.
    both_bad : {"tie", "drop"}
        "Both bad" is treated as a tie is, or is left out.
    existence : {"error", "drop", "largest", "prior"}
        What to do if the ratings do not exist; see `engine.existence.rateable`.
    prior_votes : float
        Strength of the prior, in votes a competitor; used with ``existence="prior"`` only.
    tolerance : float
        Largest permitted distance of a rating from its converged value, in Elo.
    max_iterations : int

    Raises
    ------
    ExistenceError
        If the ratings do not exist under the policy.
    ConvergenceError
        If the tolerance is not reached.
    OptionError
        If an option has a value that it cannot have.
    """
    if not (tolerance > 0 and math.isfinite(tolerance)):
        raise OptionError(f"tolerance is {tolerance}; give a positive number of Elo points")
    if not (prior_votes > 0 and math.isfinite(prior_votes)):
        raise OptionError(f"prior_votes is {prior_votes}; give a positive number of votes")
    if max_iterations < 1:
        raise OptionError(f"max_iterations is {max_iterations}; give at least 1")
    played = rateable(contests(counts, ties=ties, both_bad=both_bad), existence)
    weight = prior_votes if existence == "prior" else 0.0
    likelihood = Likelihood(played.contests, weight)
    with one_thread():
        strengths, gradient_norm, rating_error, n_iterations = maximise(likelihood, tolerance, max_iterations)
    return Fit(
        contests=played.contests,
        strengths=freeze(strengths - strengths.mean()),
        log_likelihood=likelihood.of_votes(strengths),
        gradient_norm=gradient_norm,
        rating_error=rating_error,
        n_iterations=n_iterations,
        ties=ties,
        both_bad=both_bad,
        existence=existence,
        dropped=played.dropped,
        prior_votes=weight,
        prior_strength=-float(strengths.mean()) if weight else 0.0,
    )


def maximise(likelihood: "Likelihood", tolerance: float, max_iterations: int) -> tuple[Floats, float, float, int]:
    """Return strengths at the maximum, the gradient's norm, the rating error and the number of steps."""
    theta = np.zeros(len(likelihood.contests.names))
    gradient, information = likelihood.slopes(theta)
    for iteration in range(max_iterations):
        step = solve(information if likelihood.prior_votes else regular(information), gradient)
        error = ELO * float(np.abs(step).max())
        if not math.isfinite(error):
            raise ConvergenceError(f"the Newton step is not finite after {iteration} iterations; look for competitors with extreme records")
        if error <= tolerance:
            return theta, float(np.abs(gradient).max()), error, iteration
        # The likelihood is concave along the step: one that ends far beyond its maximum, where the slope is steeper than before, is halved.
        slope, size = float(gradient @ step), 1.0
        while True:
            trial = theta + size * step
            gradient, information = likelihood.slopes(trial)
            if float(gradient @ step) >= -slope / 2 or error < FULL_STEP_BELOW or size < SMALLEST_STEP:
                break
            size /= 2
        theta = trial
    raise ConvergenceError(
        f"ratings are still {error:.3g} Elo from the maximum after {max_iterations} iterations; tolerance is {tolerance:g} Elo: "
        "raise max_iterations or the tolerance"
    )


class Likelihood:
    """The penalised log-likelihood of contests as a function of the strengths."""

    def __init__(self, contests: Contests, prior_votes: float, prior_strength: float = 0.0) -> None:
        self.contests = contests
        self.wins = contests.wins + contests.ties / 2
        self.losses = contests.losses + contests.ties / 2
        self.prior_votes = prior_votes
        self.prior_strength = prior_strength

    def slopes(self, strengths: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (n,) and the information (n, n) at `strengths` (n,)."""
        n = strengths.size
        worth, gradient, information = np.empty(n), np.empty(n), np.empty((n, n))
        score_and_information(self.contests.first, self.contests.second, self.wins, self.losses, strengths, worth, gradient, information)
        if self.prior_votes:
            half = np.tanh((strengths - self.prior_strength) / 2) / 2
            gradient -= self.prior_votes * half
            information[np.diag_indices(n)] += self.prior_votes * (0.25 - half * half)
        return gradient, information

    def of_votes(self, strengths: Floats) -> float:
        """Return the log-likelihood of the votes, without the prior, at `strengths` (n,)."""
        lead = strengths[self.contests.first] - strengths[self.contests.second]
        against_favourite = np.where(lead >= 0, self.losses, self.wins)
        return -float(np.sum((self.wins + self.losses) * np.log1p(np.exp(-np.abs(lead))) + against_favourite * np.abs(lead)))
