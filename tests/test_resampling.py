"""The laws from which replicates are drawn, against their definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from recount.engine import Factor, OptionError, Resampling, Votes, bootstrap, clustered, count, fit
from recount.engine.kernels.sampling import GUIDE_BITS, draw_poisson
from recount.engine.kernels.streams import stream
from recount.engine.triangle import on_triangle
from recount.engine.uncertainty.resampling import MOST_VOTES, Counts, _tables, resampler
from tests.random_logs import random_votes, with_clusters
from tests.reference import pair_counts

# A goodness-of-fit test fails by chance with this probability; seeds are fixed.
CHANCE = 1e-4


def draws(law, n_replicates, shape, seed=0, first=0):
    """Replicates of a law, (n_replicates, n_cells)."""
    out = np.empty((n_replicates, *np.atleast_1d(shape)), law.dtype)
    for k in range(n_replicates):
        law.draw(seed, first + k, out[k])
    return out.reshape(n_replicates, -1)


def drawn_votes(fitted, n_replicates, scheme="votes", clusters=None, n_votes=None):
    """Votes of replicates on the triangle, (n_replicates, 3 x n_pairs)."""
    return draws(resampler(fitted, scheme, clusters, n_votes)[1], n_replicates, on_triangle(fitted.contests).shape)


def p_value(observed, expected):
    """Of a chi-square test, cells of fewer than 5 expected joined."""
    rare = expected < 5
    observed = np.append(observed[~rare], observed[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    kept = expected > 0
    assert not observed[~kept].any()
    return stats.chi2.sf(((observed - expected)[kept] ** 2 / expected[kept]).sum(), kept.sum() - 1)


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 4.5, 30.0, 500.0, 5000.0, 200_000.0])
def test_poisson_thresholds_are_the_distribution_function(mean):
    guide, thresholds, start, smallest = _tables(np.array([mean]))
    assert start.tolist() == [0, thresholds.size]
    values = smallest[0] + np.arange(thresholds.size)
    # Sums of doubles: a few roundings of 1.
    assert thresholds[:-1] / 2.0**64 == pytest.approx(stats.poisson.cdf(values[:-1], mean), abs=1e-13)
    assert np.all(np.diff(thresholds.astype(float)) >= 0)
    # A guide entry is the count at both ends of its bucket, or sends to the search at the count of the lower end.
    edges = np.arange(guide.size, dtype=np.uint64) << np.uint64(64 - GUIDE_BITS)
    lower, upper = (np.minimum(np.searchsorted(thresholds, u, side="right"), thresholds.size - 1) for u in (edges, edges - np.uint64(1)))
    upper = np.append(upper[1:], thresholds.size - 1)
    decided = guide >= 0
    assert np.array_equal(decided, lower == upper)
    assert np.array_equal(guide[decided], values[lower[decided]])
    assert np.array_equal(-1 - guide[~decided], lower[~decided])


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 4.5, 30.0, 500.0, 5000.0])
def test_poisson_counts(mean):
    n_cells = 200_003
    guide, thresholds, start, smallest = _tables(np.array([mean]))
    out, scratch = np.empty(n_cells, np.int32), (np.empty(n_cells // 6 + 1, np.uint64), np.empty(n_cells + 1, np.int32))
    draw_poisson(np.uint64(stream(5, 0)), (np.zeros(n_cells, np.int32), guide, thresholds, start, smallest), scratch, out)
    counts = np.arange(out.max() + 1)
    assert p_value(np.bincount(out), n_cells * stats.poisson.pmf(counts, mean)) > CHANCE
    # The ten bits of one field and of the next are of one word, or of neighbours: no cell knows of another.
    n_words = (n_cells + 5) // 6
    for lag in (1, 2, n_words - 1, n_words, n_words + 1):
        assert abs(np.corrcoef(out[lag:], out[:-lag])[0, 1]) < 4 / np.sqrt(n_cells)


@pytest.mark.slow
@pytest.mark.parametrize(("counts", "n_draws"), [((1, 2, 3, 0), 6), ((1, 2, 0, 1), 3), ((3, 1), 12), ((2, 0, 1), 1), ((0, 40, 0, 10), 20)])
def test_multinomial_law_exactly(counts, n_draws):
    n_replicates, counts = 30_000, np.array(counts)
    drawn = draws(Counts(counts, n_draws), n_replicates, counts.size)
    assert np.all(drawn.sum(axis=1) == n_draws)
    outcomes = [x for x in itertools.product(range(n_draws + 1), repeat=counts.size) if sum(x) == n_draws]
    seen = dict.fromkeys(outcomes, 0)
    for row in drawn.tolist():
        seen[tuple(row)] += 1
    expected = n_replicates * stats.multinomial.pmf(outcomes, n_draws, counts / counts.sum())
    assert p_value(np.array(list(seen.values())), expected) > CHANCE


@pytest.mark.parametrize("n_draws", [5000, 5])
def test_multinomial_covariance(n_draws):
    counts = np.array([0, 1, 7, 7, 0, 985, 2000, 0, 1500, 500])
    drawn = draws(Counts(counts, n_draws), 20_000, counts.size).astype(float)
    p = counts / counts.sum()
    expected = n_draws * (np.diag(p) - np.outer(p, p))
    assert drawn.mean(axis=0) == pytest.approx(n_draws * p, abs=5 * np.sqrt(n_draws * p.max() / 20_000))
    squares = (drawn - n_draws * p) ** 2
    error = np.sqrt((squares.T @ squares / 20_000 - expected**2).clip(0) / 20_000)
    assert np.all(np.abs(np.cov(drawn.T) - expected) <= 5 * error + 1e-12)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40).filter(any), st.integers(1, 200), st.integers(0, 2**62 - 1))
@settings(max_examples=60)
def test_total_is_exact_and_empty_cells_stay_empty(counts, n_draws, seed):
    counts = np.array(counts)
    drawn = draws(Counts(counts, n_draws), 5, counts.size, seed)
    assert np.all(drawn.sum(axis=1) == n_draws)
    assert np.all(drawn >= 0)
    assert not drawn[:, counts == 0].any()
    assert not draws(Counts(counts, None), 5, counts.size, seed)[:, counts == 0].any()


def test_multinomial_counts_are_resampled_rows():
    """Joint law of three cells of a log against numpy drawing its rows with replacement."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 6, 200)
    rows = np.repeat(np.arange(200), counts)
    n_replicates = 4000
    ours = draws(Counts(counts, rows.size), n_replicates, 200)
    theirs = np.array([np.bincount(rng.choice(rows, rows.size), minlength=200) for _ in range(n_replicates)])
    for cell in (3, 77, 199):
        table = np.stack([np.bincount(x[:, cell], minlength=30) for x in (ours, theirs)])
        assert stats.chi2_contingency(table[:, table.sum(axis=0) > 10]).pvalue > CHANCE
    # A sum over many cells, as scores are: mean, variance, skewness.
    weights = rng.normal(size=200)
    a, b = ours @ weights, theirs @ weights
    assert stats.ttest_ind(a, b).pvalue > CHANCE
    assert stats.levene(a, b).pvalue > CHANCE
    assert stats.ks_2samp(a, b).pvalue > CHANCE


