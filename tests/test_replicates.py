"""Replicates as a result: the interface of every uncertainty, joining, saving."""

import numpy as np
import pytest

from recount.data import read_replicates, write_replicates
from recount.engine import InputError, OptionError, Replicates, Resampling, acceleration, bootstrap, count, covariance, fit, interval, leaderboard
from tests.random_logs import random_votes
from tests.reference import pair_counts


def made(values, names="abcd"):
    return Replicates(tuple(names), np.array([1.0, 0.5, -0.5, -1.0]), np.asarray(values, float), "votes", 3, 10, 0.005)


@pytest.fixture(scope="module")
def fitted():
    return fit(count(random_votes()))


@pytest.fixture(scope="module")
def replicates(fitted):
    return bootstrap(fitted, Resampling(n_replicates=400, seed=1))


@pytest.fixture(scope="module")
def unrated():
    rows = [("a", "b", 200, 220, 30, 0), ("b", "c", 210, 190, 20, 0), ("a", "c", 230, 180, 40, 0), ("x", "a", 6, 1, 0, 0)]
    return bootstrap(fit(pair_counts("abcx", rows)), Resampling(n_replicates=300))


def test_moments(replicates):
    n = len(replicates.names)
    assert replicates.standard_errors() == pytest.approx(replicates.values.std(axis=0, ddof=1))
    errors = replicates.difference_errors()
    for i in range(n):
        for j in range(n):
            lead, error = replicates.difference(i, j)
            assert lead == replicates.strengths[i] - replicates.strengths[j]
            assert error == pytest.approx(np.std(replicates.values[:, i] - replicates.values[:, j], ddof=1), abs=1e-12)
            assert errors[i, j] == pytest.approx(error, abs=1e-9)


def test_difference_intervals(replicates):
    lower, upper = replicates.difference_intervals(0.9)
    for i, j in ((0, 1), (3, 7), (11, 2)):
        low, high = interval(replicates.strengths[[i]] - replicates.strengths[j], replicates.values[:, [i]] - replicates.values[:, [j]], 0.9)
        assert (lower[i, j], upper[i, j]) == (low[0], high[0])
    assert lower + upper.T == pytest.approx(0)
    assert np.diag(lower).tolist() == np.diag(upper).tolist() == [0] * 12


def test_what_could_not_be_rated(unrated):
    x = unrated.names.index("x")
    others = np.arange(4) != x
    assert unrated.n_unrated()[x] > 80
    assert unrated.standard_errors()[x] == unrated.difference(x, 0)[1] == np.inf
    errors = unrated.difference_errors()
    assert np.isinf(errors[x, others]).all()
    assert np.isfinite(errors[np.ix_(others, others)]).all()
    assert np.diag(errors).tolist() == [0, 0, 0, 0]
    lower, upper = unrated.difference_intervals()
    assert np.all(upper[x, others] == np.inf)
    assert np.all(lower[others, x] == -np.inf)
    assert np.all(np.isfinite(lower[x, others]))


def test_draws_are_the_replicates(replicates):
    assert replicates.draws() is replicates.values or np.array_equal(replicates.draws(), replicates.values)
    assert np.array_equal(replicates.draws(7, seed=99), replicates.values[:7])
    for n in (0, 401):
        with pytest.raises(OptionError, match=f"n_draws is {n}; there are 400 replicates"):
            replicates.draws(n)


def test_joining(fitted, replicates):
    parts = [bootstrap(fitted, Resampling(n_replicates=n, first_replicate=first, seed=1)) for first, n in ((0, 100), (100, 250), (350, 50))]
    joined = parts[0] + parts[1] + parts[2]
    assert joined.values.tobytes() == replicates.values.tobytes()
    assert joined.rating_error == replicates.rating_error
    assert joined.first_replicate == 0
    for a, b in ((1, 0), (0, 2), (0, 0)):
        with pytest.raises(InputError, match=r"do not follow on those of 'votes', seed 1, which end before \d+; join consecutive"):
            parts[a] + parts[b]
    for other in (
        bootstrap(fitted, Resampling(n_replicates=9, first_replicate=100, seed=2)),
        bootstrap(fitted, Resampling("poisson", n_replicates=9, first_replicate=100, seed=1)),
        bootstrap(fit(count(random_votes(seed=2))), Resampling(n_replicates=9, first_replicate=100, seed=1)),
    ):
        with pytest.raises(InputError, match="do not follow"):
            parts[0] + other


