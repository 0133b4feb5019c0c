r"""Variance of the sum of the scores of clusters of votes, right also for a handful of them.

The sum over clusters of the score times its transpose (Liang and Zeger 1986) is too small where a cluster has much leverage. With H the information
of all votes, :math:`M` its inverse, :math:`H_g` that of a cluster and :math:`s_g` its score, in coordinates in which H is the identity, :math:`K_g =
M^{1/2} H_g M^{1/2}` and :math:`t_g = M^{1/2} s_g`. The variance is

.. math:: \sum_g R_g (t_g t_g^T + \nu_0 K_g^{1/2} S_g K_g^{1/2}) R_g, \quad R_g = (I + (\nu_0 - 1) K_g)^{-1/2},

with :math:`S_g` what a working model expects of :math:`t_g t_g^T`. At :math:`\nu_0 = 0` this is CR2 (Bell and McCaffrey 2002; Pustejovsky and
Tipton 2018), as :math:`\nu_0` grows it is the working model; where :math:`K_g` is small it is the usual one. For clusters of one vote it is
`recount.engine.uncertainty.score_variance`.

The working model: votes with the dispersion of the log, and for each cluster a taste, a normal change of every strength, independent and with the
same variance :math:`\tau^2`, which is estimated from the clusters' scores: :math:`\Sigma_g = \phi V_g + \tau^2 (H_g P H_g - D_g)`, P the projection
on strengths, :math:`V_g` the information with squared weights, :math:`D_g` what :math:`H_g P H_g` has of each vote with itself.

Degrees of freedom are Bell and McCaffrey's for a contrast c, with shares :math:`\pi_g = c^T M H_g M c / c^T M c` and :math:`r_g = \pi_g^2 / (1 -
\pi_g)`

.. math:: 1 / (\sum \pi_g^2 + (\sum r_g)^2 - \sum r_g^2)

(theirs where :math:`K_g` maps the contrast onto itself; G - 1 for G equal clusters), plus :math:`\nu_0 - 1`: the model's, whose :math:`\tau^2` is
estimated.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.linalg import cholesky, eigh, solve_triangular

from recount.engine.kernels.influence import cluster_score_products, cluster_shares, largest_leverages, sum_of_forms
from recount.engine.likelihood import Cells, Likelihood
from recount.engine.linear_algebra import regular
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.score_variance import PRIOR_DF, dispersion, forms_of_votes, leverages
from recount.engine.votes import Bools, Floats, Ints

# Degrees of freedom that the working model adds.
DF_OF_MODEL = PRIOR_DF - 1
# Largest eigenvalue of K below which a cluster is taken as it is: its share of any variance is no larger.
SMALL = 0.01
# Of the power method, which finds that eigenvalue to some per cent.
N_STEPS = 6
# A share of 1 has no degree of freedom.
LARGEST_SHARE = 1 - 1e-12


class ClusterVariance(NamedTuple):
    """Variance of the sum of the scores of clusters.

    matrix : (p, p) float64. degrees_of_freedom : (n + m,) float64, of each strength (from the mean of all) and effect; infinite where no cluster has
    a share worth mention. degrees_of_differences : (n,) float64, of each strength from the mean by precision, so that differences of the well-known
    do not depend on who is hardly known. largest_share : (n,) float64, of one cluster in what all votes say of each competitor, from 0 to 1.
    """

    matrix: Floats
    degrees_of_freedom: Floats
    degrees_of_differences: Floats
    largest_share: Floats


class _Cluster(NamedTuple):
    """What the votes of one cluster say, by the k parameters that they touch.

    at : (k,) int. n_strengths : of these. score : (k,). information, squared, same : (k, k), H_g, V_g and D_g.
    """

    at: Ints
    n_strengths: int
    score: Floats
    information: Floats
    squared: Floats
    same: Floats


def variance_of_clusters(likelihood: Likelihood, parameters: Floats, inverse: Floats, clusters: ClusteredVotes, column: int = 0) -> ClusterVariance:
    """Variance of the sum of the scores of the clusters of a column.

    Parameters
    ----------
    likelihood : Likelihood
    parameters : (p,) float64
        The estimate.
    inverse : (p, p) float64
        Inverse information.
    clusters : ClusteredVotes
    column : int
        Which of their columns.
    """
    said = _SaidByVotes(likelihood, parameters, inverse, clusters, column)
    matrix = said.of_small_clusters() + said.of_single_votes()
    n, m = len(likelihood.contests.names), len(likelihood.effects)
    contrasts, of_contrasts = _contrasts(inverse, n, m)
    taste = said.variance_of_tastes() if said.large.any() else 0.0
    squares, sums, squares_of_sums = np.zeros((3, of_contrasts.size))
    for cluster in said.large_clusters():
        at = np.ix_(cluster.at, cluster.at)
        matrix[at] += _drawn_toward_model(cluster, inverse[at], _working_variance(cluster, said.phi.drawn, taste))
        touched = contrasts[:, cluster.at]
        share = np.minimum(np.einsum("ck,ck->c", touched @ cluster.information, touched) / of_contrasts, LARGEST_SHARE)
        squares += share**2
        sums += share**2 / (1 - share)
        squares_of_sums += (share**2 / (1 - share)) ** 2
    # Without any share of a cluster they are infinite.
    with np.errstate(divide="ignore"):
        degrees = 1 / (squares + np.maximum(sums**2 - squares_of_sums, 0.0))
    degrees += DF_OF_MODEL
    return ClusterVariance(matrix, degrees[: n + m], degrees[n + m :], said.largest_shares())


def _contrasts(inverse: Floats, n: int, m: int) -> tuple[Floats, Floats]:
    """Return contrasts times the `inverse` information, (2 n + m, p), and their variances, (2 n + m,).

    They are the strengths from the mean of all, effects, and strengths from the mean by precision.
    """
    from_mean, by_precision = np.eye(n + m), np.eye(n)
    from_mean[:n, :n] -= 1 / n
    solved = from_mean @ inverse[: n + m]
    variance = (solved[:, : n + m] * from_mean).sum(axis=1)
    by_precision -= 1 / variance[:n] / (1 / variance[:n]).sum()
    solved_by_precision = by_precision @ inverse[:n]
    variance_by_precision = (solved_by_precision[:, :n] * by_precision).sum(axis=1)
    return np.concatenate([solved, solved_by_precision]), np.concatenate([variance, variance_by_precision])


def _working_variance(cluster: _Cluster, phi: float, taste: float) -> Floats:
    """Variance (k, k) of a cluster's score under the working model."""
    strengths = slice(0, cluster.n_strengths)
    of_tastes = cluster.information[:, strengths] @ cluster.information[strengths] - cluster.same
    variance: Floats = phi * cluster.squared + taste * of_tastes
    return variance