def test_streams_are_distinct_and_uncorrelated():
    starts = {int(stream(seed, replicate)) for seed in (0, 1, 2, 2**62 - 1, 2**62) for replicate in range(2000)}
    assert len(starts) == 10_000
    counts = np.full(20_000, 3)
    law = Counts(counts, counts.sum())
    drawn = np.stack([draws(law, 1, counts.size, seed, replicate)[0] for seed, replicate in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2**62 - 1, 0)]])
    correlation = np.corrcoef(drawn)
    assert np.abs(correlation - np.eye(6)).max() < 4.5 / np.sqrt(counts.size)


def test_a_cell_over_replicates():
    """The same cell in consecutive replicates: Poisson, and without memory."""
    counts = np.array([2, 5, 1])
    drawn = draws(Counts(counts, None), 20_000, 3, seed=9)
    for cell, mean in enumerate(counts):
        seen = np.bincount(drawn[:, cell])
        assert p_value(seen, 20_000 * stats.poisson.pmf(np.arange(seen.size), mean)) > CHANCE
        assert abs(np.corrcoef(drawn[1:, cell], drawn[:-1, cell])[0, 1]) < 4 / np.sqrt(20_000)


def test_votes_of_a_fit():
    """n of n by default, m of n when asked; Poisson totals scatter as a Poisson variable; Dirichlet weights add up to n."""
    fitted = fit(count(random_votes()))
    votes = on_triangle(fitted.contests).ravel()
    n = int(votes.sum())
    assert np.all(drawn_votes(fitted, 50).sum(axis=1) == n)
    assert np.all(drawn_votes(fitted, 50, n_votes=777).sum(axis=1) == 777)
    totals = drawn_votes(fitted, 2000, "poisson").sum(axis=1)
    assert totals.mean() == pytest.approx(n, abs=5 * np.sqrt(n / 2000))
    assert totals.var() == pytest.approx(n, rel=5 * np.sqrt(2 / 2000))
    weights = drawn_votes(fitted, 4000, "bayes")
    assert weights.sum(axis=1) == pytest.approx(n, rel=1e-12)
    assert np.all(weights[:, votes == 0] == 0)
    # Dirichlet: mean the votes, variance n^2 p (1 - p) / (n + 1).
    p = votes / n
    held = votes > 0
    z = (weights.mean(axis=0) - votes)[held] / np.sqrt(n**2 * p * (1 - p) / (n + 1) / 4000)[held]
    assert np.abs(z).max() < 4.5
    ratio = weights.var(axis=0)[held] / (n**2 * p * (1 - p) / (n + 1))[held]
    assert ratio == pytest.approx(1, abs=0.25)
    assert ratio.mean() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_parametric_votes(ties):
    """Each pair keeps its votes and decides them with the fitted probabilities: multinomial means, variances and covariance."""
    fitted = fit(pair_counts("abc", [("a", "b", 60, 40, 20, 0), ("b", "c", 30, 30, 5, 0), ("a", "c", 20, 8, 10, 0)]), ties=ties)
    drawn = drawn_votes(fitted, 5000, "parametric").reshape(5000, 3, 3)
    n = np.array([120, 38, 65])
    assert np.all(drawn.sum(axis=1) == n)
    lead = fitted.strengths[[0, 0, 1]] - fitted.strengths[[1, 2, 2]]
    up, down, tie = np.exp(lead / 2), np.exp(-lead / 2), 0.0 if ties == "half" else fitted.tie_parameter
    if ties == "rao-kupper":
        win, loss = up / (up + tie * down), down / (down + tie * up)
    else:
        win, loss = up / (up + down + tie), down / (up + down + tie)
    p = np.stack([win, loss, np.maximum(1 - win - loss, 0)])
    error = np.sqrt(n * p * (1 - p) / 5000)
    assert np.all(np.abs(drawn.mean(axis=0) - n * p) <= 4 * error + 1e-9)
    assert drawn.var(axis=0) == pytest.approx(n * p * (1 - p), rel=0.1, abs=1e-9)
    assert ((drawn - n * p)[:, 0] * (drawn - n * p)[:, 1]).mean(axis=0) == pytest.approx(-n * win * loss, rel=0.15)


