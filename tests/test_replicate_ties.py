"""Replicates that are exact ties, and replicates without ratings, against the law of two competitors, where all replicates can be counted."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom, norm

from recount.engine import (
    ELO,
    ConvergenceError,
    ExistenceError,
    Prior,
    Resampling,
    Votes,
    bootstrap,
    fit,
    superiority,
    top_probabilities,
)
from recount.engine.uncertainty import bootstrapping
from tests.reference import pair_counts


@cache
def of_two(n_wins, n_losses, n_replicates=40_000, **options):
    """Replicates of two competitors; as many as make the Monte-Carlo error of a share 0.0025 at most, or 0.008 with 4,000."""
    return bootstrap(fit(pair_counts("ab", [("a", "b", n_wins, n_losses, 0, 0)])), Resampling(n_replicates=n_replicates, **options))


@pytest.mark.parametrize(
    ("n_wins", "n_losses", "p_best"), [(11, 9, 0.671), (4, 2, 0.790), (55, 45, 0.841), (1, 1, 0.5), (10, 10, 0.5), (2, 4, 0.210)]
)
def test_p_best_of_two_is_binomial(n_wins, n_losses, p_best):
    n = n_wins + n_losses
    law = binom(n, n_wins / n)
    exact = law.sf(n / 2) + law.pmf(n / 2) / 2
    assert exact == pytest.approx(p_best, abs=0.0006)
    replicates = of_two(n_wins, n_losses, 4_000)
    assert top_probabilities(replicates.draws(), 1)[0] == pytest.approx(exact, abs=0.02)
    assert superiority(replicates.draws())[0, 1] == pytest.approx(exact, abs=0.02)
    # A tie is a tie to the last bit.
    first, second = replicates.values.T
    assert (first == second).mean() == pytest.approx(law.pmf(n / 2), abs=0.02)
    assert replicates.rating_error <= 0.01


@pytest.mark.slow
@pytest.mark.parametrize(("n_wins", "n_losses"), [(1, 1), (4, 2), (2, 4), (3, 17), (60, 40)])
def test_intervals_of_two_are_quantiles_of_the_binomial(n_wins, n_losses):
    """The rating of k wins of n is +-200 log10(k / (n - k)) around the mean, without end at 0 and n."""
    n = n_wins + n_losses
    k = binom(n, n_wins / n).ppf([0.025, 0.975])
    # k of 0 and of n are at infinity.
    with np.errstate(divide="ignore"):
        ends = ELO * np.log(k / (n - k)) / 2
    lower, upper = (ELO * end for end in of_two(n_wins, n_losses).interval())
    assert [lower[0], upper[0]] == pytest.approx(ends.tolist(), abs=0.02)
    assert [-upper[1], -lower[1]] == pytest.approx(ends.tolist(), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("n_wins", "n_losses"), [(11, 9), (55, 45), (14, 6)])
def test_bca_of_two_counts_half_of_the_replicates_that_are_the_log(n_wins, n_losses):
    """Its bias is the normal quantile of P(k < wins) + P(k = wins) / 2; ends are quantiles of the binomial law at the levels that follow."""
    n = n_wins + n_losses
    law = binom(n, n_wins / n)
    replicates = of_two(n_wins, n_losses, interval_method="bca")
    bias = norm.ppf(law.cdf(n_wins - 1) + law.pmf(n_wins) / 2)
    shifted = bias + norm.ppf([0.025, 0.975])
    k = law.ppf(norm.cdf(bias + shifted / (1 - replicates.acceleration[0] * shifted)))
    lower, upper = (ELO * end[0] for end in replicates.interval())
    assert [lower, upper] == pytest.approx((ELO * np.log(k / (n - k)) / 2).tolist(), abs=0.02)
    near = np.abs(replicates.values[:, 0] - replicates.strengths[0]) < 1e-9
    assert near.mean() == pytest.approx(law.pmf(n_wins), abs=0.02)


def test_one_sided_replicates_of_two():
    """Six of six: the winner is above, the loser below; neither is what the other is measured by."""
    values = of_two(4, 2, 4_000).values
    n_wins = np.round(6 / (1 + np.exp(values[:, 1] - values[:, 0])))
    assert {tuple(row) for row in values[~np.isfinite(values).all(axis=1)]} == {(np.inf, -np.inf), (-np.inf, np.inf)}
    for k in range(7):
        assert (n_wins == k).mean() == pytest.approx(binom(6, 2 / 3).pmf(k), abs=0.02)


@pytest.mark.parametrize("names", ["abcd", "dcba"])
def test_equal_groups_are_not_told_apart_by_name(names):
    """Two pairs that one vote each way joins: where it is drawn one way, a pair is above and the other below; where it is not, all are missing."""
    a, b, c, d = names
    fitted = fit(pair_counts("abcd", [(a, b, 50, 50, 0, 0), (c, d, 50, 50, 0, 0), (a, c, 1, 1, 0, 0)]))
    values = bootstrap(fitted, Resampling("parametric", n_replicates=2000)).values
    place = [fitted.names.index(name) for name in (a, b, c, d)]
    unrated = values[~np.isfinite(values).all(axis=1)][:, place]
    assert {tuple(row) for row in unrated} == {(np.inf, np.inf, -np.inf, -np.inf), (-np.inf, -np.inf, np.inf, np.inf)}
    assert np.unique(unrated, axis=0, return_counts=True)[1] / 2000 == pytest.approx(1 / 4, abs=0.04)


def test_the_largest_group_is_the_same_in_a_fit_and_in_a_replicate():
    """Three competitors with few votes, two with many: the three. Of two and two the pair with more votes; of equal ones none."""
    three, two = [("a", "b", 1, 1, 0, 0), ("b", "c", 1, 1, 0, 0)], [("x", "y", 90, 90, 0, 0)]
    assert fit(pair_counts("abcxy", three + two), existence="largest").names == ("a", "b", "c")
    assert fit(pair_counts("abxy", three[:1] + two), existence="largest").names == ("x", "y")
    with pytest.raises(
        ExistenceError, match=r"no group of two or more that is larger than all others.*2 groups that never met: \{'a', 'b'\}; \{'x', 'y'\}"
    ):
        fit(pair_counts("abxy", [*three[:1], ("x", "y", 1, 1, 0, 0)]), existence="largest")
    joined = fit(pair_counts("abcxy", [*[(i, j, 20, 20, 0, 0) for i, j, *_ in three], ("x", "y", 90, 90, 0, 0), ("a", "x", 1, 1, 0, 0)]))
    rated = np.isfinite(bootstrap(joined, Resampling(n_replicates=300)).values)
    assert rated[:, :3].all()
    assert not rated[:, 3:].all()


def test_groups_that_never_met_are_not_said_to_have_won():
    apart, one_sided = [("a", "b", 1, 1, 0, 0), ("x", "y", 1, 1, 0, 0)], ("a", "x", 3, 0, 0, 0)
    with pytest.raises(ExistenceError, match=r"\(2 groups that never met: \{'a', 'b'\}; \{'x', 'y'\}\)"):
        fit(pair_counts("abxy", apart))
    with pytest.raises(ExistenceError, match=r"\(2 groups that no chain of wins joins both ways: \{'a', 'b'\}; \{'x', 'y'\}\)"):
        fit(pair_counts("abxy", [*apart, one_sided]))
    with pytest.raises(
        ExistenceError, match=r"2 groups that never met: .*; 2 groups that no chain of wins joins both ways: \{'a', 'b'\}; \{'x', 'y'\}\)"
    ):
        fit(pair_counts("abxyuv", [*apart, one_sided, ("u", "v", 1, 1, 0, 0)]))


def test_ties_among_three_are_level():
    """All equal: whoever has as many points as another in a replicate of a full round has the same rating, to the last bit."""
    rows = [("a", "b", 5, 5, 0, 0), ("b", "c", 5, 5, 0, 0), ("a", "c", 5, 5, 0, 0)]
    fitted = fit(pair_counts("abc", rows))
    found = bootstrap(fitted, Resampling("parametric", n_replicates=500))
    exact = bootstrap(fitted, Resampling("parametric", n_replicates=500, tolerance=1e-6))
    tied = exact.values[:, :, None] == exact.values[:, None]
    assert tied.sum() > 1500 + 200
    assert np.array_equal(tied, found.values[:, :, None] == found.values[:, None])
    assert np.abs(found.values - exact.values)[np.isfinite(exact.values)].max() * ELO <= 0.01


@pytest.mark.parametrize("exponent", [20, 48, 52, 60, 200])
def test_a_replicate_that_can_hardly_be_rated(exponent):
    """Losses that weigh next to nothing, as under decay: replicates with those alone put the competitor far above, or without end."""
    rows = [(0, 1, 0, 1.0)] * 20 + [(1, 0, 0, 1.0)] * 20 + [(2, 0, 0, 1.0)] * 20 + [(0, 2, 0, 1.0)] * 2 + [(0, 2, 0, 2.0**-exponent)] * 2
    first, second, outcome, weights = map(np.array, zip(*rows, strict=True))
    votes = Votes(("a", "b", "c"), first.astype(np.int32), second.astype(np.int32), outcome.astype(np.int8))
    replicates = bootstrap(fit(votes, weights=weights), Resampling(n_replicates=400))
    far = (replicates.values[:, 2] == np.inf) | (replicates.values[:, 2] > 6)
    # None of the two of 64 votes that weigh is drawn.
    assert far.mean() == pytest.approx((62 / 64) ** 64, abs=0.06)
    assert np.isfinite(replicates.values[:, :2]).all()


def test_a_replicate_that_cannot_be_rated_at_all_is_an_error(monkeypatch):
    def never(*_):
        raise ConvergenceError("no")

    monkeypatch.setattr(bootstrapping, "maximise", never)
    fitted = fit(pair_counts("abc", [("a", "b", 5, 0, 0, 0), ("b", "c", 9, 8, 0, 0), ("a", "c", 4, 0, 0, 0)]), prior=Prior("firth"))
    with pytest.raises(ConvergenceError, match="in replicate 0 no"):
        bootstrap(fitted, Resampling(n_replicates=2), n_threads=1)
