"""Parts of a variance against their definitions, all orders of the choices, an independent package, and closed forms; changes against all subsets."""

import itertools

import numpy as np
import pytest

from recount.sims.multiverse.fewest_changes import smallest_changes
from recount.sims.multiverse.variance_by_choice import variance_parts
from tests.variances import functional_anova, shapley_effects, variance_of_means


def on_a_grid(table):
    """Values of a full table, one a row, the levels of each axis, and equal weights."""
    levels = [of.ravel() for of in np.indices(table.shape)]
    return table.ravel(), levels, np.ones(table.size)


def as_mask(of):
    return sum(1 << i for i in of)


@pytest.mark.parametrize("shape", [(2,), (3, 4), (2, 3, 4), (2, 2, 3, 2), (3, 2, 2, 2, 2)])
def test_a_full_grid_by_definition(shape):
    table = 1000 + np.random.default_rng(3).normal(0, 7, shape)
    found = variance_parts(*on_a_grid(table))
    assert found.variance == pytest.approx(table.var(), rel=1e-12)
    for of, part in functional_anova(table).items():
        assert found.parts[as_mask(of)] == pytest.approx(part, rel=1e-9, abs=1e-10)
    # To 12 digits of the variance.
    assert abs(found.parts.sum() - found.variance) <= 1e-12 * found.variance
    assert abs(found.shapley().sum() - found.variance) <= 1e-12 * found.variance
    assert (found.parts >= -1e-12 * found.variance).all()
    assert (found.alone() <= found.shapley() + 1e-10).all()
    assert (found.shapley() <= found.total() + 1e-10).all()


def test_shapley_effects_by_all_orders():
    """On a full grid, and where combinations are missing, of which the effects still share out all of the variance."""
    rng = np.random.default_rng(5)
    values, levels, weights = on_a_grid(rng.normal(size=(2, 3, 2, 2)))
    for kept in (np.arange(values.size), np.sort(rng.choice(values.size, 15, replace=False))):
        choices = list(zip(*(of[kept].tolist() for of in levels), strict=True))
        found = variance_parts(values[kept], [of[kept] for of in levels], weights[kept])
        assert found.shapley() == pytest.approx(shapley_effects(values[kept].tolist(), choices), abs=1e-12)
        for of in itertools.chain.from_iterable(itertools.combinations(range(4), size) for size in range(5)):
            assert found.explained[as_mask(of)] == pytest.approx(variance_of_means(values[kept].tolist(), choices, of), abs=1e-12)
        assert found.parts.sum() == pytest.approx(values[kept].var(), rel=1e-12)
    # Choices depend on each other there, and the part of several can be below 0, as it is here.
    assert found.parts.min() < -1e-3


def test_a_row_that_stands_for_several_specifications():
    """The same as these rows, each with a choice that changes nothing."""
    table = np.random.default_rng(7).normal(size=(3, 2))
    weights = np.array([1.0, 4.0, 2.0, 2.0, 5.0, 1.0])
    once = variance_parts(table.ravel(), [of.ravel() for of in np.indices(table.shape)], weights)
    rows = np.repeat(np.arange(6), weights.astype(int))
    place = np.concatenate([np.arange(int(n)) for n in weights])
    many = variance_parts(table.ravel()[rows], [*(of.ravel()[rows] for of in np.indices(table.shape)), place], np.ones(rows.size))
    assert many.variance == pytest.approx(once.variance, rel=1e-12)
    assert many.explained[:4] == pytest.approx(once.explained, abs=1e-12)


def test_closed_forms():
    """y = a x1 + b x2 + c x1 x2 with x = -1, 1: variances a^2, b^2, c^2, and half of the last to each."""
    x = np.array([-1.0, 1.0])
    table = 3.0 * x[:, None, None] + 2.0 * x[None, :, None] + 5.0 * x[:, None, None] * x[None, :, None] + np.zeros((2, 2, 4))
    found = variance_parts(*on_a_grid(table))
    assert found.parts == pytest.approx([0, 9, 4, 25, 0, 0, 0, 0], abs=1e-12)
    assert found.shapley() == pytest.approx([21.5, 16.5, 0], abs=1e-12)
    assert found.total() == pytest.approx([34, 29, 0], abs=1e-12)


def test_as_salib_says():
    """Indices of the grid, by a sample of it: each choice a step function of a uniform number."""
    from SALib.analyze import sobol
    from SALib.sample import sobol as sequence

    table = np.random.default_rng(9).normal(size=(2, 4, 3)) + 2 * np.arange(4)[None, :, None]
    found = variance_parts(*on_a_grid(table))
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, n] for n in table.shape]}
    points = sequence.sample(problem, 2**13, seed=1)
    cells = np.minimum(points.astype(int), np.array(table.shape) - 1)
    said = sobol.analyze(problem, table[tuple(cells.T)], num_resamples=2, seed=2)
    assert said["S1"] == pytest.approx(found.alone() / found.variance, abs=0.01)
    assert said["ST"] == pytest.approx(found.total() / found.variance, abs=0.01)
    for i, j in itertools.combinations(range(3), 2):
        assert said["S2"][i, j] == pytest.approx(found.parts[(1 << i) | (1 << j)] / found.variance, abs=0.02)


def fewest_by_all_subsets(departs, otherwise):
    """The smallest set of choices of which some values, all other choices as usual, change the conclusion; and where."""
    for size in range(1, len(departs) + 1):
        sets = list(map(set, itertools.combinations(departs, size)))
        found = [row for row in np.flatnonzero(otherwise) if {name for name, of in departs.items() if of[row]} in sets]
        if found:
            return size, found
    return 0, []


@pytest.mark.parametrize("seed", range(12))
def test_the_fewest_changes_by_all_subsets(seed):
    rng = np.random.default_rng(seed)
    levels = [of.ravel() for of in np.indices((2, 3, 2, 3))]
    departs = {f"choice {i}": of > 0 for i, of in enumerate(levels)}
    otherwise = rng.random(36) < (0.0 if seed == 0 else 0.12)
    # Under the usual specification it holds.
    otherwise[0] = False
    fewest, rows = smallest_changes(departs, otherwise)
    assert (fewest, rows.tolist()) == fewest_by_all_subsets(departs, otherwise)


def test_no_choice_varies():
    found = variance_parts(np.array([3.0]), [], np.ones(1))
    assert (found.variance, found.parts.tolist(), found.shapley().size) == (0.0, [0.0], 0)
