"""Gradient, information and score products of the log-likelihood, one pass over the pairs.

Parameters are the strengths (n,), and after them gamma, if the tie model has one.
"""

import math
from typing import Any

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.models import DAVIDSON, FIRST_WITH_GAMMA, HALF, RAO_KUPPER
from recount.engine.kernels.tie_models import pair_log_likelihood, pair_terms, rao_kupper_terms_of_pair

# Rows and columns of a block, of 2 kB.
BLOCK = 16


@kernel
def score_and_information(model: int, votes: Any, parameters: Any, scratch: Any, gradient: Any, information: Any) -> None:
    """Fill `gradient` (p,) and the upper triangle of the observed `information` (p, p).

    votes : (3, n (n - 1) / 2), wins of i, wins of j, ties of every pair (i, j), i < j, row by row; 0 where a pair did not meet. scratch : (7, n).
    """
    n = scratch.shape[1]
    roots, diagonal, by_gamma, score, by_tie, mixed, tie_only = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4], scratch[5], scratch[6]
    for i in range(n):
        roots[i] = math.exp(0.5 * parameters[i])
        gradient[i] = 0.0
        diagonal[i] = 0.0
        by_gamma[i] = 0.0
    tie = math.exp(parameters[n]) if model >= FIRST_WITH_GAMMA else 0.0
    tie_score, tie_weight = 0.0, 0.0
    start = 0
    for i in range(n):
        m = n - 1 - i
        end = start + m
        own, others, row = roots[i], roots[i + 1 :], information[i, i + 1 : n]
        wins, losses, ties = votes[0, start:end], votes[1, start:end], votes[2, start:end]
        down, up, across = gradient[i + 1 : n], diagonal[i + 1 :], by_gamma[i + 1 :]
        # A loop a model, so that each runs in vector registers. The minus leaves 0 without a sign where a pair did not meet.
        if model == HALF:
            for k in range(m):
                score[k], _, weight, _, _ = pair_terms(HALF, own, others[k], tie, wins[k], losses[k], ties[k])
                down[k] -= score[k]
                up[k] += weight
                row[k] = 0.0 - weight
        elif model < FIRST_WITH_GAMMA:
            for k in range(m):
                score[k], _, weight, _, _ = pair_terms(model, own, others[k], tie, wins[k], losses[k], ties[k])
                down[k] -= score[k]
                up[k] += weight
                row[k] = 0.0 - weight
        elif model == DAVIDSON:
            for k in range(m):
                score[k], by_tie[k], weight, mixed[k], tie_only[k] = pair_terms(DAVIDSON, own, others[k], tie, wins[k], losses[k], ties[k])
                down[k] -= score[k]
                up[k] += weight
                row[k] = 0.0 - weight
                across[k] -= mixed[k]
        else:
            for k in range(m):
                score[k], by_tie[k], weight, mixed[k], tie_only[k] = pair_terms(RAO_KUPPER, own, others[k], tie, wins[k], losses[k], ties[k])
                down[k] -= score[k]
                up[k] += weight
                row[k] = 0.0 - weight
                across[k] -= mixed[k]
        # Sums that wait for each other's last addition: one by one, whatever the registers hold, so that their last digit is the same everywhere.
        own_score, own_weight, own_mixed = gradient[i], diagonal[i], by_gamma[i]
        if model < FIRST_WITH_GAMMA:
            for k in range(m):
                own_score += score[k]
                own_weight -= row[k]
        else:
            for k in range(m):
                own_score += score[k]
                own_weight -= row[k]
                own_mixed += mixed[k]
                tie_score += by_tie[k]
                tie_weight += tie_only[k]
            information[i, n] = own_mixed
        gradient[i] = own_score
        information[i, i] = own_weight
        start = end
    if model >= FIRST_WITH_GAMMA:
        gradient[n] = tie_score
        information[n, n] = tie_weight