def _drawn_toward_model(cluster: _Cluster, inverse: Floats, working: Floats) -> Floats:
    """Square of a cluster's score, drawn toward its `working` variance, (k, k); `inverse` (k, k) of the parameters that it touches.

    With M = C C^T, K is C^T H_g C but for a rotation, and in these coordinates the score is C^T s_g.
    """
    n_strengths = cluster.n_strengths
    # Strengths have a mean of 0, which the cluster says nothing of.
    factor = cholesky(regular(inverse, n_strengths), lower=True, check_finite=False)
    leverage, vectors = eigh(factor.T @ cluster.information @ factor, driver="evd", check_finite=False)
    leverage = np.maximum(leverage, 0.0)
    shrunk = 1 / np.sqrt(1 + (PRIOR_DF - 1) * leverage)
    turned = factor @ vectors
    score, model = shrunk * (cluster.score @ turned), np.sqrt(PRIOR_DF * leverage) * shrunk
    back = solve_triangular(factor, vectors, trans="T", lower=True, check_finite=False)
    square: Floats = back @ (np.outer(score, score) + np.outer(model, model) * (turned.T @ working @ turned)) @ back.T
    return square


def squares_of_clusters(likelihood: Likelihood, parameters: Floats, clusters: ClusteredVotes, column: int = 0) -> Floats:
    """Sum over the clusters of a column of the score times its transpose, (p, p): the variance that is not drawn toward any model."""
    cells, scores = likelihood.cells, np.stack(likelihood.scores(parameters))
    return _squares(clusters.grouped(column), cells, scores, len(likelihood.contests.names), parameters.size)


def _squares(votes: tuple[Ints, Ints, Floats], cells: Cells, scores: Floats, n: int, p: int) -> Floats:
    """Sum over clusters of the score times its transpose, (p, p), of votes as `ClusteredVotes.grouped` returns them."""
    matrix, scratch = np.empty((p, p)), (np.empty(p), np.empty(p, np.int32), np.empty(p, np.int32))
    cluster_score_products(votes, (*cells, *scores), n, scratch, matrix)
    return matrix


