"""Slow, obvious twins of parts of a variance."""

import itertools
import math


def variance_of_means(values, choices, of):
    """Variance of the mean of values within the cells of some choices, each value as likely as another; `choices` is a list of tuples."""
    cells = {}
    for value, chosen in zip(values, choices, strict=True):
        cells.setdefault(tuple(chosen[i] for i in of), []).append(value)
    mean = sum(values) / len(values)
    return sum(len(cell) * (sum(cell) / len(cell) - mean) ** 2 for cell in cells.values()) / len(values)


def shapley_effects(values, choices):
    """Shapley effects by all orders of the choices: what each adds to the variance explained by those before it (Song, Nelson and Staum 2016)."""
    d = len(choices[0])
    effects = [0.0] * d
    for order in itertools.permutations(range(d)):
        for place, i in enumerate(order):
            before = variance_of_means(values, choices, sorted(order[:place]))
            effects[i] += variance_of_means(values, choices, sorted(order[: place + 1])) - before
    return [effect / math.factorial(d) for effect in effects]


def functional_anova(table):
    """Variance of the term of every set of axes of a full table: each term is the mean over all other axes less the terms of all subsets."""
    terms = {}
    for size in range(table.ndim + 1):
        for of in itertools.combinations(range(table.ndim), size):
            others = tuple(axis for axis in range(table.ndim) if axis not in of)
            term = table.mean(axis=others, keepdims=True)
            terms[of] = term - sum(terms[subset] for subset in terms if set(subset) < set(of))
    return {of: float((term**2).mean()) for of, term in terms.items() if of}
