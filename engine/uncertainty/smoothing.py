r"""Replicates that vary as much as the estimate does, where resampling alone varies too little or too much.

To first order a replicate deviates from the estimate with the variance :math:`V_s` that the scheme gives to sums of scores: by single votes or
clusters, the plain sum of squared scores (with Dirichlet weights of G of them times G / (G + 1)); where two columns cross, :math:`V_1 + V_2 + V_{12}`
up to shares of 1/G (Owen 2007). With few clusters or votes that is too little, and nothing at all for a competitor whose votes are all the ties that
the fit expects; where two columns cross, it counts what is each vote's own three times. The variance :math:`V` that the estimate has is the one of
`sandwich.py`. In coordinates in which the information is the identity, a replicate becomes

.. math:: \hat\theta + s (\tau (\theta^* - \hat\theta) + \varepsilon), \quad \tau^2 = \min(1, \mathrm{tr} V / \mathrm{tr} V_s), \quad
    \mathrm{var}\, \varepsilon = (V - \tau^2 V_s)_+,

a smoothed bootstrap (Silverman and Young 1987) with normal :math:`\varepsilon` and, where clusters are few, the scale s of Student's distribution. So
no contrast varies less than V says, and exact ties part in both directions alike. Infinite strengths stay infinite.

It is done where it matters: with few degrees of freedom, where columns cross, or where votes are few and alike, that is, where in some direction the
variance of their scores in V, and in another or the same what the dispersion of the log makes one expect of their squares, exceeds the sum of the
squares by a tenth. Few votes that all win or lose do not differ less than expected, and their replicates without ratings widen intervals by
themselves. Replicates that are not smoothed are the ratings of resampled logs, exact ties and all.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from recount.engine.choices.resampling import Scheme
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.fitting import Fit
from recount.engine.linear_algebra import is_positive, one_thread
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.uncertainty.cluster_variance import squares_of_clusters
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.sandwich import sandwich_by_clusters
from recount.engine.uncertainty.score_variance import MOSTLY_MODEL, expected_squares, squares_of_scores, variance_of_scores
from recount.engine.uncertainty.student import quantiles, scales_at
from recount.engine.votes import Bools, Floats, freeze

# Of a variance of scores over the sum of their squares, in one direction.
TOO_LITTLE = 1.1
# Of Student's quantile over the normal one, below which degrees of freedom count as many.
FEW_DEGREES = 1.01
# Of the largest of its kind: what is 0 up to rounding; and variances, of the direction in which strengths are not defined.
ROUNDING, SINGULAR = 1e-9, 1e-12


@dataclass(frozen=True, slots=True)
class Smoothing:
    """What becomes of replicates.

    Attributes
    ----------
    centre : (n + m,) float64
        Strengths, of mean 0, and effects of the fit.
    n : int
        Number of strengths.
    contraction : float
        Tau.
    noise : (n + m, k) float64
        Epsilon is this times k standard normal variables.
    degrees_of_freedom : (n + m,) float64, or None
        Of Student's distribution; None of the normal one.
    widening : (n,) float64
        By how much each strength's standard error, times the quantile of its law, exceeds that of the plain scheme to first order; infinite where the
        scheme does not vary, and NaN where replicates have no say: at least half of the variance is a model's, of so few votes.
    """

    centre: Floats
    n: int
    contraction: float
    noise: Floats
    degrees_of_freedom: Floats | None
    widening: Floats

    def apply(self, seed: int, replicate: int, values: Floats) -> None:
        """Smooth the strengths and effects (n + m,) of a replicate, in place."""
        # Away from the stream by which votes are drawn.
        rng = np.random.default_rng([seed, replicate, 1])
        deviations = self.contraction * (values - self.centre) + self.noise @ rng.standard_normal(self.noise.shape[1])
        if self.degrees_of_freedom is not None:
            deviations *= scales_at(self.degrees_of_freedom, rng.random(1))
        rated = np.isfinite(deviations[: self.n])
        if rated.any():
            deviations[: self.n] -= deviations[: self.n][rated].mean()
        values[:] = self.centre + deviations


def smoothing_of(fit: Fit, scheme: Scheme, clusters: ClusteredVotes | None = None, n_votes: int | None = None) -> Smoothing | None:
    """Return how replicates are to be smoothed; None if they are to stay as they are.

    Parameters
    ----------
    fit : Fit
    scheme, n_votes
        As of `recount.engine.choices.resampling.Resampling`.
    clusters : ClusteredVotes, optional

    Raises
    ------
    OptionError
        If clusters are too few.
    """
    # Outcomes drawn from the model vary as it says.
    if scheme == "parametric":
        return None
    with one_thread():
        inverse, counted = fit.likelihood.bread(fit.parameters), fit.likelihood.counted_cells(fit.parameters)
        total = float(counted.kinds.n_votes.sum())
        if n_votes is not None:
            part = n_votes / total
            inverse, counted = inverse / part, counted._replace(kinds=counted.kinds._replace(n_votes=part * counted.kinds.n_votes))
        n, p = len(fit.names), inverse.shape[0]
        drawn, share = variance_of_scores(counted, inverse, n)
        plain, expected = squares_of_scores(counted, n, p), expected_squares(counted, n, p)
        unknown = (share > MOSTLY_MODEL + ROUNDING) & (np.diagonal(expected)[:n] > TOO_LITTLE * np.diagonal(plain)[:n])
        needed = _too_little(plain, drawn) and _too_little(plain, expected)
        if clusters is None:
            plain *= _shrinkage(scheme, total if n_votes is None else n_votes)
            degrees, wanted = None, inverse @ drawn @ inverse
        else:
            plain = variance_of_scheme(fit, scheme, clusters)
            wanted, degrees, _, _ = sandwich_by_clusters(fit.likelihood, fit.parameters, inverse, clusters)
            degrees = degrees if (_widening_of(degrees) > FEW_DEGREES).any() else None
            needed = needed or degrees is not None or len(clusters.columns) > 1
        if not needed:
            return None
        turn, back = _coordinates(inverse)
        return _smoothing(fit, turn, back.T @ wanted @ back, turn.T @ plain @ turn, degrees, unknown)


def _smoothing(fit: Fit, turn: Floats, wanted: Floats, plain: Floats, degrees: Floats | None, unknown: Bools) -> Smoothing:
    """Bring the variance of the scheme, `plain`, to the one `wanted`, both (k, k) in coordinates that `turn` (p, k) turns into parameters."""
    n, n_effects = len(fit.names), len(fit.effects)
    squared = min(1.0, float(np.trace(wanted) / np.trace(plain))) if np.trace(plain) > 0 else 1.0
    values, vectors = eigh(wanted - squared * plain)
    missing = values > ROUNDING * np.abs(values).max()
    turn = turn[: n + n_effects].copy()
    turn[:n] -= turn[:n].mean(axis=0)
    noise = turn @ (vectors[:, missing] * np.sqrt(values[missing]))
    of_scheme = np.einsum("ik,kl,il->i", turn, plain, turn)
    # Effects, and strengths that the scheme does not move, are cut off or replaced below.
    with np.errstate(divide="ignore", invalid="ignore"):
        widening = np.sqrt((squared * of_scheme + (noise * noise).sum(axis=1)) / of_scheme)[:n]
    if degrees is not None:
        widening = widening * _widening_of(degrees)[:n]
    widening[unknown] = np.nan
    return Smoothing(np.concatenate([fit.strengths, fit.coefficients]), n, float(np.sqrt(squared)), noise, degrees, freeze(widening))


def _coordinates(inverse: Floats) -> tuple[Floats, Floats]:
    """Return what turns coordinates in which the information is the identity into parameters, (p, k), and its inverse, transposed."""
    values, vectors = eigh(inverse)
    known = values > SINGULAR * values[-1]
    return vectors[:, known] * np.sqrt(values[known]), vectors[:, known] / np.sqrt(values[known])


def _too_little(plain: Floats, wanted: Floats) -> bool:
    """Whether squares of scores, `plain`, are too little in some direction, both (p, p)."""
    variance = np.diagonal(wanted)
    scale = np.sqrt(np.where(variance > 0, variance, 1.0))
    difference = (TOO_LITTLE * plain - wanted) / (scale[:, None] * scale)
    return not is_positive(difference + ROUNDING * np.eye(scale.size))


def _widening_of(degrees_of_freedom: Floats) -> Floats:
    """Student's quantile over the normal one."""
    level = 0.5 + CONFIDENCE_LEVEL / 2
    return np.asarray(quantiles(degrees_of_freedom, level) / normal_quantile(level))


def _shrinkage(scheme: Scheme, n: float) -> float:
    """Variance of one of n weights of mean 1, times n / (n - 1) if they have a sum."""
    return n / (n + 1) if scheme == "bayes" else 1.0


def variance_of_scheme(fit: Fit, scheme: Scheme, clusters: ClusteredVotes) -> Floats:
    """Variance of the sum of the scores of resampled clusters, (p, p); the scores themselves sum to 0."""
    by_column = [squares_of_clusters(fit.likelihood, fit.parameters, clusters, column) for column in range(len(clusters.columns))]
    shares = [_shrinkage(scheme, n) for n in clusters.n_clusters]
    if len(by_column) == 1:
        return shares[0] * by_column[0]
    both = squares_of_clusters(fit.likelihood, fit.parameters, clusters.intersection())
    if scheme != "poisson":
        # Weights that have a sum are correlated by -1 / (n - 1).
        both = both - by_column[0] / clusters.n_clusters[1] - by_column[1] / clusters.n_clusters[0]
    variance: Floats = shares[0] * by_column[0] + shares[1] * by_column[1] + shares[0] * shares[1] * both
    return variance
