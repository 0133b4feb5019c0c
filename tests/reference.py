"""Slow, obvious twins of what the engine computes."""

import math
from decimal import Decimal, localcontext

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from recount.engine import ELO, Contests, PairCounts, Prior
from recount.engine.triangle import on_triangle
from recount.engine.uncertainty.strength_laws import shape_parts


def pair_counts(names, rows):
    """Counts from (first, second, first won, second won, ties, both bad)."""
    index = {name: i for i, name in enumerate(names)}
    first = np.array([index[row[0]] for row in rows], int)
    second = np.array([index[row[1]] for row in rows], int)
    return PairCounts(tuple(names), first, second, np.array([row[2:] for row in rows], int).reshape(-1, 4))


def negative_log_likelihood(contests: Contests, theta) -> float:
    """Sum over pairs, one at a time."""
    total = 0.0
    for i, j, w, x, t in zip(contests.first, contests.second, contests.wins, contests.losses, contests.ties, strict=True):
        p = 1 / (1 + math.exp(theta[j] - theta[i]))
        total -= (w + t / 2) * math.log(p) + (x + t / 2) * math.log1p(-p)
    return total


def fitted_by_scipy(contests: Contests):
    """Maximum likelihood by scipy's trust-region Newton on vectorised formulas of its own, mean 0."""
    n = len(contests.names)
    i, j = contests.first, contests.second
    w, x = contests.wins + contests.ties / 2, contests.losses + contests.ties / 2

    def value(theta):
        d = theta[i] - theta[j]
        return float(np.sum(w * np.logaddexp(0, -d) + x * np.logaddexp(0, d))) + 0.5 * theta.sum() ** 2

    def gradient(theta):
        p = 1 / (1 + np.exp(theta[j] - theta[i]))
        r = w * (1 - p) - x * p
        g = np.zeros(n)
        np.add.at(g, i, -r)
        np.add.at(g, j, r)
        return g + theta.sum()

    def hessian(theta):
        p = 1 / (1 + np.exp(theta[j] - theta[i]))
        v = (w + x) * p * (1 - p)
        h = np.ones((n, n))
        np.add.at(h, (i, i), v)
        np.add.at(h, (j, j), v)
        np.add.at(h, (i, j), -v)
        np.add.at(h, (j, i), -v)
        return h

    theta = minimize(value, np.zeros(n), jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-6}).x
    # scipy stops where the value no longer changes; two plain Newton steps take the gradient to rounding.
    for _ in range(2):
        theta = theta - np.linalg.solve(hessian(theta), gradient(theta))
    return theta - theta.mean()


def rank_bounds_by_definition(lower, upper):
    """Marginal rank bounds, one pair at a time."""
    n = len(lower)
    best = [1 + sum(lower[j] > upper[i] for j in range(n) if j != i) for i in range(n)]
    worst = [n - sum(upper[j] < lower[i] for j in range(n) if j != i) for i in range(n)]
    return best, worst


