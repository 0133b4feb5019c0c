"""Bradley-Terry on resampled votes, from strengths that are nearly right.

Votes stand on the triangle: every pair (i, j), i < j, row by row, so that the opponents of one competitor lie side by side and the loops over them
run in vector registers. `votes` is (3, n (n - 1) / 2): wins of i, wins of j, ties.
"""

import math
from typing import Any

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.models import DAVIDSON, FIRST_WITH_GAMMA, HALF, RAO_KUPPER
from recount.engine.kernels.tie_models import pair_terms


@kernel
def score_on_triangle(model: int, votes: Any, roots: Any, tie: float, gradient: Any, curvature: Any, scratch: Any) -> None:
    """Fill `gradient` (p,) and `curvature` (p,), the diagonal of the information; `roots` (n,) is exp(strength / 2), `scratch` is (4, n)."""
    n = roots.size
    for i in range(gradient.size):
        gradient[i] = 0.0
        curvature[i] = 0.0
    start = 0
    for i in range(n - 1):
        n_right = n - 1 - i
        own = roots[i]
        others, down, up = roots[i + 1 :], gradient[i + 1 :], curvature[i + 1 :]
        wins, losses, ties = votes[0, start : start + n_right], votes[1, start : start + n_right], votes[2, start : start + n_right]
        # A loop a model, so that each runs in vector registers.
        if model == HALF:
            for j in range(n_right):
                score, _, weight, _, _ = pair_terms(HALF, own, others[j], tie, float(wins[j]), float(losses[j]), float(ties[j]))
                down[j] -= score
                up[j] += weight
                scratch[0, j] = score
                scratch[1, j] = weight
        elif model < FIRST_WITH_GAMMA:
            for j in range(n_right):
                score, _, weight, _, _ = pair_terms(model, own, others[j], tie, float(wins[j]), float(losses[j]), float(ties[j]))
                down[j] -= score
                up[j] += weight
                scratch[0, j] = score
                scratch[1, j] = weight
        elif model == DAVIDSON:
            for j in range(n_right):
                score, by_tie, weight, _, tie_only = pair_terms(DAVIDSON, own, others[j], tie, float(wins[j]), float(losses[j]), float(ties[j]))
                down[j] -= score
                up[j] += weight
                scratch[0, j] = score
                scratch[1, j] = weight
                scratch[2, j] = by_tie
                scratch[3, j] = tie_only
        else:
            for j in range(n_right):
                score, by_tie, weight, _, tie_only = pair_terms(RAO_KUPPER, own, others[j], tie, float(wins[j]), float(losses[j]), float(ties[j]))
                down[j] -= score
                up[j] += weight
                scratch[0, j] = score
                scratch[1, j] = weight
                scratch[2, j] = by_tie
                scratch[3, j] = tie_only
        gradient[i] += _sum(scratch[0], n_right)
        curvature[i] += _sum(scratch[1], n_right)
        if model >= FIRST_WITH_GAMMA:
            gradient[n] += _sum(scratch[2], n_right)
            curvature[n] += _sum(scratch[3], n_right)
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
def connected_on_triangle(votes: Any, ties_join: bool, hub: int, waiting: Any, queue: Any) -> bool:
    """Whether chains of wins, and of ties if they join, lead from `hub` to everybody and back; `waiting`, `queue` (n, int32) are scratch."""
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
                if wins > 0 or (ties_join and votes[2, pair] > 0):
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
def refit(model: int, votes: Any, usual: Any, prior: Any, tolerance: float, max_steps: int, scratch: Any, out: Any) -> float:
    """Fill `out` (p,) with the parameters that maximise the likelihood of `votes`; return their largest error, or -1 where it gives up.

    usual : of the usual votes, the parameters to start from, (p,), the inverse information there, (p, p), and the diagonal of the information, (p,).
    prior : tied votes against an opponent at an origin, a precision around it, and the origin.

    Newton's method with that inverse, scaled on both sides by the root of usual over present diagonal of the information, which is where resampled
    votes differ most. Without a prior the inverse is a pseudo-inverse, and `out` keeps the mean strength of the start. `scratch` is (9, p).

    In the norm of the scaled matrix steps shrink by a rate r that only rises, toward that of the slowest direction. No element is taken to be nearer
    than the last two steps and r / (1 - r), what the steps to come add up to, allow; that is at most `tolerance` in the end.
    """
    start, inverse, usual_curvature = usual
    prior_votes, prior_precision, origin = prior
    p = start.size
    n = p if model < FIRST_WITH_GAMMA else p - 1
    roots, gradient, curvature, scale, step = scratch[0, :n], scratch[1], scratch[2], scratch[3], scratch[4]
    for i in range(p):
        out[i] = start[i]
    tie = 0.0
    size_before, decrement_before = 0.0, 0.0
    for _ in range(max_steps):
        for i in range(n):
            roots[i] = math.exp(0.5 * out[i])
        if model >= FIRST_WITH_GAMMA:
            tie = math.exp(out[n])
        score_on_triangle(model, votes, roots, tie, gradient, curvature, scratch[5:])
        if prior_votes > 0.0 or prior_precision > 0.0:
            for i in range(n):
                half = 0.5 * math.tanh(0.5 * (out[i] - origin))
                gradient[i] -= prior_votes * half + prior_precision * (out[i] - origin)
                curvature[i] += prior_votes * (0.25 - half * half) + prior_precision
        for i in range(p):
            scale[i] = math.sqrt(usual_curvature[i] / curvature[i])
            gradient[i] *= scale[i]
        multiply(inverse, gradient, step)
        mean, decrement = 0.0, 0.0
        for i in range(p):
            decrement += gradient[i] * step[i]
            step[i] *= scale[i]
        for i in range(n):
            mean += step[i]
        mean = 0.0 if prior_votes > 0.0 or prior_precision > 0.0 else mean / n
        size = 0.0
        for i in range(n):
            step[i] -= mean
            size = max(size, abs(step[i]))
        if model >= FIRST_WITH_GAMMA:
            size = max(size, abs(step[n]))
        # Not a number, or far away: the caller takes the long way. So it does where Rao and Kupper's gamma would not stay positive.
        if not size < 20.0 or (model == RAO_KUPPER and out[n] + step[n] <= 0.0):
            return -1.0
        for i in range(p):
            out[i] += step[i]
        if size <= tolerance and decrement < decrement_before:
            rate = math.sqrt(decrement / decrement_before)
            error = max(size, rate * size_before) * max(1.0, rate / (1.0 - rate))
            if error <= tolerance:
                return error
        size_before, decrement_before = size, decrement
    return -1.0