@kernel
def make_regular(information: Any, n: int, shift: float) -> None:
    """Add `shift` to the upper triangle of the first n rows and columns of `information` (p, p)."""
    for i in range(n):
        row = information[i, i:n]
        for k in range(row.size):
            row[k] += shift


@kernel
def mirror(matrix: Any) -> None:
    """Copy the upper triangle of `matrix` (p, p) into the lower one, by blocks that stay in the cache."""
    p = matrix.shape[0]
    for top in range(0, p, BLOCK):
        for left in range(top, p, BLOCK):
            for i in range(top, min(top + BLOCK, p)):
                for j in range(max(left, i + 1), min(left + BLOCK, p)):
                    matrix[j, i] = matrix[i, j]


@kernel
def points(votes: Any, ahead: Any, behind: Any, won: Any, lost: Any) -> None:
    """Fill `won` and `lost` (n,) with the points that each competitor has and has lost, half of each tie.

    `votes` are as in `score_and_information`; `ahead` and `behind` (n,) are scratch.
    """
    n = won.size
    won[:] = 0.0
    lost[:] = 0.0
    start = 0
    for i in range(n):
        m = n - 1 - i
        end = start + m
        wins, losses, ties = votes[0, start:end], votes[1, start:end], votes[2, start:end]
        up, down = won[i + 1 :], lost[i + 1 :]
        for k in range(m):
            ahead[k] = wins[k] + 0.5 * ties[k]
            behind[k] = losses[k] + 0.5 * ties[k]
            up[k] += behind[k]
            down[k] += ahead[k]
        own_won, own_lost = won[i], lost[i]
        for k in range(m):
            own_won += ahead[k]
            own_lost += behind[k]
        won[i], lost[i] = own_won, own_lost
        start = end


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
def rao_kupper_scores_by_pair(first: Any, second: Any, strengths: Any, votes: Any, by_lead: Any, information: Any) -> None:
    """Score and information of one vote by the lead of its pair, after the pair's gamma has had its part.

    Fill `by_lead` (3, n_pairs) for a vote that `first` won, lost, tied, and `information` (n_pairs,) with the mean over the pair's `votes`
    (3, n_pairs), to which gamma is fitted.
    """
    for pair in range(first.size):
        root = math.exp(0.25 * (strengths[first[pair]] - strengths[second[pair]]))
        wins, losses, ties = votes[0, pair], votes[1, pair], votes[2, pair]
        if wins + losses <= 0.0:
            by_lead[:, pair] = 0.0
            information[pair] = 0.0
            continue
        threshold, p, q, of_lead, mixed, by_gamma = rao_kupper_terms_of_pair(root, 1.0 / root, wins, losses, ties)
        share = mixed / by_gamma
        pull = 2.0 * threshold * threshold / (threshold * threshold - 1.0) if threshold > 1.0 else 0.0
        by_lead[0, pair] = (1.0 - p) * (1.0 + share)
        by_lead[1, pair] = -(1.0 - q) * (1.0 - share)
        by_lead[2, pair] = (q - p) - share * (pull - (1.0 - p) - (1.0 - q))
        information[pair] = (of_lead - mixed * share) / (wins + losses + ties)


@kernel
def vote_information(model: int, first: Any, second: Any, strengths: Any, tie: float, out: Any) -> None:
    """Fill `out` (3, 3, n_pairs) with the information of one vote that `first` won, lost, tied (second index).

    That is the negative second derivative of its log-likelihood by the lead; by the lead and gamma; by gamma (first index).
    """
    for pair in range(first.size):
        root = math.exp(0.25 * (strengths[first[pair]] - strengths[second[pair]]))
        for outcome in range(3):
            won, lost, tied = 1.0 if outcome == 0 else 0.0, 1.0 if outcome == 1 else 0.0, 1.0 if outcome == 2 else 0.0
            terms = pair_terms(model, root, 1.0 / root, tie, won, lost, tied)
            for k in range(3):
                out[k, outcome, pair] = terms[2 + k]
