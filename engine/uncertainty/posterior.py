r"""Strengths given their estimates: what P(best) and P(top k) are about.

Draws of estimates around the estimate are too sure of who leads: whoever leads is more often one whose error was lucky. Given the data the strengths
are random too. Here they are exchangeable draws from a law whose place, spread and shape are not known (`strength_laws.py`), and the estimates have
normal errors with covariance W (Lindley and Smith 1972; Morris 1983). A law is drawn first: one that is put at its likeliest values leaves its own
uncertainty out. With :math:`W = Q \operatorname{diag}(v) Q^T` and a the estimates along Q, less the place of the law, a normal law of spread
:math:`\tau` gives

.. math:: (Q^T \theta)_k \mid a \sim N\Bigl(\frac{\tau^2}{v_k + \tau^2} a_k,\ \frac{\tau^2}{v_k + \tau^2} v_k\Bigr).

Under a skewed law each strength of such a draw is moved to the same quantile of the posterior that the skewed law gives in place of the normal one.
Where errors are independent this is exact; where they are not, draws keep the correlation that they have under the normal law.

Where W is known only up to a factor s, :math:`f / s \sim \chi^2_f`, as with few clusters, :math:`\tau` counts in units of :math:`\sqrt s`. Then s
integrates out: with :math:`A = \sum a_k^2 / (v_k + \tau^2)` over n directions, :math:`e^{-A/2}` becomes :math:`(1 + A/f)^{-(f+n)/2}`, and s given
:math:`\tau` is :math:`(f + A) / \chi^2_{f+n}`.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.linalg import eigh

from recount.engine.errors import OptionError
from recount.engine.linear_algebra import one_thread
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.uncertainty.strength_laws import SHAPE_PROBABILITIES, Estimates, laws_given, log_ratio_to_normal
from recount.engine.votes import Floats

# Laws that stand for all, fewer where there are many competitors, whose law is better known; each makes as many draws, by a thread.
LEAST_LAWS, MOST_LAWS, LAWS_TIMES_COMPETITORS = 50, 200, 6000
# Of the normal law, in standard deviations.
QUANTILES = np.linspace(-6.0, 6.0, 61)
# Of the largest; smaller is rounding.
ROUNDING = 1e-12
# Of the largest; a negative one below this share is rounding of the covariance.
INDEFINITE = 1e-6
# With fewer replicates a competitor their covariance is too far from its own.
REPLICATES_EACH = 2


def posterior_draws(
    strengths: Floats,
    covariance: Floats,
    n_draws: int,
    seed: int,
    degrees_of_freedom: float = math.inf,
    shape_probabilities: Sequence[float] = SHAPE_PROBABILITIES,
) -> Floats:
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
    shape_probabilities : three floats
        Of laws of strengths that are normal, have a long tail above, or a long tail below, before the estimates are known.

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
    size = float(np.abs(np.diagonal(covariance)).max())
    # Without variance there is nothing to shrink, and ties stay ties to the last bit.
    if size == 0 or centred.size == 1:
        return np.tile(centred, (n_draws, 1))
    with one_thread():
        estimates = _independent(centred, covariance, degrees_of_freedom)
        laws = laws_given(estimates, shape_probabilities)
        n_laws = min(n_draws, max(LEAST_LAWS, min(MOST_LAWS, LAWS_TIMES_COMPETITORS // centred.size)))
        rng = np.random.default_rng(seed)
        # Each law as often as its probability says to within one.
        chosen = np.searchsorted(np.cumsum(laws.probabilities), (np.arange(n_laws) + rng.random(n_laws)) / n_laws)
        chosen = rng.permutation(np.minimum(chosen, laws.probabilities.size - 1))
        drawn = np.empty((n_draws, centred.size))
        edges = np.linspace(0, n_draws, n_laws + 1).astype(np.int64)

        def fill(place: int) -> None:
            law = chosen[place]
            rows = drawn[edges[place] : edges[place + 1]]
            rng = np.random.default_rng([seed, 1 + place])
            rows[:] = _draws_under(estimates, int(laws.shapes[law]), laws.spreads[law], laws.origins[law], rows.shape[0], rng)
            rows -= rows.mean(axis=1, keepdims=True)

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(fill, range(n_laws)))
    return drawn


def _draws_under(estimates: Estimates, shape: int, spread: float, origin: float, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draws (n_draws, n) of strengths under one law, measured from its origin."""
    e = estimates
    kept = spread**2 / (e.variances + spread**2)
    mean = e.basis @ (kept * (e.along - origin * e.ones))
    variances = e.variances * kept
    deviations = rng.standard_normal((n_draws, kept.size)) * np.sqrt(variances) @ e.basis.T
    centre = mean
    if shape:
        errors = np.sqrt(e.basis**2 @ variances)
        moved, centre = _moved(deviations, mean, errors, shape, spread)
        deviations = moved - centre
    if math.isfinite(e.degrees_of_freedom):
        scale = (e.degrees_of_freedom + e.distance(spread, origin)) / rng.chisquare(e.degrees_of_freedom + kept.size, n_draws)
        deviations *= np.sqrt(scale)[:, None]
    return np.asarray(centre + deviations)


