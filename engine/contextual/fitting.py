r"""Contextual Bradley-Terry: strengths and effects of covariates together.

The lead of who is shown first over who is shown second is :math:`\theta_i - \theta_j + x \cdot \beta` in each vote; what a lead means for win, loss
and tie is for the tie model to say. The log-likelihood is concave in strengths, effects and the logarithm of the parameter of ties; Newton's method
and its certificate are those of `recount.engine.bradley_terry.fitting`, with an error of an effect counted as one of a rating. Strengths are those
at covariates 0: without an advantage of position, at the same style.

They exist where ratings exist without covariates, no covariate is a sum of others and of strengths, and none tells who wins.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.engine.bradley_terry.existence import Existence, tie_parameter_exists
from recount.engine.bradley_terry.fitting import leads, maximise, outcome_probabilities, share_log_likelihood
from recount.engine.bradley_terry.priors import Prior
from recount.engine.contextual.covariates import Covariate
from recount.engine.contextual.design import Design, Effect
from recount.engine.contextual.likelihood import ContextualLikelihood
from recount.engine.contextual.rows import design
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.kernels.tie_models import HALF
from recount.engine.linear_algebra import one_thread
from recount.engine.pair_contests import BothBadRule, Contests, TieRule, check_one_law
from recount.engine.votes import Floats, Votes, freeze


@dataclass(frozen=True, slots=True, eq=False)
class ContextualFit:
    """Strengths and effects that are certified to maximise the likelihood.

    Attributes
    ----------
    design : Design
        What was fitted.
    parameters : (p,) float64
        The strengths, log-odds, mean 0; the effects, log-odds; then ln nu or ln theta, if ties have a parameter.
    information : (p, p) float64
        Less the second derivatives of the penalised log-likelihood.
    gradient_norm : float
        Largest absolute element of the gradient, in votes.
    rating_error : float
        Largest distance of a rating, or of an effect on the same scale, from its converged value, by the next Newton step, in Elo.
    n_iterations : int
    ties, both_bad, existence : str
        The choices made.
    prior : Prior
    origin : float
        Strength at which the prior has its origin, log-odds.
    ridge : float
        Precision of the normal prior of each effect.
    """

    design: Design
    parameters: Floats
    information: Floats
    gradient_norm: float
    rating_error: float
    n_iterations: int
    ties: TieRule
    both_bad: BothBadRule
    existence: Existence
    prior: Prior
    origin: float
    ridge: float

    @property
    def contests(self) -> Contests:
        """What the votes add up to, without covariates."""
        return self.design.contests

    @property
    def names(self) -> tuple[str, ...]:
        """The rated competitors."""
        return self.contests.names

    @property
    def dropped(self) -> tuple[str, ...]:
        """Competitors left out by the existence policy."""
        return self.design.dropped

    @property
    def strengths(self) -> Floats:
        """Strengths at covariates 0, (n,) log-odds, mean 0."""
        return self.parameters[: len(self.names)]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """How each covariate enters the lead."""
        return self.design.effects

    @property
    def coefficients(self) -> Floats:
        """Estimates of the effects, (m,) log-odds."""
        return self.parameters[len(self.names) : len(self.names) + len(self.effects)]

    @property
    def tie_parameter(self) -> float:
        """Davidson's nu, or Rao and Kupper's theta, which are 0 and 1 where nobody tied; NaN if ties have no parameter."""
        if self.parameters.size > len(self.names) + len(self.effects):
            return float(np.exp(self.parameters[-1]))
        return {"davidson": 0.0, "rao-kupper": 1.0}.get(self.ties, math.nan)

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the votes (without the priors), natural logarithm."""
        return self.likelihood().of_votes(self.parameters) + share_log_likelihood(self.contests.n_both_bad, self.contests.n_votes)

    @property
    def mean_nll(self) -> float:
        """Mean negative log-likelihood a vote, natural logarithm."""
        return -self.log_likelihood / (self.contests.n_votes + self.contests.n_both_bad)

    @property
    def n_free(self) -> int:
        """Number of free parameters, as in `Fit`, and the effects."""
        return len(self.names) - 1 + len(self.effects) + (self.ties in ("davidson", "rao-kupper")) + (self.both_bad == "outcome")

    def leads(self, votes: Votes) -> Floats:
        """Lead of who is shown first in any votes with the columns of the covariates, (n_votes,) log-odds.

        NaN where one of the two is not rated, or a covariate has no value. A level that no vote had is no advantage.
        """
        found = leads(self.names, self.strengths, votes)
        slopes = {effect.name: value / effect.deviation for effect, value in zip(self.effects, self.coefficients, strict=True)}
        for reading in (covariate.read(votes) for covariate in self.design.covariates):
            of_level = np.array([slopes.get(name, 0.0) for name in reading.names])
            found += of_level[reading.levels] if reading.numbers is None else of_level[0] * reading.numbers
            if reading.present is not None:
                found[~reading.present] = math.nan
        return found

    def outcome_probabilities(self, lead: Floats) -> Floats:
        """Probabilities, (3, m), that who leads by `lead` (m,) log-odds wins, loses, ties; as of `Fit`."""
        return outcome_probabilities(self.ties, self.tie_parameter, lead)

    def likelihood(self, n_threads: int | None = None) -> ContextualLikelihood:
        """The function that was maximised."""
        return ContextualLikelihood(self.design, self.ties, self.prior, self.origin, self.ridge, n_threads)


