"""Gradient, Hessian and sandwich meat of the Bradley-Terry log-likelihood, one pass over the pairs.

A pair (i, j) with n votes, of which i won s (a tie is half a win), adds s log p + (n - s) log q, p = w_i / (w_i + w_j), w = exp(strength).
"""

import math
from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def score_and_information(first: Any, second: Any, wins: Any, losses: Any, strengths: Any, worth: Any, gradient: Any, information: Any) -> None:
    """Fill `gradient` (n,) and the Fisher `information` (n, n); `worth` (n,) is filled with exp(strength).

    `wins` and `losses` (float64, one a pair) are of `first`, ties counted as half of each.
    """
    n = strengths.size
    for i in range(n):
        worth[i] = math.exp(strengths[i])
        gradient[i] = 0.0
        for j in range(n):
            information[i, j] = 0.0
    for pair in range(first.size):
        i = first[pair]
        j = second[pair]
        # Each probability by itself: 1 - p would lose the digits of a small one.
        scale = 1.0 / (worth[i] + worth[j])
        p = worth[i] * scale
        q = worth[j] * scale
        residual = wins[pair] * q - losses[pair] * p
        gradient[i] += residual
        gradient[j] -= residual
        weight = (wins[pair] + losses[pair]) * p * q
        information[i, j] -= weight
        information[j, i] -= weight
        information[i, i] += weight
        information[j, j] += weight


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
