"""Compiled functions of the simulators; everything else that is compiled is in `recount.engine.kernels`.

Word k of a stream belongs to row k of the log, or to a voter and a competitor, so that any part of a log can be drawn by itself and no number of
threads changes it.
"""

import math
from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.streams import GOLDEN, mix

DAVIDSON, RAO_KUPPER, THURSTONE = range(3)
# A normal law as steep as the logistic one at 0.
PROBIT_SLOPE = math.sqrt(2.0 * math.pi) / 4.0


@kernel
def fill_alias_table(weights: Any, keep: Any, other: Any) -> None:
    """Fill the table of Walker's alias method, made by Vose (1991): place k stands for itself with chance `keep[k]`, else for `other[k]`."""
    n = weights.size
    mean = 0.0
    for k in range(n):
        mean += weights[k] / n
    # Places below the mean from the bottom, the rest from the top.
    waiting = np.empty(n, np.int32)
    n_small, first_large = 0, n
    for k in range(n):
        keep[k] = weights[k] / mean
        other[k] = k
        if keep[k] < 1.0:
            waiting[n_small] = k
            n_small += 1
        else:
            first_large -= 1
            waiting[first_large] = k
    while n_small > 0 and first_large < n:
        n_small -= 1
        small, large = waiting[n_small], waiting[first_large]
        other[small] = large
        keep[large] -= 1.0 - keep[small]
        if keep[large] < 1.0:
            first_large += 1
            waiting[n_small] = large
            n_small += 1
    # What is left differs from 1 by rounding.
    for k in range(n_small):
        keep[waiting[k]] = 1.0
    for k in range(first_large, n):
        keep[waiting[k]] = 1.0


@kernel
def draw_places(start: Any, first_row: int, keep: Any, other: Any, out: Any) -> None:
    """Fill `out` (int32) with places of an alias table, for rows from `first_row` on."""
    n = keep.size
    state = start + np.uint64(first_row) * GOLDEN
    for row in range(out.size):
        u = float(mix(state) >> np.uint64(11)) * 2.0**-53 * n
        state += GOLDEN
        place = min(int(u), n - 1)
        out[row] = place if u - place < keep[place] else other[place]


@kernel
def set_pairs(pair: Any, pair_first: Any, pair_second: Any, pair_lead: Any, first: Any, second: Any, lead: Any) -> None:
    """Fill who is shown first and second, and add the pair's lead to `lead`."""
    for row in range(pair.size):
        first[row] = pair_first[pair[row]]
        second[row] = pair_second[pair[row]]
        lead[row] += pair_lead[pair[row]]


@kernel
def normal_variable(start: Any, number: Any) -> float:
    """Return normal variable `number` of a stream, by Box and Muller (1958)."""
    state = start + np.uint64(2) * np.uint64(number) * GOLDEN
    radius = math.sqrt(-2.0 * math.log((float(mix(state) >> np.uint64(11)) + 0.5) * 2.0**-53))
    return radius * math.cos(2.0 * math.pi * (float(mix(state + GOLDEN) >> np.uint64(11)) * 2.0**-53))


@kernel
def add_tastes(start: Any, deviation: float, n_competitors: int, who: Any, first: Any, second: Any, lead: Any) -> None:
    """Add to `lead` what the voter (or prompt) `who` of each row adds to the strength of the first over the second."""
    for row in range(who.size):
        of_who = np.int64(who[row]) * n_competitors
        lead[row] += deviation * (normal_variable(start, of_who + first[row]) - normal_variable(start, of_who + second[row]))


@kernel
def uniform_variable(start: Any, number: Any) -> float:
    """Return uniform variable `number` of a stream, from 0 on and below 1."""
    return float(mix(start + np.uint64(number) * GOLDEN) >> np.uint64(11)) * 2.0**-53


@kernel
def draw_categories_of(start: Any, first_row: int, n_rows: int, first_mix: Any, last_mix: Any, out: Any) -> None:
    """Fill `out` (int32) with places, as often as running sums of shares say: of the first mix at row 0, of the last one at row `n_rows`."""
    for row in range(out.size):
        time = (first_row + row + 0.5) / n_rows
        u = uniform_variable(start, first_row + row)
        place = 0
        while place < first_mix.size - 1 and u >= (1.0 - time) * first_mix[place] + time * last_mix[place]:
            place += 1
        out[row] = place


@kernel
def add_deviations(deviations: Any, category: Any, first: Any, second: Any, lead: Any) -> None:
    """Add to `lead` what the category of each row adds to the strength of the first over the second; deviations are (k, n)."""
    for row in range(category.size):
        lead[row] += deviations[category[row], first[row]] - deviations[category[row], second[row]]


@kernel
def draw_lengths(start: Any, first_row: int, logarithms: Any, within: float, first: Any, second: Any, lengths: Any) -> None:
    """Fill `lengths` (2, n), int32, with log-normal lengths of both answers of each row, at least 1."""
    for row in range(first.size):
        for side in range(2):
            who = first[row] if side == 0 else second[row]
            drawn = math.exp(logarithms[who] + within * normal_variable(start, 2 * (first_row + row) + side))
            lengths[side, row] = max(1, int(min(drawn, 2147483647.0) + 0.5))


