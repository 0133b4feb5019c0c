r"""Strengths given their estimates: what P(best) and P(top k) are about.

Draws of estimates around the estimate are too sure of who leads: whoever leads is more often one whose error was lucky. Given the data the strengths
are random too. Here they are exchangeable, :math:`\theta_i \sim N(\mu, \tau^2)`, with an unknown mean :math:`\mu` (flat) and an unknown spread
:math:`\tau` (Jeffreys' prior), and the estimates :math:`\hat\theta` have errors with covariance V (Lindley and Smith 1972; Morris 1983). Only
differences count, so the constant vector is in the null space of V. With :math:`V = Q \operatorname{diag}(v) Q^T` on the rest and
:math:`a = Q^T \hat\theta`, given :math:`\tau`

.. math:: a_k \sim N(0, v_k + \tau^2), \qquad
   (Q^T \theta)_k \mid a \sim N\Bigl(\frac{\tau^2}{v_k + \tau^2} a_k,\ \frac{\tau^2}{v_k + \tau^2} v_k\Bigr)

and :math:`\tau` has a density in proportion to :math:`\tau (\sum_k (v_k + \tau^2)^{-2})^{1/2} \prod_k N(a_k; 0, v_k + \tau^2)`, which is proper with
two competitors already. It is drawn from a grid. A spread that is put at its most likely value leaves its own uncertainty out.

Where V is known only up to a factor s, :math:`f / s \sim \chi^2_f`, as with few clusters, :math:`\tau` counts in units of :math:`\sqrt s`. Then s
integrates out: with :math:`A = \sum a_k^2 / (v_k + \tau^2)` and q directions, :math:`e^{-A/2}` becomes :math:`(1 + A/f)^{-(f+q)/2}`, and s given
:math:`\tau` is :math:`(f + A) / \chi^2_{f+q}`.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.linalg import eigh

from recount.engine.errors import OptionError
from recount.engine.linear_algebra import one_thread
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.votes import Floats

N_SPREADS = 120
# Draws that are made together, by a thread; part of what the same seed means.
BLOCK = 500
# Of the root mean square of estimates and errors. Beyond it nothing is shrunk; with two competitors the posterior's tail is as heavy as 1 / tau^2.
WIDEST = 1000.0
# Of the smallest scale in any direction. Below it the posterior falls like tau^2.
NARROWEST = 0.02
# Of the largest; smaller is rounding.
ROUNDING = 1e-12
# With fewer replicates a competitor their covariance is too far from its own.
REPLICATES_EACH = 2


def posterior_draws(strengths: Floats, covariance: Floats, n_draws: int, seed: int, degrees_of_freedom: float = math.inf) -> Floats:
    """Draw true strengths given their estimates, shrunk toward each other as much as spread and errors say.

    Parameters
    ----------
    strengths : (n,) float64
        Estimates, log-odds.
    covariance : (n, n) float64
        Of the errors of the estimates; each row sums to 0.
    n_draws, seed : int
    degrees_of_freedom : float
        Of the covariance, which is known up to a factor if they are finite.

    Returns
    -------
    (n_draws, n) float64
        Joint draws, log-odds, mean 0; in no order; the same for the same seed.

    Raises
    ------
    OptionError
        If the number of draws, the seed or the degrees of freedom are none.
    """
    if n_draws < 1:
        raise OptionError(f"n_draws is {n_draws}; give at least 1")
    if seed < 0:
        raise OptionError(f"seed is {seed}; give a whole number, 0 or more")
    if not degrees_of_freedom > 0:
        raise OptionError(f"degrees_of_freedom is {degrees_of_freedom}; give a positive number, or infinity")
    centred = strengths - strengths.mean()
    with one_thread():
        basis, estimates, variances = _directions(centred, covariance)
        # Without variance there is nothing to shrink, and ties stay ties to the last bit.
        if not variances.any():
            return np.tile(centred, (n_draws, 1))
        spreads = _spreads(estimates, variances)
        total = variances + spreads[:, None] ** 2
        distance = (estimates**2 / total).sum(axis=1)
        rng = np.random.default_rng(seed)
        chosen = _strata(_log_posterior(spreads, total, distance, degrees_of_freedom), n_draws, rng)
        scale = _scale_factors(distance[chosen], degrees_of_freedom, estimates.size, rng)
        kept = spreads[:, None] ** 2 / total
        means, errors = estimates * kept, np.sqrt(variances * kept)
        drawn = np.empty((n_draws, strengths.size))

        def fill(start: int) -> None:
            rows = slice(start, start + BLOCK)
            noise = np.random.default_rng([seed, 1 + start // BLOCK]).standard_normal((chosen[rows].size, estimates.size))
            noise *= np.sqrt(scale[rows, None])
            noise *= errors[chosen[rows]]
            noise += means[chosen[rows]]
            np.matmul(noise, basis.T, out=drawn[rows])

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(fill, range(0, n_draws, BLOCK)))
    return drawn


def shrunken_draws(rated: Uncertainty, n_draws: int, seed: int) -> Floats | None:
    """Posterior draws of strengths (n_draws, n), log-odds; None where an uncertainty has no covariance to rely on (`why_unshrunken`)."""
    if isinstance(rated, JointNormal):
        return posterior_draws(rated.strengths, rated.covariance, n_draws, seed)
    if not isinstance(rated, Replicates) or why_unshrunken(rated):
        return None
    return posterior_draws(rated.strengths, covariance_of_replicates(rated.values), n_draws, seed)


def why_unshrunken(replicates: Replicates) -> str:
    """Say why replicates have no covariance to rely on; "" if they have one."""
    n, least = len(replicates.names), REPLICATES_EACH * len(replicates.names)
    if not np.isfinite(replicates.values).all():
        return "a competitor could not be rated in some of them"
    if replicates.n_replicates < least:
        return f"{replicates.n_replicates} are too few for {n} competitors; take {least} or more"
    return ""


def covariance_of_replicates(values: Floats) -> Floats:
    """Covariance (n, n) of strengths by finite replicates (n_replicates, n), each row with sum 0.

    The sample covariance understates the variance in some directions, the more the fewer replicates there are. It is mixed with that of independent
    errors of the same sizes, by the share that makes the expected squared error least (Schafer and Strimmer 2005).
    """
    sample = np.atleast_2d(np.cov(values - values.mean(axis=1, keepdims=True), rowvar=False))
    n, variances = sample.shape[0], np.diagonal(sample)
    if n < 3:
        return sample
    mean = variances.mean() / (1 - 1 / n)
    own = np.maximum((variances - mean / n) / (1 - 2 / n), 0.0)
    centre = np.eye(n) - 1 / n
    independent = (centre * own) @ centre
    noise = (np.outer(variances, variances) + sample**2).sum() / (values.shape[0] - 1)
    distance = ((sample - independent) ** 2).sum()
    share = noise / max(noise, distance) if noise else 0.0
    return np.asarray((1 - share) * sample + share * independent)


def _directions(strengths: Floats, covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Orthonormal directions of differences (n, q), the estimate along each, and its variance.

    A direction without variance in which nothing differs says nothing of the spread; it is left out.
    """
    size = float(np.trace(covariance)) or 1.0
    # The constant vector gets the largest eigenvalue, so that it is told from differences without variance.
    values, vectors = eigh(covariance + 2 * size / len(covariance), check_finite=False)
    basis, variances = vectors[:, :-1], np.where(values[:-1] > ROUNDING * size, values[:-1], 0.0)
    estimates = basis.T @ strengths
    squares = estimates**2 + variances
    differ = squares > ROUNDING * squares.max(initial=0.0)
    return basis[:, differ], estimates[differ], variances[differ]


