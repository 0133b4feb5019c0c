"""Rating systems that go through votes one after the other, and orders of votes drawn at random.

`score` (4,) float64 says what each outcome is worth to the competitor shown first: 1, 0, 1/2, or below 0 where the vote does not count.
`first`, `second` (int32) and `outcome` (int8) have one element a vote; states (n,) are updated in place.
"""

import math
from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.contextual import roots_of_leads
from recount.engine.kernels.normal_hazard import hazard
from recount.engine.kernels.streams import GOLDEN, mix

# Votes of a Glicko-2 period that are judged side by side.
BLOCK = 512
# A step of Newton's in ln sigma^2 after which the next would be lost in rounding.
SETTLED = 1e-7


@kernel
def _elo_update(i: Any, j: Any, score: float, k_factor: float, k_decay: float, log_odds: float, ratings: Any, n_votes: Any) -> None:
    surprise = score - 1.0 / (1.0 + math.exp((ratings[j] - ratings[i]) * log_odds))
    ratings[i] += k_factor / (1.0 + k_decay * n_votes[i]) * surprise
    ratings[j] -= k_factor / (1.0 + k_decay * n_votes[j]) * surprise
    n_votes[i] += 1
    n_votes[j] += 1


@kernel
def elo_votes(
    first: Any, second: Any, outcome: Any, score: Any, k_factor: float, k_decay: float, log_odds: float, ratings: Any, n_votes: Any
) -> None:
    """Update `ratings` (float64) and `n_votes` (int64); K is k_factor / (1 + k_decay x votes so far), `log_odds` is of one rating point."""
    for vote in range(first.size):
        # Unsigned indices save the test for negative ones.
        worth = score[np.uint32(outcome[vote])]
        if worth >= 0.0:
            _elo_update(np.uint32(first[vote]), np.uint32(second[vote]), worth, k_factor, k_decay, log_odds, ratings, n_votes)


@kernel
def elo_packed_votes(packed: Any, n_bits: Any, score: Any, k_factor: float, k_decay: float, log_odds: float, ratings: Any, n_votes: Any) -> None:
    """As `elo_votes`; a vote is one word, uint32 or uint64 as `n_bits`: first and second in n_bits each, then the outcome in 2."""
    word = packed.dtype.type
    two = word(2)
    index = (word(1) << n_bits) - word(1)
    for vote in range(packed.size):
        bits = packed[vote]
        worth = score[bits & word(3)]
        _elo_update(bits >> n_bits >> two, (bits >> two) & index, worth, k_factor, k_decay, log_odds, ratings, n_votes)


@kernel
def shuffle(start: Any, items: Any) -> None:
    """Put `items`, fewer than 2^32, into a uniformly random order, from the stream at `start` (uint64).

    Durstenfeld (1964, Algorithm 235); places without bias by Lemire (2019, "Fast random integer generation in an interval"), two from a word.
    """
    low_half = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    state = start
    n_left = np.uint64(items.size)
    while n_left > 1:
        word = mix(state)
        state += GOLDEN
        for _ in range(2):
            product = (word & low_half) * n_left
            fraction = product & low_half
            if n_left > 1 and (fraction >= n_left or fraction >= (np.uint64(1 << 32) - n_left) % n_left):
                n_left -= np.uint64(1)
                place = product >> half
                items[place], items[n_left] = items[n_left], items[place]
            word >>= half


@kernel
def glicko2_periods(first: Any, second: Any, outcome: Any, score: Any, edges: Any, points: float, tau: float, state: Any) -> None:
    """Update the `state`: ratings, deviations, volatilities (float64), n_votes (int64).

    Period p holds the votes from edges[p] (int64) to edges[p + 1]; `points` are one unit of mu. Expectations of the votes, and volatilities, are
    computed side by side in `room`, in vector registers.
    """
    ratings, deviations, volatilities, n_votes = state
    period_sums = np.empty((4, ratings.size))
    active = np.empty(ratings.size, np.uint64)
    room = np.empty((6, max(ratings.size, 2 * BLOCK)))
    for period in range(edges.size - 1):
        _open_period(points, ratings, deviations, period_sums)
        for start in range(edges[period], edges[period + 1], BLOCK):
            block = slice(start, min(start + BLOCK, edges[period + 1]))
            _add_votes(first[block], second[block], outcome[block], score, period_sums, n_votes, room)
        _close_period(points, tau, period_sums, ratings, deviations, volatilities, n_votes, active, room)