def shown_better_by_definition(uncertainty, draws, confidence_level=0.95):
    """Romano and Wolf's step-down test of all ordered pairs of `compared_by_definition`, every lead of every draw computed in every step."""
    errors, (n_draws, n) = uncertainty.difference_errors(), draws.shape
    compared = compared_by_definition(draws, confidence_level)
    unrated = [any(not math.isfinite(draws[d, i]) for i in compared) for d in range(n_draws)]
    # Differences of infinite strengths are missing.
    with np.errstate(invalid="ignore"):
        for i in compared:
            for j in range(n):
                if i != j and not np.isfinite(draws[:, [i, j]]).all() and errors[i, j] == np.inf:
                    ordered = np.sort(np.nan_to_num(draws[:, i] - draws[:, j], nan=np.inf, posinf=np.inf, neginf=-np.inf))
                    width = ordered[int((n_draws - 1) * (5 / 6))] - ordered[int((n_draws - 1) * (1 / 6))]
                    errors[i, j] = errors[j, i] = width / 2 if np.isfinite(width) else np.inf
    pairs = [(i, j) for i in compared for j in compared if 0 < errors[i, j] < np.inf]
    if not pairs:
        return np.zeros((n, n), bool)
    better, worse = np.array(pairs).T
    inverse_errors = 1.0 / errors[better, worse]
    # Differences of infinite strengths are missing.
    with np.errstate(invalid="ignore"):
        observed = (uncertainty.strengths[better] - uncertainty.strengths[worse]) * inverse_errors
        deviations = draws - uncertainty.strengths
        leads = (deviations[:, better] - deviations[:, worse]) * inverse_errors
    leads[unrated] = np.inf
    shown = np.zeros(errors.shape, bool)
    still_open = np.ones(better.size, bool)
    place = math.floor((n_draws + 1) * confidence_level)
    while still_open.any() and place < n_draws:
        critical = max(0.0, sorted(leads[:, still_open].max(axis=1))[place])
        rejected = still_open & (observed > critical)
        if not rejected.any():
            break
        shown[better[rejected], worse[rejected]] = True
        still_open &= ~rejected
    return shown


def compared_by_definition(draws, confidence_level):
    """Who is compared: those with the fewest draws without a finite strength, as long as such draws of all of them are at most (1 - level) / 2."""
    n_draws, n = draws.shape
    without = [{d for d in range(n_draws) if not math.isfinite(draws[d, i])} for i in range(n)]
    compared = [i for i in range(n) if not without[i]]
    for size in sorted({len(draws_of) for draws_of in without} - {0}):
        more = compared + [i for i in range(n) if len(without[i]) == size]
        if len(set().union(*(without[i] for i in more))) > (1 - confidence_level) / 2 * n_draws:
            break
        compared = more
    return sorted(compared)


SCORES = {0: 1.0, 1: 0.0, 2: 0.5, 3: 0.5}


def elo_by_definition(votes, k_factor, k_halved_after, initial, scale):
    """Elo, one vote at a time, by name."""
    rating, n = dict.fromkeys(votes.names, initial), dict.fromkeys(votes.names, 0)
    for i, j, outcome in zip(votes.first, votes.second, votes.outcome, strict=True):
        a, b = votes.names[i], votes.names[j]
        expected = 1 / (1 + 10 ** ((rating[b] - rating[a]) / scale))
        move = SCORES[int(outcome)] - expected
        rating[a] += k_factor / (1 + n[a] / k_halved_after) * move
        rating[b] -= k_factor / (1 + n[b] / k_halved_after) * move
        n[a] += 1
        n[b] += 1
    return rating


def glicko2_by_definition(games, players, tau):
    """One rating period of Glickman (2013), steps 2 to 7; `players` are (r, RD, sigma), `games` are (player, player, score of the first).

    The volatility is found by bisection on f, between bounds far outside.
    """
    mu = {name: (r - 1500) / 173.7178 for name, (r, _, _) in players.items()}
    phi = {name: deviation / 173.7178 for name, (_, deviation, _) in players.items()}
    after = {}
    for name, (_, _, sigma) in players.items():
        met = [(b, s) for a, b, s in games if a == name] + [(a, 1 - s) for a, b, s in games if b == name]
        if not met:
            after[name] = (mu[name] * 173.7178 + 1500, 173.7178 * math.hypot(phi[name], sigma), sigma)
            continue
        g = [1 / math.sqrt(1 + 3 * phi[b] ** 2 / math.pi**2) for b, _ in met]
        expected = [1 / (1 + math.exp(-x * (mu[name] - mu[b]))) for x, (b, _) in zip(g, met, strict=True)]
        v = 1 / sum(x * x * e * (1 - e) for x, e in zip(g, expected, strict=True))
        total = sum(x * (s - e) for x, e, (_, s) in zip(g, expected, met, strict=True))
        square, spread = (v * total) ** 2, phi[name] ** 2 + v

        def f(x, square=square, spread=spread, sigma=sigma):
            e = math.exp(x)
            return e * (square - spread - e) / (2 * (spread + e) ** 2) - (x - math.log(sigma**2)) / tau**2

        low, high = math.log(sigma**2) - 20, max(math.log(sigma**2), math.log(max(square - spread, 1e-300))) + 1
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if f(middle) > 0 else (low, middle)
        sigma = math.exp(low / 2)
        deviation = 1 / math.sqrt(1 / (phi[name] ** 2 + sigma**2) + 1 / v)
        after[name] = (173.7178 * (mu[name] + deviation**2 * total) + 1500, 173.7178 * deviation, sigma)
    return after