def test_clusters_are_drawn_whole():
    """Three voters on pairs of their own: each replicate holds a whole number of each, three in all."""
    rows = [(0, 1, 0), (0, 1, 1), (0, 2, 0), (0, 2, 1), (0, 2, 1), (1, 2, 0), (1, 2, 1)]
    votes = Votes(("a", "b", "c"), *np.array(rows).T, {"voter": Factor(np.array([0, 0, 1, 1, 1, 2, 2], np.int32), ("x", "y", "z"))})
    fitted = fit(count(votes))
    drawn = drawn_votes(fitted, 3000, clusters=clustered(votes, fitted, "voter")).reshape(3000, 3, 3)
    times = drawn[:, 0]
    assert np.array_equal(drawn[:, 1], times * [1, 2, 1])
    assert np.all(times.sum(axis=1) == 3)
    seen = np.bincount(times[:, 0], minlength=4)
    assert p_value(seen, 3000 * stats.binom.pmf(np.arange(4), 3, 1 / 3)) > CHANCE


@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_single_votes_as_clusters(scheme):
    """A cluster a vote is the law of votes: mean and variance of every cell."""
    votes = random_votes(n=4, n_votes=300)
    votes = with_clusters(votes, vote=np.arange(300))
    fitted = fit(count(votes))
    a, b = drawn_votes(fitted, 4000, scheme, clustered(votes, fitted, "vote")), drawn_votes(fitted, 4000, scheme)
    assert a.mean(axis=0) == pytest.approx(b.mean(axis=0), abs=5 * np.sqrt(2 * b.mean(axis=0).max() / 4000))
    assert a.var(axis=0).sum() == pytest.approx(b.var(axis=0).sum(), rel=0.05)


