"""A tie parameter for each pair: the full likelihood by definition, numerical differentiation, limits, sandwich and bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from recount.engine import (
    ELO,
    ExistenceError,
    OptionError,
    Position,
    Prior,
    Resampling,
    Votes,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    held_out,
    pair_tie_parameters,
    pair_weights,
    residuals,
    vote_folds,
)
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.fitting import certified
from recount.engine.kernels.tie_models import rao_kupper_of_pair
from recount.engine.scrutiny.conclusion import top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.triangle import off_triangle
from recount.engine.uncertainty.resampling import resampler
from tests.published import puddings
from tests.random_logs import counts_of, random_votes
from tests.random_logs import random_log as contextual_log
from tests.reference import probabilities_by_definition
from tests.sandwiches import sandwich_by_definition

RULES = ("davidson-by-pair", "rao-kupper-by-pair")


def full_log_likelihood(ties, played, strengths, logs):
    """Of strengths and a logarithm of the tie parameter for each pair."""
    win, loss, tie = probabilities_by_definition(ties.removesuffix("-by-pair"), strengths[played.first] - strengths[played.second], np.exp(logs))
    return float(played.wins @ np.log(win) + played.losses @ np.log(loss) + played.ties @ np.log(tie))


@pytest.mark.parametrize("ties", RULES)
def test_it_is_the_maximum_over_all_parameters(ties):
    fitted = fit(puddings(), ties=ties)
    at = np.append(fitted.strengths, np.log(pair_tie_parameters(fitted)))

    def less(x):
        return -full_log_likelihood(ties, fitted.contests, x[:6], x[6:])

    assert fitted.log_likelihood == pytest.approx(-less(at), rel=1e-12)
    steps = 1e-5 * np.eye(at.size)
    assert np.array([(less(at + h) - less(at - h)) / 2e-5 for h in steps]) == pytest.approx(0, abs=1e-5)
    least = {"davidson-by-pair": None, "rao-kupper-by-pair": 1e-9}[ties]
    slow = minimize(less, np.append(np.zeros(6), np.full(15, 0.5)), method="L-BFGS-B", bounds=[(None, None)] * 6 + [(least, None)] * 15)
    assert -slow.fun == pytest.approx(fitted.log_likelihood, abs=1e-4)
    assert fitted.n_free == 5 + 15


def test_davidson_is_bradley_terry_of_decided_votes():
    counts = count(random_votes())
    fitted = fit(counts, ties="davidson-by-pair")
    assert fitted.strengths == pytest.approx(fit(counts, ties="drop").strengths, abs=1e-10)
    played = fitted.contests
    tie = probabilities_by_definition("davidson", fitted.strengths[played.first] - fitted.strengths[played.second], pair_tie_parameters(fitted))[2]
    assert tie == pytest.approx(played.ties / (played.wins + played.losses + played.ties), abs=1e-12)


def test_rao_kupper_slopes_by_numerical_differentiation():
    played = fit(count(random_votes(n=6, n_votes=300)), ties="rao-kupper-by-pair").contests
    likelihood = PairLikelihood(played, "rao-kupper-by-pair")
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
    x = np.exp(-lead)
    square, constant = (wins - ties) * x + (losses - ties) / x, (wins + ties) * x + (losses + ties) / x
    roots = np.roots([wins + losses, square, -(wins + losses + 4 * ties), -constant])
    expected = max(root.real for root in roots if abs(root.imag) < 1e-6 * abs(root))
    assert rao_kupper_of_pair(x, float(wins), float(losses), float(ties)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("ties", RULES)
def test_pairs_that_always_tied_say_nothing(ties):
    rows = [("a", "b", 5, 3, 4, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 2, 6, 1, 0)]
    fitted = fit(counts_of(rows), ties=ties)
    more = fit(counts_of([*rows, ("c", "a", 1, 0, 0, 0), ("a", "d", 1, 1, 0, 0), ("b", "d", 0, 0, 7, 0)]), ties=ties)
    without = fit(counts_of([*rows, ("c", "a", 1, 0, 0, 0), ("a", "d", 1, 1, 0, 0)]), ties=ties)
    assert more.strengths == pytest.approx(without.strengths, abs=1e-9)
    assert more.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-9)
    assert np.isinf(pair_tie_parameters(more)).sum() == 1
    never = {"davidson-by-pair": 0.0, "rao-kupper-by-pair": 1.0}[ties]
    assert pair_tie_parameters(fitted)[(fitted.contests.ties == 0)] == pytest.approx(never)


@pytest.mark.parametrize("ties", RULES)
def test_without_ties_it_is_bradley_terry(ties):
    counts = counts_of([("a", "b", 5, 3, 0, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 2, 6, 0, 0)])
    fitted = fit(counts, ties=ties)
    assert ELO * np.abs(fitted.strengths - fit(counts).strengths).max() < 1e-6
    assert fitted.log_likelihood == pytest.approx(fit(counts).log_likelihood, rel=1e-12)


@pytest.mark.parametrize("ties", RULES)
def test_more_parameters_fit_better(ties):
    counts = count(random_votes())
    for both_bad in ("tie", "drop", "outcome"):
        fitted, plain = (fit(counts, ties=rule, both_bad=both_bad) for rule in (ties, ties.removesuffix("-by-pair")))
        assert fitted.log_likelihood > plain.log_likelihood
        assert fitted.n_free == plain.n_free - 1 + plain.contests.first.size


def test_existence_is_that_of_decided_votes():
    counts = counts_of([("a", "b", 5, 3, 0, 0), ("b", "c", 0, 2, 9, 0)])
    for ties in RULES:
        with pytest.raises(ExistenceError, match="'c'"):
            fit(counts, ties=ties)
        assert fit(counts, ties=ties, existence="drop").dropped == ("c",)
        assert np.isfinite(fit(counts, ties=ties, existence="prior").strengths).all()
        with pytest.raises(OptionError, match="Firth"):
            fit(counts, ties=ties, prior=Prior("firth"))
    with pytest.raises(OptionError, match="no parameter for each pair"):
        pair_tie_parameters(fit(counts))


def full_scores(ties, played, strengths, logs):
    """Score of a vote of each pair and outcome by all parameters, (3, n_pairs, n + n_pairs), by differences."""
    n, m = strengths.size, logs.size

    def law(x):
        return np.log(np.stack(probabilities_by_definition(ties.removesuffix("-by-pair"), x[played.first] - x[played.second], np.exp(x[n:]))))

    at = np.append(strengths, logs)
    return np.stack([(law(at + h) - law(at - h)) / 2e-6 for h in 1e-6 * np.eye(n + m)], axis=-1)


@pytest.mark.parametrize("ties", RULES)
@pytest.mark.parametrize("weighted", [False, True])
def test_sandwich_by_all_parameters(ties, weighted):
    """Information and products of scores of strengths and of the logarithm of every pair's parameter, by differences; then the strengths' part."""
    counts = count(random_votes(n=6, n_votes=600))
    fitted = fit(pair_weights(counts, 30.0) if weighted else counts, ties=ties)
    played, logs = fitted.contests, np.log(pair_tie_parameters(fitted))
    votes, squares = played.weight_sums(1), played.weight_sums(2)
    at = np.append(fitted.strengths, logs)

    def gradient(x):
        return np.einsum("op,opk->k", votes, full_scores(ties, played, x[:6], x[6:]))

    assert gradient(at) == pytest.approx(0, abs=1e-4)
    information = np.array([(gradient(at - h) - gradient(at + h)) / 2e-4 for h in 1e-4 * np.eye(at.size)])
    inverse = np.linalg.pinv(information, rcond=1e-7)
    centre = np.eye(6) - 1 / 6
    if not weighted:
        assert covariance(fitted, "fisher").covariance == pytest.approx(centre @ inverse[:6, :6] @ centre, rel=1e-3, abs=1e-6)
    # What a vote says of strengths, the parameter of its pair given: its efficient score.
    scores = full_scores(ties, played, fitted.strengths, logs)
    efficient = scores[..., :6] - scores[..., 6:] @ (information[6:, :6] / np.diagonal(information)[6:, None])
    p = 1 / (1 + np.exp(fitted.strengths[played.second] - fitted.strengths[played.first]))
    rows, of_lead, weights = [], [], []
    for pair, (i, j) in enumerate(zip(played.first, played.second, strict=True)):
        weight = squares[0, pair] / votes[0, pair]
        mixed, own = information[i, 6 + pair], information[6 + pair, 6 + pair]
        of_pair = -information[i, j] - mixed**2 / own
        for outcome in range(3):
            times = round(votes[outcome, pair] / weight)
            # Davidson's decided votes say all; of Rao and Kupper's the mean is taken.
            said = (p[pair] * (1 - p[pair]) * (outcome < 2)) if ties == "davidson-by-pair" else of_pair / votes[:, pair].sum()
            rows += [efficient[outcome, pair]] * times
            of_lead += [said] * times
            weights += [weight] * times
    rows, of_lead = np.array(rows), np.array(of_lead)
    at = np.repeat(np.stack([played.first, played.second], 1), np.rint(votes.sum(axis=0) * votes[0] / squares[0]).astype(int), axis=0)
    slopes = np.eye(6)[at[:, 0]] - np.eye(6)[at[:, 1]]
    informations = of_lead[:, None, None] * slopes[:, :, None] * slopes[:, None, :]
    expected, _ = sandwich_by_definition(6, rows, informations, ((rows * slopes).sum(axis=1) / 2, of_lead), weights=np.array(weights))
    assert covariance(fitted).covariance == pytest.approx(centre @ expected @ centre, rel=1e-3, abs=1e-6)


def test_davidson_is_sure_as_ties_dropped():
    """In everything, for the decided votes say it all; in the bootstrap but for the number of decided votes, which varies."""
    votes = random_votes(n=6, n_votes=900)
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": np.arange(900) % 70})
    ours, theirs = (fit(count(votes), ties=ties) for ties in ("davidson-by-pair", "drop"))
    for by in (None, "voter"):
        a, b = (covariance(f, clusters=clustered(votes, f, by) if by else None).covariance for f in (ours, theirs))
        assert a == pytest.approx(b, rel=1e-9)
    assert covariance(ours, "fisher").covariance == pytest.approx(covariance(theirs, "fisher").covariance, rel=1e-9)
    a, b = (bootstrap(f, Resampling(n_replicates=800, seed=1)).standard_errors() for f in (ours, theirs))
    assert a / b == pytest.approx(1, abs=0.12)


@pytest.mark.parametrize("ties", RULES)
@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_bootstrap_agrees_with_the_sandwich(ties, scheme):
    votes = random_votes(n=6, n_votes=1500)
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": np.arange(1500) // 5})
    fitted = fit(count(votes), ties=ties)
    for clusters in (None, clustered(votes, fitted, "voter")):
        drawn = bootstrap(fitted, Resampling(scheme, n_replicates=600, seed=2), clusters=clusters)
        assert drawn.rating_error <= 0.01
        assert drawn.standard_errors() / covariance(fitted, clusters=clusters).standard_errors() == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("ties", RULES)
def test_a_replicate_is_a_fit_of_its_votes(ties):
    fitted = fit(count(random_votes(n=6, n_votes=500)), ties=ties)
    drawn = bootstrap(fitted, Resampling(n_replicates=3, tolerance=1e-6, seed=4))
    law, votes = resampler(fitted, "votes", None, None)[1], np.empty((3, 15), np.int32)
    for replicate in range(3):
        law.draw(4, replicate, votes)
        again = certified(PairLikelihood(off_triangle(fitted.names, votes), ties, Prior()))
        assert ELO * np.abs(drawn.values[replicate] - again.strengths).max() < 1e-5


def test_a_tie_joins_nobody_in_a_replicate():
    """The one with a single win, and ties, is rated where the win was drawn and not otherwise."""
    fitted = fit(counts_of([("a", "b", 40, 30, 9, 0), ("b", "c", 1, 1, 40, 0), ("a", "c", 0, 0, 9, 0)]), ties="rao-kupper-by-pair")
    drawn = bootstrap(fitted, Resampling(n_replicates=200, seed=1))
    share = drawn.n_unrated()[fitted.names.index("c")] / 200
    # Neither of two votes has a chance of about e^-1; both sides have to be there.
    assert share == pytest.approx(1 - (1 - np.exp(-1)) ** 2, abs=0.12)


@pytest.mark.parametrize("ties", RULES)
def test_what_is_not_of_pairs(ties):
    fitted = fit(count(random_votes()), ties=ties)
    for call in (
        lambda: residuals(fitted),
        lambda: bootstrap(fitted, Resampling("parametric", n_replicates=2)),
        lambda: fewest_votes(fitted, top_set(fitted)),
        lambda: held_out(vote_folds(count(random_votes()), 2), ties=ties),
    ):
        with pytest.raises(OptionError, match=f"ties='{ties}'"):
            call()
    with pytest.raises(OptionError, match=f"ties='{ties}'"):
        fit(contextual_log(), covariates=[Position()], ties=ties)
