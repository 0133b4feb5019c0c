r"""Laws that strengths may come from: of some shape, place and spread, each with its probability given the estimates.

A shape has mean 0 and variance 1: normal; a long tail of strong competitors; or its mirror image, a crowd at the top with a long tail of weak ones.
The long tails are those of an exponential variable with a little normal noise, written as a mixture of normals. Under a normal law alone members of
a crowd at the top are told apart too surely, and one who is far ahead is not believed.

The estimates less the place o of the law have errors with covariance W, of which only differences are known. With :math:`W = Q \operatorname{diag}(v)
Q^T`, :math:`a = Q^T \hat\theta`, :math:`b = Q^T 1` and total variances :math:`t_k = v_k + \tau^2`, a normal law has the density of
:math:`a - o b \sim N(0, t)` times Jeffreys' prior of the spread :math:`\tau`, which is that of differences:
:math:`\tau \operatorname{tr}(M^2)^{1/2}` with M the inverse covariance of differences. A skewed law has that times the ratio of its density to the
normal one, estimate by estimate, as if errors were independent; where they are, this is exact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from recount.engine.votes import Floats, Ints

# Even in the logarithm; the widest, of the root mean square of estimates and errors, and the narrowest, of the smallest scale in any direction.
N_SPREADS = 120
WIDEST = 1000.0
NARROWEST = 0.02
# Spreads and origins at which shapes are compared; origins in standard errors from the likeliest.
N_NODES = 30
ORIGINS = np.linspace(-4.0, 4.0, 13)
# Of the variance of a skewed shape, the share that is exponential; normals of which the exponential part is mixed.
EXPONENTIAL_SHARE = 0.99
N_PARTS = 20
# Points of the grid of strengths.
N_STRENGTHS = 300
LEAST = 1e-300
SHAPES = (NORMAL, LONG_ABOVE, LONG_BELOW) = range(3)
SHAPE_PROBABILITIES = (1 / 3, 1 / 3, 1 / 3)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates in directions in which their errors are independent.

    Attributes
    ----------
    basis : (n, q) float64
        Orthonormal directions Q.
    along, ones : (q,) float64
        Q' estimates and Q' 1.
    variances : (q,) float64
        Of the errors in each direction.
    values, own : (n,) float64
        The estimates, and variances of independent errors that are nearest to theirs.
    degrees_of_freedom : float
        Of the variances, known up to one factor; infinite if they are known.
    """

    basis: Floats
    along: Floats
    ones: Floats
    variances: Floats
    values: Floats
    own: Floats
    degrees_of_freedom: float

    def distance(self, spread: float, origin: float) -> float:
        """Squared distance of the estimates from an origin, in units of their total variance."""
        return float(((self.along - origin * self.ones) ** 2 / (self.variances + spread**2)).sum())


@dataclass(frozen=True, slots=True)
class StrengthLaws:
    """Laws with their probabilities given the estimates.

    Attributes
    ----------
    shapes, spreads, origins, probabilities : (n_laws,) arrays
    """

    shapes: Ints
    spreads: Floats
    origins: Floats
    probabilities: Floats


def laws_given(estimates: Estimates, shape_probabilities: Sequence[float] = SHAPE_PROBABILITIES) -> StrengthLaws:
    """All laws of a grid, and how probable each is, given the estimates and how probable shapes are before."""
    spreads, importance, origins, errors = _nodes(estimates)
    places = origins[:, None] + errors[:, None] * ORIGINS
    log_weights = np.zeros((len(shape_probabilities), *places.shape))
    f, n = estimates.degrees_of_freedom, estimates.variances.size
    for j, spread in enumerate(spreads):
        least = estimates.distance(spread, origins[j])
        distances = least + ORIGINS**2
        # Relative to the distance from the likeliest origin, which is in the importance.
        log_weights[:, j] = importance[j] + (
            -0.5 * ORIGINS**2 if math.isinf(f) else -0.5 * (f + n) * np.log1p(distances / f) + 0.5 * (f + n - 1) * math.log1p(least / f)
        )
    if len(estimates.values) > 2:
        log_weights += np.log(np.maximum(shape_probabilities, LEAST))[:, None, None] + _log_ratios(estimates, spreads, places)
    else:
        # A difference of two has a symmetric law whatever the shape.
        log_weights[1:] = -np.inf
    of_shape, of_spread, of_place = (index.ravel() for index in np.indices(log_weights.shape))
    weights = np.exp(log_weights - log_weights.max()).ravel()
    return StrengthLaws(of_shape, spreads[of_spread], places[of_spread, of_place], weights / weights.sum())