@kernel
def _open_period(points: float, ratings: Any, deviations: Any, period_sums: Any) -> None:
    """Fill `period_sums` (4, n) with mu and g(phi) of the paper, and 0 for 1 / v and Delta / v."""
    mu, attenuation, information, surprise = period_sums[0], period_sums[1], period_sums[2], period_sums[3]
    for i in range(ratings.size):
        mu[i] = ratings[i] / points
        phi = deviations[i] / points
        attenuation[i] = 1.0 / math.sqrt(1.0 + 3.0 / (math.pi * math.pi) * phi * phi)
        information[i] = 0.0
        surprise[i] = 0.0


@kernel
def _add_votes(first: Any, second: Any, outcome: Any, score: Any, period_sums: Any, n_votes: Any, room: Any) -> None:
    """Add at most BLOCK votes to 1 / v and Delta / v; E is of those shown first, then of those shown second."""
    mu, attenuation, information, surprise = period_sums[0], period_sums[1], period_sums[2], period_sums[3]
    n = first.size
    lead, scratch, expected, variance = room[0, : 2 * n], room[1, : 2 * n], room[2, : 2 * n], room[3, : 2 * n]
    for vote in range(n):
        a = np.uint32(first[vote])
        b = np.uint32(second[vote])
        lead[vote] = attenuation[b] * (mu[a] - mu[b])
        lead[n + vote] = attenuation[a] * (mu[b] - mu[a])
    roots_of_leads(lead, scratch, expected)
    for side in range(2 * n):
        odds = expected[side] * expected[side]
        expected[side] = odds / (1.0 + odds)
        variance[side] = expected[side] * (1.0 - expected[side])
    for vote in range(n):
        worth = score[np.uint32(outcome[vote])]
        if worth >= 0.0:
            a = np.uint32(first[vote])
            b = np.uint32(second[vote])
            information[a] += attenuation[b] * attenuation[b] * variance[vote]
            information[b] += attenuation[a] * attenuation[a] * variance[n + vote]
            surprise[a] += attenuation[b] * (worth - expected[vote])
            surprise[b] += attenuation[a] * (1.0 - worth - expected[n + vote])
            n_votes[a] += 1
            n_votes[b] += 1


@kernel
def _close_period(
    points: float, tau: float, period_sums: Any, ratings: Any, deviations: Any, volatilities: Any, n_votes: Any, active: Any, room: Any
) -> None:
    """Update the state of all competitors who have had votes that count; `active` (n,) uint64 gets those who had them in this period."""
    information, surprise = period_sums[2], period_sums[3]
    n_active = 0
    for i in range(ratings.size):
        active[n_active] = i
        n_active += information[i] > 0.0
    sigma_squared, spread, delta_squared = room[0, :n_active], room[1, :n_active], room[2, :n_active]
    for k in range(n_active):
        i = active[k]
        phi = deviations[i] / points
        v = 1.0 / information[i]
        delta = v * surprise[i]
        sigma_squared[k] = volatilities[i] * volatilities[i]
        spread[k] = phi * phi + v
        delta_squared[k] = delta * delta
    twice, step, root = room[3, :n_active], room[4, :n_active], room[5, :n_active]
    _update_volatilities(spread, delta_squared, 1.0 / (tau * tau), sigma_squared, twice, step, root)
    for k in range(n_active):
        volatilities[active[k]] = math.sqrt(sigma_squared[k])
    for i in range(ratings.size):
        if n_votes[i] > 0:
            phi = deviations[i] / points
            variance = phi * phi + volatilities[i] * volatilities[i]
            variance /= 1.0 + variance * information[i]
            ratings[i] += points * variance * surprise[i]
            deviations[i] = points * math.sqrt(variance)


@kernel
def _update_volatilities(spread: Any, delta_squared: Any, precision: float, sigma_squared: Any, twice: Any, step: Any, root: Any) -> None:
    """Update `sigma_squared` (n,): two steps of Newton's find nearly all; the published method finds those of great surprises.

    spread is phi^2 + v, `precision` 1 / tau^2; `twice`, `step` and `root` (n,) are room for the changes of ln sigma^2.
    """
    for k in range(spread.size):
        twice[k] = 2.0 * _volatility_step(0.0, sigma_squared[k], spread[k], delta_squared[k], precision)
    roots_of_leads(twice, step, root)
    for k in range(spread.size):
        after = sigma_squared[k] * root[k]
        step[k] = _volatility_step(0.5 * twice[k], after, spread[k], delta_squared[k], precision)
        root[k] = after * (1.0 + step[k])
    for k in range(spread.size):
        settled = abs(step[k]) <= SETTLED
        sigma_squared[k] = root[k] if settled else _squared_volatility(sigma_squared[k], spread[k], delta_squared[k], precision)


