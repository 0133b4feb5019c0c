"""Replicates against slow fits of the same votes; the same bytes whatever the threads; what cannot be rated."""

import importlib
import itertools
import re

import numpy as np
import pytest
from scipy.optimize import linprog

from recount.engine import (
    ELO,
    Contests,
    ExistenceError,
    OptionError,
    Resampling,
    anchored,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    marginal_rank_bounds,
)
from recount.engine.bradley_terry import pair_likelihood
from recount.engine.bradley_terry.existence import connected_by_wins, reached_by_wins, strong_groups, tie_parameter_exists
from recount.engine.pair_contests import contests
from recount.engine.triangle import off_triangle, on_triangle
from recount.engine.uncertainty.resampling import resampler
from tests.random_logs import random_votes, with_clusters
from tests.reference import fitted_by_scipy, pair_counts

# The package's attribute of this name is the function.
module = importlib.import_module("recount.engine.uncertainty.bootstrapping")
SCHEMES = ("votes", "poisson", "bayes", "parametric")


def replicate(fitted, number, scheme="votes", clusters=None, seed=0):
    """Contests of one replicate, drawn by itself."""
    law = resampler(fitted, scheme, clusters, None)[1]
    votes = np.empty(on_triangle(fitted.contests).shape, law.dtype)
    law.draw(seed, number, votes)
    return off_triangle(fitted.names, votes)


def with_opponent(contests):
    """The default prior written out: a tied vote of everyone against one competitor more."""
    n = len(contests.names)
    first = np.append(contests.first, np.arange(n)).astype(np.int32)
    second = np.append(contests.second, np.full(n, n)).astype(np.int32)
    wins, losses = (np.append(votes, np.zeros(n)) for votes in (contests.wins, contests.losses))
    return Contests((*contests.names, "~"), first, second, wins, losses, np.append(contests.ties, np.ones(n)))


def two_blocks(n, votes_a_pair, bridge):
    """Two groups of n, all of a group met, that `bridge` wins each way between one pair join."""
    rng = np.random.default_rng(0)
    names = [f"{block}{i}" for block in "ab" for i in range(n)]
    inside = [pair for block in (names[:n], names[n:]) for pair in itertools.combinations(block, 2)]
    won = rng.binomial(votes_a_pair, 0.5, len(inside))
    rows = [(*pair, int(w), votes_a_pair - int(w), 0, 0) for pair, w in zip(inside, won, strict=True)]
    return pair_counts(names, [*rows, (names[0], names[n], bridge, bridge, 0, 0)])


def largest_difference(fitted, replicates, scheme="votes", clusters=None, by=fitted_by_scipy):
    """Of the ratings of replicates in which all are rated from slow fits of the same votes, in Elo."""
    whole = np.flatnonzero(np.isfinite(replicates.values).all(axis=1))
    assert whole.size > replicates.n_replicates / 4
    slow = np.array([by(replicate(fitted, int(k), scheme, clusters)) for k in whole])
    return ELO * np.abs(replicates.values[whole] - slow).max()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("tolerance", [0.01, 1e-5])
def test_replicates_equal_slow_fits(scheme, tolerance):
    fitted = fit(count(random_votes()))
    replicates = bootstrap(fitted, Resampling(scheme, n_replicates=10, tolerance=tolerance))
    assert replicates.rating_error <= tolerance
    assert largest_difference(fitted, replicates, scheme) <= tolerance


@pytest.mark.usefixtures("as_they_are")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_small_logs(scheme):
    """40 votes on 5 competitors: replicates far from the estimate."""
    fitted = fit(count(random_votes(seed=4, n=5, n_votes=40)))
    replicates = bootstrap(fitted, Resampling(scheme, n_replicates=40))
    assert largest_difference(fitted, replicates, scheme) <= 0.01


@pytest.mark.usefixtures("as_they_are")
def test_clusters_and_the_long_way(monkeypatch):
    votes = with_clusters(random_votes(n=6, n_votes=400), voter=np.arange(400) % 23)
    fitted = fit(count(votes))
    clusters = clustered(votes, fitted, "voter")
    short = bootstrap(fitted, Resampling(n_replicates=20), clusters=clusters)
    assert largest_difference(fitted, short, "votes", clusters) <= 0.01
    monkeypatch.setattr(pair_likelihood, "MAX_STEPS", 0)
    long = bootstrap(fitted, Resampling(n_replicates=20), clusters=clusters)
    assert long.rating_error <= 1e-7
    assert ELO * np.abs(long.values - short.values).max() <= 0.01


