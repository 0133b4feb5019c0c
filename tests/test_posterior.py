"""Strengths given their estimates, against integrals, sums over grids and matrices without eigenvectors; P(best) of both kinds."""

import math
import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import recount
from recount.engine import JointNormal, OptionError, Replicates, Resampling, bootstrap, covariance, fit, leaderboard, pair_table, top_probabilities
from recount.engine.uncertainty.posterior import _draws_under, covariance_of_replicates, posterior_draws, shrunken_draws, why_unshrunken
from recount.engine.uncertainty.strength_laws import LONG_ABOVE, LONG_BELOW, Estimates, laws_given, shape_parts
from tests.reference import pair_counts

INF = math.inf
NORMAL = (1.0, 0.0, 0.0)


def of_two(z):
    """Estimates and covariance of two competitors that are z standard errors apart."""
    return np.array([z, -z]) / 2, np.array([[1.0, -1.0], [-1.0, 1.0]]) / 4


def p_better_of_two(z, degrees_of_freedom=INF):
    """By integrals over the spread t and over the factor s of the variance, of the difference d ~ N(0, s + 2 t^2)."""

    # Even in the logarithm.
    t = np.geomspace(1e-4, 1e5, 4001)

    def over_spreads(s):
        total = s + 2 * t * t
        # Jeffreys' prior of t in N(0, s + 2 t^2), and the step.
        weight = t / total * t * np.exp(-(z**2) / total / 2) / np.sqrt(total)
        kept = 2 * t * t / total
        return np.array([weight.sum(), weight @ stats.norm.cdf(z * np.sqrt(kept / s))])

    if math.isinf(degrees_of_freedom):
        all_, better = over_spreads(1.0)
        return better / all_
    f = degrees_of_freedom
    s = f / stats.chi2(f).ppf((np.arange(400) + 0.5) / 400)
    all_, better = np.sum([over_spreads(each) for each in s], axis=0)
    return better / all_


@pytest.mark.parametrize(("z", "said"), [(0.0, 0.5), (0.4464641, 0.6376), (2.0, 0.9529), (5.0, 1.0)])
def test_two_competitors(z, said):
    assert p_better_of_two(z) == pytest.approx(said, abs=0.0002)
    draws = posterior_draws(*of_two(z), 100_000, 1)
    assert (draws[:, 0] > draws[:, 1]).mean() == pytest.approx(said, abs=0.005)
    # Less sure than the draws of the estimate are.
    assert said <= stats.norm.cdf(z) + 1e-6


@pytest.mark.parametrize(("z", "degrees_of_freedom"), [(0.5, 3), (2.0, 2), (2.0, 6), (-1.5, 4)])
def test_two_competitors_whose_variance_has_few_degrees_of_freedom(z, degrees_of_freedom):
    draws = posterior_draws(*of_two(z), 100_000, 1, degrees_of_freedom)
    assert (draws[:, 0] > draws[:, 1]).mean() == pytest.approx(p_better_of_two(z, degrees_of_freedom), abs=0.008)