def trueskill_by_integration(first, second, score, beta, margin):
    """Mean and deviation of both skills, normal (mean, deviation) before, given the outcome: by integrating over each skill in turn."""

    def moments(skill, other, sign):
        mean, deviation = skill
        z, weight = np.polynomial.hermite_e.hermegauss(200)
        noise = math.sqrt(2 * beta**2 + other[1] ** 2)
        lead = sign * (mean + deviation * z - other[0])
        if score == 0.5:
            likelihood = ndtr((margin - lead) / noise) - ndtr((-margin - lead) / noise)
        else:
            likelihood = ndtr(((2 * score - 1) * lead - margin) / noise)
        posterior = weight * likelihood / np.sum(weight * likelihood)
        centre = np.sum(posterior * z)
        return mean + deviation * centre, deviation * math.sqrt(np.sum(posterior * (z - centre) ** 2))

    return moments(first, second, 1), moments(second, first, -1)


def shuffled_by_definition(items, start):
    """Fisher and Yates's shuffle with Lemire's bounded integers, from 32-bit halves, low one first, of SplitMix64 words at `start`."""
    items, n_left, state = list(items), len(items), start
    while n_left > 1:
        word = state
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            word = (word ^ (word >> shift)) * factor % 2**64
        word ^= word >> 31
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        for half in (word % 2**32, word >> 32):
            if n_left > 1 and half * n_left % 2**32 >= (2**32 - n_left) % n_left:
                place, n_left = half * n_left >> 32, n_left - 1
                items[place], items[n_left] = items[n_left], items[place]
    return items


def log_probability(ties, y, lead, gamma):
    """Of one vote with outcome y of the first; `gamma` is ln nu (Davidson) or ln theta (Rao and Kupper)."""
    if ties == "davidson":
        logits = np.array([lead / 2, -lead / 2, gamma])
        return logits[{1.0: 0, 0.0: 1, 0.5: 2}[y]] - np.log(np.exp(logits).sum())
    if ties == "rao-kupper":
        win, loss = 1 / (1 + np.exp(gamma - lead)), 1 / (1 + np.exp(gamma + lead))
        return np.log({1.0: win, 0.0: loss, 0.5: 1 - win - loss}[y])
    return -y * np.log1p(np.exp(-lead)) - (1 - y) * np.log1p(np.exp(lead))


def jackknife(contests: Contests, refit):
    """Weight (n_cells,) and strengths (n_cells, n) without one vote, for every cell with votes; `refit` takes contests."""
    votes = np.stack([contests.wins, contests.losses, contests.ties])
    weights, strengths = [], []
    for outcome, pair in zip(*np.nonzero(votes), strict=True):
        without = votes.copy()
        without[outcome, pair] -= 1
        weights.append(votes[outcome, pair])
        strengths.append(refit(Contests(contests.names, contests.first, contests.second, *without)))
    return np.array(weights), np.array(strengths)


def acceleration_by_jackknife(weights, strengths):
    """Efron and Tibshirani (1993), equation 14.15, where each row of `strengths` stands for `weights` of them."""
    deviation = np.average(strengths, axis=0, weights=weights) - strengths
    return (weights @ deviation**3) / (6 * (weights @ deviation**2) ** 1.5)


