r"""A joint normal distribution of all strengths, from the curvature of the likelihood.

Fisher: the pseudo-inverse :math:`H^+` of the information. Sandwich (Huber 1967, White 1982): :math:`H^+ B H^+` with :math:`B` the variance of the
summed scores, estimated from the scores themselves (`score_variance.py`); it stays valid where the model of the vote is wrong, as with ties counted
as half-wins, where Fisher is too wide. With clusters, whose votes may depend on each other, :math:`B` is that of the clusters' scores
(`cluster_variance.py`); few clusters leave few degrees of freedom, and the distribution is then Student's.

Where two columns cross, :math:`V_{12}` is the covariance by their intersection, and what the columns add to it, :math:`V_1 - V_{12}` and :math:`V_2 -
V_{12}`, counts where it is positive (Menzel 2021: a dependence is there or not). The sum of both columns' minus that of the intersection (Cameron,
Gelbach and Miller 2011) need not be a covariance. Degrees of freedom are the fewer of the two columns'.

A prior, or a ridge, counts as one more observation, whose score has the variance that it states: its information is added to H and to B. So the
covariance is that of the prior where votes say nothing, and that of the posterior with Fisher's B. Without it in B, what only the prior determines
would have variance 0.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.linalg import eigh

from recount.engine.choices.arguments import checked
from recount.engine.choices.declaring import check_choice
from recount.engine.choices.resampling import check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL, N_DRAWS, SEED
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.likelihood import Likelihood
from recount.engine.linear_algebra import one_thread, root
from recount.engine.room import check_room
from recount.engine.showing import Tabled
from recount.engine.uncertainty.cluster_variance import DF_OF_MODEL, ClusterVariance, variance_of_clusters
from recount.engine.uncertainty.clusters import ClusteredVotes, check_enough_clusters, check_worth
from recount.engine.uncertainty.covariate_effects import Effects
from recount.engine.uncertainty.interface import lines_about
from recount.engine.uncertainty.score_variance import variance_of_scores
from recount.engine.uncertainty.student import quantiles, student_scales
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats, freeze

if TYPE_CHECKING:
    import pandas as pd

CovarianceMethod = Literal["sandwich", "fisher"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JointNormal(Tabled):
    """Joint normal uncertainty of all strengths.

    Attributes
    ----------
    names, strengths, method, effects, law
        As in `Uncertainty`.
    covariance : (n, n) float64
        Of the strengths; each row sums to 0, because the strengths have mean 0.
    degrees_of_freedom : (n,) float64, or None
        Of Student's distribution of each strength, where clusters are few; None of the normal one.
    degrees_of_differences : (n,) float64, or None
        The same for differences, of which the fewer of both strengths' count: who is hardly known does not matter to differences of others. As
        `degrees_of_freedom` unless given.
    largest_share : (n,) float64, or None
        Largest share of one vote, or of one cluster, in what all votes say of each competitor, from 0 to 1. Above 1/5 the model of the vote, more
        than votes, says how sure the competitor's strength is. None where nothing was estimated from the scores.
    is_posterior : bool
        Whether the law of the strengths was given, as a normal prior, so that this is their distribution given the votes.
    stated_errors : (n,) float64, or None
        Standard errors, independent of each other, on a scale that was fixed from outside, as that of a published board; None where they are those
        about the mean.
    n_votes : (n,) float64, or None
        Votes of each competitor, or sums of their weights: how well each is known whatever its strength.
    """

    names: tuple[str, ...]
    strengths: Floats
    covariance: Floats
    method: str = "sandwich"
    effects: Effects | None = None
    degrees_of_freedom: Floats | None = None
    degrees_of_differences: Floats | None = None
    largest_share: Floats | None = None
    is_posterior: bool = False
    law: VoteLaw | None = None
    stated_errors: Floats | None = None
    n_votes: Floats | None = None

    def __post_init__(self) -> None:
        if self.degrees_of_differences is None:
            object.__setattr__(self, "degrees_of_differences", self.degrees_of_freedom)

    def standard_errors(self) -> Floats:
        """Standard error of each strength, (n,), log-odds."""
        if self.stated_errors is not None:
            return self.stated_errors
        # A variance of 0, where all of a competitor's votes are the ties that the fit expects, is 0 up to rounding.
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0.0))

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the marginal interval of each strength, (n,), log-odds."""
        check_level(confidence_level)
        half = quantiles(self.degrees_of_freedom, 0.5 + confidence_level / 2) * self.standard_errors()
        return self.strengths - half, self.strengths + half

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Estimate and standard error of strength i minus strength j, log-odds."""
        v = self.covariance
        return float(self.strengths[i] - self.strengths[j]), float(np.sqrt(max(v[i, i] + v[j, j] - 2 * v[i, j], 0.0)))

    def difference_errors(self) -> Floats:
        """Standard errors of all differences of two strengths, (n, n), log-odds."""
        return difference_errors(self.covariance)

    def difference_widths(self, confidence_level: float = CONFIDENCE_LEVEL) -> Floats:
        """Half the widths of the intervals of all differences of two strengths, (n, n), log-odds, with the fewer degrees of freedom of both."""
        check_level(confidence_level)
        degrees = self.degrees_of_differences
        by_one = np.atleast_1d(quantiles(degrees, 0.5 + confidence_level / 2))
        widths: Floats = np.maximum(by_one[:, None], by_one) * self.difference_errors()
        return widths

    def difference_intervals(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of each strength minus each other, (n, n), log-odds."""
        difference, half = self.strengths[:, None] - self.strengths[None, :], self.difference_widths(confidence_level)
        return difference - half, difference + half

    def draws(self, n_draws: int | None = None, seed: int = SEED) -> Floats:
        """Joint draws of all strengths, (n_draws, n), log-odds, mean 0 unless errors are stated; the same for the same seed."""
        n_draws = N_DRAWS if n_draws is None else n_draws
        if n_draws < 1:
            raise OptionError(f"n_draws is {n_draws}; give at least 1")
        if seed < 0:
            raise OptionError(f"seed is {seed}; give a whole number, 0 or more")
        check_room(f"n_draws is {n_draws}: they", 3.0 * n_draws * self.strengths.nbytes, "give fewer")
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal((n_draws, self.strengths.size))
        if self.stated_errors is not None:
            return np.asarray(self.strengths + noise * self.stated_errors)
        with one_thread():
            noise = noise @ root(self.covariance).T
        noise -= noise.mean(axis=1, keepdims=True)
        if self.degrees_of_freedom is not None:
            noise *= student_scales(self.degrees_of_freedom, n_draws)
        drawn: Floats = self.strengths + noise
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