@pytest.mark.usefixtures("as_they_are")
@pytest.mark.parametrize("scheme", ["votes", "bayes"])
def test_with_a_prior(scheme):
    """An undefeated and a winless competitor, in the log and in every replicate."""
    rows = [("a", "b", 3, 4, 1, 0), ("b", "c", 6, 3, 0, 0), ("c", "a", 5, 4, 0, 1), ("d", "a", 4, 0, 0, 0), ("e", "b", 0, 3, 0, 0)]
    fitted = fit(pair_counts("abcde", rows), existence="prior")
    replicates = bootstrap(fitted, Resampling(scheme, n_replicates=30))
    assert not replicates.n_unrated().any()
    assert replicates.values.mean(axis=1) == pytest.approx(0, abs=1e-12)

    def slow(contests):
        strengths = fitted_by_scipy(with_opponent(contests))[:-1]
        return strengths - strengths.mean()

    assert largest_difference(fitted, replicates, scheme, by=slow) <= 0.01


@pytest.mark.parametrize(("scheme", "bridge"), [("votes", 5), ("bayes", 2), ("bayes", 3)])
def test_certificate_where_few_votes_join_two_groups(scheme, bridge):
    """Here the fixed preconditioner is worst, and a small last step says little: trusted, it left a fifth of the replicates up to 0.05 off.

    The rate of the steps forecasts what is left of them to a quarter in the worst of thousands.
    """
    fitted = fit(two_blocks(8, 100, bridge))
    replicates = bootstrap(fitted, Resampling(scheme, n_replicates=150))
    assert largest_difference(fitted, replicates, scheme) <= 0.0125


@pytest.mark.parametrize("scheme", [*SCHEMES, "clusters", "crossed"])
def test_identical_bytes(scheme, monkeypatch):
    """On a small log, so that some replicates take the long way and some cannot be rated."""
    rng = np.random.default_rng(3)
    votes = with_clusters(random_votes(seed=4, n=6, n_votes=90), voter=rng.integers(0, 25, 90), prompt=rng.integers(0, 9, 90))
    fitted = fit(count(votes))
    by = {"clusters": "voter", "crossed": ("voter", "prompt")}.get(scheme)
    clusters, drawn = (clustered(votes, fitted, by), "votes") if by else (None, scheme)
    once = bootstrap(fitted, Resampling(drawn, n_replicates=100, seed=7), clusters=clusters, n_threads=1)
    for n_threads, portion in ((1, 16), (2, 16), (8, 16), (2, 1), (3, 7), (2, 1000)):
        monkeypatch.setattr(module, "PORTION", portion)
        again = bootstrap(fitted, Resampling(drawn, n_replicates=100, seed=7), clusters=clusters, n_threads=n_threads)
        assert again.values.tobytes() == once.values.tobytes()
        assert again.rating_error == once.rating_error
    parts = [bootstrap(fitted, Resampling(drawn, n_replicates=50, first_replicate=first, seed=7), clusters=clusters) for first in (0, 50)]
    assert (parts[0] + parts[1]).values.tobytes() == once.values.tobytes()
    assert not np.array_equal(bootstrap(fitted, Resampling(drawn, n_replicates=100, seed=8), clusters=clusters).values, once.values)
    assert not np.array_equal(parts[0].values, parts[1].values)


RARE = [("a", "b", 200, 220, 30, 0), ("b", "c", 210, 190, 20, 0), ("a", "c", 230, 180, 40, 0)]
NEWCOMER = [*RARE, ("x", "a", 3, 1, 0, 0), ("x", "b", 2, 0, 0, 0)]


