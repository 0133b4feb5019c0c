"""Chains of strengths whose law is a mixture of parts, each of some shape, place and spread (`recount.engine.uncertainty.posterior`).

Gibbs sampling with the weights of the parts integrated out (Neal 2000), and Metropolis steps for the law of each part.

`values` (n,) are estimates less what of their errors is shared, and `own` (n,) the variances of what is left of the errors. `shapes` are of
each shape: of how many normals, equally frequent, it is a mixture, (n_shapes,); their means and variances, (n_shapes, n_normals); how probable it is,
(n_shapes,). `spreads` are those that a part may have, even in the logarithm, and how probable they are, cumulated, (m,) both. `base` are centre and
width of the Cauchy law of places, concentration, and the number of tries a step. `parts` are of each strength its part, (n,); of each part its shape,
the number of its spread, its place, and how many strengths are in it, (n_parts,). `effects` are of each effect how much of it each strength has,
(n_effects, n); the kind of each, (n_effects,), those of a kind having one deviation; deviations that they may have, (m,), and the logarithms of how
probable these are, (n_kinds, m). Values are also less the effects, to which the law does not apply.
"""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.mixture_densities import LEAST, density, log_density, tabulate, weigh_all

# Of steps along a direction, in deviations: the best for a normal law in one dimension (Gelman, Roberts and Gilks 1996).
REACH = 2.4


@kernel
def follow(
    errors: tuple[Any, Any, Any], effects: Any, shapes: Any, spreads: Any, base: Any, factors: Any, noise: tuple[Any, Any], parts: Any, out: Any
) -> None:
    """Follow one chain and write the strengths of its last steps.

    Parameters
    ----------
    errors : (n,) float64, (n,) float64, tuple
        Estimates; variances of their independent errors; and of the shared ones, (n, n), (m, n), (m, n) and (m,) float64: the inverse covariance of
        all errors, with no rows where errors are independent; directions in which the shared ones are large, what gives a shared error's part in each
        of these, and the variances of these parts.
    effects, shapes, spreads, base
    factors : (n_steps,) float64, float
        A chi-square variable of each step, and the degrees of freedom of the variances, infinite where these are known.
    noise : (n_steps, 2 n + m + n_effects) normal, (n_steps, n + m + n_effects + n_kinds + n_parts x (3 + 4 n_tries)) uniform
        The first n with the covariance of the shared errors given all.
    parts
        With which the chain begins; overwritten. Sizes are 0 at first.
    out : (n_kept, n) float64
        The first row holds the strengths with which the chain begins.
    """
    estimates, own, shared = errors
    n, n_parts, n_effects = estimates.size, parts[1].size, effects[0].shape[0]
    n_steps, n_kept = noise[0].shape[0], out.shape[0]
    normal, uniform = noise
    strengths, values, variances = out[0].copy(), estimates.copy(), own.copy()
    for i in range(n):
        parts[4][parts[0][i]] += 1
    most = n_parts * shapes[1].shape[1]
    normals = np.zeros(n_parts + 1, np.int64), np.empty(most), np.empty(most)
    densities, of_parts, members = np.empty((most, n)), np.empty((n_parts, n)), np.empty((4, n))
    share, sizes, effect = np.empty(n_parts), np.zeros(n_effects), np.zeros(n)
    n_kinds = effects[1].max() + 1 if n_effects else 0
    factor, deviation = 1.0, np.full(n_kinds, effects[2].size - 1)
    for step in range(n_steps):
        error = estimates - strengths
        values[:] = estimates - effect
        if shared[0].shape[0]:
            weighed = shared[0] @ error
            if np.isfinite(factors[1]):
                factor = (factors[1] + error @ weighed) / factors[0][step]
            values -= error - own * weighed + np.sqrt(factor) * normal[step, :n]
        elif np.isfinite(factors[1]):
            factor = (factors[1] + (error**2 / own).sum()) / factors[0][step]
        variances[:] = factor * own
        last, at = 2 * n, n
        for m in range(shared[1].shape[0]):
            now = shared[2][m] @ (estimates - effect - values)
            move(shared[1][m], now, factor * shared[3][m], (values, variances), shapes, spreads, parts, normal[step, last], uniform[step, at])
            last, at = last + 1, at + 1
        for e in range(n_effects):
            variance = effects[2][deviation[effects[1][e]]] ** 2
            moved = move(effects[0][e], sizes[e], variance, (values, variances), shapes, spreads, parts, normal[step, last], uniform[step, at])
            sizes[e] -= moved
            effect -= moved * effects[0][e]
            last, at = last + 1, at + 1
        for kind in range(n_kinds):
            deviation[kind] = draw_deviation(sizes[effects[1] == kind], effects[2], effects[3][kind], uniform[step, at])
            at += 1
        tabulate(shapes, spreads[0], parts, normals)
        weigh_all((values, variances), normals, densities, of_parts)
        for k in range(n_parts):
            share[k] = (parts[4][k] + base[2] / n_parts) / shapes[0][parts[1][k]]
        for i in range(n):
            value, variance, k = values[i], variances[i], parts[0][i]
            share[k] -= 1 / shapes[0][parts[1][k]]
            parts[4][k] -= 1
            k, j = draw_normal(i, uniform[step, i], share, normals[0], densities, of_parts)
            parts[0][i] = k
            parts[4][k] += 1
            share[k] += 1 / shapes[0][parts[1][k]]
            kept = normals[2][j] / (normals[2][j] + variance)
            strengths[i] = effect[i] + normals[1][j] + kept * (value - normals[1][j]) + np.sqrt(kept * variance) * normal[step, n + i]
        for k in range(n_parts):
            if parts[4][k] == 0:
                renew(k, shapes[3], spreads[1], base, parts, uniform[step, at : at + 3])
            at += 3
            now, m = np.nan, gather(k, (values, variances), parts, members)
            of_part = members[0][:m], members[1][:m], members[2][:m], members[3][:m]
            for _ in range(base[3]):
                if m:
                    now = try_another(k, of_part, variances.mean(), shapes, spreads, base, parts, uniform[step, at : at + 4], now)
                at += 4
        row = step - (n_steps - n_kept)
        if row >= 0:
            out[row] = strengths


