"""The sandwich and its few-clusters form by definition, in matrices (p, p) a vote or a cluster.

Coordinates are those in which the information is the identity. With K a vote's or a cluster's information and t its score, the variance is the sum of
R (t t' + 4 K^1/2 S K^1/2) R, R = (I + 3 K)^-1/2; of a vote K is its trace, a number.
"""

import math

import numpy as np

from recount.engine.pair_contests import Contests
from tests.reference import log_probability


def scores_of_votes(votes, fitted):
    """Rows that the fit counts, and the score of each by numerical differentiation, (n_votes, n_parameters)."""
    index = {name: i for i, name in enumerate(fitted.names)}
    theta, n = fitted.parameters, len(fitted.names)
    rows, scores = [], []
    for row, (first, second, outcome) in enumerate(zip(votes.first, votes.second, votes.outcome, strict=True)):
        i, j = index.get(votes.names[first]), index.get(votes.names[second])
        if i is None or j is None or (outcome == 3 and fitted.both_bad == "drop") or (outcome >= 2 and fitted.ties == "drop"):
            continue

        def value(x, i=i, j=j, y=(1.0, 0.0, 0.5, 0.5)[outcome]):
            return log_probability(fitted.ties, y, x[i] - x[j], x[n] if x.size > n else 0.0)

        rows.append(row)
        scores.append([(value(theta + h) - value(theta - h)) / 2e-5 for h in 1e-5 * np.eye(theta.size)])
    return np.array(rows), np.array(scores)


def information_of_votes(votes, fitted, rows):
    """Negative second derivatives of the log-probability of each vote by all parameters, by numerical differentiation, (n_votes, p, p)."""
    index = {name: i for i, name in enumerate(fitted.names)}
    theta, n, h = fitted.parameters, len(fitted.names), 1e-4
    found = np.zeros((rows.size, theta.size, theta.size))
    for number, row in enumerate(rows):
        slopes = np.zeros((2, theta.size))
        i, j = index[votes.names[votes.first[row]]], index[votes.names[votes.second[row]]]
        slopes[0, [i, j]] = 1, -1
        at = np.array([theta[i] - theta[j], 0.0])
        if theta.size > n:
            slopes[1, -1], at[1] = 1, theta[-1]

        def value(x, y=(1.0, 0.0, 0.5, 0.5)[votes.outcome[row]]):
            return log_probability(fitted.ties, y, *x)

        hessian = [
            [(value(at + a + b) - value(at + a - b) - value(at - a + b) + value(at - a - b)) / (4 * h * h) for a in h * np.eye(2)]
            for b in h * np.eye(2)
        ]
        found[number] = -slopes.T @ np.array(hessian) @ slopes
    return found


def power(matrix, exponent):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0) ** exponent) @ vectors.T