class _SaidByVotes:
    """The votes of the clusters of a column, side by side, with the leverage of each vote, and which clusters have some."""

    def __init__(self, likelihood: Likelihood, parameters: Floats, inverse: Floats, clusters: ClusteredVotes, column: int) -> None:
        self.n, self.m, self.inverse = len(likelihood.contests.names), len(likelihood.effects), inverse
        self.cells = likelihood.cells
        self.scores, self.information = np.stack(likelihood.scores(parameters)), likelihood.information_of_cells(parameters)
        self.start, self.cell, self.weight = clusters.grouped(column)
        of_cells = leverages(self.cells, self.information, inverse, self.n)
        self.of_vote = self.weight * of_cells[self.cell]
        self.single = np.diff(self.start) == 1
        # The trace of K is no less than its largest eigenvalue.
        self.large = ~self.single & (np.add.reduceat(self.of_vote, self.start[:-1]) > SMALL)
        if self.large.any():
            largest, p = np.zeros(self.single.size), inverse.shape[0]
            votes, scratch = (self.start, self.cell, self.weight), (np.empty((2, p)), np.empty(p, np.int32), np.empty(p, np.int32))
            largest_leverages(votes, tuple(self.cells), self.information, inverse, self.n, N_STEPS, self.large, scratch, largest)
            self.large = largest > SMALL
        counted = likelihood.counted_cells(parameters)
        kinds = counted.kinds
        by_cell = leverages(counted.cells, counted.information, inverse, self.n)[kinds.cell]
        self.phi = dispersion(counted, np.minimum(by_cell if kinds.weight is None else kinds.weight * by_cell, 1.0))

    def of_small_clusters(self) -> Floats:
        """Sum of the scores times their transposes, (p, p)."""
        small = ~self.single & ~self.large
        kept = self._votes_of(small)
        start = np.concatenate([[0], np.cumsum(np.diff(self.start)[small])])
        return _squares((start, self.cell[kept], self.weight[kept]), self.cells, self.scores, self.n, self.inverse.shape[0])

    def of_single_votes(self) -> Floats:
        """Sum of the squares of the scores of clusters of one vote, (p, p)."""
        kept = self._votes_of(self.single)
        cell, matrix = self.cell[kept], np.empty_like(self.inverse)
        leverage = np.minimum(self.of_vote[kept], 1.0)
        forms = forms_of_votes(self.scores[:, cell], self.information[:, cell], self.weight[kept], leverage, self.phi)
        n_cells = self.information.shape[1]
        sum_of_forms(*self.cells, np.stack([np.bincount(cell, form, n_cells) for form in forms]), self.n, matrix)
        return matrix

    def large_clusters(self) -> Iterator[_Cluster]:
        """Give the clusters whose leverage matters."""
        for number in np.flatnonzero(self.large):
            yield self._cluster(slice(self.start[number], self.start[number + 1]))

    def variance_of_tastes(self) -> float:
        """Estimate tau squared, by which the sum of squares of the large clusters' scores is what the working model expects."""
        inverse, p = self.inverse, self.inverse.shape[0]
        found, by_votes, by_tastes = 0.0, 0.0, 0.0
        of_tastes, twice = np.zeros((2, p, p))
        squared = self._summed(np.bincount(self.cell, self.weight**2, self.information.shape[1]) * self.information)
        for cluster in self.large_clusters():
            at = np.ix_(cluster.at, cluster.at)
            own, information = inverse[at], cluster.information
            taste = _working_variance(cluster, 0.0, 1.0)
            both = information @ own @ information
            found += float(cluster.score @ own @ cluster.score)
            # tr(S_g - K_g S_g - S_g K_g), of the parts of S_g.
            left = own - 2 * own @ information @ own
            by_votes += float((left * cluster.squared).sum())
            by_tastes += float((left * taste).sum())
            of_tastes[at] += taste
            twice[at] += both
        # The sum of tr(K_g S K_g), S the sum of all S_g.
        twice = inverse @ twice @ inverse
        by_votes += float((twice * squared).sum())
        by_tastes += float((twice * of_tastes).sum())
        return max(0.0, (found - self.phi.drawn * by_votes) / by_tastes) if by_tastes > 0 else 0.0

    def largest_shares(self) -> Floats:
        """Largest share of a cluster in the information on each competitor, (n,)."""
        most, total, own = np.empty((3, self.n))
        scratch = own, np.empty(self.n, np.int32), np.empty(self.n, np.int32)
        votes = self.start, self.cell, self.weight
        cluster_shares(votes, self.cells.first, self.cells.second, np.ascontiguousarray(self.information[0]), scratch, most, total)
        return np.where(total > 0, most / np.where(total > 0, total, 1.0), 0.0)

    def _votes_of(self, chosen: Bools) -> Bools:
        return np.repeat(chosen, np.diff(self.start))

    def _cluster(self, votes: slice) -> _Cluster:
        cell, weight = self.cell[votes], self.weight[votes]
        first, second = self.cells.first[cell], self.cells.second[cell]
        touched = np.zeros(self.n, np.bool_)
        touched[first] = touched[second] = True
        strengths, place = np.flatnonzero(touched), np.cumsum(touched, dtype=np.int32) - 1
        first, second, k = place[first], place[second], strengths.size
        at = np.concatenate([strengths, np.arange(self.n, self.inverse.shape[0])])
        of_lead, mixed, _ = information = self.information[:, cell]
        x = np.ascontiguousarray(self.cells.x[:, cell])
        of_one = Cells(first, second, x)

        def summed(forms: Floats) -> Floats:
            out = np.empty((at.size, at.size))
            sum_of_forms(*of_one, forms, k, out)
            return out

        by_lead, by_gamma = weight * self.scores[:, cell]
        score = np.concatenate([np.bincount(first, by_lead, k) - np.bincount(second, by_lead, k), x @ by_lead])
        if at.size > score.size:
            score = np.append(score, by_gamma.sum())
        # A lead changes by a taste of either side.
        same = 2 * weight**2 * np.stack([of_lead**2, of_lead * mixed, mixed**2])
        return _Cluster(at, k, score, summed(weight * information), summed(weight**2 * information), summed(same))

    def _summed(self, forms: Floats) -> Floats:
        out = np.empty_like(self.inverse)
        sum_of_forms(*self.cells, forms, self.n, out)
        return out