def _nodes(estimates: Estimates) -> tuple[Floats, Floats, Floats, Floats]:
    """Return spreads, where a normal law has its probability; the logarithm of what each stands for; likeliest origins and their errors."""
    a, b, v = estimates.along, estimates.ones, estimates.variances
    squares = (a - b * (a @ b) / (b @ b)) ** 2 + v
    known = squares > 1e-12 * squares.max()
    spreads = np.geomspace(NARROWEST * math.sqrt(squares[known].min()), WIDEST * math.sqrt(squares.mean()), N_SPREADS)
    on_grid = _log_normal_posterior(estimates, spreads)[0]
    # Even under the square root of the posterior, so that spreads beside its middle are there as well.
    root = np.exp(0.5 * (on_grid - on_grid.max()))
    steps = np.concatenate([[0.0], np.cumsum((root[1:] + root[:-1]) / 2)])
    nodes = np.exp(np.interp((np.arange(N_NODES) + 0.5) / N_NODES * steps[-1], steps, np.log(spreads)))
    log_posterior, origins, errors = _log_normal_posterior(estimates, nodes)
    return nodes, log_posterior - 0.5 * np.interp(np.log(nodes), np.log(spreads), on_grid), origins, errors


def _log_normal_posterior(estimates: Estimates, spreads: Floats) -> tuple[Floats, Floats, Floats]:
    """Logarithm of the posterior of the spread under a normal law, even in its logarithm; the likeliest origin and its standard error."""
    a, b, v = estimates.along, estimates.ones, estimates.variances
    precision = 1 / (v + spreads[:, None] ** 2)
    of_origin = precision @ b**2
    origins = precision @ (a * b) / of_origin
    distance = ((a - origins[:, None] * b) ** 2 * precision).sum(axis=1)
    # Jeffreys' prior: the trace of the squared information of differences.
    squared = (precision**2).sum(axis=1) - 2 * (precision**3 @ b**2) / of_origin + (precision**2 @ b**2) ** 2 / of_origin**2
    f, q = estimates.degrees_of_freedom, a.size - 1
    fit = -0.5 * distance if math.isinf(f) else -0.5 * (f + q) * np.log1p(distance / f)
    prior = 2 * np.log(spreads) + 0.5 * np.log(np.maximum(squared, 1e-300))
    return prior + 0.5 * np.log(precision).sum(axis=1) - 0.5 * np.log(of_origin) + fit, origins, 1 / np.sqrt(of_origin)


def _log_ratios(estimates: Estimates, spreads: Floats, places: Floats) -> Floats:
    """Logarithm of the density of the estimates under each shape over that under the normal one, (n_shapes, n_spreads, n_origins).

    Errors are taken as independent, and densities are summed over a grid of strengths.
    """
    values = estimates.values
    least = math.sqrt(float(estimates.own.min()))
    grid = np.linspace(values.min() - 4 * least, values.max() + 4 * least, N_STRENGTHS)
    cell = grid[1] - grid[0]
    # Errors below the width of a cell cannot be told on the grid.
    likelihood = np.exp(-((values[:, None] - grid) ** 2) / (2 * (estimates.own[:, None] + cell**2)))
    points = ((grid - places[..., None]) / spreads[:, None, None]).reshape(-1, N_STRENGTHS)
    found = []
    for shape in SHAPES:
        law = np.interp(points, *_tabulated(shape))
        law /= np.maximum(law.sum(axis=1, keepdims=True), LEAST)
        found.append(np.log(np.maximum(likelihood @ law.T, LEAST)).sum(axis=0).reshape(places.shape))
    return np.asarray(np.array(found) - found[0])


@cache
def _tabulated(shape: int) -> tuple[Floats, Floats]:
    """Points, and the density of a shape there."""
    points = np.linspace(-12.0, 12.0, 2401)
    means, variances = shape_parts(shape)
    return points, (np.exp(-((points[:, None] - means) ** 2) / (2 * variances)) / np.sqrt(2 * np.pi * variances)).mean(axis=1)


def log_ratio_to_normal(shape: int, points: Floats) -> Floats:
    """Logarithm of the density of a shape over that of the normal one, at points of any shape, but for a constant."""
    at, density = _tabulated(shape)
    return np.asarray(np.interp(points, at, np.log(np.maximum(density, LEAST)) + at**2 / 2))


def shape_parts(shape: int) -> tuple[Floats, Floats]:
    """Means and variances of equally frequent normals whose mixture the shape is."""
    if shape == NORMAL:
        return np.zeros(1), np.ones(1)
    # An exponential variable between its quantiles, each part replaced by a normal one with its mean and variance.
    edges = -np.log1p(-np.arange(N_PARTS) / N_PARTS)
    left = np.exp(-edges)
    first = np.append((edges + 1) * left, 0.0)
    second = np.append((edges**2 + 2 * edges + 2) * left, 0.0)
    mean, square = -N_PARTS * np.diff(first), -N_PARTS * np.diff(second)
    sign = 1.0 if shape == LONG_ABOVE else -1.0
    return sign * math.sqrt(EXPONENTIAL_SHARE) * (mean - 1), EXPONENTIAL_SHARE * (square - mean**2) + 1 - EXPONENTIAL_SHARE
