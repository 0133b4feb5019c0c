r"""The likelihood of votes with covariates: each row has a lead of its own, :math:`d = \theta_i - \theta_j + x \cdot \beta`.

Rows are sorted by pair (i, j), i < j. A pass adds up the derivatives of a pair's rows, and, over all rows, those by the effects and by the parameter
of ties. It goes by blocks of rows that stay in the cache; blocks do not depend on the number of threads, nor does any sum.

In a block the derivatives of the rows are a table of five lines: score, weight (the derivative by the lead, and the negative second one), the same by
gamma, and the mixed second one: `SCORE`, `WEIGHT`, `BY_TIE`, `TIE_ONLY`, `MIXED`. The loops over rows run in vector registers, for which arrays come
whole, so that their elements are known to lie side by side.
"""

import math
from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.models import DAVIDSON, HALF, RAO_KUPPER
from recount.engine.kernels.tie_models import pair_log_likelihood, pair_terms

SCORE, WEIGHT, BY_TIE, TIE_ONLY, MIXED = range(5)
N_TERMS = 5
# Rows whose products are added side by side.
LANES = 64

LOG2_E = 1.0 / math.log(2.0)
# ln 2 in two parts, the first with so few digits that its product with a whole number is exact.
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
# Added to a small number, it leaves the nearest whole number in the last bits.
ROUNDER = 1.5 * 2.0**52
EXPONENT_AT = np.int64(52)
# So that the fourth power of what is returned is a number.
LARGEST_EXPONENT = 300.0


@kernel
def roots_of_leads(leads: Any, scratch: Any, out: Any) -> None:
    """Fill `out` (n,) with exp(lead / 2), to two units in the last place.

    exp(v) = 2^k exp(z) with |z| <= ln 2 / 2, by Taylor's polynomial of degree 12, whose remainder is below 2^-53.
    """
    for r in range(leads.size):
        v = min(max(0.5 * leads[r], -LARGEST_EXPONENT), LARGEST_EXPONENT)
        shifted = v * LOG2_E + ROUNDER
        scratch[r] = shifted
        k = shifted - ROUNDER
        z = (v - k * LN2_HIGH) - k * LN2_LOW
        high = 1 / 5040 + z * (1 / 40320 + z * (1 / 362880 + z * (1 / 3628800 + z * (1 / 39916800 + z * (1 / 479001600)))))
        out[r] = 1.0 + z * (1.0 + z * (1 / 2 + z * (1 / 6 + z * (1 / 24 + z * (1 / 120 + z * (1 / 720 + z * high))))))
    bits, powers = out.view(np.int64), scratch.view(np.int64)
    for r in range(leads.size):
        bits[r] += powers[r] << EXPONENT_AT


@kernel
def terms_of_rows(model: int, result: Any, tie: float, roots: Any, terms: Any) -> None:
    """Fill `terms` (5, n) with the derivatives of one vote of each row; `result` is 0 won, 1 lost, 2 tied by the pair's first."""
    # A loop a model, so that each runs in vector registers.
    if model == HALF:
        for r in range(result.size):
            won, lost, tied = 1.0 if result[r] == 0 else 0.0, 1.0 if result[r] == 1 else 0.0, 1.0 if result[r] == 2 else 0.0
            score, _, weight, _, _ = pair_terms(HALF, roots[r], 1.0, tie, won, lost, tied)
            terms[SCORE, r] = score
            terms[WEIGHT, r] = weight
    elif model == DAVIDSON:
        for r in range(result.size):
            won, lost, tied = 1.0 if result[r] == 0 else 0.0, 1.0 if result[r] == 1 else 0.0, 1.0 if result[r] == 2 else 0.0
            score, by_tie, weight, mixed, tie_only = pair_terms(DAVIDSON, roots[r], 1.0, tie, won, lost, tied)
            terms[SCORE, r] = score
            terms[WEIGHT, r] = weight
            terms[BY_TIE, r] = by_tie
            terms[TIE_ONLY, r] = tie_only
            terms[MIXED, r] = mixed
    else:
        for r in range(result.size):
            won, lost, tied = 1.0 if result[r] == 0 else 0.0, 1.0 if result[r] == 1 else 0.0, 1.0 if result[r] == 2 else 0.0
            score, by_tie, weight, mixed, tie_only = pair_terms(RAO_KUPPER, roots[r], 1.0, tie, won, lost, tied)
            terms[SCORE, r] = score
            terms[WEIGHT, r] = weight
            terms[BY_TIE, r] = by_tie
            terms[TIE_ONLY, r] = tie_only
            terms[MIXED, r] = mixed


