"""Gradient, information and score products of the log-likelihood, one pass over the pairs.

Parameters are the strengths (n,), and after them gamma, if the tie model has one.
"""

import math
from typing import Any

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.models import FIRST_WITH_GAMMA, HALF
from recount.engine.kernels.tie_models import pair_log_likelihood, pair_terms, rao_kupper_terms_of_pair


@kernel
def score_and_information(model: int, pairs: Any, parameters: Any, scratch: Any, gradient: Any, information: Any) -> None:
    """Fill `gradient` (p,) and the observed `information` (p, p).

    pairs : first and second (int32), then wins, losses, ties of `first` (float64), one a pair, each pair once. scratch : two arrays, (n,).
    """
    first, second, wins, losses, ties = pairs
    roots, diagonal = scratch
    n = roots.size
    for i in range(parameters.size):
        gradient[i] = 0.0
        for j in range(parameters.size):
            information[i, j] = 0.0
    for i in range(n):
        roots[i] = math.exp(0.5 * parameters[i])
        diagonal[i] = 0.0
    tie = math.exp(parameters[n]) if model >= FIRST_WITH_GAMMA else 0.0
    tie_score, tie_weight = 0.0, 0.0
    # The usual model by itself: known to the compiler, it takes a tenth less.
    if model == HALF:
        for pair in range(first.size):
            i, j = first[pair], second[pair]
            score, _, weight, _, _ = pair_terms(HALF, roots[i], roots[j], tie, wins[pair], losses[pair], ties[pair])
            gradient[i] += score
            gradient[j] -= score
            diagonal[i] += weight
            diagonal[j] += weight
            information[i, j] = -weight
            information[j, i] = -weight
    elif model < FIRST_WITH_GAMMA:
        for pair in range(first.size):
            i, j = first[pair], second[pair]
            score, _, weight, _, _ = pair_terms(model, roots[i], roots[j], tie, wins[pair], losses[pair], ties[pair])
            gradient[i] += score
            gradient[j] -= score
            diagonal[i] += weight
            diagonal[j] += weight
            information[i, j] = -weight
            information[j, i] = -weight
    else:
        for pair in range(first.size):
            i, j = first[pair], second[pair]
            score, by_tie, weight, mixed, tie_only = pair_terms(model, roots[i], roots[j], tie, wins[pair], losses[pair], ties[pair])
            gradient[i] += score
            gradient[j] -= score
            diagonal[i] += weight
            diagonal[j] += weight
            information[i, j] = -weight
            information[j, i] = -weight
            tie_score += by_tie
            tie_weight += tie_only
            information[i, n] += mixed
            information[j, n] -= mixed
    for i in range(n):
        information[i, i] = diagonal[i]
    if model >= FIRST_WITH_GAMMA:
        gradient[n] = tie_score
        information[n, n] = tie_weight
        for i in range(n):
            information[n, i] = information[i, n]


@kernel
def points(first: Any, second: Any, wins: Any, losses: Any, ties: Any, won: Any, lost: Any) -> None:
    """Fill `won` and `lost` (n,) with the points that each competitor has and has lost, half of each tie."""
    for i in range(won.size):
        won[i] = 0.0
        lost[i] = 0.0
    for pair in range(first.size):
        i, j = first[pair], second[pair]
        even = 0.5 * ties[pair]
        won[i] += wins[pair] + even
        lost[i] += losses[pair] + even
        won[j] += losses[pair] + even
        lost[j] += wins[pair] + even


@kernel
def log_likelihood(model: int, first: Any, second: Any, wins: Any, losses: Any, ties: Any, strengths: Any, tie: float) -> float:
    """Log-likelihood of all votes; `tie` is nu or the threshold."""
    total = 0.0
    for pair in range(first.size):
        lead = strengths[first[pair]] - strengths[second[pair]]
        total += pair_log_likelihood(model, lead, tie, wins[pair], losses[pair], ties[pair])
    return total


