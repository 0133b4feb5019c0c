r"""A joint normal distribution of all strengths, from the curvature of the likelihood.

Fisher: the pseudo-inverse :math:`H^+` of the information. Sandwich (Huber 1967, White 1982): :math:`H^+ B H^+` with :math:`B` the sum over votes of
the score times its transpose; it stays valid where the model of the vote is wrong, as with ties counted as half-wins, where Fisher is too wide. With
clusters :math:`B` sums over clusters, whose votes may depend on each other; where two columns cross, it is the sum of both columns' minus that of
their intersection (Cameron, Gelbach and Miller 2011), with negative eigenvalues set to 0 as they advise.

A prior, or a ridge, counts as one more observation, whose score has the variance that it states: its information is added to H and to B. So the
covariance is that of the prior where votes say nothing, and that of the posterior with Fisher's B. Without it in B, what only the prior determines
would have variance 0.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.linalg import eigh

from recount.engine.choices.declaring import check_choice
from recount.engine.choices.resampling import check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL, N_DRAWS, SEED
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.kernels.influence import cluster_score_products
from recount.engine.likelihood import Likelihood
from recount.engine.linear_algebra import one_thread, root
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.showing import Tabled
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.covariate_effects import Effects
from recount.engine.uncertainty.interface import lines_about
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats, freeze

if TYPE_CHECKING:
    import pandas as pd

CovarianceMethod = Literal["sandwich", "fisher"]
# Of the largest eigenvalue; a negative one below this share is rounding.
ROUNDING = 1e-10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JointNormal(Tabled):
    """Joint normal uncertainty of all strengths.

    Attributes
    ----------
    names, strengths, method, effects, law
        As in `Uncertainty`.
    covariance : (n, n) float64
        Of the strengths; each row sums to 0, because the strengths have mean 0.
    """

    names: tuple[str, ...]
    strengths: Floats
    covariance: Floats
    method: str = "sandwich"
    effects: Effects | None = None
    law: VoteLaw | None = None

    def standard_errors(self) -> Floats:
        """Standard error of each strength, (n,), log-odds."""
        # A variance of 0, where all of a competitor's votes are the ties that the fit expects, is 0 up to rounding.
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0.0))

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the marginal interval of each strength, (n,), log-odds."""
        check_level(confidence_level)
        half = normal_quantile(0.5 + confidence_level / 2) * self.standard_errors()
        return self.strengths - half, self.strengths + half

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Estimate and standard error of strength i minus strength j, log-odds."""
        v = self.covariance
        return float(self.strengths[i] - self.strengths[j]), float(np.sqrt(max(v[i, i] + v[j, j] - 2 * v[i, j], 0.0)))

    def difference_errors(self) -> Floats:
        """Standard errors of all differences of two strengths, (n, n), log-odds."""
        return difference_errors(self.covariance)

    def difference_intervals(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of each strength minus each other, (n, n), log-odds."""
        check_level(confidence_level)
        difference = self.strengths[:, None] - self.strengths[None, :]
        half = normal_quantile(0.5 + confidence_level / 2) * self.difference_errors()
        return difference - half, difference + half

    def draws(self, n_draws: int | None = None, seed: int = SEED) -> Floats:
        """Joint draws of all strengths, (n_draws, n), log-odds; the same for the same seed."""
        n_draws = N_DRAWS if n_draws is None else n_draws
        if n_draws < 1:
            raise OptionError(f"n_draws is {n_draws}; give at least 1")
        if seed < 0:
            raise OptionError(f"seed is {seed}; give a whole number, 0 or more")
        with one_thread():
            noise = np.random.default_rng(seed).standard_normal((n_draws, self.strengths.size)) @ root(self.covariance).T
        drawn: Floats = self.strengths + noise - noise.mean(axis=1, keepdims=True)
        return drawn

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a competitor, the best first: competitor, rating, standard_error, lower, upper, all in Elo."""
        from recount.engine.boards import uncertainty_table

        return uncertainty_table(self)

    def summary(self) -> str:
        """Say who leads, how surely, and where the uncertainty comes from."""
        return "\n".join([*lines_about(self), f"uncertainty: {self.method}"])


def difference_errors(covariance: Floats) -> Floats:
    """Standard errors of all differences of two of the quantities with this `covariance` (n, n); (n, n)."""
    variance = np.diagonal(covariance)
    return np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 0.0))


def covariance(fit: Fit, method: CovarianceMethod = "sandwich", *, clusters: ClusteredVotes | None = None) -> JointNormal:
    """Uncertainty of strengths and effects from the curvature of the likelihood, without resampling.

    Parameters
    ----------
    fit : Fit
    method : {"sandwich", "fisher"}
        "fisher" relies on the model of the vote, "sandwich" does not.
    clusters : ClusteredVotes, optional
        What is independent, for the sandwich; single votes if none are given.

    Raises
    ------
    OptionError
        If the method is not one of those, or clusters are given to "fisher".
    """
    check_choice("method", method, get_args(CovarianceMethod))
    if method == "fisher" and (clusters is not None or fit.contests.weights is not None):
        raise OptionError("the Fisher covariance knows neither clusters nor weights; take method='sandwich'")
    likelihood, name = fit.likelihood, str(method)
    with one_thread():
        matrix = likelihood.bread(fit.parameters)
        if method == "sandwich":
            inverse = matrix
            if clusters is None:
                matrix = inverse @ likelihood.score_products(fit.parameters) @ inverse
            else:
                matrix, name = _sandwich_by_clusters(likelihood, fit.parameters, inverse, clusters)
            if fit.prior.kind != "none" or fit.ridge:
                matrix = matrix + inverse @ likelihood.information_of_priors(fit.parameters) @ inverse
    rated = replace(joint_normal(fit.names, fit.strengths, matrix, name), law=fit.law)
    n, m = len(fit.names), len(fit.effects)
    if not m:
        return rated
    own = matrix[n : n + m, n : n + m]
    return replace(rated, effects=Effects(tuple(effect.name for effect in fit.effects), fit.coefficients, freeze((own + own.T) / 2), name))


def _sandwich_by_clusters(likelihood: Likelihood, parameters: Floats, inverse: Floats, clusters: ClusteredVotes) -> tuple[Floats, str]:
    """Sandwich (p, p) with the products of the scores of whole clusters, and what it is called."""
    sums = [_products_of_clusters(likelihood, parameters, clusters, column) for column in range(len(clusters.columns))]
    if len(sums) == 2:
        sums.append(-_products_of_clusters(likelihood, parameters, clusters.intersection(), 0))
    sandwich, n_negative = _positive(inverse @ sum(sums[1:], sums[0]) @ inverse)
    note = f", {n_negative} negative eigenvalues set to 0" if n_negative else ""
    return sandwich, f"sandwich by {' and '.join(clusters.columns)}{note}"


def joint_normal(names: tuple[str, ...], strengths: Floats, matrix: Floats, method: str) -> JointNormal:
    """Uncertainty of strengths minus their mean, from a covariance (p, p) whose first rows and columns are theirs."""
    n = len(names)
    matrix = matrix[:n, :n] - matrix[:n, :n].mean(axis=0)
    matrix -= matrix.mean(axis=1, keepdims=True)
    return JointNormal(names, strengths, freeze((matrix + matrix.T) / 2), method)


def _products_of_clusters(likelihood: Likelihood, parameters: Floats, clusters: ClusteredVotes, column: int) -> Floats:
    """Sum over clusters of a column of the cluster's score times its transpose, (p, p)."""
    p, cells = parameters.size, (*likelihood.cells, *likelihood.scores(parameters))
    scratch, out = (np.empty(p), np.empty(p, np.int32), np.empty(p, np.int32)), np.empty((p, p))
    cluster_score_products(clusters.grouped(column), cells, len(likelihood.contests.names), scratch, out)
    return out


def _positive(matrix: Floats) -> tuple[Floats, int]:
    """Return `matrix` with its negative eigenvalues set to 0, and how many there were."""
    values, vectors = eigh((matrix + matrix.T) / 2)
    negative = values < -ROUNDING * values[-1]
    if not negative.any():
        return matrix, 0
    return (vectors * np.maximum(values, 0.0)) @ vectors.T, int(negative.sum())