@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_two_columns_multiply(scheme):
    """A vote counts as often as the product of its voter and its prompt: var(sum) of Owen's pigeonhole, by simulation with numpy."""
    rng = np.random.default_rng(2)
    votes = random_votes(n=3, n_votes=400)
    voter, prompt = rng.integers(0, 12, 400), rng.integers(0, 7, 400)
    votes = with_clusters(votes, voter=voter, prompt=prompt)
    fitted = fit(count(votes))
    drawn = drawn_votes(fitted, 6000, scheme, clustered(votes, fitted, ("voter", "prompt"))).sum(axis=1)

    def times(n):
        if scheme == "votes":
            return rng.multinomial(n, np.full(n, 1 / n))
        return rng.poisson(1.0, n) if scheme == "poisson" else rng.dirichlet(np.ones(n)) * n

    expected = np.array([(times(12)[voter] * times(7)[prompt]).sum() for _ in range(6000)])
    assert drawn.mean() == pytest.approx(400, abs=5 * expected.std() / np.sqrt(6000))
    assert drawn.std() == pytest.approx(expected.std(), rel=0.06)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("parametric", True, None), "parametric bootstrap knows neither clusters nor weights"),
        (("poisson", False, 10), "n_votes is for the scheme 'votes'"),
        (("votes", True, 10), "n_votes is for the scheme 'votes'"),
        (("votes", False, 0), "n_votes is 0"),
        (("votes", False, 2.5), "n_votes is 2.5"),
        (("votes", False, 2**31), "n_votes is 2147483648"),
    ],
)
def test_options_are_checked(options, message):
    scheme, by_cluster, n_votes = options
    votes = with_clusters(random_votes(), voter=np.arange(3000) % 50)
    fitted = fit(count(votes))
    with pytest.raises(OptionError, match=message):
        resampler(fitted, scheme, clustered(votes, fitted, "voter") if by_cluster else None, n_votes)


def test_more_votes_than_counts_can_hold():
    with pytest.raises(OptionError, match=r"number of votes is \d+; give a whole number from 1 to 2147000000"):
        resampler(fit(pair_counts("ab", [("a", "b", 2**30, 2**30, 0, 0)])), "votes", None, None)


def test_as_many_votes_as_counts_can_hold():
    """One cell of nearly 2^31 votes: no Poisson count wraps; with more votes there is no resampling but an error."""
    most = MOST_VOTES
    out = np.empty(2, np.int32)
    for n_draws in (None, most):
        law = Counts(np.array([most, 0]), n_draws)
        drawn = []
        for k in range(200):
            law.draw(1, k, out)
            drawn.append(out.copy())
        drawn = np.array(drawn, np.int64)
        assert (drawn[:, 1] == 0).all()
        if n_draws is None:
            assert (drawn[:, 0] - most).mean() / np.sqrt(most) == pytest.approx(0, abs=0.3)
            assert (drawn[:, 0] - most).std() / np.sqrt(most) == pytest.approx(1, abs=0.2)
        else:
            assert (drawn[:, 0] == most).all()
    too_many = fit(pair_counts("ab", [("a", "b", most // 2, most // 2 + 2, 0, 0)]))
    for scheme in ("votes", "poisson", "parametric"):
        with pytest.raises(OptionError, match="the number of votes is 2147000002"):
            bootstrap(too_many, Resampling(scheme, n_replicates=2))