@checked
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
    n, m = len(fit.names), len(fit.effects)
    likelihood, name, degrees, of_differences, share = fit.likelihood, str(method), None, None, None
    with one_thread():
        matrix = likelihood.bread(fit.parameters)
        if method == "sandwich":
            inverse = matrix
            if clusters is None:
                variance, share = variance_of_scores(likelihood.counted_cells(fit.parameters), inverse, n)
                matrix = inverse @ variance @ inverse
            else:
                matrix, degrees, of_differences, share = sandwich_by_clusters(likelihood, fit.parameters, inverse, clusters)
                name = f"sandwich by {' and '.join(clusters.columns)}"
            if fit.prior.kind != "none" or fit.ridge:
                matrix = matrix + inverse @ likelihood.information_of_priors(fit.parameters) @ inverse
    rated = replace(joint_normal(fit.names, fit.strengths, matrix, name), law=fit.law, is_posterior=fit.prior.kind == "gaussian")
    rated = replace(rated, n_votes=freeze(fit.contests.votes_of_each().astype(np.float64)))
    if degrees is not None and of_differences is not None and np.isfinite([degrees[:n], of_differences]).any():
        rated = replace(rated, degrees_of_freedom=freeze(degrees[:n]), degrees_of_differences=freeze(of_differences))
    if share is not None:
        rated = replace(rated, largest_share=freeze(share))
    if not m:
        return rated
    own = matrix[n : n + m, n : n + m]
    of_effects = None if degrees is None or not np.isfinite(degrees[n:]).any() else freeze(degrees[n:])
    effects = Effects(tuple(effect.name for effect in fit.effects), fit.coefficients, freeze((own + own.T) / 2), name, degrees_of_freedom=of_effects)
    return replace(rated, effects=effects)


def sandwich_by_clusters(likelihood: Likelihood, parameters: Floats, inverse: Floats, clusters: ClusteredVotes) -> ClusterVariance:
    """Sandwich (p, p) by clusters in place of the variance of the scores, degrees of freedom, and largest shares.

    Raises
    ------
    OptionError
        If clusters are too few.
    """
    check_enough_clusters(clusters)
    by_column = [variance_of_clusters(likelihood, parameters, inverse, clusters, column) for column in range(len(clusters.columns))]
    for name, one in zip(clusters.columns, by_column, strict=True):
        check_worth(name, float(np.median(one.degrees_of_differences)) - DF_OF_MODEL + 1)
    if len(by_column) == 1:
        return by_column[0]._replace(matrix=inverse @ by_column[0].matrix @ inverse)
    both = variance_of_clusters(likelihood, parameters, inverse, clusters.intersection())
    values, vectors = eigh(inverse)
    root_of_inverse = vectors * np.sqrt(np.maximum(values, 0.0))
    # In coordinates in which the information is the identity.
    total = turned = root_of_inverse.T @ both.matrix @ root_of_inverse
    for one in by_column:
        total = total + _positive(root_of_inverse.T @ one.matrix @ root_of_inverse - turned)
    degrees = np.minimum(*(one.degrees_of_freedom for one in by_column))
    of_differences = np.minimum(*(one.degrees_of_differences for one in by_column))
    share = np.maximum(*(one.largest_share for one in by_column))
    return ClusterVariance(root_of_inverse @ total @ root_of_inverse.T, degrees, of_differences, share)


def joint_normal(names: tuple[str, ...], strengths: Floats, matrix: Floats, method: str) -> JointNormal:
    """Uncertainty of strengths minus their mean, from a covariance (p, p) whose first rows and columns are theirs."""
    n = len(names)
    matrix = matrix[:n, :n] - matrix[:n, :n].mean(axis=0)
    matrix -= matrix.mean(axis=1, keepdims=True)
    return JointNormal(names, strengths, freeze((matrix + matrix.T) / 2), method)


def _positive(matrix: Floats) -> Floats:
    """Return a symmetric matrix with its negative eigenvalues set to 0."""
    values, vectors = eigh((matrix + matrix.T) / 2)
    positive: Floats = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return positive
