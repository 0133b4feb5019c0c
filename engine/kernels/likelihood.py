"""Gradient, Hessian and sandwich meat of the Bradley-Terry log-likelihood, one pass over the pairs.

A pair (i, j) with n votes, of which i won s (a tie is half a win), adds s log p + (n - s) log q, p = w_i / (w_i + w_j), w = exp(strength).
"""

import math
from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def score_and_information(first: Any, second: Any, wins: Any, losses: Any, strengths: Any, gradient: Any, information: Any) -> float:
    """Fill `gradient` (n,) and the Fisher `information` (n, n), and return the log-likelihood.

    `wins` and `losses` (float64, one a pair) are of `first`, ties counted as half of each.
    """
    n = strengths.size
    for i in range(n):
        gradient[i] = 0.0
        for j in range(n):
            information[i, j] = 0.0
    log_likelihood = 0.0
    for pair in range(first.size):
        i = first[pair]
        j = second[pair]
        difference = strengths[i] - strengths[j]
        # exp of a non-positive number only: neither probability overflows or loses its small end.
        small = math.exp(-abs(difference))
        favourite = 1.0 / (1.0 + small)
        p = favourite if difference >= 0.0 else small * favourite
        q = small * favourite if difference >= 0.0 else favourite
        residual = wins[pair] * q - losses[pair] * p
        gradient[i] += residual
        gradient[j] -= residual
        weight = (wins[pair] + losses[pair]) * p * q
        information[i, j] -= weight
        information[j, i] -= weight
        information[i, i] += weight
        information[j, j] += weight
        loss_of_favourite = losses[pair] if difference >= 0.0 else wins[pair]
        log_likelihood -= (wins[pair] + losses[pair]) * math.log1p(small) + loss_of_favourite * abs(difference)
    return log_likelihood


@kernel
def score_products(first: Any, second: Any, wins: Any, losses: Any, ties: Any, strengths: Any, out: Any) -> None:
    """Fill `out` (n, n) with the sum over votes of the score times its transpose; `wins`, `losses`, `ties` are whole votes of a pair."""
    n = strengths.size
    for i in range(n):
        for j in range(n):
            out[i, j] = 0.0
    for pair in range(first.size):
        i = first[pair]
        j = second[pair]
        p = 1.0 / (1.0 + math.exp(strengths[j] - strengths[i]))
        q = 1.0 - p
        square = wins[pair] * q * q + losses[pair] * p * p + ties[pair] * (0.5 - p) * (0.5 - p)
        out[i, j] -= square
        out[j, i] -= square
        out[i, i] += square
        out[j, j] += square