def _spreads(estimates: Floats, variances: Floats) -> Floats:
    """Grid of spreads, even in the logarithm."""
    squares = estimates**2 + variances
    return np.geomspace(NARROWEST * math.sqrt(squares.min()), WIDEST * math.sqrt(squares.mean()), N_SPREADS)


def _log_posterior(spreads: Floats, total: Floats, distance: Floats, degrees_of_freedom: float) -> Floats:
    """Logarithm of the posterior probability of each spread, but for a constant; `total` (n_spreads, q) are variances of estimates."""
    # Twice the logarithm: Jeffreys' prior, and the grid.
    prior = 2 * np.log(spreads) + 0.5 * np.log((1 / total**2).sum(axis=1))
    if math.isinf(degrees_of_freedom):
        fit = -0.5 * distance
    else:
        fit = -0.5 * (degrees_of_freedom + total.shape[1]) * np.log1p(distance / degrees_of_freedom)
    return np.asarray(prior - 0.5 * np.log(total).sum(axis=1) + fit)


def _strata(log_weights: Floats, n_draws: int, rng: np.random.Generator) -> Floats:
    """Places drawn by these weights, (n_draws,), each as often as its weight says to within one, in random order."""
    shares = np.cumsum(np.exp(log_weights - log_weights.max()))
    places = np.searchsorted(shares / shares[-1], (np.arange(n_draws) + rng.random(n_draws)) / n_draws)
    return np.asarray(rng.permutation(np.minimum(places, log_weights.size - 1)))


def _scale_factors(distance: Floats, degrees_of_freedom: float, n_directions: int, rng: np.random.Generator) -> Floats:
    """Factors of the covariance given the estimates, as many as distances."""
    if math.isinf(degrees_of_freedom):
        return np.ones(distance.size)
    return np.asarray((degrees_of_freedom + distance) / rng.chisquare(degrees_of_freedom + n_directions, distance.size))
