"""From encoded votes to the leaderboard, one public operation a time."""

import pytest

from benchmarks.timing import medians
from recount.engine import bootstrap, contests, count, covariance, fit, leaderboard, simultaneous_rank_sets

BOUND = 300e6
# Sandwiches that a leaderboard with simultaneous rank sets of 4,000 draws may take.
LEADERBOARD_BOUND = 15


def test_count(benchmark, votes):
    benchmark(count, votes)
    if benchmark.stats:
        rate = votes.n_votes / benchmark.stats["median"]
        benchmark.extra_info["votes a second"] = rate
        print(f"\n{len(votes.names)} competitors: {rate / 1e6:.0f} M votes/s counted (bound {BOUND / 1e6:.0f})")


def test_contests(benchmark, counts):
    benchmark(contests, counts)


def test_fit(benchmark, counts):
    benchmark(fit, counts)


@pytest.mark.parametrize("method", ["sandwich", "fisher"])
def test_covariance(benchmark, fitted, method):
    benchmark(covariance, fitted, method)


def test_bootstrap(benchmark, fitted):
    benchmark.pedantic(bootstrap, [fitted], rounds=3, warmup_rounds=1)


def test_draws(benchmark, uncertainty):
    benchmark(uncertainty.draws, 4000, 0)


def test_simultaneous_rank_sets(benchmark, uncertainty):
    benchmark(simultaneous_rank_sets, uncertainty, uncertainty.draws(4000, 0))


def test_leaderboard(benchmark, uncertainty, fitted):
    benchmark(leaderboard, uncertainty, fitted.contests.votes_of_each())


def test_leaderboard_against_sandwich(uncertainty, fitted):
    votes = fitted.contests.votes_of_each()
    sandwich, board = medians(lambda: covariance(fitted), lambda: leaderboard(uncertainty, votes))
    print(f"\nleaderboard: {board * 1e3:.0f} ms, {board / sandwich:.1f} times the sandwich of {sandwich * 1e3:.1f} ms (bound {LEADERBOARD_BOUND})")
    assert board <= LEADERBOARD_BOUND * sandwich