@kernel
def _volatility_step(change: float, after: float, s: float, square: float, precision: float) -> float:
    """Newton's step toward the root of f of Glickman's step 5, from where ln sigma^2 has changed by `change`, to that of `after`."""
    share = after / (s + after)
    excess = square / (s + after) - 1.0
    pull = 0.5 * share * excess
    return (pull - precision * change) / (precision - pull + share * (pull + 0.5 * share * (excess + 1.0)))


@kernel
def _squared_volatility(before: float, s: float, square: float, precision: float) -> float:
    """New sigma^2, from that `before`: the root of f of Glickman's step 5 by the Illinois method, ln sigma^2 to 1e-12.

    s is phi^2 + v, `square` is Delta^2, `precision` is 1 / tau^2; a, b and c are changes of ln sigma^2. His interval [0, b] holds the root; b is
    nearer here where f(0) is negative, as left of there the pull can only rise.
    """
    a = 0.0
    f_a = _volatility_pull(before, s, square)
    b = f_a / precision if f_a <= 0.0 else math.log((square - s) / before)
    after = before * math.exp(b)
    f_b = _volatility_pull(after, s, square) - b * precision
    while True:
        c = a + (a - b) * f_a / (f_b - f_a)
        # This also ends where c is NaN, because both ends are the root.
        if not abs(c - b) > 1e-12:
            return after
        after = before * math.exp(c)
        f_c = _volatility_pull(after, s, square) - c * precision
        if f_c * f_b <= 0.0:
            a = b
            f_a = f_b
        else:
            f_a /= 2.0
        b = c
        f_b = f_c


@kernel
def _volatility_pull(e: float, s: float, square: float) -> float:
    """First term of f of Glickman's step 5: slope of the log-likelihood of ln sigma^2 at sigma^2 = e."""
    return e * (square - s - e) / (2.0 * (s + e) * (s + e))


@kernel
def trueskill_votes(
    first: Any, second: Any, outcome: Any, score: Any, beta: float, tau: float, margin: float, ratings: Any, deviations: Any, n_votes: Any
) -> None:
    """Update mu in `ratings`, sigma in `deviations` (float64) and `n_votes` (int64); `margin` is epsilon of the paper."""
    for vote in range(first.size):
        worth = score[np.uint32(outcome[vote])]
        if worth >= 0.0:
            i = np.uint32(first[vote])
            j = np.uint32(second[vote])
            variance_i = deviations[i] * deviations[i] + tau * tau
            variance_j = deviations[j] * deviations[j] + tau * tau
            precision = 1.0 / math.sqrt(2.0 * beta * beta + variance_i + variance_j)
            lead = (ratings[i] - ratings[j]) * precision
            if worth == 0.5:
                v, w = _draw_terms(lead, margin * precision)
            else:
                side = 2.0 * worth - 1.0
                v, w = _win_terms(side * lead - margin * precision)
                v *= side
            ratings[i] += variance_i * precision * v
            ratings[j] -= variance_j * precision * v
            w *= precision * precision
            deviations[i] = math.sqrt(variance_i * (1.0 - variance_i * w))
            deviations[j] = math.sqrt(variance_j * (1.0 - variance_j * w))
            n_votes[i] += 1
            n_votes[j] += 1


@kernel
def _win_terms(x: float) -> Any:
    """Terms v and w of a win, x = t - epsilon."""
    v = hazard(-x)
    return v, v * (v + x)


@kernel
def _draw_terms(t: float, margin: float) -> Any:
    """Terms v and w of a draw, divided through by the larger of the two densities, so that nothing underflows."""
    low = abs(t) - margin
    high = abs(t) + margin
    shrink = math.exp(-2.0 * abs(t) * margin)
    steep, steeper = hazard(low), hazard(high)
    scale = steep * (steeper / (steeper - shrink * steep))
    v = math.copysign((1.0 - shrink) * scale, -t)
    return v, v * v + (shrink * high - low) * scale
