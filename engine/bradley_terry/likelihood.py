"""The log-likelihood of contests under a tie model, with a prior; its parameters are the strengths, then gamma if ties have one for all pairs."""

import numpy as np

from recount.engine.bradley_terry.priors import Prior, firth_slopes
from recount.engine.kernels.likelihood import log_likelihood, points, score_and_information
from recount.engine.kernels.tie_models import DAVIDSON, DECIDED, FIRST_WITH_GAMMA, HALF, RAO_KUPPER, RAO_KUPPER_BY_PAIR
from recount.engine.linear_algebra import one_thread, regular, solve
from recount.engine.pair_contests import Contests, TieRule
from recount.engine.votes import Floats

KERNEL_OF: dict[TieRule, int] = {
    "half": HALF,
    "drop": HALF,
    "davidson": DAVIDSON,
    "rao-kupper": RAO_KUPPER,
    "davidson-by-pair": DECIDED,
    "rao-kupper-by-pair": RAO_KUPPER_BY_PAIR,
}


class Likelihood:
    """The penalised log-likelihood.

    Parameters
    ----------
    contests : Contests
    ties : TieRule
    prior : Prior, optional
    origin : float
        Strength at which a prior that pins has its origin.
    """

    def __init__(self, contests: Contests, ties: TieRule = "half", prior: Prior | None = None, origin: float = 0.0) -> None:
        self.contests = contests
        # Where nobody tied, the parameter of ties is at its limit, and what is left is Bradley-Terry.
        self.model = KERNEL_OF[ties] if contests.ties.any() else HALF
        self.prior = prior or Prior()
        self.origin = origin
        self.has_gamma = self.model >= FIRST_WITH_GAMMA
        self.n_parameters = len(contests.names) + self.has_gamma

    def start(self) -> Floats:
        """Log-odds of each competitor's share of points, and the tie parameter that fits the share of ties among equals."""
        c, n = self.contests, len(self.contests.names)
        won, lost = np.empty(n), np.empty(n)
        points(c.first, c.second, c.wins, c.losses, c.ties, won, lost)
        strengths = np.log((won + 0.5) / (lost + 0.5))
        parameters = np.zeros(self.n_parameters)
        parameters[:n] = strengths - strengths.mean()
        if self.has_gamma:
            odds = c.ties.sum() / (c.wins.sum() + c.losses.sum())
            # Between equals a tie has probability nu / (2 + nu) or (theta - 1) / (theta + 1).
            parameters[-1] = np.log(2 * odds) if self.model == DAVIDSON else np.log1p(2 * odds)
        return parameters

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) at `parameters` (p,); of Firth's prior, that of its tied votes."""
        gradient, information = self.slopes_of_votes(parameters)
        if self.prior.kind == "none":
            return gradient, information
        by_prior, added = self.slopes_of_prior(parameters, information)
        return gradient + by_prior, information + added

    def slopes_of_prior(self, parameters: Floats, information: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the information (p, p) of the prior, given that of the votes (p, p)."""
        n = len(self.contests.names)
        gradient, added = np.zeros(parameters.size), np.zeros((parameters.size, parameters.size))
        if self.prior.pins:
            gradient[:n], added[np.arange(n), np.arange(n)] = self.prior.slopes(parameters[:n], self.origin)
        elif self.prior.kind == "firth":
            gradient[:n], added[:n, :n] = firth_slopes(self.contests, parameters[:n], information[:n, :n])
        return gradient, added

    def slopes_of_votes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) of the votes, without the prior."""
        c, n, p = self.contests, len(self.contests.names), parameters.size
        roots, diagonal, gradient, information = np.empty(n), np.empty(n), np.empty(p), np.empty((p, p))
        # A copy can be written to, so that the kernel is compiled for one kind of array only.
        score_and_information(self.model, c.first, c.second, c.wins, c.losses, c.ties, parameters.copy(), roots, diagonal, gradient, information)
        return gradient, information

    def regular(self, information: Floats) -> Floats:
        """Make the information positive definite, without effect on strengths of mean 0."""
        return information if self.prior.pins else regular(information, len(self.contests.names))

    def inverse(self, information: Floats) -> Floats:
        """Inverse of the information, (p, p); without a prior that pins, its strengths' rows sum to 0 over strengths."""
        n = len(self.contests.names)
        with one_thread():
            # LAPACK returns columns side by side; kernels go through rows.
            inverse = np.ascontiguousarray(solve(self.regular(information), np.eye(information.shape[0])))
        if not self.prior.pins:
            inverse[:n] -= inverse[:n].mean(axis=0)
            inverse[:, :n] -= inverse[:, :n].mean(axis=1, keepdims=True)
        return inverse

    def tie(self, parameters: Floats) -> float:
        """Return nu or theta at `parameters` (p,); 0, which no kernel looks at, if ties have none for all pairs."""
        return float(np.exp(parameters[-1])) if self.has_gamma else 0.0

    def of_votes(self, parameters: Floats) -> float:
        """Return the log-likelihood of the votes, without the prior."""
        c, n = self.contests, len(self.contests.names)
        return float(log_likelihood(self.model, c.first, c.second, c.wins, c.losses, c.ties, parameters[:n], self.tie(parameters)))

    def longest_step(self, parameters: Floats, step: Floats) -> float:
        """Share of `step` that keeps the parameters possible: Rao and Kupper's gamma is positive."""
        if self.model == RAO_KUPPER and step[-1] < 0:
            return min(1.0, 0.9 * float(parameters[-1] / -step[-1]))
        return 1.0