def probabilities_by_definition(ties, lead, tie):
    """Win, loss, tie by the formulas of the papers."""
    i, j = np.exp(lead), 1.0
    if ties == "davidson":
        total = i + j + tie * np.sqrt(i * j)
        return i / total, j / total, tie * np.sqrt(i * j) / total
    win, loss = i / (i + tie * j), j / (j + tie * i)
    return win, loss, (tie**2 - 1) * i * j / ((i + tie * j) * (j + tie * i))


def nll_of_ties(ties, played, parameters):
    """Negative log-likelihood, a pair at a time."""
    total = 0.0
    for i, j, w, x, t in zip(played.first, played.second, played.wins, played.losses, played.ties, strict=True):
        win, loss, tie = probabilities_by_definition(ties, parameters[i] - parameters[j], np.exp(parameters[-1]))
        total -= w * np.log(win) + x * np.log(loss) + (t * np.log(tie) if t else 0.0)
    return total


def left_by(fitted, removal):
    """Strengths of the votes that a removal leaves, by a dense Newton fit that shares nothing with the engine's."""
    return dense_strengths(len(fitted.names), *(on_triangle(fitted.contests) - removal.votes))


def dense_strengths(n, won, lost, tied):
    """Strengths (n,) of votes of the triangle by a dense Newton fit with ties as half-wins."""
    points, met = np.zeros((n, n)), np.zeros((n, n))
    points[np.triu_indices(n, 1)] = won + tied / 2
    points.T[np.triu_indices(n, 1)] = lost + tied / 2
    met = points + points.T
    theta = np.zeros(n)
    for _ in range(30):
        p = 1 / (1 + np.exp(theta[None] - theta[:, None]))
        weight = met * p * (1 - p)
        theta = theta + np.linalg.solve(np.diag(weight.sum(axis=1)) - weight + 1, (points - met * p).sum(axis=1))
    assert np.abs((points - met * p).sum(axis=1)).max() < 1e-6
    return theta - theta.mean()


def maximum_to_50_digits(contests: Contests, prior: Prior, start):
    """Strengths of mean 0 at the maximum of the penalised likelihood of Bradley-Terry, as floats of 50 digits' arithmetic.

    The gradient from its definition; Newton's method with differences of it, from `start` that is near.
    """
    with localcontext() as context:
        context.prec = 60
        gradient = _gradient_in_decimals(contests, prior)
        theta = [Decimal(float(value)) for value in start]
        n, h = len(theta), Decimal(10) ** -25
        for _ in range(25):
            here = gradient(theta)
            columns = [[(a - b) / h for a, b in zip(gradient([t + h * (k == i) for i, t in enumerate(theta)]), here, strict=True)] for k in range(n)]
            step = _solved_in_decimals([[-columns[k][i] for k in range(n)] for i in range(n)], here)
            theta = [t + d for t, d in zip(theta, step, strict=True)]
            if max(map(abs, step)) < Decimal(10) ** -40:
                mean = sum(theta) / n
                return np.array([float(t - mean) for t in theta])
    raise AssertionError("no maximum found")


def _gradient_in_decimals(contests: Contests, prior: Prior):
    n, one, half = len(contests.names), Decimal(1), Decimal(1) / 2
    pairs = [
        (int(i), int(j), Decimal(float(w + t / 2)), Decimal(float(w + x + t)))
        for i, j, w, x, t in zip(contests.first, contests.second, contests.wins, contests.losses, contests.ties, strict=True)
    ]

    def gradient(theta):
        # Of strengths that nothing pins the sum is held at 0.
        out = [-sum(theta) if prior.kind in ("none", "firth") else Decimal(0)] * n
        p = [one / (one + (theta[j] - theta[i]).exp()) for i, j, _, _ in pairs]
        for (i, j, points, votes), of_first in zip(pairs, p, strict=True):
            out[i] += points - votes * of_first
            out[j] -= points - votes * of_first
        if prior.kind == "votes":
            out = [g + Decimal(prior.amount) * (half - one / (one + (-t).exp())) for g, t in zip(out, theta, strict=True)]
        elif prior.kind == "gaussian":
            precision = (Decimal(ELO) / Decimal(prior.amount)) ** 2
            out = [g - precision * t for g, t in zip(out, theta, strict=True)]
        elif prior.kind == "firth":
            information = [[one] * n for _ in range(n)]
            for (i, j, _, votes), of_first in zip(pairs, p, strict=True):
                weight = votes * of_first * (one - of_first)
                for a, b, sign in ((i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)):
                    information[a][b] += sign * weight
            for (i, j, _, votes), of_first in zip(pairs, p, strict=True):
                lead = [Decimal((k == i) - (k == j)) for k in range(n)]
                solved = _solved_in_decimals(information, lead)
                pull = votes * of_first * (one - of_first) * (solved[i] - solved[j]) * (half - of_first)
                out[i] += pull
                out[j] -= pull
        return out

    return gradient


