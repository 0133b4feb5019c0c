"""Strengths given their estimates, against integrals, sums over grids and matrices without eigenvectors; P(best) of both kinds."""

import math
import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import recount
from recount.engine import JointNormal, OptionError, Resampling, bootstrap, covariance, fit, leaderboard, pair_table, top_probabilities
from recount.engine.uncertainty.posterior import (
    covariance_of_replicates,
    errors_in_two,
    independent_variances,
    posterior_draws,
    shrunken_draws,
    toward_independent,
)
from recount.engine.uncertainty.strength_laws import LONG_ABOVE, LONG_BELOW, StrengthPrior, law_of_parts, shape_parts
from tests.reference import pair_counts, strengths_by_importance

INF = math.inf


def of_two(z):
    """Estimates and covariance of two competitors that are z standard errors apart."""
    return np.array([z, -z]) / 2, np.array([[1.0, -1.0], [-1.0, 1.0]]) / 4


def some_estimates(n=5, seed=3):
    """Estimates with unequal and correlated errors."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, n)) * 0.1 * np.exp(rng.normal(size=(n, 1)))
    centre = np.eye(n) - 1 / n
    return centre @ rng.normal(size=n) * 0.3, centre @ factor @ factor.T @ centre


def uncentred(covariance):
    """The covariance of errors that are as independent as they can be, by definition: of n independent ones with the mean taken away."""
    n, own = covariance.shape[0], independent_variances(covariance)
    taken = np.add.outer(own, own) / n - own.sum() / n**2
    return covariance + taken


ONE_NORMAL = StrengthPrior(1, 1.0, (1.0, 0.0, 0.0))
NO_SHARED, SHARED, ALONG = (0.0, 0.0, 0.0, 0.0), (0.2, 0.2, -0.1, 0.0), (0.6, -0.6, 0.6, -0.6)
PRIORS = [ONE_NORMAL, StrengthPrior(1, 1.0, (0.0, 1.0, 0.0)), StrengthPrior(1, 1.0, (0.0, 0.0, 1.0)), StrengthPrior(2, 2.0), StrengthPrior()]


@pytest.mark.parametrize(
    ("prior", "errors", "degrees_of_freedom", "groups"),
    [
        *((prior, NO_SHARED, INF, "") for prior in PRIORS[:4]),
        (PRIORS[4], SHARED, INF, ""),
        (PRIORS[4], ALONG, INF, ""),
        (PRIORS[2], ALONG, INF, ""),
        (PRIORS[4], NO_SHARED, 3.0, ""),
        (PRIORS[4], SHARED, 3.0, ""),
        (PRIORS[4], ALONG, 3.0, ""),
        (ONE_NORMAL, NO_SHARED, INF, "ABAB"),
        (PRIORS[4], NO_SHARED, INF, "AABB"),
        (PRIORS[4], SHARED, 3.0, "BAAB"),
    ],
)
def test_strengths_by_importance(prior, errors, degrees_of_freedom, groups):
    """Means, standard deviations, correlation and P(best) of draws are those of strengths drawn from the law itself and weighed by the estimates.

    `errors` are a shared error's share of each; ALONG is large against the independent ones.
    """
    strengths, own, together = np.array([0.6, 0.45, 0.0, -0.9]), np.array([0.3, 0.15, 0.2, 0.3]), np.array(errors)
    centre = np.eye(4) - 1 / 4
    covariance = centre @ (np.diag(own**2) + np.outer(together, together)) @ centre
    strengths = centre @ strengths
    law = law_of_parts(strengths, independent_variances(covariance), prior)
    assert (errors == ALONG) == bool(errors_in_two(covariance, independent_variances(covariance)).along_variance.size)
    given, weight = strengths_by_importance(strengths, uncentred(covariance), law, prior, 400_000, 1, degrees_of_freedom, groups)
    draws = posterior_draws(strengths, covariance, 20_000, 2, degrees_of_freedom, prior, groups)
    effective = 1 / (weight**2).sum()
    assert effective > 300
    mean = weight @ given
    spread = (given - mean).T @ ((given - mean) * weight[:, None])
    error = np.sqrt(np.diagonal(spread) / effective)
    assert (np.abs(draws.mean(axis=0) - mean) < 4 * error + 0.005).all()
    assert draws.std(axis=0) == pytest.approx(np.sqrt(np.diagonal(spread)), rel=0.12)
    scale = np.sqrt(np.diagonal(spread))
    assert np.corrcoef(draws.T) == pytest.approx(spread / np.outer(scale, scale), abs=0.15)
    best = np.bincount(given.argmax(axis=1), weight, minlength=4)
    assert (np.abs(top_probabilities(draws, 1) - best) < 4 * np.sqrt(best * (1 - best) / effective) + 0.015).all()


@pytest.mark.parametrize(("z", "said"), [(0.0, 0.5), (0.4464641, 0.62), (2.0, 0.927), (5.0, 1.0)])
def test_two_competitors(z, said):
    """z standard errors apart; less sure than the draws of the estimate are."""
    strengths, errors = of_two(z)
    prior = StrengthPrior()
    law = law_of_parts(strengths, np.full(2, 0.5), prior)
    given, weight = strengths_by_importance(strengths, uncentred(errors), law, prior, 400_000, 1)
    by_importance = weight @ (given[:, 0] > given[:, 1])
    assert by_importance == pytest.approx(said, abs=0.01)
    draws = posterior_draws(strengths, errors, 50_000, 1)
    assert (draws[:, 0] > draws[:, 1]).mean() == pytest.approx(by_importance, abs=0.01)
    assert said <= stats.norm.cdf(z) + 1e-6


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
def test_a_difference_without_variance_hardly_moves(known):
    """x and y err together; z by itself. It is not the constant that is taken for a direction without variance."""
    centre = np.eye(3) - 1 / 3
    together = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    errors = centre @ together @ np.diag([0.04, 0.01]) @ together.T @ centre
    draws = posterior_draws(centre @ np.array([known, 0.0, 0.5]), errors, 1000, 0)
    # Of errors that are the same a tenth is taken as their own.
    difference = draws[:, 0] - draws[:, 1]
    assert difference.mean() == pytest.approx(known, abs=0.02)
    assert difference.std() < 0.35 * 0.2 * math.sqrt(2)
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


ELEVEN_NINE = pair_counts("ab", [("a", "b", 11, 9, 0, 0)])


def test_both_kinds_of_a_covariance():
    """11:9 is 0.446 Fisher errors apart."""
    rated = covariance(fit(ELEVEN_NINE), "fisher")
    z = rated.difference(0, 1)[0] / rated.difference(0, 1)[1]
    board = leaderboard(rated, np.ones(2), top=2, n_draws=50_000).iloc[0]
    assert board["p_best"] == pytest.approx(0.62, abs=0.012)
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
    assert board["p_best_shrunken"] == pytest.approx(0.62, abs=0.04)
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
    assert any("`shrunken` are missing, because a competitor could not be rated in more than a 10th of them, and" in note for note in one_sided.notes)


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
def test_shapes_have_mean_0_and_variance_1_and_the_skewness_of_the_exponential(shape):
    means, variances = shape_parts(shape)
    assert means.mean() == pytest.approx(0, abs=1e-12)
    assert (means**2 + variances).mean() == pytest.approx(1)
    # All but what eight normals lose in the tail.
    assert (means**3 + 3 * means * variances).mean() == pytest.approx(2 if shape == LONG_ABOVE else -2, abs=0.4)


def independent(strengths, error):
    """Estimates of equal independent errors, less their mean."""
    centre = np.eye(strengths.size) - 1 / strengths.size
    return centre @ strengths, error**2 * centre


@pytest.mark.parametrize("away", [-3.0, -12.0])
def test_who_is_far_below_says_nothing_of_the_others(away):
    """As spread as their errors, and one more, 25 or 100 times as far away."""
    strengths, error = 0.12 * np.random.default_rng(1).normal(size=40), 0.085
    found = []
    for estimates in (strengths, np.append(strengths, away)):
        chosen = np.argsort(-strengths)[:5]
        by_seed = []
        for seed in range(6):
            draws = posterior_draws(*independent(estimates, error), 4000, seed)[:, :40]
            draws -= draws.mean(axis=1, keepdims=True)
            best = (draws.argmax(axis=1) == chosen[0]).mean()
            by_seed.append([*draws[:, chosen].mean(axis=0), *draws[:, chosen].std(axis=0), best])
        found.append(np.array(by_seed))
    monte_carlo = np.sqrt((found[0].var(axis=0, ddof=1) + found[1].var(axis=0, ddof=1)) / 2)
    moved = np.abs(found[0].mean(axis=0) - found[1].mean(axis=0))
    assert (moved < 2 * monte_carlo + 1e-3).all()


def test_no_order_of_names_matters():
    strengths, errors = some_estimates(8)
    order = np.random.default_rng(0).permutation(8)
    draws = posterior_draws(strengths, errors, 300, 4)
    assert posterior_draws(strengths[order], errors[np.ix_(order, order)], 300, 4) == pytest.approx(draws[:, order], abs=1e-9)


def test_a_covariance_known_from_little_is_drawn_toward_independent_errors():
    """Nearer to the truth than it is, and the more so the less it is known from; of many degrees of freedom it stays."""
    n, truth = 40, np.eye(40) - 1 / 40
    rng = np.random.default_rng(4)
    drawn = rng.standard_normal((30, n))
    drawn -= drawn.mean(axis=1, keepdims=True)
    sample = drawn.T @ drawn / 30
    mixed = toward_independent(sample, 30)
    assert np.linalg.norm(mixed - truth) < 0.5 * np.linalg.norm(sample - truth)
    assert np.diagonal(mixed) == pytest.approx(np.diagonal(sample), rel=1e-12)
    assert mixed.sum(axis=0) == pytest.approx(np.zeros(n), abs=1e-12)
    assert toward_independent(sample, 1e12) == pytest.approx(sample, abs=1e-9)


@pytest.mark.parametrize("intervals", ["sandwich", Resampling(n_replicates=300)])
def test_who_is_far_ahead_is_likely_the_best_also_by_few_voters(shared, intervals):
    """Of 59 models, by 124 workers of whom few cast most votes, one is 60 points above all others; errors that seem shared had made it the third."""
    columns = recount.Columns("left", "right", "winner")
    log = recount.read(shared / "llmfao/crowd-comparisons.csv", reading=recount.Reading(columns=columns))
    analysis = recount.analyse(log, clusters=("worker",), intervals=intervals)
    board = analysis.leaderboard().frame
    p_best = board["p_best" if intervals == "sandwich" else "p_best_shrunken"]
    assert board["competitor"].iloc[0] == "GPT 4"
    assert p_best.iloc[0] > 2 * p_best.iloc[1:].max()