def some_estimates(n=5, seed=3):
    """Estimates with unequal and correlated errors."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, n)) * 0.1 * np.exp(rng.normal(size=(n, 1)))
    centre = np.eye(n) - 1 / n
    return centre @ rng.normal(size=n) * 0.3, centre @ factor @ factor.T @ centre


def moments_by_matrices(strengths, covariance, degrees_of_freedom=INF):
    """Mean (n,) and covariance (n, n) from differences to the first competitor, by the conditional normal law, on a fine grid of spreads."""
    n = strengths.size
    to_first = np.hstack([-np.ones((n - 1, 1)), np.eye(n - 1)])
    back = np.linalg.pinv(to_first)
    y, noise, same = to_first @ strengths, to_first @ covariance @ to_first.T, to_first @ to_first.T
    log_weights, means, covariances = [], [], []
    spreads = np.geomspace(1e-4, 1e3, 3000)
    for t in spreads:
        total = np.linalg.inv(noise + t * t * same)
        distance, q, f = y @ total @ y, n - 1, degrees_of_freedom
        information = np.trace(total @ same @ total @ same)
        inside = -distance / 2 if math.isinf(f) else -(f + q) / 2 * np.log1p(distance / f)
        log_weights.append(2 * np.log(t) + 0.5 * np.log(information) + 0.5 * np.linalg.slogdet(total)[1] + inside)
        gain = t * t * same @ total
        scale = 1.0 if math.isinf(f) else (f + distance) / (f + q - 2)
        means.append(back @ gain @ y)
        covariances.append(scale * back @ (t * t * same - gain @ same * t * t) @ back.T)
    w = np.exp(np.array(log_weights) - max(log_weights))
    w /= w.sum()
    mean = w @ np.array(means)
    apart = np.array(means) - mean
    return mean, np.tensordot(w, np.array(covariances), 1) + (w[:, None] * apart).T @ apart


@pytest.mark.parametrize("degrees_of_freedom", [INF, 4.0])
def test_moments_with_correlated_errors(degrees_of_freedom):
    estimates = some_estimates()
    mean, spread = moments_by_matrices(*estimates, degrees_of_freedom)
    draws = posterior_draws(*estimates, 200_000, 2, degrees_of_freedom, NORMAL)
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.005)
    assert np.cov(draws.T) == pytest.approx(spread, abs=0.02 * spread.max())
    assert draws.mean(axis=1) == pytest.approx(0, abs=1e-12)


def test_many_degrees_of_freedom_are_infinitely_many():
    strengths, errors = some_estimates()
    many, infinite = (posterior_draws(strengths, errors, 50_000, 2, f) for f in (1e7, INF))
    assert top_probabilities(many, 1) == pytest.approx(top_probabilities(infinite, 1), abs=0.01)


def test_units_and_origin_do_not_matter():
    strengths, errors = some_estimates()
    draws = posterior_draws(strengths, errors, 100, 5)
    assert posterior_draws(strengths + 7, errors, 100, 5) == pytest.approx(draws, abs=1e-9)
    assert posterior_draws(strengths * 1e-6, errors * 1e-12, 100, 5) * 1e6 == pytest.approx(draws, abs=1e-6)


def test_nobody_has_variance():
    """What is known is drawn as it is; equals share their places to the last bit."""
    strengths = np.array([0.1, 0.1, -0.2])
    draws = posterior_draws(strengths, np.zeros((3, 3)), 50, 0)
    assert top_probabilities(draws, 1).tolist() == [0.5, 0.5, 0.0]
    assert top_probabilities(posterior_draws(np.zeros(4), np.zeros((4, 4)), 50, 0), 1).tolist() == [0.25] * 4
    assert posterior_draws(np.zeros(1), np.zeros((1, 1)), 3, 0).tolist() == [[0.0]] * 3


@pytest.mark.parametrize("known", [0.0, 0.3])
def test_a_difference_without_variance_stays(known):
    """x and y err together; z by itself. It is not the constant that is taken for a direction without variance."""
    centre = np.eye(3) - 1 / 3
    together = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    errors = centre @ together @ np.diag([0.04, 0.01]) @ together.T @ centre
    draws = posterior_draws(centre @ np.array([known, 0.0, 0.5]), errors, 1000, 0)
    assert draws[:, 0] - draws[:, 1] == pytest.approx(known, abs=1e-9)
    assert draws.mean(axis=1) == pytest.approx(0, abs=1e-12)
    assert 0.01 < (draws[:, 2] - draws[:, 0]).std() < 0.3


def test_all_equal_estimates():
    """All of 20 estimates the same: nobody is more likely the best than anyone."""
    n = 20
    shares = top_probabilities(posterior_draws(np.zeros(n), 0.01 * (np.eye(n) - 1 / n), 40_000, 0), 1)
    assert shares == pytest.approx(1 / n, abs=0.006)


def test_one_competitor_that_is_hardly_known():
    """An error a thousand times as large as the others does not blur the spread of those."""
    n = 12
    rng = np.random.default_rng(0)
    centre = np.eye(n) - 1 / n
    errors = np.append(np.full(n - 1, 0.02), 20.0)
    strengths = centre @ (rng.normal(size=n) * 0.5 + errors * rng.normal(size=n))
    draws = posterior_draws(strengths, centre @ np.diag(errors**2) @ centre, 4000, 0)
    difference = draws[:, 0] - draws[:, 1]
    assert difference.mean() == pytest.approx(strengths[0] - strengths[1], abs=0.01)
    assert difference.std() == pytest.approx(0.02 * math.sqrt(2), rel=0.1)
    # It is one of those whose spread is known, not someone 20 log-odds away.
    assert np.abs(draws[:, -1] - draws[:, :-1].mean(axis=1)).mean() < 2


def test_the_same_on_any_number_of_threads(monkeypatch):
    estimates = some_estimates()
    draws = posterior_draws(*estimates, 1201, 9)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(7))
    assert np.array_equal(draws, posterior_draws(*estimates, 1201, 9))
    assert not np.array_equal(draws, posterior_draws(*estimates, 1201, 10))


@pytest.mark.parametrize(
    ("asked", "message"),
    [((0, 1), "n_draws is 0"), ((9, -1), "seed is -1"), ((9, 1, 0.0), "degrees_of_freedom is 0"), ((9, 1, math.nan), "degrees_of_freedom is nan")],
)
def test_what_is_refused(asked, message):
    with pytest.raises(OptionError, match=message):
        posterior_draws(*some_estimates(), *asked)


def replicates_of(values):
    n = values.shape[1]
    return Replicates(tuple("abcdefghijklmnop"[:n]), np.linspace(0.5, -0.5, n), values, "votes", 0, 0, 0.01)


def test_covariance_of_replicates():
    """Nearer to the truth than the sample covariance, and without directions that are falsely known; with many replicates, the sample's."""
    rng = np.random.default_rng(1)
    n = 12
    centre = np.eye(n) - 1 / n
    factor = centre @ (np.diag(np.exp(rng.normal(size=n))) + rng.normal(size=(n, n)) * 0.2)
    truth = factor @ factor.T
    errors = []
    for _ in range(100):
        values = rng.normal(size=(30, n)) @ factor.T
        found = covariance_of_replicates(values)
        assert found.sum(axis=0) == pytest.approx(0, abs=1e-9)
        errors.append([((matrix - truth) ** 2).sum() for matrix in (found, np.cov(values, rowvar=False))])
    by_found, by_sample = np.mean(errors, axis=0)
    assert by_found < 0.95 * by_sample
    many = rng.normal(size=(100_000, n)) @ factor.T
    assert covariance_of_replicates(many) == pytest.approx(np.cov(many, rowvar=False), abs=0.01 * truth.max())
    few = covariance_of_replicates(rng.normal(size=(8, n)) @ factor.T)
    assert np.linalg.eigvalsh(few)[1] > 1e-3
    two = rng.normal(size=(50, 1)) * np.array([[1.0, -1.0]])
    assert covariance_of_replicates(two) == pytest.approx(np.cov(two, rowvar=False))