@kernel
def weigh_terms(model: int, votes: Any, terms: Any) -> None:
    """Multiply the terms of each row by its `votes`."""
    score, weight = terms[SCORE], terms[WEIGHT]
    for r in range(votes.size):
        weight[r] *= votes[r]
    if model != HALF:
        by_tie, tie_only, mixed = terms[BY_TIE], terms[TIE_ONLY], terms[MIXED]
        for r in range(votes.size):
            tie_only[r] *= votes[r]
            mixed[r] *= votes[r]
            by_tie[r] *= votes[r]
    for r in range(votes.size):
        score[r] *= votes[r]


@kernel
def add_to_pairs(model: int, full: bool, pair_start: Any, terms: Any, weighted: Any, by_pair: Any) -> None:
    """Fill `by_pair` (n_pairs, 3 + m) with each pair's sums of score, weight, mixed term, and weight x covariate; `pair_start` is of all rows."""
    before = pair_start[0]
    for pair in range(by_pair.shape[0]):
        sums = by_pair[pair]
        for k in range(sums.size):
            sums[k] = 0.0
        score, weight, mixed = 0.0, 0.0, 0.0
        for r in range(pair_start[pair] - before, pair_start[pair + 1] - before):
            score += terms[SCORE, r]
            weight += terms[WEIGHT, r]
            if model != HALF:
                mixed += terms[MIXED, r]
            if full:
                for k in range(weighted.shape[0]):
                    sums[3 + k] += weighted[k, r]
        sums[0] = score
        sums[1] = weight
        sums[2] = mixed


@kernel
def add_to_effects(model: int, full: bool, first: int, last: int, x: Any, terms: Any, weighted: Any, lanes: Any, out: Any) -> None:
    """Fill `out` (m + 2, m + 1) with sums over rows: line 0 the gradient by the effects and by gamma, the rest their information, lower triangle.

    x : (m, n_rows), of all rows. weighted : (m, n), filled with weight x covariate. lanes : (m + 2, m + 1, LANES), scratch. Without `full` the
    information is its diagonal.
    """
    m, n = x.shape[0], last - first
    for a in range(m + 2):
        for b in range(m + 1):
            for lane in range(LANES):
                lanes[a, b, lane] = 0.0
    for start in range(0, n, LANES):
        stop = min(start + LANES, n)
        size = stop - start
        score, weight, mixed = terms[SCORE, start:stop], terms[WEIGHT, start:stop], terms[MIXED, start:stop]
        for k in range(m):
            covariate, product, gradient = x[k, first + start : first + stop], weighted[k, start:stop], lanes[0, k]
            for r in range(size):
                product[r] = weight[r] * covariate[r]
                gradient[r] += score[r] * covariate[r]
            for other in range(0 if full else k, k + 1):
                second, information = x[other, first + start : first + stop], lanes[1 + k, other]
                for r in range(size):
                    information[r] += product[r] * second[r]
            if full and model != HALF:
                information = lanes[1 + m, k]
                for r in range(size):
                    information[r] += mixed[r] * covariate[r]
        if model != HALF:
            by_tie, tie_only, gradient, information = terms[BY_TIE, start:stop], terms[TIE_ONLY, start:stop], lanes[0, m], lanes[1 + m, m]
            for r in range(size):
                gradient[r] += by_tie[r]
                information[r] += tie_only[r]
    for a in range(m + 2):
        for b in range(m + 1):
            total = 0.0
            for lane in range(LANES):
                total += lanes[a, b, lane]
            out[a, b] = total


@kernel
def leads_of_rows(pair_start: Any, pair_leads: Any, x: Any, effects: Any, out: Any) -> None:
    """Fill `out` (n,) with the lead of the first of the pair in each row: that of its strength, and of its covariates; `x` is of all rows."""
    before, after = pair_start[0], pair_start[pair_start.size - 1]
    for pair in range(pair_leads.size):
        for r in range(pair_start[pair] - before, pair_start[pair + 1] - before):
            out[r] = pair_leads[pair]
    for k in range(effects.size):
        effect, covariate = effects[k], x[k, before:after]
        for r in range(out.size):
            out[r] += effect * covariate[r]