@kernel
def vote_scores(model: int, first: Any, second: Any, strengths: Any, tie: float, by_lead: Any, by_tie: Any) -> None:
    """Fill `by_lead` and `by_tie` (3, n_pairs) with the score of one vote that `first` won, lost, tied: by its lead, and by gamma."""
    for pair in range(first.size):
        root = math.exp(0.25 * (strengths[first[pair]] - strengths[second[pair]]))
        for outcome in range(3):
            won, lost, tied = 1.0 if outcome == 0 else 0.0, 1.0 if outcome == 1 else 0.0, 1.0 if outcome == 2 else 0.0
            terms = pair_terms(model, root, 1.0 / root, tie, won, lost, tied)
            by_lead[outcome, pair] = terms[0]
            by_tie[outcome, pair] = terms[1]


@kernel
def rao_kupper_scores_by_pair(first: Any, second: Any, strengths: Any, votes: Any, by_lead: Any) -> None:
    """Fill `by_lead` (3, n_pairs) with the score of one vote that `first` won, lost, tied, after the pair's gamma has had its part.

    `votes` (3, n_pairs) are those of the pairs, to which gamma is fitted.
    """
    for pair in range(first.size):
        root = math.exp(0.25 * (strengths[first[pair]] - strengths[second[pair]]))
        wins, losses, ties = votes[0, pair], votes[1, pair], votes[2, pair]
        if wins + losses <= 0.0:
            by_lead[:, pair] = 0.0
            continue
        threshold, p, q, _, mixed, by_gamma = rao_kupper_terms_of_pair(root, 1.0 / root, wins, losses, ties)
        share = mixed / by_gamma
        pull = 2.0 * threshold * threshold / (threshold * threshold - 1.0) if threshold > 1.0 else 0.0
        by_lead[0, pair] = (1.0 - p) * (1.0 + share)
        by_lead[1, pair] = -(1.0 - q) * (1.0 - share)
        by_lead[2, pair] = (q - p) - share * (pull - (1.0 - p) - (1.0 - q))


@kernel
def vote_information(model: int, first: Any, second: Any, strengths: Any, tie: float, out: Any) -> None:
    """Fill `out` (3, n_pairs) with the negative second derivative, by the lead, of the log-likelihood of one vote that `first` won, lost, tied."""
    for pair in range(first.size):
        root = math.exp(0.25 * (strengths[first[pair]] - strengths[second[pair]]))
        for outcome in range(3):
            won, lost, tied = 1.0 if outcome == 0 else 0.0, 1.0 if outcome == 1 else 0.0, 1.0 if outcome == 2 else 0.0
            out[outcome, pair] = pair_terms(model, root, 1.0 / root, tie, won, lost, tied)[2]


@kernel
def score_products(model: int, first: Any, second: Any, votes: Any, by_lead: Any, by_tie: Any, out: Any) -> None:
    """Fill `out` (p, p) with the sum over votes of the score times its transpose.

    `votes`, `by_lead`, `by_tie` are (3, n_pairs): sums of squared weights, and scores as in `vote_scores`.
    """
    p = out.shape[0]
    for i in range(p):
        for j in range(p):
            out[i, j] = 0.0
    for pair in range(first.size):
        i, j = first[pair], second[pair]
        square, mixed, tie_only = 0.0, 0.0, 0.0
        for outcome in range(3):
            n_votes, score, of_tie = votes[outcome, pair], by_lead[outcome, pair], by_tie[outcome, pair]
            square += n_votes * score * score
            mixed += n_votes * score * of_tie
            tie_only += n_votes * of_tie * of_tie
        out[i, j] -= square
        out[j, i] -= square
        out[i, i] += square
        out[j, j] += square
        if model >= FIRST_WITH_GAMMA:
            out[i, p - 1] += mixed
            out[p - 1, i] += mixed
            out[j, p - 1] -= mixed
            out[p - 1, j] -= mixed
            out[p - 1, p - 1] += tie_only