@kernel
def add_lengths(effect: float, lengths: Any, lead: Any) -> None:
    """Add to `lead` what voters make of the lengths (2, n) of both answers."""
    for row in range(lead.size):
        x, y = float(lengths[0, row]), float(lengths[1, row])
        lead[row] += effect * (x - y) / (x + y)


@kernel
def draw_said(
    start: Any, first_row: int, intent: Any, first: Any, second: Any, favour: Any, recognition: Any, otherwise: Any, honest: int, said: Any
) -> None:
    """Fill `said` (int8) with what voters of an intent say: the one with more favour (k, n) won, or else a place of running sums (k, 6)."""
    for row in range(said.size):
        kind = intent[row]
        if kind < 0:
            said[row] = honest
            continue
        lead = favour[kind, first[row]] - favour[kind, second[row]]
        number = 2 * (first_row + row)
        if lead != 0.0 and uniform_variable(start, number) < recognition[kind]:
            said[row] = 0 if lead > 0.0 else 1
            continue
        u = uniform_variable(start, number + 1)
        place = 0
        while place < 5 and u >= otherwise[kind, place]:
            place += 1
        said[row] = place


@kernel
def law_of_votes(law: int, lead: float, tie: float) -> Any:
    """Chances that the first wins, the second wins, and of a tie."""
    if law == DAVIDSON:
        # Of the weaker, relative to the stronger.
        root = math.exp(-0.5 * abs(lead))
        total = 1.0 + root * root + tie * root
        up, down = (1.0, root * root) if lead >= 0.0 else (root * root, 1.0)
        return up / total, down / total, tie * root / total
    if law == RAO_KUPPER:
        win, loss = 1.0 / (1.0 + tie * math.exp(-lead)), 1.0 / (1.0 + tie * math.exp(lead))
        return win, loss, (tie * tie - 1.0) * win * loss
    x = PROBIT_SLOPE * lead / math.sqrt(2.0)
    return 0.5 * math.erfc(-x), 0.5 * math.erfc(x), 0.0


@kernel
def fill_law(law: int, tie: float, leads: Any, out: Any) -> None:
    """Fill `out` (n, 3) with the law of votes at each lead."""
    for k in range(leads.size):
        win, loss, tied = law_of_votes(law, leads[k], tie)
        out[k, 0] = win
        out[k, 1] = loss
        out[k, 2] = tied


@kernel
def draw_outcomes(start: Any, first_row: int, law: int, tie: float, bad_ties: float, bad: float, lead: Any, outcome: Any) -> None:
    """Fill `outcome` (int8): 0 first won, 1 second won, 2 tie, 3 both bad; both bad are `bad` of all votes, and `bad_ties` of ties."""
    state = start + np.uint64(first_row) * GOLDEN
    for row in range(outcome.size):
        u = float(mix(state) >> np.uint64(11)) * 2.0**-53
        state += GOLDEN
        win, _, tied = law_of_votes(law, lead[row], tie)
        # What rounding leaves over falls to the second's wins: no outcome comes that cannot.
        is_bad = bad + (1.0 - bad) * bad_ties * tied
        is_tie = is_bad + (1.0 - bad) * (1.0 - bad_ties) * tied
        outcome[row] = 3 if u < is_bad else 2 if u < is_tie else 0 if u < is_tie + (1.0 - bad) * win else 1


@kernel
def give_votes(part: float, w: Any, can_meet: Any, covariance: Any, square: Any, picks: Any) -> None:
    """Give each `part` of the votes to the pair that lowers the trace of the covariance most, first and second into `picks` (n_steps, 2).

    A vote of i and j lowers it by w u^T u / (1 + w (u_i - u_j)), where u is the difference of their columns; `square` is the covariance times itself.
    Both are updated.
    """
    n = len(w)
    for step in range(len(picks)):
        best, i, j = -1.0, 0, 0
        for a in range(n):
            for b in range(a + 1, n):
                if can_meet[a, b]:
                    gained = square[a, a] + square[b, b] - 2.0 * square[a, b]
                    variance = covariance[a, a] + covariance[b, b] - 2.0 * covariance[a, b]
                    lowered = w[a, b] * gained / (1.0 + w[a, b] * variance)
                    if lowered > best:
                        best, i, j = lowered, a, b
        picks[step, 0], picks[step, 1] = i, j
        u = covariance[i] - covariance[j]
        lost = part * w[i, j] / (1.0 + part * w[i, j] * (u[i] - u[j]))
        moved, twice = covariance @ u, lost * (u @ u)
        for a in range(n):
            for b in range(n):
                square[a, b] += lost * (twice * u[a] * u[b] - moved[a] * u[b] - moved[b] * u[a])
                covariance[a, b] -= lost * u[a] * u[b]