def fit_contextual(
    votes: Votes,
    covariates: Sequence[Covariate],
    *,
    weights: Floats | None = None,
    ties: TieRule = "half",
    both_bad: BothBadRule = "tie",
    existence: Existence = "error",
    prior: Prior | None = None,
    ridge: float = 0.0,
    tolerance: float = 1e-7,
    max_iterations: int = 100,
    n_threads: int | None = None,
) -> ContextualFit:
    """Fit strengths and effects and certify them.

    Parameters
    ----------
    votes : Votes
        A log, in the order in which competitors were shown, with the columns of the covariates.
    covariates : sequence of Position, Style, CategoryEffect
    weights : (n_votes,) float64, optional
        What each vote of the log counts, as `recount.engine.weighting.weights_of_votes` tells; one by default.
    ties, both_bad, existence, prior
        As in `recount.engine.fit`; Firth's prior has no place here.
    ridge : float
        Precision of a normal prior of each effect around 0, which is of log-odds for one standard deviation or one level; 0 for none.
    tolerance : float
        Largest permitted distance of a rating, or an effect, from its converged value, in Elo.
    max_iterations : int
    n_threads : int, optional
        All cores by default; the result is the same for any number.

    Raises
    ------
    InputError
        If a column cannot be used, or weights are not one positive number a vote.
    OptionError
        If an option has a value that it cannot have, or a column is not there.
    ExistenceError
        If ratings, effects, or the parameter of ties do not exist.
    ConvergenceError
        If the tolerance is not reached.
    """
    check_one_law(ties, "a fit with covariates")
    prior = prior or Prior("votes" if existence == "prior" else "none")
    if prior.kind == "firth":
        raise OptionError("Firth's prior is for fits without covariates; take a gaussian prior")
    if not (ridge >= 0 and math.isfinite(ridge)):
        raise OptionError(f"ridge is {ridge}; give a precision, 0 or more")
    if not (tolerance > 0 and math.isfinite(tolerance)):
        raise OptionError(f"tolerance is {tolerance}; give a positive number of Elo points")
    if max_iterations < 1:
        raise OptionError(f"max_iterations is {max_iterations}; give at least 1")
    existence = existence if prior.kind == "none" else "prior"
    rows = design(votes, covariates, weights, ties=ties, both_bad=both_bad, existence=existence)
    likelihood = ContextualLikelihood(rows, ties, prior, ridge=ridge, n_threads=n_threads)
    if likelihood.model != HALF and not tie_parameter_exists(rows.contests, prior.pins):
        raise ExistenceError(f"all votes are ties, or agree with one ranking, so the parameter of ties={ties!r} does not exist; take ties='half'")
    with one_thread():
        try:
            parameters, gradient_norm, rating_error, n_iterations = maximise(likelihood, tolerance, max_iterations)
        except ConvergenceError as error:
            raise ConvergenceError(f"{error}; if it stays so, covariates tell who wins: leave one out, or take a ridge") from error
    n = len(rows.contests.names)
    mean = float(parameters[:n].mean())
    return ContextualFit(
        design=rows,
        parameters=freeze(np.append(parameters[:n] - mean, parameters[n:])),
        information=freeze(likelihood.slopes(parameters)[1]),
        gradient_norm=gradient_norm,
        rating_error=rating_error,
        n_iterations=n_iterations,
        ties=ties,
        both_bad=both_bad,
        existence=existence,
        prior=prior,
        origin=-mean if prior.pins else 0.0,
        ridge=ridge,
    )
