"""Densities of values under a law that is a mixture of parts, each of some shape, place and spread (`recount.engine.kernels.strength_chains`).

Of normals the constant that all have is left out.
"""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.exponentials import exponential

# Of the logarithm of a density that is 0.
LEAST = 1e-300
# Densities below it are too near the least that `exponential` knows.
FAINT = 1e-250


@kernel
def density(value: float, variance: float, k: int, shapes: Any, spreads: Any, parts: Any) -> float:
    """Density of a value under the law of part k, but for a constant of its shape."""
    n_normals, means, widths, _ = shapes
    s, shape = spreads[0][parts[2][k]], parts[1][k]
    total = 0.0
    for j in range(n_normals[shape]):
        both = s * s * widths[shape, j] + variance
        total += np.exp(-0.5 * (value - parts[3][k] - s * means[shape, j]) ** 2 / both) / np.sqrt(both)
    return total


@kernel
def tabulate(shapes: Any, spreads: Any, parts: Any, normals: tuple[Any, Any, Any]) -> None:
    """Write where the normals of each part begin, (n_parts + 1,), and the means and variances of all."""
    n_normals, means, variances, _ = shapes
    _, shape, spread, place, _ = parts
    last = 0
    for k in range(shape.size):
        s = spreads[spread[k]]
        for j in range(n_normals[shape[k]]):
            normals[1][last] = place[k] + s * means[shape[k], j]
            normals[2][last] = s * s * variances[shape[k], j]
            last += 1
        normals[0][k + 1] = last


@kernel
def weigh_all(held: tuple[Any, Any], normals: tuple[Any, Any, Any], densities: Any, of_parts: Any) -> None:
    """Write the density of each value under each normal, (n_normals, n), and the sums for each part, (n_parts, n)."""
    of_parts[:] = 0.0
    for k in range(of_parts.shape[0]):
        for j in range(normals[0][k], normals[0][k + 1]):
            weigh(held[0], held[1], normals[1][j], normals[2][j], densities[j], of_parts[k])
    for i in range(of_parts.shape[1]):
        total = 0.0
        for k in range(of_parts.shape[0]):
            total += of_parts[k, i]
        if total < FAINT:
            weigh_far(i, (held[0][i], held[1][i]), normals, densities, of_parts)


@kernel
def weigh(values: Any, variances: Any, mean: float, variance: float, densities: Any, sums: Any) -> None:
    """Write the density of each value, with its variance, under a normal, but for a constant, and add it to the sum of its part."""
    for i in range(values.size):
        precision = 1.0 / (variances[i] + variance)
        distance = values[i] - mean
        densities[i] = np.sqrt(precision) * exponential(-0.5 * distance * distance * precision)
        sums[i] += densities[i]


@kernel
def weigh_far(i: int, value: tuple[float, float], normals: tuple[Any, Any, Any], densities: Any, of_parts: Any) -> None:
    """Write the densities of value i, which is far from all normals, over the largest of them."""
    n_normals = normals[0][-1]
    for j in range(n_normals):
        both = normals[2][j] + value[1]
        densities[j, i] = -0.5 * ((value[0] - normals[1][j]) ** 2 / both + np.log(both))
    largest = densities[:n_normals, i].max()
    for k in range(of_parts.shape[0]):
        of_parts[k, i] = 0.0
        for j in range(normals[0][k], normals[0][k + 1]):
            densities[j, i] = np.exp(densities[j, i] - largest)
            of_parts[k, i] += densities[j, i]


@kernel
def log_density(members: tuple[Any, ...], shapes: Any, spreads: Any, base: Any, law: tuple[int, int, float]) -> float:
    """Logarithm of the density of the values of a part times that of its law, but for a constant."""
    n_normals, means, variances, probabilities = shapes
    shape, spread, place = law
    s = spreads[0][spread]
    before = spreads[1][spread] - (spreads[1][spread - 1] if spread else 0.0)
    of_law = np.log(probabilities[shape] * before) - np.log1p(((place - base[0]) / base[1]) ** 2)
    if n_normals[shape] == 1:
        return float(of_law + log_normal(members, place, s * s))
    total, product = 0.0, 1.0
    members[3][:] = 0.0
    for j in range(n_normals[shape]):
        weigh(members[0], members[1], place + s * means[shape, j], s * s * variances[shape, j], members[2], members[3])
    for i in range(members[3].size):
        product *= members[3][i] / n_normals[shape]
        # Logarithms are slow.
        if product < 1e-100 or product > 1e100:
            total += np.log(max(product, LEAST))
            product = 1.0
    return float(of_law + total + np.log(product))


@kernel
def log_normal(members: tuple[Any, ...], mean: float, variance: float) -> float:
    """Logarithm of the density of values under a normal law, but for a constant."""
    squares, product, total = 0.0, 1.0, 0.0
    for i in range(members[0].size):
        precision = 1.0 / (members[1][i] + variance)
        squares += (members[0][i] - mean) ** 2 * precision
        product *= precision
        if product < 1e-100 or product > 1e100:
            total += np.log(product)
            product = 1.0
    return float(0.5 * (total + np.log(product) - squares))
