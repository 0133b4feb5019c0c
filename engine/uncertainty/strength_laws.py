r"""The law that strengths may come from: a mixture of parts, each of some shape, place and spread, none of which are known.

A shape has mean 0 and variance 1: normal; a long tail of strong competitors; or its mirror image, a crowd at the top with a long tail of weak ones.
The long tails are those of an exponential variable with hardly any normal noise, written as a mixture of normals. Under a normal law alone members of
a crowd at the top are told apart too surely, and one who is far ahead is not believed. Under a law of one part alone everything depends on who is far
away: one very weak competitor makes it wide, and so the best look as far apart as their estimates are. With several parts (Escobar and West 1995) the
weak one is a part of its own, and says nothing of the others.

Weights of the parts are Dirichlet's with a small concentration: one part, or few, unless the estimates ask for more (Malsiner-Walli,
Fruhwirth-Schnatter and Grun 2016). Places are Cauchy's around the median of the estimates, with half the width of their middle two thirds as scale.
The spread :math:`\tau` of a part has Jeffreys' prior of a normal law of all, :math:`\tau (\sum_i (v_i + \tau^2)^{-2})^{1/2}` with variances
:math:`v_i` of the errors, from a twentieth of the usual error to four widths of the law of places. All of these hardly change with one competitor
more, wherever it stands.

Where strengths come in groups, such as countries, each group has an effect besides, which its members share: normal with mean 0 and a deviation that
is not known either, half-Cauchy (Gelman 2006). Without it the best of a strong country would be drawn toward the models of the others.

Between groups, those who are known less well, such as new models with few votes, may be stronger or weaker than others, too: the place of the law
moves in proportion to the logarithm of the error, above the median error in another proportion than below (a simple case of Chen 2023). Both are
normal as effects of groups are, for errors larger by a factor e, with a deviation of their own that is thought to be smaller: few competitors hardly
show it, and where there is no such effect, those with large errors would be thought the best too often.
"""

import math
from dataclasses import dataclass

import numpy as np

from recount.engine.votes import Floats, Ints

# Of the variance of a skewed shape, the share that is exponential; normals of which the exponential part is mixed.
EXPONENTIAL_SHARE = 0.999
N_NORMALS = 8
SHAPES = (NORMAL, LONG_ABOVE, LONG_BELOW) = range(3)
N_SPREADS = 24
# Of the median standard error, and of the width of the law of places.
NARROWEST, WIDEST = 0.05, 4.0
# Of the width of the law of places: scales of the half-Cauchy laws of the deviations of the effects of groups, and of that of the size of errors.
EFFECT_SCALES = 0.25, 0.2
# Of the estimates, between which a normal law has the middle two thirds.
MIDDLE = (0.16, 0.84)


@dataclass(frozen=True, slots=True)
class StrengthPrior:
    """What is thought of the law of strengths before the estimates are known.

    Attributes
    ----------
    n_parts : int
        Of the mixture.
    concentration : float
        Of Dirichlet's law of the weights of the parts; the smaller, the fewer parts are taken.
    shape_probabilities : three floats
        Of parts that are normal, have a long tail above, or a long tail below.
    """

    n_parts: int = 6
    concentration: float = 0.25
    shape_probabilities: tuple[float, float, float] = (1 / 3, 1 / 3, 1 / 3)


@dataclass(frozen=True, slots=True)
class LawOfParts:
    """The law of shape, spread and place of a part of the mixture.

    Attributes
    ----------
    shape_probabilities : (n_shapes,) float64
    spreads, cumulated : (m,) float64
        Spreads, even in the logarithm, and their probabilities, cumulated.
    centre, width : float
        Of the Cauchy law of places.
    deviations : (m,) float64
        Which effects may have.
    logarithms : (2, m) float64
        Of how probable these are, for effects of groups and of the size of errors.
    """

    shape_probabilities: Floats
    spreads: Floats
    cumulated: Floats
    centre: float
    width: float
    deviations: Floats
    logarithms: Floats


def law_of_parts(estimates: Floats, own: Floats, prior: StrengthPrior) -> LawOfParts:
    """Return the law of the parts for estimates (n,) with errors of variances `own` (n,), of which some are above 0."""
    error = math.sqrt(float(np.median(own[own > 0])))
    low, high = np.quantile(estimates, MIDDLE)
    width = max(float(high - low) / 2, error)
    spreads = np.geomspace(NARROWEST * error, WIDEST * width, N_SPREADS)
    # Even in the logarithm, hence times the spread once more.
    weights = spreads**2 * np.sqrt((1 / (own[:, None] + spreads**2) ** 2).sum(axis=0))
    half_cauchy = np.array([np.log(spreads) - np.log1p((spreads / (scale * width)) ** 2) for scale in EFFECT_SCALES])
    centre = float(np.median(estimates))
    return LawOfParts(np.array(prior.shape_probabilities), spreads, np.cumsum(weights) / weights.sum(), centre, width, spreads, half_cauchy)


def tabulated_shapes() -> tuple[Ints, Floats, Floats]:
    """Return of how many normals each shape is mixed, (n_shapes,), and their means and variances, (n_shapes, n_normals)."""
    found = [shape_parts(shape) for shape in SHAPES]
    n_normals = np.array([means.size for means, _ in found])
    tables = np.zeros((2, len(found), n_normals.max()))
    for shape, pair in enumerate(found):
        tables[:, shape, : n_normals[shape]] = pair
    return n_normals, tables[0], tables[1]


def shape_parts(shape: int) -> tuple[Floats, Floats]:
    """Means and variances of equally frequent normals whose mixture the shape is."""
    if shape == NORMAL:
        return np.zeros(1), np.ones(1)
    # An exponential variable between its quantiles, each part replaced by a normal one with its mean and variance.
    edges = -np.log1p(-np.arange(N_NORMALS) / N_NORMALS)
    left = np.exp(-edges)
    first = np.append((edges + 1) * left, 0.0)
    second = np.append((edges**2 + 2 * edges + 2) * left, 0.0)
    mean, square = -N_NORMALS * np.diff(first), -N_NORMALS * np.diff(second)
    sign = 1.0 if shape == LONG_ABOVE else -1.0
    return sign * math.sqrt(EXPONENTIAL_SHARE) * (mean - 1), EXPONENTIAL_SHARE * (square - mean**2) + 1 - EXPONENTIAL_SHARE