def test_kinds_of_intervals(fitted, replicates):
    """The same replicates, another interval; BCa's acceleration is made with them, or given."""
    for method in ("percentile", "basic", "normal"):
        found = replicates.with_intervals(method).interval(0.8)
        assert np.array_equal(found, interval(replicates.strengths, replicates.values, 0.8, method))
    bca = bootstrap(fitted, Resampling(n_replicates=400, seed=1, interval_method="bca"))
    given = replicates.with_intervals("bca", acceleration(fitted))
    assert np.array_equal(bca.interval(), given.interval())
    assert np.array_equal(bca.monte_carlo_errors(), given.monte_carlo_errors())
    with pytest.raises(OptionError, match="have no acceleration"):
        replicates.with_intervals("bca").interval()
    with pytest.raises(OptionError, match="method is 'exact'"):
        replicates.with_intervals("exact").interval()


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_saved_and_reloaded(tmp_path, unrated, method):
    """Every bit, also of what is infinite or missing."""
    saved = unrated.with_intervals(method, np.array([0.01, -0.02, 0.0, 0.1]) if method == "bca" else None)
    write_replicates(saved, tmp_path / "r.parquet")
    found = read_replicates(tmp_path / "r.parquet")
    assert found.values.tobytes() == saved.values.tobytes()
    assert found.strengths.tobytes() == saved.strengths.tobytes()
    for name in ("names", "scheme", "seed", "first_replicate", "rating_error", "interval_method", "method"):
        assert getattr(found, name) == getattr(saved, name)
    assert np.array_equal(found.interval(), saved.interval())
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 0


def test_file_that_holds_no_replicates(tmp_path):
    (tmp_path / "x.parquet").write_text("no")
    with pytest.raises(InputError, match="cannot be read"):
        read_replicates(tmp_path / "x.parquet")


def test_everything_downstream_takes_replicates(fitted, replicates):
    """A leaderboard from replicates agrees with that from the sandwich but for Monte-Carlo error."""
    votes = fitted.contests.votes_of_each()
    a, b = leaderboard(replicates, votes), leaderboard(covariance(fitted), votes)
    assert a["competitor"].tolist() == b["competitor"].tolist()
    assert a["rating"].tolist() == b["rating"].tolist()
    assert a["lower"].to_numpy() == pytest.approx(b["lower"].to_numpy(), abs=8)
    assert a["p_best"].sum() == pytest.approx(1)
    assert (a["rank_best"] <= a["rank"]).all()


def test_leaderboard_of_what_could_not_be_rated(unrated):
    """Nobody is shown better or worse than who could not be rated in some replicates, and its rating has no upper end."""
    board = leaderboard(unrated, np.ones(4)).set_index("competitor")
    assert board.loc["x", ["rank_best", "rank_worst"]].tolist() == [1, 4]
    assert board.loc["x", "upper"] == np.inf
    assert np.isfinite(board.loc["x", "lower"])
    assert 0.3 < board.loc["x", "p_best"] < 1
    assert board["p_best"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "options",
    [
        {"scheme": "rows"},
        {"n_replicates": 1},
        {"n_replicates": 2.5},
        {"n_replicates": True},
        {"n_replicates": "many"},
        {"first_replicate": -1},
        {"n_votes": 0},
        {"seed": -1},
        {"seed": 2**62},
        {"seed": 0.5},
        {"unrated": "drop"},
        {"interval_method": "t"},
        {"tolerance": 0},
        {"monte_carlo_error": float("inf")},
        {"confidence_level": 0},
    ],
)
def test_options_are_checked(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        bootstrap(fit(count(random_votes())), Resampling(**options))


@pytest.mark.parametrize("n_threads", [0, 1.5])
def test_threads_are_whole_numbers(n_threads):
    with pytest.raises(OptionError, match="n_threads"):
        bootstrap(fit(count(random_votes())), n_threads=n_threads)


def test_whole_numbers_of_numpy_are_whole_numbers():
    fitted = fit(count(random_votes()))
    found = bootstrap(fitted, Resampling(n_replicates=np.int64(3), seed=np.uint32(5), first_replicate=np.int32(2)))
    assert (type(found.seed), type(found.first_replicate)) == (int, int)
    assert np.array_equal(found.values, bootstrap(fitted, Resampling(n_replicates=3, seed=5, first_replicate=2)).values)
