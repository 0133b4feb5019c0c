"""What a fit claims of its error is true: against arithmetic of 50 digits, for every prior, on sparse logs; and fits exist where they should."""

import numpy as np
import pytest

from recount.engine import ELO, Prior, Resampling, TieRule, Votes, bootstrap, fit
from tests.reference import fitted_by_scipy, maximum_to_50_digits, pair_counts
from tests.test_bootstrap import replicate

PRIORS = {
    "none": None,
    "votes": Prior("votes", 0.3),
    "gaussian": Prior("gaussian", 400.0),
    "wide": Prior("gaussian", 20_000.0),
    "firth": Prior("firth"),
}


def sparse_votes(seed, largest=12):
    """A tree of votes between up to `largest` competitors and some more, between equals or very unequals, with ties or without, once or 20 times."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, largest))
    strengths, order = rng.normal(0, rng.choice([0.5, 2, 5]), n), rng.permutation(n)
    pairs = [(order[k], order[rng.integers(0, k)]) for k in range(1, n)]
    pairs += [tuple(rng.choice(n, 2, replace=False)) for _ in range(rng.integers(0, 2 * n))]
    first, second = np.tile(np.array(pairs, np.int32).T, int(rng.choice([1, 1, 1, 20])))
    lost = rng.random(first.size) > 1 / (1 + np.exp(strengths[second] - strengths[first]))
    outcome = np.where(rng.random(first.size) < rng.choice([0, 0.3]), 2, lost)
    return Votes(tuple(f"m{i:02d}" for i in range(n)), first, second, outcome.astype(np.int8))


@pytest.mark.parametrize("prior", PRIORS)
def test_claimed_errors_hold(prior):
    """Loosely and tightly fitted. Without a prior, of who is joined by wins."""
    for seed in range(40):
        votes = sparse_votes(seed, largest=6)
        if PRIORS[prior] is None:
            votes = Votes(votes.names, np.tile(votes.first, 2), np.tile(votes.second, 2), np.concatenate([votes.outcome, 2 + 0 * votes.outcome]))
        fits = [fit(votes, prior=PRIORS[prior], tolerance=tolerance) for tolerance in (1.0, 0.01, 1e-7)]
        exact = maximum_to_50_digits(fits[0].contests, fits[0].prior, fits[-1].parameters - fits[-1].origin)
        for found in fits:
            # Below 1e-9 rounding decides.
            assert ELO * np.abs(found.strengths - exact).max() <= max(found.rating_error, 1e-9)


def test_firth_exists_for_all_sparse_logs():
    """Votes that join all are enough, however one-sided; the largest true error is a small part of what is claimed."""
    for seed in range(300):
        votes = sparse_votes(seed)
        loose, tight = (fit(votes, prior=Prior("firth"), tolerance=tolerance) for tolerance in (0.01, 1e-8))
        assert ELO * np.abs(loose.strengths - tight.strengths).max() <= max(loose.rating_error / 100, 1e-8)
        assert tight.n_iterations < 40
        # The slope of the steps is that of the gradient, by differences.
        gradient = tight.likelihood.slopes(tight.parameters)[0]
        assert np.abs(gradient).max() < 1e-8


def test_the_information_of_firth_is_the_hessian():
    """By differences of the gradient, which is that of the votes and the log determinant, by differences too."""
    for seed in range(20):
        fitted = fit(sparse_votes(seed, largest=7), prior=Prior("firth"))
        likelihood, n, h = fitted.likelihood, len(fitted.names), 1e-5
        at = fitted.parameters + 0.01 * np.random.default_rng(seed).normal(size=n)

        def penalised(theta, likelihood=likelihood):
            information = likelihood._slopes_of_votes(theta)[1]
            return likelihood.of_votes(theta) + np.linalg.slogdet(information + 1)[1] / 2

        gradient, information = likelihood.slopes(at)
        steps = h * np.eye(n)
        assert gradient == pytest.approx([(penalised(at + d) - penalised(at - d)) / (2 * h) for d in steps], abs=1e-6)
        by_differences = [-(likelihood.slopes(at + d)[0] - likelihood.slopes(at - d)[0]) / (2 * h) for d in steps]
        assert information == pytest.approx(np.array(by_differences), abs=1e-6)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
@pytest.mark.parametrize("prior", ["votes", "gaussian"])
def test_claimed_errors_hold_with_a_parameter_of_ties(ties, prior):
    for seed in range(100, 140):
        votes = sparse_votes(seed)
        outcome = np.append(votes.outcome, [0, 1, 2]).astype(np.int8)
        votes = Votes(votes.names, np.append(votes.first, [0] * 3).astype(np.int32), np.append(votes.second, [1] * 3).astype(np.int32), outcome)
        loose, tight = (fit(votes, ties=TieRule(ties), prior=PRIORS[prior], tolerance=tolerance) for tolerance in (0.01, 1e-9))
        assert ELO * np.abs(loose.parameters - tight.parameters).max() <= max(loose.rating_error, 2e-9)


@pytest.mark.usefixtures("as_they_are")
@pytest.mark.parametrize("prior", ["votes", "gaussian", "firth"])
def test_claimed_errors_of_replicates_hold(prior):
    """Sparse logs with undefeated competitors, of which many replicates lack votes or competitors."""
    for seed in range(6):
        fitted = fit(sparse_votes(seed, largest=9), prior=PRIORS[prior])
        replicates = bootstrap(fitted, Resampling(n_replicates=15))
        assert replicates.rating_error <= 0.01
        for k, values in enumerate(replicates.values):
            rated = np.isfinite(values)
            if not rated.any():
                continue
            drawn = replicate(fitted, k).only(rated)
            exact = fit_of(drawn, PRIORS[prior])
            assert ELO * np.abs(values[rated] - values[rated].mean() - exact).max() <= 0.01


def fit_of(contests, prior):
    rows = zip(contests.first, contests.second, contests.wins, contests.losses, contests.ties, strict=True)
    counts = pair_counts(contests.names, [(contests.names[i], contests.names[j], int(w), int(x), int(t), 0) for i, j, w, x, t in rows])
    return fit(counts, prior=prior, tolerance=1e-8).strengths


def test_firth_bootstrap_of_a_tournament_with_undefeated_competitors():
    """As in R's chameleons: 35 males, a few contests each, some never beaten; replicates that do not join all rate whom they join."""
    rng = np.random.default_rng(3)
    names = [f"C{i:02d}" for i in range(35)]
    pairs = [(names[k], names[int(rng.integers(0, k))]) for k in range(1, 35)] + [tuple(rng.choice(names, 2, replace=False)) for _ in range(71)]
    fitted = fit(pair_counts(names, [(i, j, 1, 0, 0, 0) for i, j in pairs]), prior=Prior("firth"))
    replicates = bootstrap(fitted, Resampling(n_replicates=60))
    assert replicates.rating_error <= 0.01
    # Nobody is infinite: who met the others is rated, who did not is missing.
    assert not np.isinf(replicates.values).any()
    assert 0.8 < np.isfinite(replicates.values).mean() < 1


def test_certificate_of_the_usual_fit_against_scipy():
    contests = fit(sparse_votes(5), prior=Prior("votes")).contests
    both = pair_counts(
        contests.names, [(contests.names[i], contests.names[j], 3, 2, 1, 0) for i, j in zip(contests.first, contests.second, strict=True)]
    )
    fitted = fit(both, tolerance=0.01)
    assert ELO * np.abs(fitted.strengths - fitted_by_scipy(fitted.contests)).max() <= fitted.rating_error
