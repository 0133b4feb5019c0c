"""Davidson, Rao-Kupper and priors: published numbers, numerical differentiation, slow fits, limits."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from recount.engine import ELO, ExistenceError, OptionError, Prior, Resampling, bootstrap, count, covariance, fit
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.pair_contests import contests
from tests.published import JOURNALS, citations, puddings
from tests.random_logs import UNDEFEATED, counts_of, random_votes
from tests.reference import nll_of_ties, probabilities_by_definition
from tests.sandwiches import sandwich_by_definition


def test_davidson_puddings():
    """Davidson (1970), table 2."""
    fitted = fit(puddings(), ties="davidson")
    worth = np.exp(fitted.strengths)
    # The third is 0.16174743, which the paper gives as 0.1618.
    assert worth / worth.sum() == pytest.approx([0.1388, 0.1730, 0.1618, 0.1654, 0.1587, 0.2024], abs=6e-5)
    assert fitted.tie_parameter == pytest.approx(0.7468, abs=5e-5)
    assert -fitted.log_likelihood == pytest.approx(809.7095, abs=5e-5)


def test_rao_kupper_puddings():
    """REFERENCES 1, computed."""
    fitted = fit(puddings(), ties="rao-kupper")
    assert fitted.tie_parameter == pytest.approx(1.7485, abs=5e-5)
    assert -fitted.log_likelihood == pytest.approx(809.6971, abs=5e-5)


def test_firth_journals():
    """Stigler's citations with Firth's penalty; REFERENCES 1, computed."""
    fitted = fit(citations(), prior=Prior("firth"))
    place = [fitted.names.index(name) for name in JOURNALS]
    against = fitted.strengths[place[1:]] - fitted.strengths[place[0]]
    assert against == pytest.approx([-2.944382, -0.479075, 0.268531], abs=5e-7)


@pytest.mark.parametrize(("ties", "expected"), [("davidson", 1.0100), ("rao-kupper", 1.0095)])
def test_arena_likelihood(ties, expected, arena_counts):
    """Ameli et al., arXiv 2412.18407, both-bad dropped."""
    fitted = fit(arena_counts, ties=ties, both_bad="drop")
    assert fitted.contests.n_votes == 1_374_996
    assert fitted.mean_nll == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_slopes_by_numerical_differentiation(ties):
    played = contests(count(random_votes(n=6, n_votes=400)), ties=ties)
    likelihood = PairLikelihood(played, ties)
    point = np.append(np.random.default_rng(0).normal(0, 0.5, 6), 0.4)
    gradient, information = likelihood.slopes(point)
    assert likelihood.of_votes(point) == pytest.approx(-nll_of_ties(ties, played, point), rel=1e-12)
    # Central differences of a sum of 400 terms: error about 1e-6.
    steps = np.eye(7) * 1e-5
    assert gradient == pytest.approx([(nll_of_ties(ties, played, point - h) - nll_of_ties(ties, played, point + h)) / 2e-5 for h in steps], abs=1e-5)
    rows = [(likelihood.slopes(point - h)[0] - likelihood.slopes(point + h)[0]) / 2e-5 for h in steps]
    assert information == pytest.approx(np.array(rows), abs=1e-5)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_fit_equals_scipy(ties):
    fitted = fit(count(random_votes(n=7, n_votes=900)), ties=ties)
    start = np.append(np.zeros(7), 0.5)

    def penalised(x):
        return nll_of_ties(ties, fitted.contests, x) + 0.5 * x[:-1].sum() ** 2

    slow = minimize(penalised, start, method="BFGS", jac=lambda x: approx_fprime(x, penalised, 1e-7), options={"gtol": 1e-5}).x
    # BFGS on differences finds the place to about 1e-5; from there one Newton step of the same function takes it to 1e-8.
    likelihood = PairLikelihood(fitted.contests, ties)
    gradient, information = likelihood.slopes(slow)
    slow = slow + np.linalg.pinv(information) @ gradient
    assert ELO * np.abs(fitted.strengths - (slow[:-1] - slow[:-1].mean())).max() < 1e-4
    assert np.log(fitted.tie_parameter) == pytest.approx(slow[-1], abs=1e-6)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_without_ties_it_is_bradley_terry(ties):
    votes = random_votes()
    decided = count(votes).counts * [1, 1, 0, 0]
    counts = type(count(votes))(count(votes).names, count(votes).first, count(votes).second, decided)
    fitted = fit(counts, ties=ties)
    assert fitted.strengths == pytest.approx(fit(counts).strengths, abs=1e-9)
    assert fitted.tie_parameter == {"davidson": 0.0, "rao-kupper": 1.0}[ties]
    assert covariance(fitted).covariance == pytest.approx(covariance(fit(counts)).covariance, abs=1e-12)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_sandwich_by_definition(ties):
    """Scores and information by differences of the papers' probabilities, one vote at a time."""
    fitted = fit(count(random_votes(n=5, n_votes=300)), ties=ties)
    played, theta = fitted.contests, fitted.parameters
    scores, informations, leads, h = [], [], [], 1e-4
    for i, j, *votes in zip(played.first, played.second, played.wins, played.losses, played.ties, strict=True):
        e = np.zeros((2, 6))
        e[0, i], e[0, j], e[1, 5] = 1, -1, 1

        def log_p(u, y, i=i, j=j):
            return np.log(probabilities_by_definition(ties, theta[i] - theta[j] + u[0], np.exp(theta[5] + u[1]))[y])

        for y, n in enumerate(votes):
            g = np.array([(log_p(s, y) - log_p(-s, y)) / (2 * h) for s in h * np.eye(2)])
            second = np.zeros((2, 2))
            for a in range(2):
                for b in range(2):
                    s, t = h * np.eye(2)[a], h * np.eye(2)[b]
                    second[a, b] = (log_p(s + t, y) - log_p(s - t, y) - log_p(t - s, y) + log_p(-s - t, y)) / (4 * h * h)
            scores += [e.T @ g] * int(n)
            informations += [-e.T @ second @ e] * int(n)
            leads += [(g[0], -second[0, 0])] * int(n)
    expected, _ = sandwich_by_definition(5, np.array(scores), np.array(informations), np.array(leads).T)
    assert covariance(fitted).covariance == pytest.approx(expected[:5, :5], abs=1e-5)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_bootstrap_agrees_with_the_sandwich(ties):
    fitted = fit(count(random_votes(n_votes=6000)), ties=ties)
    ratio = bootstrap(fitted, Resampling(n_replicates=2000, seed=1)).standard_errors() / covariance(fitted).standard_errors()
    # 2,000 replicates know a standard deviation to 1.6 %.
    assert ratio == pytest.approx(1, abs=0.06)


