"""Rating systems that go through votes one after the other, and orders of votes drawn at random.

`score` (4,) float64 says what each outcome is worth to the competitor shown first: 1, 0, 1/2, or below 0 where the vote does not count.
`first`, `second` (int32) and `outcome` (int8) have one element a vote; states (n,) are updated in place.
"""

import math
from typing import Any

import numpy as np

from engine.kernels.accelerate import kernel
from engine.kernels.streams import GOLDEN, mix


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
def glicko2_periods(
    first: Any,
    second: Any,
    outcome: Any,
    score: Any,
    edges: Any,
    points: float,
    tau: float,
    ratings: Any,
    deviations: Any,
    volatilities: Any,
    n_votes: Any,
    room: Any,
) -> None:
    """Update the state (float64, `n_votes` int64); period p holds the votes from edges[p] (int64) to edges[p + 1], `points` are one unit of mu.

    room : (4, n) float64, for mu, g(phi), 1 / v and Delta / v of the paper.
    """
    mu = room[0]
    attenuation = room[1]
    information = room[2]
    surprise = room[3]
    for period in range(edges.size - 1):
        for i in range(ratings.size):
            mu[i] = ratings[i] / points
            phi = deviations[i] / points
            attenuation[i] = 1.0 / math.sqrt(1.0 + 3.0 / (math.pi * math.pi) * phi * phi)
            information[i] = 0.0
            surprise[i] = 0.0
        for vote in range(edges[period], edges[period + 1]):
            worth = score[np.uint32(outcome[vote])]
            if worth >= 0.0:
                a = np.uint32(first[vote])
                b = np.uint32(second[vote])
                lead = mu[a] - mu[b]
                p = 1.0 / (1.0 + math.exp(-attenuation[b] * lead))
                q = 1.0 / (1.0 + math.exp(attenuation[a] * lead))
                information[a] += attenuation[b] * attenuation[b] * p * (1.0 - p)
                information[b] += attenuation[a] * attenuation[a] * q * (1.0 - q)
                surprise[a] += attenuation[b] * (worth - p)
                surprise[b] += attenuation[a] * (1.0 - worth - q)
                n_votes[a] += 1
                n_votes[b] += 1
        for i in range(ratings.size):
            if n_votes[i] > 0:
                phi = deviations[i] / points
                variance = phi * phi
                if information[i] > 0.0:
                    v = 1.0 / information[i]
                    delta = v * surprise[i]
                    square = _squared_volatility(volatilities[i] * volatilities[i], variance + v, delta * delta, 1.0 / (tau * tau))
                    volatilities[i] = math.sqrt(square)
                variance += volatilities[i] * volatilities[i]
                variance /= 1.0 + variance * information[i]
                ratings[i] += points * variance * surprise[i]
                deviations[i] = points * math.sqrt(variance)


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
        # Also where c is no number, because both ends are the root.
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
    v = 1.0 / mills_ratio(-x)
    return v, v * (v + x)


@kernel
def _draw_terms(t: float, margin: float) -> Any:
    """Terms v and w of a draw, divided through by the larger of the two densities, so that nothing underflows."""
    low = abs(t) - margin
    high = abs(t) + margin
    shrink = math.exp(-2.0 * abs(t) * margin)
    total = mills_ratio(low) - shrink * mills_ratio(high)
    v = math.copysign((1.0 - shrink) / total, -t)
    return v, v * v + (shrink * high - low) / total


@kernel
def mills_ratio(x: float) -> float:
    """(1 - Phi(x)) / phi(x) of the standard normal, to 1e-12."""
    if x > 35.0:
        y = 1.0 / (x * x)
        return (1.0 - y * (1.0 - y * (3.0 - y * (15.0 - y * 105.0)))) / x
    return math.sqrt(math.pi / 2.0) * math.exp(x * x / 2.0) * math.erfc(x / math.sqrt(2.0))