@kernel
def sum_derivatives(model: int, full: bool, blocks: Any, rows: Any, parameters: Any, scratch: Any, lanes: Any, by_pair: Any, by_block: Any) -> None:
    """Fill `by_pair` and `by_block` for some consecutive blocks.

    blocks : (n_blocks + 1,) int64, first pair of each block. rows : pair_start, (n_pairs + 1,) int64, first row of each pair; result, (n_rows,) int8;
    votes, (n_rows,) float64, that a row stands for; x, (m, n_rows). parameters : leads of the pairs' strengths, (n_pairs,); effects, (m,); nu or the
    threshold. scratch : (7 + m, rows of the largest block). lanes, by_pair, by_block : as in `add_to_effects` and `add_to_pairs`, a block each.

    Without `full` mixed second derivatives are left out.
    """
    pair_start, result, votes, x = rows
    pair_leads, effects, tie = parameters
    for block in range(blocks.size - 1):
        pairs = slice(blocks[block], blocks[block + 1])
        starts = pair_start[blocks[block] : blocks[block + 1] + 1]
        first, last = starts[0], starts[starts.size - 1]
        n = last - first
        leads, roots, terms, weighted = scratch[0, :n], scratch[1, :n], scratch[2 : 2 + N_TERMS], scratch[2 + N_TERMS :]
        leads_of_rows(starts, pair_leads[pairs], x, effects, leads)
        roots_of_leads(leads, terms[SCORE, :n], roots)
        terms_of_rows(model, result[first:last], tie, roots, terms)
        weigh_terms(model, votes[first:last], terms)
        add_to_effects(model, full, first, last, x, terms, weighted, lanes, by_block[block])
        add_to_pairs(model, full, starts, terms, weighted, by_pair[pairs])


@kernel
def scores_of_rows(model: int, blocks: Any, rows: Any, parameters: Any, scratch: Any, out: Any) -> None:
    """Fill `out` (5, n_rows) with what one vote of each row of some blocks says.

    That is its score by the lead and by gamma, and its information: by the lead, by lead and gamma, by gamma. Arguments as in `sum_derivatives`.
    """
    pair_start, result, _, x = rows
    pair_leads, effects, tie = parameters
    for block in range(blocks.size - 1):
        starts = pair_start[blocks[block] : blocks[block + 1] + 1]
        first, last = starts[0], starts[starts.size - 1]
        n = last - first
        leads, roots, terms = scratch[0, :n], scratch[1, :n], scratch[2 : 2 + N_TERMS]
        leads_of_rows(starts, pair_leads[blocks[block] : blocks[block + 1]], x, effects, leads)
        roots_of_leads(leads, terms[SCORE, :n], roots)
        terms_of_rows(model, result[first:last], tie, roots, terms)
        for r in range(n):
            out[0, first + r] = terms[SCORE, r]
            out[1, first + r] = terms[BY_TIE, r] if model != HALF else 0.0
            out[2, first + r] = terms[WEIGHT, r]
            out[3, first + r] = terms[MIXED, r] if model != HALF else 0.0
            out[4, first + r] = terms[TIE_ONLY, r] if model != HALF else 0.0


@kernel
def log_likelihood_of_rows(
    model: int, pair_start: Any, pair_leads: Any, result: Any, votes: Any, x: Any, effects: Any, tie: float, by_pair: Any
) -> None:
    """Fill `by_pair` (n_pairs,) with the log-likelihood of each pair's votes; arguments as in `sum_derivatives`."""
    for pair in range(by_pair.size):
        total = 0.0
        for row in range(pair_start[pair], pair_start[pair + 1]):
            lead = pair_leads[pair]
            for k in range(effects.size):
                lead += effects[k] * x[k, row]
            n = votes[row]
            won, lost, tied = n if result[row] == 0 else 0.0, n if result[row] == 1 else 0.0, n if result[row] == 2 else 0.0
            total += pair_log_likelihood(model, lead, tie, won, lost, tied)
        by_pair[pair] = total
