"""Bradley-Terry on resampled votes, from strengths that are nearly right.

Votes stand on the triangle: every pair (i, j), i < j, row by row, so that the opponents of one competitor lie side by side and the loops over them
run in vector registers. `votes` is (3, n (n - 1) / 2): wins of i, wins of j, ties.
"""

import math
from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def score_on_triangle(votes: Any, worth: Any, gradient: Any, curvature: Any, residuals: Any, weights: Any) -> None:
    """Fill `gradient` (n,) and `curvature` (n,), the diagonal of the information; `worth` (n,) is exp(strength), the last two (n,) are scratch."""
    n = worth.size
    for i in range(n):
        gradient[i] = 0.0
        curvature[i] = 0.0
    start = 0
    for i in range(n - 1):
        n_right = n - 1 - i
        own = worth[i]
        others, down, up = worth[i + 1 :], gradient[i + 1 :], curvature[i + 1 :]
        wins, losses, ties = votes[0, start : start + n_right], votes[1, start : start + n_right], votes[2, start : start + n_right]
        for j in range(n_right):
            scale = 1.0 / (own + others[j])
            p = own * scale
            q = others[j] * scale
            residual = wins[j] * q - losses[j] * p + ties[j] * (0.5 * (q - p))
            weight = (wins[j] + losses[j] + ties[j]) * (p * q)
            down[j] -= residual
            up[j] += weight
            residuals[j] = residual
            weights[j] = weight
        gradient[i] += _sum(residuals, n_right)
        curvature[i] += _sum(weights, n_right)
        start += n_right


@kernel
def _sum(values: Any, n: int) -> float:
    """Sum the first n values, in four sums that do not wait for each other."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    k = 0
    while k + 4 <= n:
        a += values[k]
        b += values[k + 1]
        c += values[k + 2]
        d += values[k + 3]
        k += 4
    while k < n:
        a += values[k]
        k += 1
    return (a + b) + (c + d)


@kernel
def multiply(matrix: Any, vector: Any, out: Any) -> None:
    """Fill `out` (n,) with a symmetric `matrix` (n, n) times `vector` (n,), in an order that no library decides."""
    n = vector.size
    for j in range(n):
        out[j] = 0.0
    i = 0
    while i + 4 <= n:
        a, b, c, d = vector[i], vector[i + 1], vector[i + 2], vector[i + 3]
        row_a, row_b, row_c, row_d = matrix[i], matrix[i + 1], matrix[i + 2], matrix[i + 3]
        for j in range(n):
            out[j] += a * row_a[j] + b * row_b[j] + c * row_c[j] + d * row_d[j]
        i += 4
    while i < n:
        a = vector[i]
        row_a = matrix[i]
        for j in range(n):
            out[j] += a * row_a[j]
        i += 1


@kernel
def connected_on_triangle(votes: Any, hub: int, waiting: Any, queue: Any) -> bool:
    """Whether chains of wins and ties lead from `hub` to every competitor and back; `waiting`, `queue` (n, int32) are scratch."""
    n = waiting.size
    for direction in range(2):
        n_waiting = 0
        for i in range(n):
            if i != hub:
                waiting[n_waiting] = i
                n_waiting += 1
        queue[0] = hub
        n_queued, n_done = 1, 0
        while n_done < n_queued and n_waiting:
            i = queue[n_done]
            n_done += 1
            n_left = 0
            for k in range(n_waiting):
                j = waiting[k]
                low, high = min(i, j), max(i, j)
                pair = low * (2 * n - low - 1) // 2 + high - low - 1
                # Row 0 counts the wins of the first of a pair.
                wins = votes[0 if (i < j) == (direction == 0) else 1, pair]
                if wins > 0 or votes[2, pair] > 0:
                    queue[n_queued] = j
                    n_queued += 1
                else:
                    waiting[n_left] = j
                    n_left += 1
            n_waiting = n_left
        if n_waiting:
            return False
    return True


@kernel
def refit(
    votes: Any,
    start: Any,
    inverse: Any,
    usual_curvature: Any,
    prior_votes: float,
    prior_strength: float,
    tolerance: float,
    max_steps: int,
    scratch: Any,
    out: Any,
) -> float:
    """Fill `out` (n,) with the strengths that maximise the likelihood of `votes`; return their largest error, or -1 where it gives up.

    Newton's method with the inverse information at `start` (n,) of the usual votes, `inverse` (n, n), scaled on both sides by the root of
    usual over present diagonal of the information, which is where resampled votes differ most. Without a prior `inverse` is a pseudo-inverse, and
    `out` keeps the mean of `start`. `scratch` is (7, n).

    In the norm of the scaled matrix steps shrink by a rate r that only rises, toward that of the slowest direction. No element is taken to be nearer
    than the last two steps and r / (1 - r), what the steps to come add up to, allow; that is at most `tolerance` in the end.
    """
    n = start.size
    worth, gradient, curvature, scale = scratch[0], scratch[1], scratch[2], scratch[3]
    step, residuals, weights = scratch[4], scratch[5], scratch[6]
    for i in range(n):
        out[i] = start[i]
    size_before, decrement_before = 0.0, 0.0
    for _ in range(max_steps):
        for i in range(n):
            worth[i] = math.exp(out[i])
        score_on_triangle(votes, worth, gradient, curvature, residuals, weights)
        if prior_votes > 0.0:
            for i in range(n):
                half = 0.5 * math.tanh(0.5 * (out[i] - prior_strength))
                gradient[i] -= prior_votes * half
                curvature[i] += prior_votes * (0.25 - half * half)
        for i in range(n):
            scale[i] = math.sqrt(usual_curvature[i] / curvature[i])
            gradient[i] *= scale[i]
        multiply(inverse, gradient, step)
        mean, decrement = 0.0, 0.0
        for i in range(n):
            decrement += gradient[i] * step[i]
            step[i] *= scale[i]
            mean += step[i]
        mean = 0.0 if prior_votes > 0.0 else mean / n
        size = 0.0
        for i in range(n):
            step[i] -= mean
            out[i] += step[i]
            size = max(size, abs(step[i]))
        # Not a number, or far away: the caller takes the long way.
        if not size < 20.0:
            return -1.0
        if size <= tolerance and decrement < decrement_before:
            rate = math.sqrt(decrement / decrement_before)
            error = max(size, rate * size_before) * max(1.0, rate / (1.0 - rate))
            if error <= tolerance:
                return error
        size_before, decrement_before = size, decrement
    return -1.0
