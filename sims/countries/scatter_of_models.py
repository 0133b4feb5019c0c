r"""How far lines through strengths, against sizes, could lie elsewhere if organisations had made other models.

Models scatter around the line of their country by a part that those of an organisation share and by one of their own; both are normal, and alike in
all countries, so that something is known of a country with a single model. With V the covariance of both,
:math:`\sigma^2 (\rho Z Z^T + (1 - \rho) I)` for Z which model is of which organisation, :math:`\sigma` and :math:`\rho` are known by what the
residuals say of them (their likelihood: Patterson and Thompson 1971). The ratio of both deviations is half-Cauchy with scale 1 (Gelman 2006), and
given it errors have Student's law (Box and Tiao 1973, chapter 5), with as many degrees of freedom as models are more than lines and slope.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, null_space

from recount.engine.votes import Floats, Ints
from recount.sims.countries.groups import Group

# What is shared, of the variance of a model around its line; equally probable.
SHARED = np.sin(np.pi / 2 * (np.arange(20) + 0.5) / 20) ** 2
# Eigenvalues below it are rounding; and the least that a variance is taken for, of lines without scatter.
ROUNDING, LEAST = 1e-9, 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class ScatterOfModels:
    """Scatter of models around the lines of their countries.

    Attributes
    ----------
    weights : (n_countries, n) float64
        The line of a country at the mean logarithm of sizes is the sum of strengths with these weights; NaN of a country without models.
    organisation : (n,) int64
        Number of the organisation of each model.
    probability, variance : (20,) float64
        Of each share that organisations have of the variance, `SHARED`; and the variance of a model then, log-odds squared.
    degrees_of_freedom : int
    """

    weights: Floats
    organisation: Ints
    probability: Floats
    variance: Floats
    degrees_of_freedom: int

    def errors(self, one: int, other: int | None, n_draws: int, seed: int, stream: int = 0) -> Floats:
        """Draw errors (n_draws,) of the line of a country, less that of another if it is named, log-odds; other streams are independent."""
        weights = self.weights[one] - (0.0 if other is None else self.weights[other])
        of_organisations = np.bincount(self.organisation, weights)
        variance = self.variance * (SHARED * (of_organisations**2).sum() + (1 - SHARED) * (weights**2).sum())
        rng = np.random.default_rng([seed, n_draws, stream])
        drawn = np.sqrt(rng.choice(variance, n_draws, p=self.probability))
        return np.asarray(drawn * rng.standard_t(self.degrees_of_freedom, n_draws))


def scatter_around_lines(group: Group) -> ScatterOfModels | None:
    """Find the scatter of the models of known size around the lines of `recount.sims.countries.metrics.sizes`, by the estimates.

    None if there are no more models than the lines can follow, or no country has models of two organisations.
    """
    sized = np.isfinite(group.members.size)
    x, y, parts = np.log(group.members.size[sized]), group.draws[0, sized], group.members.parts[:, sized]
    n_own = parts.sum(axis=1)
    own = parts / np.where(n_own > 0, n_own, np.nan)[:, None]
    x_mean = own @ x
    # Organisations without models have no mean, and no part.
    apart = np.where(parts > 0, parts * (x - np.nan_to_num(x_mean)[:, None]), 0.0).sum(axis=0)
    weights = own + (x.mean() - x_mean)[:, None] * (apart / (apart @ x))
    names, organisation = np.unique(group.members.organisation[sized], return_inverse=True)
    free = null_space(np.column_stack([parts[n_own > 0].T / parts.sum(axis=0)[:, None], x]).T).T
    of_organisations = free @ (organisation[:, None] == np.arange(names.size))
    values, basis = eigh(of_organisations @ of_organisations.T) if len(free) else (np.empty(0), free)
    if values.max(initial=0.0) < ROUNDING:
        return None
    squares = (basis.T @ (free @ y)) ** 2
    spread = SHARED[:, None] * values.clip(0.0) + (1 - SHARED)[:, None]
    variance = np.maximum((squares / spread).sum(axis=1) / len(free), LEAST)
    logarithm = -0.5 * (np.log(spread).sum(axis=1) + len(free) * np.log(variance))
    probability = np.exp(logarithm - logarithm.max())
    return ScatterOfModels(weights, organisation.astype(np.int64), probability / probability.sum(), variance, len(free))