def test_one_replicate_equals_a_fit_of_its_votes():
    """Every model and prior, against the same likelihood fitted the long way."""
    for ties in ("half", "davidson", "rao-kupper"):
        for prior in (None, Prior("votes", 2.0), Prior("gaussian", 200.0)):
            fitted = fit(count(random_votes(n=6, n_votes=500)), ties=ties, prior=prior)
            tight = bootstrap(fitted, Resampling(n_replicates=4, tolerance=1e-6, seed=3))
            loose = bootstrap(fitted, Resampling(n_replicates=4, seed=3))
            assert ELO * np.abs(tight.values - loose.values).max() < 0.01


def test_gaussian_prior_balances():
    """At the maximum the votes pull each strength with its distance from the origin over the variance."""
    fitted = fit(counts_of(UNDEFEATED), prior=Prior("gaussian", 250.0))
    gradient = PairLikelihood(fitted.contests).slopes(fitted.strengths)[0]
    assert gradient == pytest.approx((fitted.strengths - fitted.origin) * (ELO / 250) ** 2, abs=1e-8)
    assert str(fitted.prior) == "gaussian (250 Elo)"


def test_firth_rates_the_undefeated():
    fitted = fit(counts_of(UNDEFEATED), prior=Prior("firth"))
    assert fitted.names[int(np.argmax(fitted.strengths))] == "king"
    assert np.isfinite(covariance(fitted).covariance).all()


def test_both_bad_as_an_outcome_of_its_own():
    votes = random_votes()
    counts = count(votes)
    apart, dropped = fit(counts, both_bad="outcome"), fit(counts, both_bad="drop")
    assert np.array_equal(apart.strengths, dropped.strengths)
    n, bad = counts.n_votes, int(counts.counts[:, 3].sum())
    entropy = bad * np.log(bad / n) + (n - bad) * np.log((n - bad) / n)
    assert apart.log_likelihood == pytest.approx(dropped.log_likelihood + entropy, rel=1e-12)
    assert apart.mean_nll == pytest.approx(-apart.log_likelihood / n)
    assert apart.n_free == dropped.n_free + 1


def test_what_does_not_exist():
    with pytest.raises(ExistenceError, match="all votes are ties"):
        fit(counts_of([("a", "b", 0, 0, 5, 0), ("b", "c", 0, 0, 5, 0)]), ties="davidson")
    with pytest.raises(OptionError, match="Firth"):
        fit(puddings(), ties="davidson", prior=Prior("firth"))
    with pytest.raises(OptionError, match="prior is 'ridge'"):
        Prior("ridge")
    with pytest.raises(OptionError, match="amount is -1"):
        Prior("votes", -1)
