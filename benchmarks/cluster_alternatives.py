r"""What the default sandwich by clusters was compared with: for fits without covariates whose only parameters are strengths.

In coordinates in which the information is the identity, a cluster has the information :math:`K_g` and the score :math:`t_g`. Bell and McCaffrey's
(2002) CR2 is :math:`(I - K_g)^{-1/2} t_g` in place of :math:`t_g`, CR3 :math:`(I - K_g)^{-1} t_g`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from recount.engine import ClusteredVotes, Fit
from recount.engine.uncertainty.cluster_variance import DF_OF_MODEL
from recount.engine.uncertainty.sandwich import JointNormal, joint_normal
from recount.engine.uncertainty.student import quantiles
from recount.engine.votes import Floats, freeze

# Directions that only one cluster knows have I - K below this.
LEAST_LEFT = 1e-8


class Said(NamedTuple):
    """Uncertainty for ranks, and half the width of the interval of each difference, (n, n)."""

    uncertainty: JointNormal
    widths: Floats


class Clusters(NamedTuple):
    """Information (G, q, q) and scores (G, q) of clusters in coordinates in which all information is the identity, and their basis (n, q)."""

    information: Floats
    scores: Floats
    basis: Floats


def of_clusters(fitted: Fit, clusters: ClusteredVotes, column: int = 0) -> Clusters:
    """Sum what the votes of each cluster say."""
    likelihood, n = fitted.likelihood, len(fitted.names)
    start, cell, _ = clusters.grouped(column)
    cluster = np.repeat(np.arange(start.size - 1), np.diff(start))
    first, second = likelihood.cells.first[cell], likelihood.cells.second[cell]
    by_lead, of_lead = likelihood.scores(fitted.parameters)[0][cell], likelihood.information_of_cells(fitted.parameters)[0][cell]
    scores, information = np.zeros((start.size - 1, n)), np.zeros((start.size - 1, n, n))
    for side, sign in ((first, 1.0), (second, -1.0)):
        np.add.at(scores, (cluster, side), sign * by_lead)
        np.add.at(information, (cluster, side, side), of_lead)
    for rows, columns in ((first, second), (second, first)):
        np.add.at(information, (cluster, rows, columns), -of_lead)
    values, vectors = np.linalg.eigh(information.sum(axis=0))
    basis = vectors[:, 1:] / np.sqrt(values[1:])
    return Clusters(basis.T @ information @ basis, scores @ basis, basis)


def adjustment(found: Clusters, exponent: float) -> Floats:
    """(I - K)^exponent of each cluster, (G, q, q); 0 where it alone says something."""
    values, vectors = np.linalg.eigh(found.information)
    left = 1 - values
    powered = np.where(left > LEAST_LEFT, np.maximum(left, LEAST_LEFT) ** exponent, 0.0)
    return np.asarray((vectors * powered[:, None, :]) @ vectors.transpose(0, 2, 1))


def bell_mccaffrey(found: Clusters) -> Floats:
    """Degrees of freedom of the CR2 variance of each difference, where votes are independent, (n, n)."""
    n = found.basis.shape[0]
    first, second = np.triu_indices(n, 1)
    contrasts = found.basis[first] - found.basis[second]
    adjusted = np.einsum("gij,cj->cgi", adjustment(found, -0.5), contrasts)
    seen = np.einsum("gij,cgj->cgi", found.information, adjusted)
    omega = -np.einsum("cgi,chi->cgh", seen, seen)
    at = np.arange(found.information.shape[0])
    omega[:, at, at] += np.einsum("cgi,cgi->cg", adjusted, seen)
    degrees = np.ones((n, n))
    degrees[first, second] = degrees[second, first] = omega[:, at, at].sum(axis=1) ** 2 / (omega**2).sum(axis=(1, 2))
    return degrees


def by_scores(rated: JointNormal, found: Clusters, scores: Floats, degrees: Floats | float, level: float) -> Said:
    """Student's law of the sum of squares of adjusted scores; with degrees (n, n) a draw has their median."""
    other = joint_normal(rated.names, rated.strengths, found.basis @ (scores.T @ scores) @ found.basis.T, "")
    widths = other.difference_errors() * quantiles(np.maximum(degrees, 1.0), 0.5 + level / 2)
    n = len(rated.names)
    middle = float(np.median(degrees[np.triu_indices(n, 1)])) if isinstance(degrees, np.ndarray) else degrees
    return Said(other if np.isinf(middle) else replace(other, degrees_of_freedom=freeze(np.full(n, middle))), widths)


def plain(rated: JointNormal, found: Clusters, level: float) -> Said:
    """Liang and Zeger (1986), normal quantiles."""
    return by_scores(rated, found, found.scores, np.inf, level)


def cr1(rated: JointNormal, found: Clusters, level: float) -> Said:
    """The same times G / (G - 1), Student's quantiles with G - 1 degrees of freedom."""
    n_clusters = len(found.scores)
    return by_scores(rated, found, found.scores * np.sqrt(n_clusters / (n_clusters - 1)), n_clusters - 1.0, level)


def cr2(rated: JointNormal, found: Clusters, level: float) -> Said:
    """Bell and McCaffrey, with their degrees of freedom."""
    return by_scores(rated, found, np.einsum("gij,gj->gi", adjustment(found, -0.5), found.scores), bell_mccaffrey(found), level)


def cr3(rated: JointNormal, found: Clusters, level: float) -> Said:
    """Near the jackknife, G - 1 degrees of freedom."""
    return by_scores(rated, found, np.einsum("gij,gj->gi", adjustment(found, -1.0), found.scores), len(found.scores) - 1.0, level)


def own_degrees(rated: JointNormal, found: Clusters, level: float) -> Said:
    """The default, with degrees of freedom of each difference in place of the fewer of both strengths'."""
    degrees = bell_mccaffrey(found) + DF_OF_MODEL
    return Said(rated, rated.difference_errors() * quantiles(degrees, 0.5 + level / 2))


ALTERNATIVES: dict[str, Callable[[JointNormal, Clusters, float], Said]] = {
    "plain": plain,
    "CR1, t(G - 1)": cr1,
    "CR2, t(BM)": cr2,
    "CR3, t(G - 1)": cr3,
    "degrees of freedom of each difference": own_degrees,
}


def crossed(fitted: Fit, clusters: ClusteredVotes, of_both: float, level: float) -> Said:
    """V1 + V2 and so many times that by the intersection, negative eigenvalues 0, normal quantiles.

    -1 is Cameron, Gelbach and Miller (2011), 1 the pigeonhole bootstrap (Owen 2007).
    """
    parts = [of_clusters(fitted, clusters, 0), of_clusters(fitted, clusters, 1), of_clusters(fitted, clusters.intersection())]
    v1, v2, both = (part.basis @ part.scores.T @ part.scores @ part.basis.T for part in parts)
    values, vectors = np.linalg.eigh(v1 + v2 + of_both * both)
    rated = joint_normal(fitted.names, fitted.strengths, (vectors * np.maximum(values, 0.0)) @ vectors.T, "")
    return Said(rated, rated.difference_widths(level))


CROSSED: dict[str, Callable[[Fit, ClusteredVotes, float], Said]] = {
    "plain, Cameron-Gelbach-Miller": lambda fitted, clusters, level: crossed(fitted, clusters, -1.0, level),
    "plain, pigeonhole": lambda fitted, clusters, level: crossed(fitted, clusters, 1.0, level),
}
