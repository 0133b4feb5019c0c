"""Influence and acceleration against refitting without one vote or one cluster, and closed forms."""

import numpy as np
import pytest

from recount.engine import OptionError, acceleration, clustered, count, fit
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.choices import Prior
from recount.engine.fitting import certified
from recount.engine.uncertainty.influence import effects
from tests.random_logs import random_votes, voted
from tests.reference import acceleration_by_jackknife, jackknife, pair_counts

TIES = ("half", "davidson", "rao-kupper")


@pytest.mark.slow
@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("prior", [Prior(), Prior("votes", 2.0), Prior("gaussian", 200)])
def test_acceleration_of_votes(ties, prior):
    """The jackknife is its twin to order 1 / n: 3,000 votes, accelerations of a few thousandths."""
    votes = random_votes(n=5, n_votes=3000, spread=1.5)
    fitted = fit(count(votes), ties=ties, prior=prior)
    weights, strengths = jackknife(fitted.contests, lambda played: certified(PairLikelihood(played, ties, prior)).strengths)
    found, expected = acceleration(fitted), acceleration_by_jackknife(weights, strengths)
    assert np.abs(found).max() > 0.001
    assert found == pytest.approx(expected, abs=0.03 * np.abs(expected).max())
    contrasts = np.array([[1, -1, 0, 0, 0], [0.5, 0.5, -1, 0, 0], [0, 0, 0, 2, -2]])
    expected = acceleration_by_jackknife(weights, strengths @ contrasts.T)
    assert acceleration(fitted, contrasts) == pytest.approx(expected, abs=0.03 * np.abs(expected).max())


@pytest.mark.slow
@pytest.mark.parametrize("ties", TIES)
def test_acceleration_of_clusters(ties):
    votes = voted(n_votes=2000, n=4, n_voters=80, taste=0.7, seed=2)
    fitted = fit(count(votes), ties=ties)
    code = votes.columns["voter"].codes
    left_out = [code == label for label in range(80)] + [np.arange(2000) == row for row in np.flatnonzero(code < 0)]
    strengths = np.array([fit(count(keep_rows(votes, ~rows)), ties=ties).strengths for rows in left_out])
    found = acceleration(fitted, clusters=clustered(votes, fitted, "voter"))
    expected = acceleration_by_jackknife(np.ones(len(left_out)), strengths)
    assert np.abs(expected).max() > 0.005
    # A cluster is 1 / 80 of the votes.
    assert found == pytest.approx(expected, abs=0.15 * np.abs(expected).max())


def keep_rows(votes, keep):
    return type(votes)(votes.names, votes.first[keep], votes.second[keep], votes.outcome[keep])


def test_closed_form_of_two():
    """w wins, l losses, p = w / n: a win moves the difference by 1 / (n p), a loss by -1 / (n q)."""
    w, lost = 30, 10
    fitted = fit(pair_counts("ab", [("a", "b", w, lost, 0, 0)]))
    expected = (1 / w**2 - 1 / lost**2) / (6 * (1 / w + 1 / lost) ** 1.5)
    assert acceleration(fitted) == pytest.approx([expected, -expected])
    assert acceleration(fitted, np.array([[1.0, -1.0]])) == pytest.approx([expected])
    assert effects(fitted, np.array([[1.0, -1.0]])).ravel() == pytest.approx([1 / w, -1 / lost, (1 / w - 1 / lost) / 2])


@pytest.mark.parametrize("ties", TIES)
def test_effects_of_one_vote(ties):
    """A vote less moves a contrast by less than its effect forecasts, to order 1 / n."""
    fitted = fit(count(random_votes(n=5, n_votes=4000)), ties=ties)
    contrasts = np.array([[1, -1, 0, 0, 0], [0, 0.5, 0.5, 0, -1]])
    _, strengths = jackknife(fitted.contests, lambda played: certified(PairLikelihood(played, ties, Prior())).strengths)
    moved = (fitted.strengths - strengths) @ contrasts.T
    forecast = effects(fitted, contrasts).reshape(2, -1).T
    assert moved.shape == forecast.shape
    assert moved == pytest.approx(forecast, abs=0.01 * np.abs(moved).max())


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("prior", [Prior(), Prior("votes", 2.0)])
def test_bread_is_the_pseudo_inverse(ties, prior):
    fitted = fit(count(random_votes(n=6)), ties=ties, prior=prior)
    information = fitted.likelihood.slopes(fitted.parameters)[1]
    expected = np.linalg.inv(information) if prior.pins else np.linalg.pinv(information, rcond=1e-10)
    assert fitted.likelihood.bread(fitted.parameters) == pytest.approx(expected, abs=1e-11)


def test_balanced_votes_have_no_acceleration():
    """Every pair even: influence is symmetric."""
    fitted = fit(pair_counts("abc", [(i, j, 20, 20, 5, 0) for i, j in ("ab", "bc", "ca")]))
    assert acceleration(fitted) == pytest.approx([0, 0, 0], abs=1e-12)


def test_all_ties_have_no_influence():
    """A tie between equals has score 0: acceleration 0 and no warning."""
    fitted = fit(pair_counts("abc", [("a", "b", 0, 0, 5, 0), ("b", "c", 0, 0, 5, 0)]))
    assert acceleration(fitted).tolist() == [0, 0, 0]


def test_two_columns_are_refused():
    votes = voted()
    fitted = fit(count(votes))
    with pytest.raises(OptionError, match="BCa intervals know clusters by one column"):
        acceleration(fitted, clusters=clustered(votes, fitted, ("voter", "prompt")))