def _solved_in_decimals(matrix, right):
    """Gauss's elimination, the largest pivot of each column first."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    n = len(rows)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, n):
            share = rows[i][k] / rows[k][k]
            if share:
                rows[i] = [a - share * b for a, b in zip(rows[i], rows[k], strict=True)]
    solution = [Decimal(0)] * n
    for k in reversed(range(n)):
        solution[k] = (rows[k][n] - sum(rows[k][m] * solution[m] for m in range(k + 1, n))) / rows[k][k]
    return solution


def strengths_by_importance(strengths, errors, law, prior, n_draws, seed, degrees_of_freedom=np.inf, groups=""):
    """Strengths (n_draws, n) from their law itself, mean 0, and how much each row counts given estimates with these errors (n, n).

    The parts, their laws, the strengths, the effects of groups (a letter a strength) and that of the size of errors are drawn from the prior, and
    weighed by the density of the estimates' differences.
    """
    rng, n = np.random.default_rng(seed), strengths.size
    share = rng.dirichlet(np.full(prior.n_parts, prior.concentration / prior.n_parts), n_draws).cumsum(axis=1)
    rows = np.arange(n_draws)
    shape = rng.choice(3, (n_draws, prior.n_parts), p=law.shape_probabilities)
    spread = law.spreads[np.searchsorted(law.cumulated, rng.random((n_draws, prior.n_parts))).clip(max=law.spreads.size - 1)]
    place = law.centre + law.width * rng.standard_cauchy((n_draws, prior.n_parts))
    drawn = np.empty((n_draws, n))
    for i in range(n):
        part = (rng.random((n_draws, 1)) > share).sum(axis=1).clip(max=prior.n_parts - 1)
        for kind in range(3):
            means, variances = shape_parts(kind)
            of_kind = shape[rows, part] == kind
            j = rng.integers(means.size, size=of_kind.sum())
            standard = means[j] + np.sqrt(variances[j]) * rng.normal(size=j.size)
            drawn[of_kind, i] = place[rows, part][of_kind] + spread[rows, part][of_kind] * standard
    if groups:
        of_groups, of_errors = np.exp(law.logarithms) / np.exp(law.logarithms).sum(axis=1, keepdims=True)
        own = np.diagonal(errors)
        factors = np.log(own / np.median(own)) / 2
        slopes = rng.choice(law.deviations, n_draws, p=of_errors)[:, None] * rng.normal(size=(n_draws, 2))
        drawn += slopes @ np.array([factors, factors.clip(min=0)])
        deviation = rng.choice(law.deviations, n_draws, p=of_groups)
        for name in sorted(set(groups)):
            effect = deviation * rng.normal(size=n_draws)
            drawn[:, [group == name for group in groups]] += effect[:, None]
    left = (strengths - drawn) @ np.linalg.cholesky(np.linalg.inv(errors))
    distance = (left**2).sum(axis=1)
    f = degrees_of_freedom
    log_weight = -distance / 2 if np.isinf(f) else -(f + n) / 2 * np.log1p(distance / f)
    weight = np.exp(log_weight - log_weight.max())
    return drawn - drawn.mean(axis=1, keepdims=True), weight / weight.sum()