@kernel
def move(along: Any, now: float, variance: float, held: tuple[Any, Any], shapes: Any, spreads: Any, parts: Any, noise: float, level: float) -> float:
    """Try to move values along a direction, with the strengths integrated out, and return how far they moved.

    What the values are less of, a shared error or the effect of a group, has so much along the direction now, and this variance; it is moved back.
    """
    values, variances = held
    precision = 1 / variance
    for i in range(values.size):
        if along[i] != 0:
            precision += along[i] ** 2 / (variances[i] + spreads[0][parts[2][parts[0][i]]] ** 2)
    moved = REACH * noise / np.sqrt(precision)
    ratio = 0.5 * (now**2 - (now - moved) ** 2) / variance
    for i in range(values.size):
        k, step = parts[0][i], moved * along[i]
        if step != 0 and shapes[0][parts[1][k]] == 1:
            # Of a normal law the logarithm of the ratio is known without exponentials.
            ratio -= 0.5 * step * (2 * (values[i] - parts[3][k]) + step) / (variances[i] + spreads[0][parts[2][k]] ** 2)
        elif step != 0:
            there = density(values[i] + step, variances[i], k, shapes, spreads, parts)
            here = density(values[i], variances[i], k, shapes, spreads, parts)
            ratio += np.log(max(there, LEAST) / max(here, LEAST))
    if np.log(1.0 - level) >= ratio:
        return 0.0
    values += moved * along
    return float(moved)


@kernel
def draw_deviation(sizes: Any, deviations: Any, logarithms: Any, level: float) -> int:
    """Draw the number of the deviation of which effects of these sizes come."""
    squares, total = (sizes**2).sum(), 0.0
    found = logarithms - sizes.size * np.log(deviations) - 0.5 * squares / deviations**2
    found = np.exp(found - found.max())
    for j in range(found.size):
        total += found[j]
    below, j = found[0], 0
    while j < found.size - 1 and below <= level * total:
        j += 1
        below += found[j]
    return j


@kernel
def draw_normal(i: int, level: float, share: Any, starts: Any, densities: Any, of_parts: Any) -> tuple[int, int]:
    """Draw of which part and which of its normals strength i comes; `share` (n_parts,) is how probable each normal of a part is before."""
    n_parts, total = share.size, 0.0
    for k in range(n_parts):
        total += share[k] * of_parts[k, i]
    left, k = level * total, 0
    while k < n_parts - 1 and left >= share[k] * of_parts[k, i]:
        left -= share[k] * of_parts[k, i]
        k += 1
    left, j = left / share[k], starts[k]
    while j < starts[k + 1] - 1 and left >= densities[j, i]:
        left -= densities[j, i]
        j += 1
    return k, j


@kernel
def renew(k: int, probabilities: Any, cumulated: Any, base: Any, parts: Any, uniform: Any) -> None:
    """Draw the law of a part without strengths."""
    _, shape, spread, place, _ = parts
    shape[k], below = 0, probabilities[0]
    while shape[k] < probabilities.size - 1 and below <= uniform[0]:
        shape[k] += 1
        below += probabilities[shape[k]]
    spread[k] = min(cumulated.size - 1, np.searchsorted(cumulated, uniform[1], side="right"))
    place[k] = base[0] + base[1] * np.tan(np.pi * (uniform[2] - 0.5))


@kernel
def gather(k: int, held: tuple[Any, Any], parts: Any, members: Any) -> int:
    """Write the values of part k and their variances to the first rows; return how many they are."""
    found = 0
    for i in range(held[0].size if parts[4][k] else 0):
        if parts[0][i] == k:
            members[0, found], members[1, found] = held[0][i], held[1][i]
            found += 1
    return found


@kernel
def try_another(
    k: int, members: tuple[Any, ...], variance: float, shapes: Any, spreads: Any, base: Any, parts: Any, uniform: Any, now: float
) -> float:
    """Propose another law of a part, and take it as often as Metropolis says; half of the proposals draw the shape anew.

    `members` are the values of the part, their variances, and room for two more arrays, (n_members,) each; `variance` is the mean one of all values.
    Returns the logarithm of the density under the law that the part then has; `now` is that before, NaN if it was not computed yet.
    """
    _, shape, spread, place, size = parts
    n_shapes = shapes[0].size
    other = min(n_shapes - 1, int(2 * n_shapes * uniform[0])) if uniform[0] < 0.5 else shape[k]
    wider = spread[k] + int(9 * uniform[1]) - 4
    if wider < 0 or wider >= spreads[0].size or shapes[3][other] == 0:
        return now
    reach = np.sqrt((spreads[0][max(wider, spread[k])] ** 2 + variance) / size[k])
    there = place[k] + 3.0 * reach * (uniform[2] - 0.5)
    if np.isnan(now):
        now = log_density(members, shapes, spreads, base, (shape[k], spread[k], place[k]))
    then = log_density(members, shapes, spreads, base, (other, wider, there))
    if np.log(1.0 - uniform[3]) < then - now:
        shape[k], spread[k], place[k] = other, wider, there
        return then
    return now
