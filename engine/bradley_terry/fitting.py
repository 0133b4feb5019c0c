r"""Bradley-Terry and its tie models by Newton's method on the counts.

Competitor i beats j with probability :math:`p_{ij} = 1 / (1 + e^{\theta_j - \theta_i})` (Bradley and Terry 1952); ties are half-wins, are left out,
or are an outcome of their own, with a parameter for all of them (Davidson 1970; Rao and Kupper 1967; `recount.engine.kernels.tie_models`) or for
each pair
(`recount.engine.bradley_terry.pair_ties`). The log-likelihood is concave in the strengths and the logarithm of that parameter, and the constant
vector of
strengths is the null space of its information H; strengths have mean 0. Newton's steps solve :math:`(H + c 1 1^T) \delta = g`. A fit is certified by
the step that would come next: near the maximum it is the error.

A prior with an origin has it at strength 0 while the maximum is sought; the strengths are centred afterwards, and the origin with them.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from recount.engine.bradley_terry.existence import Existence, check_joined, rateable_contests, tie_parameter_exists
from recount.engine.bradley_terry.likelihood import KERNEL_OF, Likelihood
from recount.engine.bradley_terry.priors import Prior
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.kernels.tie_models import pair_probabilities
from recount.engine.linear_algebra import one_thread, solve
from recount.engine.pair_contests import BY_PAIR, BothBadRule, Contests, TieRule, check_one_law
from recount.engine.scale import ELO
from recount.engine.votes import Floats, PairCounts, Votes, freeze
from recount.engine.weighting import WeightedCounts

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
    parameters : (p,) float64
        The strengths, log-odds, mean 0; then ln nu or ln theta, if ties have one for all pairs.
    gradient_norm : float
        Largest absolute element of the gradient before the last step, in votes.
    rating_error : float
        Largest distance of a rating from its converged value: the size of the last Newton step, in Elo.
    n_iterations : int
        Newton steps before that one.
    ties, both_bad, existence : str
        The choices made.
    dropped : tuple of str
        Competitors left out by the existence policy.
    prior : Prior
    origin : float
        Strength at which the prior has its origin, log-odds.
    """

    contests: Contests
    parameters: Floats
    gradient_norm: float
    rating_error: float
    n_iterations: int
    ties: TieRule
    both_bad: BothBadRule
    existence: Existence
    dropped: tuple[str, ...]
    prior: Prior
    origin: float

    @property
    def names(self) -> tuple[str, ...]:
        """The rated competitors."""
        return self.contests.names

    @property
    def strengths(self) -> Floats:
        """Strengths, (n,) log-odds, mean 0."""
        return self.parameters[: len(self.names)]

    @property
    def tie_parameter(self) -> float:
        """Davidson's nu, or Rao and Kupper's theta, which are 0 and 1 where nobody tied; NaN if ties have none for all pairs."""
        if self.parameters.size > len(self.names):
            return float(np.exp(self.parameters[-1]))
        return {"davidson": 0.0, "rao-kupper": 1.0}.get(self.ties, math.nan)

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the votes (without the prior), natural logarithm."""
        return self.likelihood().of_votes(self.parameters) + share_log_likelihood(self.contests.n_both_bad, self.contests.n_votes)

    @property
    def mean_nll(self) -> float:
        """Mean negative log-likelihood a vote, natural logarithm."""
        return -self.log_likelihood / (self.contests.n_votes + self.contests.n_both_bad)

    @property
    def n_free(self) -> int:
        """Number of free parameters: strengths up to a constant, those of ties, and the share of "both bad" if it is an outcome of its own."""
        of_ties = self.contests.first.size if self.ties in BY_PAIR else int(self.ties in ("davidson", "rao-kupper"))
        return len(self.names) - 1 + of_ties + (self.both_bad == "outcome")

    def leads(self, votes: Votes) -> Floats:
        """Lead of who is shown first in any votes, (n_votes,) log-odds; NaN where one of the two is not rated."""
        return leads(self.names, self.strengths, votes)

    def outcome_probabilities(self, lead: Floats) -> Floats:
        """Probabilities, (3, m), that who leads by `lead` (m,) log-odds wins, loses, ties; that of a tie is 0 if ties have no parameter.

        Raise `OptionError` if each pair has one of its own.
        """
        return outcome_probabilities(self.ties, self.tie_parameter, lead)

    def likelihood(self) -> Likelihood:
        """The function that was maximised."""
        return Likelihood(self.contests, self.ties, self.prior, self.origin)


def fit(
    counts: PairCounts | WeightedCounts,
    *,
    ties: TieRule = "half",
    both_bad: BothBadRule = "tie",
    existence: Existence = "error",
    prior: Prior | None = None,
    tolerance: float = 1e-7,
    max_iterations: int = 100,
) -> Fit:
    """Fit strengths and certify them.

    Parameters
    ----------
    counts : PairCounts or WeightedCounts
    ties : {"half", "drop", "davidson", "rao-kupper", "davidson-by-pair", "rao-kupper-by-pair"}
        A tie is half a win for each side, is left out, or is an outcome with a parameter, one for all pairs or one for each.
    both_bad : {"tie", "drop", "outcome"}
        "Both bad" is treated as a tie is, is left out, or is an outcome with a probability of its own, the same for all pairs.
    existence : {"error", "drop", "largest", "prior"}
        What to do if the ratings do not exist; see `existence.rateable`. "prior" takes `prior`, by default a tied vote of each competitor against an
        imagined opponent.
    prior : Prior, optional
        With it the ratings exist.
    tolerance : float
        Largest permitted distance of a rating from its converged value, in Elo.
    max_iterations : int

    Raises
    ------
    ExistenceError
        If the ratings, or the parameter of ties, do not exist under the policy.
    ConvergenceError
        If the tolerance is not reached.
    OptionError
        If an option has a value that it cannot have.
    """
    prior = prior or Prior("votes" if existence == "prior" else "none")
    existence = existence if prior.kind == "none" else "prior"
    if prior.kind == "firth" and ties not in ("half", "drop"):
        raise OptionError(f"Firth's prior is for ties='half' or 'drop', not {ties!r}; take a gaussian prior")
    played = rateable_contests(counts, ties, both_bad, existence)
    if prior.kind == "firth":
        check_joined(played.contests)
    return fit_contests(
        played.contests,
        ties=ties,
        both_bad=both_bad,
        existence=existence,
        dropped=played.dropped,
        prior=prior,
        tolerance=tolerance,
        max_iterations=max_iterations,
    )


def fit_contests(
    played: Contests,
    *,
    ties: TieRule,
    both_bad: BothBadRule = "tie",
    existence: Existence = "error",
    dropped: tuple[str, ...] = (),
    prior: Prior,
    tolerance: float = 1e-7,
    max_iterations: int = 100,
) -> Fit:
    """Fit contests whose ratings exist; parameters, result and errors as in `fit`, `both_bad`, `existence` and `dropped` for the record."""
    if not (tolerance > 0 and math.isfinite(tolerance)):
        raise OptionError(f"tolerance is {tolerance}; give a positive number of Elo points")
    if max_iterations < 1:
        raise OptionError(f"max_iterations is {max_iterations}; give at least 1")
    likelihood = Likelihood(played, ties, prior)
    if likelihood.has_gamma and not tie_parameter_exists(played, prior.pins):
        raise ExistenceError(f"all votes are ties, or agree with one ranking, so the parameter of ties={ties!r} does not exist; take ties='half'")
    with one_thread():
        parameters, gradient_norm, rating_error, n_iterations = maximise(likelihood, tolerance, max_iterations)
    n = len(played.names)
    mean = float(parameters[:n].mean())
    centred = parameters.copy()
    centred[:n] -= mean
    return Fit(
        contests=played,
        parameters=freeze(centred),
        gradient_norm=gradient_norm,
        rating_error=rating_error,
        n_iterations=n_iterations,
        ties=ties,
        both_bad=both_bad,
        existence=existence,
        dropped=dropped,
        prior=prior,
        origin=-mean if prior.pins else 0.0,
    )


def maximise(likelihood: Likelihood, tolerance: float, max_iterations: int) -> tuple[Floats, float, float, int]:
    """Return the parameters at the maximum, the gradient's norm, the rating error in Elo and the number of steps.

    Raises
    ------
    ConvergenceError
        If the next step is not below `tolerance`, in Elo, after `max_iterations`.
    """
    theta = likelihood.start()
    gradient, information = likelihood.slopes(theta)
    for iteration in range(max_iterations):
        step = solve(likelihood.regular(information), gradient)
        error = ELO * float(np.abs(step).max())
        if not math.isfinite(error):
            raise ConvergenceError(f"the Newton step is not finite after {iteration} iterations; look for competitors with extreme records")
        if error <= tolerance:
            # The step is known and costs nothing: it is taken, and what it was bounds what is left.
            return theta + step, float(np.abs(gradient).max()), error, iteration
        # The likelihood is concave along the step: one that ends far beyond its maximum, where the slope is steeper than before, is halved.
        slope, size = float(gradient @ step), likelihood.longest_step(theta, step)
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


def check_plain(fit: object) -> None:
    """Raise `OptionError` unless this is a fit without covariates: with them, strengths alone are not what was fitted."""
    if not isinstance(fit, Fit):
        raise OptionError(f"this is of fits without covariates, not of a {type(fit).__name__}; take contextual_covariance or contextual_bootstrap")


def leads(names: tuple[str, ...], strengths: Floats, votes: Votes) -> Floats:
    """As `Fit.leads`, of any fit with these `names` and `strengths`."""
    strength = dict(zip(names, strengths, strict=True))
    of_name = np.array([strength.get(name, math.nan) for name in votes.names])
    between: Floats = of_name[votes.first] - of_name[votes.second]
    return between


def outcome_probabilities(ties: TieRule, tie_parameter: float, lead: Floats) -> Floats:
    """As `Fit.outcome_probabilities`, of any fit with these `ties` and that `tie_parameter`."""
    check_one_law(ties, "a prediction of votes")
    probabilities = np.empty((3, lead.size))
    # Where ties have no parameter it is not looked at.
    pair_probabilities(KERNEL_OF[ties], lead, np.nan_to_num(tie_parameter), probabilities)
    return probabilities


def share_log_likelihood(n_some: float, n_others: float) -> float:
    """Log-likelihood of votes that are of one kind with a probability of its own, at its maximum."""
    n = n_some + n_others
    return float(xlogy(n_some, n_some / n) + xlogy(n_others, n_others / n)) if n else 0.0
