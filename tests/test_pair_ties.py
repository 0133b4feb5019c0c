"""A tie parameter for each pair: the full likelihood by definition, numerical differentiation, limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from engine import ELO, Contests, ExistenceError, OptionError, count, fit
from engine.bradley_terry.pair_ties import RaoKupperByPair, fit_pair_ties, rao_kupper_parameters
from tests.test_engine import counts_of, random_votes
from tests.test_tie_models import probabilities, puddings

RULES = ("davidson", "rao-kupper")


def full_log_likelihood(ties, played, strengths, logs):
    """Of strengths and a logarithm of the tie parameter for each pair."""
    win, loss, tie = probabilities(ties, strengths[played.first] - strengths[played.second], np.exp(logs))
    return float(played.wins @ np.log(win) + played.losses @ np.log(loss) + played.ties @ np.log(tie))


@pytest.mark.parametrize("ties", RULES)
def test_it_is_the_maximum_over_all_parameters(ties):
    fitted = fit_pair_ties(puddings(), ties=ties)
    at = np.append(fitted.strengths, np.log(fitted.tie_parameters))

    def less(x):
        return -full_log_likelihood(ties, fitted.contests, x[:6], x[6:])

    assert fitted.log_likelihood == pytest.approx(-less(at), rel=1e-12)
    steps = 1e-5 * np.eye(at.size)
    assert np.array([(less(at + h) - less(at - h)) / 2e-5 for h in steps]) == pytest.approx(0, abs=1e-5)
    least = {"davidson": None, "rao-kupper": 1e-9}[ties]
    slow = minimize(less, np.append(np.zeros(6), np.full(15, 0.5)), method="L-BFGS-B", bounds=[(None, None)] * 6 + [(least, None)] * 15)
    assert -slow.fun == pytest.approx(fitted.log_likelihood, abs=1e-4)
    assert fitted.n_free == 5 + 15


def test_davidson_is_bradley_terry_of_decided_votes():
    counts = count(random_votes())
    fitted = fit_pair_ties(counts, ties="davidson")
    assert np.array_equal(fitted.strengths, fit(counts, ties="drop").strengths)
    played = fitted.contests
    tie = probabilities("davidson", fitted.strengths[played.first] - fitted.strengths[played.second], fitted.tie_parameters)[2]
    assert tie == pytest.approx(played.ties / (played.wins + played.losses + played.ties), abs=1e-12)


def test_rao_kupper_slopes_by_numerical_differentiation():
    played = fit_pair_ties(count(random_votes(n=6, n_votes=300)), ties="rao-kupper").contests
    likelihood = RaoKupperByPair(played)
    point = np.random.default_rng(0).normal(0, 0.7, 6)
    gradient, information = likelihood.slopes(point)
    steps = 1e-5 * np.eye(6)
    assert gradient == pytest.approx([(likelihood.of_votes(point + h) - likelihood.of_votes(point - h)) / 2e-5 for h in steps], abs=1e-5)
    rows = [(likelihood.slopes(point - h)[0] - likelihood.slopes(point + h)[0]) / 2e-5 for h in steps]
    assert information == pytest.approx(np.array(rows), abs=1e-5)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 500), st.floats(-8, 8))
def test_cubic(wins, losses, ties, lead):
    """The root above 1 that numpy's eigenvalues find."""
    if wins + losses == 0:
        wins = 1
    played = Contests(("a", "b"), np.array([0]), np.array([1]), np.array([float(wins)]), np.array([float(losses)]), np.array([float(ties)]))
    x = np.exp(-lead)
    square, constant = (wins - ties) * x + (losses - ties) / x, (wins + ties) * x + (losses + ties) / x
    roots = np.roots([wins + losses, square, -(wins + losses + 4 * ties), -constant])
    expected = max(root.real for root in roots if abs(root.imag) < 1e-6 * abs(root))
    assert rao_kupper_parameters(played, np.array([lead]))[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("ties", RULES)
def test_pairs_that_always_tied_say_nothing(ties):
    rows = [("a", "b", 5, 3, 4, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 2, 6, 1, 0)]
    fitted = fit_pair_ties(counts_of(rows), ties=ties)
    more = fit_pair_ties(counts_of([*rows, ("c", "a", 1, 0, 0, 0), ("a", "d", 1, 1, 0, 0), ("b", "d", 0, 0, 7, 0)]), ties=ties)
    without = fit_pair_ties(counts_of([*rows, ("c", "a", 1, 0, 0, 0), ("a", "d", 1, 1, 0, 0)]), ties=ties)
    assert more.strengths == pytest.approx(without.strengths, abs=1e-9)
    assert more.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-9)
    assert np.isinf(more.tie_parameters).sum() == 1
    never = {"davidson": 0.0, "rao-kupper": 1.0}[ties]
    assert fitted.tie_parameters[(fitted.contests.ties == 0)] == pytest.approx(never)


@pytest.mark.parametrize("ties", RULES)
def test_without_ties_it_is_bradley_terry(ties):
    counts = counts_of([("a", "b", 5, 3, 0, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 2, 6, 0, 0)])
    fitted = fit_pair_ties(counts, ties=ties)
    assert ELO * np.abs(fitted.strengths - fit(counts).strengths).max() < 1e-6
    assert fitted.log_likelihood == pytest.approx(fit(counts).log_likelihood, rel=1e-12)


@pytest.mark.parametrize("ties", RULES)
def test_more_parameters_fit_better(ties):
    counts = count(random_votes())
    for both_bad in ("tie", "drop", "outcome"):
        fitted, plain = fit_pair_ties(counts, ties=ties, both_bad=both_bad), fit(counts, ties=ties, both_bad=both_bad)
        assert fitted.log_likelihood > plain.log_likelihood
        assert fitted.n_free == plain.n_free - 1 + plain.contests.first.size


def test_existence_is_that_of_decided_votes():
    counts = counts_of([("a", "b", 5, 3, 0, 0), ("b", "c", 0, 2, 9, 0)])
    with pytest.raises(ExistenceError, match="'c'"):
        fit_pair_ties(counts)
    assert fit_pair_ties(counts, existence="drop").dropped == ("c",)
    with pytest.raises(OptionError, match="without a prior"):
        fit_pair_ties(counts, existence="prior")
    with pytest.raises(OptionError, match="ties is 'half'"):
        fit_pair_ties(counts, ties="half")