def sandwich_by_definition(n, scores, informations, of_leads, labels=None, weights=None, information=None):
    """Covariance of all parameters, and degrees of freedom of the first `n`, strengths from their plain mean and that by precision, (2, n).

    scores, informations : (n_votes, p), (n_votes, p, p), of votes of weight 1. of_leads : score and information by the lead, (2, n_votes). labels :
    of clusters, None for a vote by itself. weights : (n_votes,). information : of votes and priors, if there are any.
    """
    n_votes = len(scores)
    weights = np.ones(n_votes) if weights is None else weights
    total_information = np.einsum("v,vij->ij", weights, informations)
    values, vectors = np.linalg.eigh(total_information if information is None else information)
    known = values > 1e-9 * values[-1]
    root = vectors[:, known] / np.sqrt(values[known])
    leverage = np.minimum(weights * np.einsum("vij,jk,ik->v", informations, root, root), 1)
    by_lead, of_lead = of_leads
    left = (1 - leverage) * (of_lead > 0)
    found = (by_lead @ by_lead) / (left @ of_lead)
    phi = (left.sum() * found + 2) / (left.sum() + 2)
    lacking = max(0.0, phi - found)
    clusters = {}
    for vote in range(n_votes):
        clusters.setdefault(("alone", vote) if labels is None or labels[vote] is None else labels[vote], []).append(vote)
    large, total = [], np.zeros((root.shape[1],) * 2)
    for members in clusters.values():
        own = np.einsum("v,vij->ij", weights[members], informations[members])
        k, t = root.T @ own @ root, root.T @ (weights[members] @ scores[members])
        squared = root.T @ np.einsum("v,vij->ij", weights[members] ** 2, informations[members]) @ root
        if len(members) == 1:
            h = leverage[members[0]]
            total += (np.outer(t, t) + (lacking + 4 * h * phi) * squared) / (1 + 3 * h)
        elif np.linalg.eigvalsh(k)[-1] <= 0.01:
            total += np.outer(t, t)
        else:
            large.append((members, own, k, t, squared))
    strengths = np.diag(np.arange(root.shape[0]) < n).astype(float)

    def of_tastes(members, own):
        each = weights[members, None, None] * informations[members]
        return root.T @ (own @ strengths @ own - sum(i @ strengths @ i for i in each)) @ root

    large = [(k, t, of_tastes(members, own), squared) for members, own, k, t, squared in large]
    # The variance of tastes by the mean square of the scores.
    of_votes = root.T @ np.einsum("v,vij->ij", weights**2, informations) @ root
    all_tastes = sum(each[2] for each in large) if large else 0.0

    def expected(part, whole):
        return sum(np.trace(each[part] - each[0] @ each[part] - each[part] @ each[0] + each[0] @ whole @ each[0]) for each in large)

    tau2 = 0.0
    if large and expected(2, all_tastes) > 0:
        tau2 = max(0.0, (sum(t @ t for _, t, *_ in large) - phi * expected(3, of_votes)) / expected(2, all_tastes))
    for k, t, tastes, squared in large:
        shrunk, half = power(np.eye(k.shape[0]) + 3 * k, -0.5), power(k, 0.5)
        total += shrunk @ (np.outer(t, t) + 4 * half @ (phi * squared + tau2 * tastes) @ half) @ shrunk
    contrasts = root[:n] - root[:n].mean(axis=0)
    precision = 1 / (contrasts**2).sum(axis=1)
    degrees = []
    for from_mean in (contrasts, root[:n] - precision @ root[:n] / precision.sum()):
        shares = [np.einsum("ci,ij,cj->c", from_mean, k, from_mean) / (from_mean**2).sum(axis=1) for k, *_ in large]
        rest = [share**2 / (1 - share) for share in shares]
        degrees.append(
            [1 / (sum(s[c] ** 2 for s in shares) + sum(r[c] for r in rest) ** 2 - sum(r[c] ** 2 for r in rest)) + 3 for c in range(n if large else 0)]
        )
    return root @ total @ root.T, np.array(degrees)


def clustered_covariance_by_definition(votes, fitted, labels, *, of_parameters=False):
    """Sandwich by clusters, of strengths or of all parameters, and degrees of freedom; a label of None is a cluster by itself."""
    rows, scores = scores_of_votes(votes, fitted)
    informations, n = information_of_votes(votes, fitted, rows), len(fitted.names)
    # Of one side's strength, which is the lead but for the sign.
    of_leads = np.abs(scores[:, :n]).max(axis=1), informations[:, :n, :n].max(axis=(1, 2))
    matrix, degrees = sandwich_by_definition(n, scores, informations, of_leads, [labels[row] for row in rows])
    return matrix if of_parameters else matrix[:n, :n], degrees


def votes_of_contests(contests: Contests, theta):
    """Scores (n_votes, n), informations (n_votes, n, n), and both by the lead, of Bradley-Terry votes, ties half a win for each."""
    n = len(contests.names)
    scores, informations, leads = [], [], []
    for i, j, *votes in zip(contests.first, contests.second, contests.wins, contests.losses, contests.ties, strict=True):
        p = 1 / (1 + math.exp(theta[j] - theta[i]))
        e = np.zeros(n)
        e[i], e[j] = 1, -1
        for y, n_votes in zip((1.0, 0.0, 0.5), votes, strict=True):
            scores += [(y - p) * e] * int(n_votes)
            informations += [p * (1 - p) * np.outer(e, e)] * int(n_votes)
            leads += [(y - p, p * (1 - p))] * int(n_votes)
    return np.array(scores), np.array(informations), np.array(leads).T


def covariance_by_definition(contests: Contests, theta, method):
    """Pseudo-inverse of the information, or the sandwich."""
    votes = votes_of_contests(contests, theta)
    return np.linalg.pinv(votes[1].sum(axis=0)) if method == "fisher" else sandwich_by_definition(len(contests.names), *votes)[0]
