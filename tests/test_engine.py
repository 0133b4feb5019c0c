"""The engine against its slow twins, and what it refuses."""

import itertools

import numpy as np
import pytest

from recount.engine import (
    ELO,
    ConvergenceError,
    ExistenceError,
    InputError,
    JointNormal,
    OptionError,
    PairCounts,
    Prior,
    Scale,
    anchored,
    count,
    covariance,
    fit,
    leaderboard,
    marginal_rank_bounds,
    simultaneous_rank_sets,
    top_probabilities,
)
from recount.engine.votes import Votes
from tests.random_logs import UNDEFEATED, counts_of, random_votes
from tests.reference import fitted_by_scipy, negative_log_likelihood, pair_counts, rank_bounds_by_definition
from tests.sandwiches import covariance_by_definition


@pytest.mark.parametrize("spread", [0.3, 2.0])
def test_fit_equals_scipy(spread):
    fitted = fit(count(random_votes(spread=spread)))
    assert fitted.strengths == pytest.approx(fitted_by_scipy(fitted.contests), abs=1e-9)
    assert fitted.log_likelihood == pytest.approx(-negative_log_likelihood(fitted.contests, fitted.strengths), rel=1e-12)


def test_fit_far_from_the_start():
    """A chain of lopsided pairs, strengths over 40 log-odds apart: the plain Newton step overshoots here."""
    names = [f"m{i:02d}" for i in range(12)]
    counts = pair_counts(names, [(a, b, 2000, 40, 0, 0) for a, b in itertools.pairwise(names)])
    fitted = fit(counts)
    assert -np.diff(fitted.strengths) == pytest.approx(np.log(50), abs=1e-9)


@pytest.mark.parametrize("method", ["sandwich", "fisher"])
def test_covariance_by_definition(method):
    fitted = fit(count(random_votes()))
    assert covariance(fitted, method).covariance == pytest.approx(covariance_by_definition(fitted.contests, fitted.strengths, method), abs=1e-12)


def test_rank_bounds_by_definition():
    uncertain = covariance(fit(count(random_votes())))
    best, worst = rank_bounds_by_definition(*uncertain.interval())
    got = marginal_rank_bounds(uncertain)
    assert (got[0].tolist(), got[1].tolist()) == (best, worst)


def test_simultaneous_sets_one_pair():
    """With two competitors the critical value is the one-sided normal quantile of |z|: shown better if z > 1.96."""
    for z, shown in ((1.80, False), (2.10, True)):
        v = np.array([[0.25, -0.25], [-0.25, 0.25]])
        uncertain = JointNormal(("x", "y"), np.array([z / 2, -z / 2]), v)
        best, worst = simultaneous_rank_sets(uncertain, uncertain.draws(40_000, 0))
        assert (best.tolist(), worst.tolist()) == (([1, 2], [1, 2]) if shown else ([1, 1], [2, 2]))


def test_simultaneous_sets_contain_rank_of_the_estimate():
    uncertain = covariance(fit(count(random_votes())))
    best, worst = simultaneous_rank_sets(uncertain, uncertain.draws(2000, 0))
    rank = np.argsort(np.argsort(-uncertain.strengths)) + 1
    assert np.all(best <= rank)
    assert np.all(rank <= worst)
    assert np.any(best < worst)


@pytest.mark.slow
def test_draws_have_the_covariance():
    uncertain = covariance(fit(count(random_votes())))
    draws = uncertain.draws(200_000, 3)
    # 200,000 draws know a variance to 0.3 %.
    assert np.cov(draws.T) == pytest.approx(uncertain.covariance, abs=0.02 * uncertain.covariance.max())
    assert draws.mean(axis=1) == pytest.approx(0, abs=1e-12)
    assert np.array_equal(draws, uncertain.draws(200_000, 3))


def test_top_probabilities():
    draws = np.array([[3.0, 2, 1], [3, 1, 2], [1, 3, 2], [3, 2, 1]])
    assert top_probabilities(draws, 1).tolist() == [0.75, 0.25, 0.0]
    assert top_probabilities(draws, 2).tolist() == [0.75, 0.75, 0.5]
    with pytest.raises(OptionError, match="k is 4"):
        top_probabilities(draws, 4)


def test_difference_intervals():
    uncertain = covariance(fit(count(random_votes())))
    lower, upper = uncertain.difference_intervals()
    off = ~np.eye(12, dtype=bool)
    assert lower + upper.T == pytest.approx(0, abs=1e-12)
    assert np.all((lower < upper)[off])
    difference, error = uncertain.difference(3, 5)
    assert upper[3, 5] == pytest.approx(difference + 1.959963984540054 * error, rel=1e-12)


def test_leaderboard_columns_and_order():
    fitted = fit(count(random_votes()))
    board = leaderboard(covariance(fitted), fitted.contests.votes_of_each(), top=3)
    assert board["rating"].is_monotonic_decreasing
    assert board["rating"].mean() == pytest.approx(1000, abs=1e-9)
    assert board["p_best"].sum() == pytest.approx(1)
    assert board["p_top_3"].sum() == pytest.approx(3)
    assert int(board["n_votes"].sum()) == 2 * 3000