def _moved(deviations: Floats, mean: Floats, errors: Floats, shape: int, spread: float) -> tuple[Floats, Floats]:
    """Move draws under a normal law, `mean` (n,) plus `deviations` (n_draws, n), to the same quantiles under one of another shape; and the medians.

    The posterior of a strength is that under the normal law times the ratio of both laws.
    """
    safe = np.where(errors > 0, errors, 1.0)
    x = mean[:, None] + errors[:, None] * QUANTILES
    log_ratio = log_ratio_to_normal(shape, x / spread)
    density = np.exp(log_ratio - log_ratio.max(axis=1, keepdims=True) - QUANTILES**2 / 2)
    below, normal_below = (_cumulated(each) for each in (density, np.exp(-(QUANTILES**2) / 2)[None]))
    # One search serves all competitors: row i goes from 2 i to 2 i + 1.
    rows = np.arange(mean.size)
    steps = (below + 2 * rows[:, None]).ravel()
    levels = np.interp(np.vstack([np.zeros_like(mean), deviations / safe]), QUANTILES, normal_below[0])
    right = np.clip(np.searchsorted(steps, levels + 2 * rows) - QUANTILES.size * rows, 1, QUANTILES.size - 1)
    left_level, right_level = below[rows, right - 1], below[rows, right]
    share = (levels - left_level) / np.maximum(right_level - left_level, np.finfo(float).tiny)
    found = QUANTILES[right - 1] + np.clip(share, 0.0, 1.0) * (QUANTILES[1] - QUANTILES[0])
    moved = mean + errors * found
    return moved[1:], moved[0]


def _cumulated(density: Floats) -> Floats:
    """Share of each row (n, m) below each of its points, by trapezoids."""
    steps = np.concatenate([np.zeros((density.shape[0], 1)), np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1)], axis=1)
    return np.asarray(steps / steps[:, -1:])


def shrunken_draws(rated: Uncertainty, n_draws: int, seed: int) -> Floats | None:
    """Posterior draws of strengths (n_draws, n), log-odds; None where an uncertainty has no covariance to rely on (`why_unshrunken`)."""
    if isinstance(rated, JointNormal):
        # One factor for all, as wide as for the competitor in the middle.
        degrees = math.inf if rated.degrees_of_differences is None else float(np.median(rated.degrees_of_differences))
        return posterior_draws(rated.strengths, rated.covariance, n_draws, seed, degrees)
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
    centre = np.eye(n) - 1 / n
    independent = (centre * independent_variances(sample)) @ centre
    noise = (np.outer(variances, variances) + sample**2).sum() / (values.shape[0] - 1)
    distance = ((sample - independent) ** 2).sum()
    share = noise / max(noise, distance) if noise else 0.0
    return np.asarray((1 - share) * sample + share * independent)


def _independent(centred: Floats, covariance: Floats, degrees_of_freedom: float) -> Estimates:
    """Estimates in directions with independent errors, whose covariance is completed to one of errors that are as independent as they can be."""
    n = centred.size
    own = independent_variances(covariance)
    # Of n independent errors: what centring took away.
    lost = own / n
    complete = covariance + lost + lost[:, None] - lost.mean()
    values, basis = eigh(complete, check_finite=False)
    if values[0] < -INDEFINITE * values[-1]:
        values, basis = eigh(covariance + lost.mean(), check_finite=False)
    variances = np.where(values > ROUNDING * values[-1], values, 0.0)
    along, ones = basis.T @ centred, basis.sum(axis=0)
    # A direction without variance in which nothing differs says nothing of the spread.
    differ = (variances > 0) | (np.abs(along) > ROUNDING * np.abs(along).max()) | (np.abs(ones) > math.sqrt(ROUNDING))
    return Estimates(basis[:, differ], along[differ], ones[differ], variances[differ], centred, own, degrees_of_freedom)


def independent_variances(covariance: Floats) -> Floats:
    """Variances (n,) of independent errors that, less their mean, have these variances; none is below 0."""
    n, variances = covariance.shape[0], np.diagonal(covariance)
    if n < 3:
        return np.asarray(2 * variances)
    mean = variances.mean() / (1 - 1 / n)
    return np.asarray(np.maximum((variances - mean / n) / (1 - 2 / n), 0.0))