@pytest.mark.slow
def test_undefeated_in_a_third_of_the_replicates():
    """Six votes of a newcomer, one lost: it is not drawn with probability (1 - 1/n)^n = 0.37. No vote of it: 0.002."""
    fitted = fit(pair_counts("abcx", NEWCOMER))
    x = fitted.names.index("x")
    replicates = bootstrap(fitted, Resampling(n_replicates=2000))
    contests = [replicate(fitted, k) for k in range(2000)]
    won = np.array([c.wins[c.first == x].sum() + c.losses[c.second == x].sum() for c in contests])
    lost = np.array([c.losses[c.first == x].sum() + c.wins[c.second == x].sum() for c in contests])
    value = replicates.values[:, x]
    assert np.array_equal(np.isposinf(value), (lost == 0) & (won > 0))
    assert np.array_equal(np.isneginf(value), (won == 0) & (lost > 0))
    assert np.array_equal(np.isnan(value), won + lost == 0)
    assert replicates.n_unrated()[x] == (won * lost == 0).sum()
    assert np.isposinf(value).mean() == pytest.approx(np.exp(-1), abs=0.04)
    assert not np.delete(replicates.n_unrated(), x).any()
    lower, upper = replicates.interval()
    assert upper[x] == np.inf
    known = np.sort(np.where(np.isnan(value), -np.inf, value))
    # Place 0.025 x 2001 of the order statistics.
    assert lower[x] == pytest.approx(known[49] + 0.025 * (known[50] - known[49]))
    others = np.arange(4) != x
    assert np.isfinite([lower[others], upper[others]]).all()
    assert replicates.standard_errors()[x] == np.inf
    assert marginal_rank_bounds(replicates)[0][x] == 1


def test_winless_in_a_third_of_the_replicates():
    fitted = fit(pair_counts("abcx", [(i, j, b, a, t, bad) for i, j, a, b, t, bad in NEWCOMER]))
    lower, upper = bootstrap(fitted).interval()
    x = fitted.names.index("x")
    assert np.isneginf(lower[x])
    assert np.isfinite(np.delete(lower, x)).all()
    assert np.isfinite(upper).all()


def test_rated_ones_keep_their_mean():
    fitted = fit(pair_counts("abcx", NEWCOMER))
    replicates = bootstrap(fitted, Resampling(n_replicates=200))
    rated = np.isfinite(replicates.values)
    assert 0 < (~rated).sum() < 200
    expected = [fitted.strengths[row].mean() for row in rated]
    assert [row[np.isfinite(row)].mean() for row in replicates.values] == pytest.approx(expected, abs=1e-9)


def test_two_components_in_a_replicate():
    """One win each way joins the halves: both drawn, all are rated; one, the smaller half is above or below; none, it is missing."""
    fitted = fit(pair_counts("abcxy", [*RARE, ("x", "y", 60, 50, 10, 0), ("a", "x", 1, 1, 0, 0)]))
    replicates = bootstrap(fitted, Resampling(n_replicates=300))
    small = [fitted.names.index(name) for name in "xy"]
    seen = set()
    for k, values in enumerate(replicates.values):
        contests = replicate(fitted, k)
        bridge = (contests.first == fitted.names.index("a")) & (contests.second == small[0])
        up, down = contests.losses[bridge].sum(), contests.wins[bridge].sum()
        expected = np.nan if not up + down else 0.0 if up and down else np.inf if up else -np.inf
        seen.add(str(expected))
        assert np.isfinite(np.delete(values, small)).all()
        if expected == 0:
            assert np.isfinite(values[small]).all()
        else:
            assert np.array_equal(values[small], [expected, expected], equal_nan=True)
    assert seen == {"nan", "0.0", "inf", "-inf"}
    lower, upper = replicates.interval()
    assert np.isinf(lower[small]).all()
    assert np.isinf(upper[small]).all()
    assert np.isfinite(np.delete(lower, small)).all()


@pytest.mark.usefixtures("as_they_are")
def test_hardly_any_votes():
    """A circle of three votes: all three are drawn, or nobody can be rated; then who only won is above, who only lost below, the rest missing.

    Of 27 draws 6 are all three; a won and did not lose in those of a-b and b-c that have a-b, 8 - 1; likewise below; 7 are neither or both.
    """
    fitted = fit(pair_counts("abc", [("a", "b", 1, 0, 0, 0), ("b", "c", 1, 0, 0, 0), ("a", "c", 0, 1, 0, 0)]))
    values = bootstrap(fitted, Resampling(n_replicates=4000)).values
    n_rated = np.isfinite(values).sum(axis=1)
    assert set(n_rated.tolist()) == {0, 3}
    assert np.array_equal(values[n_rated == 3], np.broadcast_to(values[n_rated == 3][0, :1], (int((n_rated == 3).sum()), 3)))
    for of, share in (((values == 0), 6), ((values == np.inf), 7), ((values == -np.inf), 7), (np.isnan(values), 7)):
        assert of.mean(axis=0) == pytest.approx(share / 27, abs=0.03)