def test_replicates_without_a_covariance_to_rely_on():
    values = np.random.default_rng(0).normal(size=(40, 4)) * 0.1
    assert why_unshrunken(replicates_of(values)) == ""
    assert shrunken_draws(replicates_of(values), 10, 0).shape == (10, 4)
    few = replicates_of(values[:7])
    assert why_unshrunken(few) == "7 are too few for 4 competitors; take 8 or more"
    assert shrunken_draws(few, 10, 0) is None
    values[3, 2] = INF
    assert "could not be rated" in why_unshrunken(replicates_of(values))
    board = leaderboard(replicates_of(values), np.ones(4), top=2)
    assert board[["p_best_shrunken", "p_top_2_shrunken"]].isna().all(axis=None)
    assert board["p_best"].sum() == pytest.approx(1)


ELEVEN_NINE = pair_counts("ab", [("a", "b", 11, 9, 0, 0)])


def test_both_kinds_of_a_covariance():
    """11:9 is 0.446 Fisher errors apart."""
    rated = covariance(fit(ELEVEN_NINE), "fisher")
    z = rated.difference(0, 1)[0] / rated.difference(0, 1)[1]
    board = leaderboard(rated, np.ones(2), top=2, n_draws=50_000).iloc[0]
    assert board["p_best"] == pytest.approx(p_better_of_two(z), abs=0.008)
    assert board["p_best_unshrunken"] == pytest.approx(stats.norm.cdf(z), abs=0.008)
    assert board["p_top_2"] == board["p_top_2_unshrunken"] == 1
    assert "p_best_shrunken" not in board
    pair = pair_table(rated, n_draws=50_000).iloc[0]
    assert pair["p_better"] == board["p_best"]
    assert pair["p_better_unshrunken"] == board["p_best_unshrunken"]


def test_both_kinds_of_replicates():
    replicates = bootstrap(fit(ELEVEN_NINE), Resampling(n_replicates=4000))
    board = leaderboard(replicates, np.ones(2)).iloc[0]
    assert board["p_best"] == pytest.approx(0.671, abs=0.02)
    assert board["p_best_shrunken"] == pytest.approx(0.638, abs=0.02)
    assert "p_best_unshrunken" not in board
    pair = pair_table(replicates).iloc[0]
    assert pair["p_better"] == pytest.approx(board["p_best"])
    assert pair["p_better_shrunken"] == board["p_best_shrunken"]


def votes_of(n_wins, n_losses):
    return pd.DataFrame({"model_a": "a", "model_b": "b", "winner": ["model_a"] * n_wins + ["model_b"] * n_losses})


def test_tables_say_which_they_are():
    log = recount.read(votes_of(11, 9))
    for ask, what in (
        (lambda a: a.leaderboard(), "P(best) and P(top)"),
        (lambda a: a.pairs(), "P(better)"),
        (lambda a: a.pair("a", "b"), "P(better)"),
    ):
        (said,) = [note for note in ask(recount.analyse(log)).notes if note.startswith("P(")]
        assert said.startswith(f"{what}: of strengths given the estimates, shrunken")
        replicated = recount.Specification(intervals=recount.Resampling(n_replicates=400))
        (said,) = [note for note in ask(recount.analyse(log, replicated)).notes if note.startswith("P(")]
        assert said.startswith(f"{what}: shares of replicates")
        assert said.endswith("the columns `shrunken` are of strengths given the estimates, by a prior of unknown width and shape")
    one_sided = recount.analyse(recount.read(votes_of(2, 1)), recount.Specification(intervals=recount.Resampling(n_replicates=400))).leaderboard()
    assert any("`shrunken` are missing, because a competitor could not be rated in some of them" in note for note in one_sided.notes)


