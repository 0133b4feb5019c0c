"""How sure strengths and effects are, from the curvature of the likelihood; methods as in `recount.engine.uncertainty.sandwich`.

A ridge and a prior enter both the information and the sandwich's products of scores, as there.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from recount.engine.contextual.fitting import ContextualFit
from recount.engine.errors import OptionError
from recount.engine.kernels.contextual import cluster_row_products
from recount.engine.linear_algebra import one_thread
from recount.engine.pair_contests import check_choice
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.intervals import IntervalMethod, check_level, interval
from recount.engine.uncertainty.sandwich import CovarianceMethod, JointNormal, joint_normal, sandwich_by_clusters
from recount.engine.votes import Floats, freeze


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Effects of covariates, and how sure they are.

    Attributes
    ----------
    names : tuple of str
    estimates : (m,) float64
        Log-odds, of whoever is shown first, for one standard deviation or one level.
    covariance : (m, m) float64
    method : str
        How it was obtained.
    replicates : (n_replicates, m) float64, or None
        Of a bootstrap, whose covariance is theirs.
    interval_method : {"percentile", "basic", "normal"}
        What `interval` returns if there are replicates; normal intervals if there are none.
    """

    names: tuple[str, ...]
    estimates: Floats
    covariance: Floats
    method: str
    replicates: Floats | None = None
    interval_method: IntervalMethod = "percentile"

    def standard_errors(self) -> Floats:
        """Standard error of each effect, (m,), log-odds."""
        return np.sqrt(np.diagonal(self.covariance))

    def interval(self, confidence_level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of each effect, (m,), log-odds."""
        if self.replicates is not None:
            return interval(self.estimates, self.replicates, confidence_level, self.interval_method)
        check_level(confidence_level)
        half = ndtri(0.5 + confidence_level / 2) * self.standard_errors()
        return self.estimates - half, self.estimates + half


def contextual_covariance(
    fit: ContextualFit, method: CovarianceMethod = "sandwich", *, clusters: ClusteredVotes | None = None
) -> tuple[JointNormal, Effects]:
    """Uncertainty of the strengths, and of the effects, of a fit.

    Parameters
    ----------
    fit : ContextualFit
    method : {"sandwich", "fisher"}
        "fisher" trusts the model of the vote, "sandwich" does not.
    clusters : ClusteredVotes, optional
        What is independent, as `fit.design.clusters` says, for the sandwich; single votes if none are given.

    Raises
    ------
    OptionError
        If the method is not one of those, or clusters or weights are given to "fisher".
    """
    check_choice("method", method, ("sandwich", "fisher"))
    if method == "fisher" and (clusters is not None or fit.design.weight is not None):
        raise OptionError("the Fisher covariance knows neither clusters nor weights; take method='sandwich'")
    likelihood, name = fit.likelihood(), str(method)
    with one_thread():
        matrix = likelihood.inverse(fit.information)
        if clusters is not None:
            by_prior = matrix @ np.diag(likelihood.precision_of_priors(fit.parameters)) @ matrix
            matrix, name = sandwich_by_clusters(matrix, clusters, lambda votes, column: _products_of_clusters(fit, votes, column))
            matrix = matrix + by_prior
        elif method == "sandwich":
            matrix = matrix @ (likelihood.score_products(fit.parameters) + np.diag(likelihood.precision_of_priors(fit.parameters))) @ matrix
    n, m = len(fit.names), len(fit.effects)
    own = matrix[n : n + m, n : n + m]
    effects = Effects(tuple(effect.name for effect in fit.effects), fit.coefficients, freeze((own + own.T) / 2), name)
    return joint_normal(fit.names, fit.strengths, matrix, name), effects


def _products_of_clusters(fit: ContextualFit, clusters: ClusteredVotes, column: int) -> Floats:
    """Sum over clusters of a column of the cluster's score times its transpose, (p, p)."""
    d, p = fit.design, fit.parameters.size
    by_lead, by_tie = fit.likelihood().scores(fit.parameters)
    start, row, _ = clusters.grouped(column)
    scratch = np.empty(p), np.empty(p, np.int32), np.empty(p, np.int32)
    out = np.empty((p, p))
    pairs = d.pair_of_row(), fit.contests.first, fit.contests.second
    cluster_row_products(start, row, *pairs, by_lead, by_tie, d.x, len(fit.names), *scratch, out)
    return out