def test_unrated_as_an_error():
    fitted = fit(pair_counts("abcx", NEWCOMER))
    first = int(np.argmin(np.isfinite(bootstrap(fitted, Resampling(n_replicates=50)).values).all(axis=1)))
    message = f"in replicate {first} 1 competitor cannot be rated, for example 'x'; take unrated='unbounded', or fit with existence='prior'"
    for n_threads in (1, 3):
        with pytest.raises(ExistenceError, match=re.escape(message)):
            bootstrap(fitted, Resampling(n_replicates=50, unrated="error"), n_threads=n_threads)
    bootstrap(fitted, Resampling("bayes", n_replicates=50, unrated="error"))


def test_fewer_votes_wider():
    """m of n: standard deviations grow by sqrt(n / m); 600 replicates know their ratio to 4 %, twelve of them together to 1.5 %."""
    fitted = fit(count(random_votes(n_votes=6000)))
    errors = [bootstrap(fitted, Resampling(n_replicates=600, n_votes=m, seed=m)).standard_errors() for m in (6000, 1500)]
    assert (errors[1] / errors[0]).mean() == pytest.approx(2, rel=0.06)


def test_auto():
    fitted = fit(count(random_votes()))
    found = bootstrap(fitted, Resampling(n_replicates="auto", monte_carlo_error=1.5, seed=3))
    assert found.n_replicates in (1000, 2000, 4000)
    assert ELO * max(error.max() for error in found.monte_carlo_errors()) <= 1.5
    half = bootstrap(fitted, Resampling(n_replicates=found.n_replicates // 2, seed=3))
    assert ELO * max(error.max() for error in half.monte_carlo_errors()) > 1.5
    assert np.array_equal(found.values, bootstrap(fitted, Resampling(n_replicates=found.n_replicates, seed=3)).values)
    easy = bootstrap(fitted, Resampling(n_replicates="auto", monte_carlo_error=100, first_replicate=40))
    assert (easy.n_replicates, easy.first_replicate) == (500, 40)


def test_auto_does_not_wait_for_what_has_no_end():
    fitted = fit(pair_counts("abcx", NEWCOMER))
    found = bootstrap(fitted, Resampling(n_replicates="auto", monte_carlo_error=100))
    assert found.n_replicates == 500
    assert np.isinf(found.interval()[1]).any()


def test_auto_gives_up(monkeypatch):
    monkeypatch.setattr(module, "MOST_REPLICATES", 1000)
    with pytest.raises(OptionError, match=r"still uncertain by .* Elo after 1,000 replicates; raise monte_carlo_error"):
        bootstrap(fit(count(random_votes())), Resampling(n_replicates="auto", monte_carlo_error=0.001))


@pytest.mark.slow
def test_arena_bootstrap_agrees_with_the_sandwich(arena):
    """1.67 million votes: the median of 129 ratios, each known to 2 %; an anchor has an interval like all others."""
    replicates = bootstrap(arena, Resampling(seed=1))
    assert not replicates.n_unrated().any()
    ratio = replicates.standard_errors() / covariance(arena).standard_errors()
    assert np.median(ratio) == pytest.approx(1, abs=0.02)
    assert ratio == pytest.approx(1, abs=0.12)
    fisher = replicates.standard_errors() / covariance(arena, "fisher").standard_errors()
    assert np.median(fisher) == pytest.approx(0.8, abs=0.03)
    anchor = "mixtral-8x7b-instruct-v0.1"
    scale = anchored(arena.names, arena.strengths, anchor, 1114)
    lower, upper = (scale.ratings(end)[arena.names.index(anchor)] for end in replicates.interval())
    assert lower < 1114 < upper
    assert upper - lower > 1


def test_what_was_done_is_said():
    votes = with_clusters(random_votes(), voter=np.arange(3000) % 50, prompt=np.arange(3000) % 7)
    fitted = fit(count(votes))
    assert bootstrap(fitted, Resampling(n_replicates=2)).method == "votes, 2 replicates, percentile intervals"
    assert bootstrap(fitted, Resampling(n_replicates=2, n_votes=10)).scheme == "votes 10 a replicate"
    crossed = clustered(votes, fitted, ("voter", "prompt"))
    assert bootstrap(fitted, Resampling("poisson", n_replicates=2), clusters=crossed).scheme == "poisson by voter and prompt"
    with pytest.raises(OptionError, match="BCa intervals know clusters by one column"):
        bootstrap(fitted, Resampling(n_replicates=2, interval_method="bca"), clusters=crossed)


def parameter_exists_by_linear_programming(played):
    """No strengths x with x_i - x_j >= 1 for every win and |x_i - x_j| <= 1 for every tie."""
    n, rows, limits = len(played.names), [], []
    for i, j, wins, losses, ties in zip(played.first, played.second, played.wins, played.losses, played.ties, strict=True):
        lead = np.eye(n)[j] - np.eye(n)[i]
        for met, sign, limit in ((wins, 1, -1), (losses, -1, -1), (ties, 1, 1), (ties, -1, 1)):
            if met:
                rows.append(sign * lead)
                limits.append(limit)
    return linprog(np.zeros(n), A_ub=np.array(rows), b_ub=limits, bounds=[(None, None)] * n).status == 2


def test_parameter_of_ties_exists():
    """Where it does, the fit converges; where it does not, that is said."""
    seen = []
    for seed in range(120):
        counts = count(random_votes(seed=seed, n=4, n_votes=9, spread=0.5 + seed % 3))
        played = contests(counts, ties="davidson")
        if not played.ties.any() or not connected_by_wins(played):
            continue
        seen.append(tie_parameter_exists(played))
        assert seen[-1] == parameter_exists_by_linear_programming(played)
        for ties in ("davidson", "rao-kupper"):
            if seen[-1]:
                assert fit(counts, ties=ties).rating_error <= 1e-7
            else:
                with pytest.raises(ExistenceError, match=f"the parameter of ties='{ties}' does not exist"):
                    fit(counts, ties=ties)
    assert 5 < sum(seen) < len(seen) - 5


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_small_logs_with_a_parameter_of_ties(ties, scheme):
    """Replicates in which all votes are ties, none is, or wins and ties agree with one ranking, are rated or counted, and no error."""
    for seed in range(6):
        fitted = fit(count(random_votes(seed=seed, n=3, n_votes=14)), ties=ties)
        replicates = bootstrap(fitted, Resampling(scheme, n_replicates=100))
        missing = np.isnan(replicates.values).all(axis=1)
        assert replicates.rating_error <= 0.01
        if scheme == "bayes":
            assert not replicates.n_unrated().any()
        for k in np.flatnonzero(missing):
            assert not tie_parameter_exists(replicate(fitted, int(k), scheme))
    assert missing.any() == (scheme != "bayes")
    if missing.any():
        with pytest.raises(ExistenceError, match=r"in replicate .* the parameter of ties does not exist|competitors cannot be rated"):
            bootstrap(fitted, Resampling(scheme, n_replicates=100, unrated="error"))


def test_reached_by_wins():
    """Against the transitive closure of the wins, by powers of their matrix."""
    for seed in range(40):
        played = contests(count(random_votes(seed=seed, n=9, n_votes=9, spread=2)))
        n = len(played.names)
        beats = np.eye(n, dtype=int)
        for i, j, wins, losses, ties in zip(played.first, played.second, played.wins, played.losses, played.ties, strict=True):
            beats[i, j] |= wins + ties > 0
            beats[j, i] |= losses + ties > 0
        reach = np.linalg.matrix_power(beats, n) > 0
        group = np.arange(n) < 1 + seed % 3
        below, above = reached_by_wins(played, group)
        assert np.array_equal(below, reach[group].any(axis=0))
        assert np.array_equal(above, reach[:, group].any(axis=1))
        same = reach & reach.T
        labels = strong_groups(played)
        assert np.array_equal(labels[:, None] == labels, same)