HALVES = [("a", "b", 5, 5, 0, 0), ("b", "c", 5, 5, 0, 0), ("x", "y", 5, 5, 0, 0), ("x", "a", 1, 0, 0, 0)]


def test_all_votes_tied():
    """No vote differs from another, and yet ten votes do not show that none ever will: half as sure as the model, not wholly."""
    fitted = fit(counts_of([("a", "b", 0, 0, 5, 0), ("b", "c", 0, 0, 5, 0)]))
    board = leaderboard(covariance(fitted), fitted.contests.votes_of_each(), n_draws=100)
    fisher = covariance(fitted, "fisher").standard_errors()
    # Leverage 1/5, dispersion 0, drawn to 2 / (8 + 2).
    expected = np.sqrt((1 + 4 / 5) * (2 / 10) / (1 + 3 / 5)) * fisher
    assert sorted(board["standard_error"]) == pytest.approx(sorted(ELO * expected), rel=1e-9)
    assert board["rank_worst"].tolist() == [3, 3, 3]


def test_existence_names_competitors_and_remedies():
    with pytest.raises(ExistenceError, match=r"undefeated: 'king'; winless: 'loser'.*'prior'.*'drop'.*'largest'"):
        fit(counts_of(UNDEFEATED))
    with pytest.raises(ExistenceError, match=r"2 groups.*\{'a', 'b', 'c'\}; \{'x', 'y'\}"):
        fit(counts_of(HALVES))


def test_existence_remedies():
    dropped = fit(counts_of(UNDEFEATED), existence="drop")
    assert dropped.dropped == ("king", "loser")
    assert fit(counts_of(UNDEFEATED), existence="largest").names == ("a", "b", "c")
    assert fit(counts_of(HALVES), existence="largest").dropped == ("x", "y")
    with pytest.raises(ExistenceError, match="groups"):
        fit(counts_of(HALVES), existence="drop")
    both = fit(counts_of(UNDEFEATED), existence="prior")
    assert both.names[int(np.argmax(both.strengths))] == "king"
    assert both.names[int(np.argmin(both.strengths))] == "loser"
    assert np.all(np.isfinite(covariance(both).covariance))


def test_prior_is_tied_votes_against_one_opponent():
    """The same votes with the opponent written out as a competitor whose strength is held at the origin."""
    counts = counts_of(UNDEFEATED)
    fitted = fit(counts, prior=Prior("votes", 2.0))
    n = len(fitted.names)
    theta = fitted.strengths - fitted.origin
    played = fitted.contests
    p = 1 / (1 + np.exp(theta[played.second] - theta[played.first]))
    won = np.bincount(played.first, played.wins, n) + np.bincount(played.second, played.losses, n) + 1.0
    votes = played.wins + played.losses
    expected = np.bincount(played.first, votes * p, n) + np.bincount(played.second, votes * (1 - p), n) + 2.0 / (1 + np.exp(-theta))
    assert won == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (PairCounts((), [], [], np.zeros((0, 4), int)), "fewer than two|no votes"),
        (PairCounts(("only",), [], [], np.zeros((0, 4), int)), "without a vote|fewer than two"),
    ],
)
def test_too_little_to_rate(counts, message):
    for existence in ("error", "drop", "largest", "prior"):
        with pytest.raises(ExistenceError, match=f"{message}|no vote"):
            fit(counts, existence=existence)


@pytest.mark.parametrize(
    "options",
    [
        {"ties": "win"},
        {"both_bad": "x"},
        {"existence": "x"},
        {"tolerance": 0},
        {"tolerance": float("nan")},
        {"max_iterations": 0},
    ],
)
def test_options_are_checked(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        fit(count(random_votes()), **options)


def test_no_fit_without_convergence():
    with pytest.raises(ConvergenceError, match="after 1 iteration"):
        fit(count(random_votes()), max_iterations=1)


def test_votes_and_counts_refuse():
    with pytest.raises(InputError, match="against itself"):
        Votes(("a", "b"), [0, 1], [1, 1], [0, 0])
    with pytest.raises(InputError, match="outcome holds"):
        Votes(("a", "b"), [0, 1], [1, 0], [0, 4])
    with pytest.raises(InputError, match="a count is -1"):
        PairCounts(("a", "b"), [0], [1], [[-1, 0, 0, 0]])
    with pytest.raises(OptionError, match="anchor 'z'"):
        anchored(("a", "b"), np.zeros(2), "z", 1000)
    with pytest.raises(OptionError, match="points"):
        Scale(0.0)
    with pytest.raises(OptionError, match="confidence_level is 1"):
        covariance(fit(count(random_votes()))).interval(1)
    with pytest.raises(OptionError, match="seed is -1"):
        covariance(fit(count(random_votes()))).draws(10, -1)


def test_results_cannot_be_changed():
    fitted = fit(count(random_votes()))
    for array in (fitted.strengths, fitted.contests.wins, covariance(fitted).covariance):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
