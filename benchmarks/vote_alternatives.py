"""What the default covariance was compared with where votes are few; each is a function of a fit."""

from collections.abc import Callable

import numpy as np

from recount.engine import Fit
from recount.engine.kernels.influence import sum_of_forms
from recount.engine.uncertainty.sandwich import JointNormal, joint_normal
from recount.engine.uncertainty.score_variance import dispersion, leverages
from recount.engine.votes import Floats

# Leverage is below 1 by at least this where it divides.
LEAST_LEFT = 1e-9


def by_forms(fitted: Fit, name: str, factor: Callable[[Floats], Floats]) -> JointNormal:
    """Sandwich of squared scores, each times a factor of its leverage."""
    likelihood, n = fitted.likelihood, len(fitted.names)
    inverse = likelihood.bread(fitted.parameters)
    counted = likelihood.counted_cells(fitted.parameters)
    cell, weight, n_votes = counted.kinds
    weight = np.ones(cell.size) if weight is None else weight
    leverage = np.minimum(weight * leverages(counted.cells, counted.information, inverse, n)[cell], 1.0)
    by_lead, by_gamma = counted.scores[:, cell]
    forms = factor(leverage) * n_votes * weight**2 * np.stack([by_lead**2, by_lead * by_gamma, by_gamma**2])
    variance, n_cells = np.empty_like(inverse), counted.information.shape[1]
    sum_of_forms(*counted.cells, np.stack([np.bincount(cell, form, n_cells) for form in forms]), n, variance)
    if fitted.prior.kind != "none":
        variance += likelihood.information_of_priors(fitted.parameters)
    return joint_normal(fitted.names, fitted.strengths, inverse @ variance @ inverse, name)


def plain(fitted: Fit) -> JointNormal:
    """Huber (1967)."""
    return by_forms(fitted, "plain sandwich", np.ones_like)


def hc2(fitted: Fit) -> JointNormal:
    """MacKinnon and White (1985)."""
    return by_forms(fitted, "HC2", lambda h: 1 / np.maximum(1 - h, LEAST_LEFT))


def hc3(fitted: Fit) -> JointNormal:
    """Of the same, near the jackknife."""
    return by_forms(fitted, "HC3", lambda h: 1 / np.maximum(1 - h, LEAST_LEFT) ** 2)


def fisher(fitted: Fit) -> JointNormal:
    """The inverse information, whatever the weights."""
    return joint_normal(fitted.names, fitted.strengths, fitted.likelihood.bread(fitted.parameters), "Fisher")


def quasi_likelihood(fitted: Fit) -> JointNormal:
    """Fisher's times the dispersion of all votes (Wedderburn 1974)."""
    likelihood = fitted.likelihood
    inverse, counted = likelihood.bread(fitted.parameters), likelihood.counted_cells(fitted.parameters)
    cell, weight, _ = counted.kinds
    leverage = leverages(counted.cells, counted.information, inverse, len(fitted.names))[cell]
    phi = dispersion(counted, np.minimum(leverage if weight is None else weight * leverage, 1.0)).drawn
    return joint_normal(fitted.names, fitted.strengths, phi * inverse, "Fisher x dispersion")


ALTERNATIVES: dict[str, Callable[[Fit], JointNormal]] = {
    "plain sandwich": plain,
    "HC2": hc2,
    "HC3": hc3,
    "Fisher": fisher,
    "Fisher x dispersion": quasi_likelihood,
}