def test_a_pair_seen_from_the_other_side():
    analysis = recount.analyse(recount.read(votes_of(11, 9)))
    there, back = (analysis.pair(*names).frame.iloc[0] for names in (("a", "b"), ("b", "a")))
    for column in ("p_better", "p_better_unshrunken"):
        assert there[column] + back[column] == pytest.approx(1)
        assert there[column] > 0.5


def test_an_anchor_changes_no_probability():
    log = recount.read(votes_of(11, 9))
    plain, anchored = (
        recount.analyse(log, recount.Specification(anchor=anchor)).leaderboard().frame for anchor in (None, recount.Anchor("b", 1500.0))
    )
    assert plain["p_best"].tolist() == anchored["p_best"].tolist()


@pytest.mark.slow
def test_calibration():
    """Of strengths as spread as their errors, from laws of all three shapes: what is said comes true as often; the unshrunken are too sure."""
    n, rng = 10, np.random.default_rng(6)
    centre = np.eye(n) - 1 / n
    said, right = [], []
    for number in range(1500):
        errors = 0.1 * np.exp(rng.normal(0, 0.7, n))
        shape, skewed = number % 3, rng.exponential(size=n) - 1
        truth = 0.1 * (rng.normal(size=n), skewed, -skewed)[shape]
        estimates = centre @ (truth + errors * rng.normal(size=n))
        rated = JointNormal(tuple("abcdefghij"), estimates, centre @ np.diag(errors**2) @ centre)
        drawn = (shrunken_draws(rated, 400, number), rated.draws(400, number))
        said.append([top_probabilities(draws, 1) for draws in drawn])
        right.append(truth == truth.max())
    said, right = np.swapaxes(said, 0, 1), np.array(right)
    for bin_ in np.arange(10) / 10:
        inside = (said[0] >= bin_) & (said[0] < bin_ + 0.1 + (bin_ == 0.9))
        p = said[0][inside]
        assert abs(right[inside].sum() - p.sum()) < 3.3 * math.sqrt((p * (1 - p)).sum()) + 1
    sure = said[1] > 0.6
    assert right[sure].mean() < said[1][sure].mean() - 0.1


@pytest.mark.parametrize("shape", [LONG_ABOVE, LONG_BELOW])
def test_a_skewed_law_with_independent_errors(shape):
    """Mean and standard deviation of each strength under one law, by sums over a grid of strengths."""
    values, own, spread, place = np.array([-0.6, -0.1, 0.2, 0.5]), np.array([0.3, 0.2, 0.05, 0.4]) ** 2, 0.35, 0.05
    estimates = Estimates(np.eye(4), values, np.ones(4), own, values, own, INF)
    draws = _draws_under(estimates, shape, spread, place, 60_000, np.random.default_rng(0))
    means, variances = shape_parts(shape)
    assert means.mean() == pytest.approx(0, abs=1e-12)
    assert (means**2 + variances).mean() == pytest.approx(1)
    x = np.linspace(-3, 3, 20_001)
    law = stats.norm.pdf(x[:, None], spread * means, spread * np.sqrt(variances)).mean(axis=1)
    for i in range(4):
        weight = law * stats.norm.pdf(values[i] - place, x, math.sqrt(own[i]))
        mean = weight @ x / weight.sum()
        assert draws[:, i].mean() == pytest.approx(mean, abs=0.005)
        assert draws[:, i].std() == pytest.approx(math.sqrt(weight @ (x - mean) ** 2 / weight.sum()), rel=0.03)


@pytest.mark.parametrize(("shape", "law"), [(LONG_ABOVE, 1.0), (LONG_BELOW, -1.0)])
def test_shape_of_many_strengths_is_found(shape, law):
    """200 strengths with small errors leave no doubt."""
    rng = np.random.default_rng(2)
    errors = np.full(200, 0.03)
    values = law * rng.exponential(size=200) + errors * rng.normal(size=200)
    values -= values.mean()
    laws = laws_given(Estimates(np.eye(200), values, np.ones(200), errors**2, values, errors**2, INF))
    assert laws.probabilities[laws.shapes == shape].sum() > 0.999
    assert laws.probabilities.sum() == pytest.approx(1)
    assert laws.probabilities @ laws.spreads == pytest.approx(1, abs=0.25)
