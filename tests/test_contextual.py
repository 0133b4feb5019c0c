"""Fits with covariates: published numbers, slow twins that know nothing of rows and blocks, definitions, invariances."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import stdtrit

from recount.engine import (
    ELO,
    CategoryEffect,
    OptionError,
    Position,
    Prior,
    Resampling,
    Style,
    Votes,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    leaderboard,
)
from recount.engine.choices import TieRule
from recount.engine.contextual import design as design_module
from recount.engine.contextual import rows as rows_module
from recount.engine.contextual.row_likelihood import RowLikelihood
from recount.engine.contextual.rows import design_of
from recount.engine.fitting import certified
from recount.engine.kernels.contextual import roots_of_leads
from tests.logs import with_effects
from tests.published import TEAMS, baseball_rows, deviance
from tests.random_logs import COVARIATES, TIE_RULES, mirrored, random_log, rearranged, with_mirror_image
from tests.sandwiches import sandwich_by_definition


def plain_covariates(votes):
    """The covariates of `COVARIATES`, (n_votes, 3), by numpy from the columns."""
    a, b, c, d = (votes.columns[name] for name in ("length_a", "length_b", "bold_a", "bold_b"))
    length, bold = (a - b) / (a + b), c - d
    return np.column_stack([np.ones(a.size), length / length.std(), bold / bold.std()])


def terms_of_votes(ties, votes, x, parameters):
    """Log-likelihood of each vote, in the order of the log, by the papers' formulas; parameters are strengths, effects, gamma."""
    n, m = len(votes.names), x.shape[1]
    lead = parameters[votes.first] - parameters[votes.second] + x @ parameters[n : n + m]
    win, loss = -np.logaddexp(0, -lead), -np.logaddexp(0, lead)
    if ties == "half":
        return np.choose(np.minimum(votes.outcome, 2), [win, loss, (win + loss) / 2])
    if ties == "davidson":
        total = np.logaddexp(np.logaddexp(lead / 2, -lead / 2), parameters[-1])
        return np.choose(np.minimum(votes.outcome, 2), [lead / 2 - total, -lead / 2 - total, parameters[-1] - total])
    win, loss = -np.logaddexp(0, parameters[-1] - lead), -np.logaddexp(0, parameters[-1] + lead)
    return np.choose(np.minimum(votes.outcome, 2), [win, loss, win + loss + np.log(np.expm1(2 * parameters[-1]))])


def scores_of_votes(ties, votes, x, parameters, h=1e-5):
    """Score of each vote by central differences, (n_votes, p)."""
    steps = np.eye(parameters.size) * h
    return np.column_stack(
        [(terms_of_votes(ties, votes, x, parameters + s) - terms_of_votes(ties, votes, x, parameters - s)) / (2 * h) for s in steps]
    )


def in_parameters_of(fitted, votes):
    """Parameters in the order of the log's names."""
    place = [fitted.names.index(name) for name in votes.names]
    return np.append(fitted.strengths[place], fitted.parameters[len(place) :])


@pytest.fixture(scope="module")
def log():
    return random_log()


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(design_module, "ROWS_IN_A_BLOCK", 100)


def test_agresti_home_effect():
    """Agresti, American League 1987, with a home effect; R package BradleyTerry2."""
    rows = list(baseball_rows())
    games = [(TEAMS.index(home), TEAMS.index(away), outcome) for home, away, *won in rows for outcome in (0, 1) for _ in range(won[outcome])]
    votes = Votes(TEAMS, *np.array(games).T)
    fitted = fit(votes, covariates=[Position()])
    strengths, effects = with_effects(covariance(fitted, "fisher"))
    assert effects.names == ("position",)
    assert effects.estimates == pytest.approx([0.302261], abs=5e-7)
    assert effects.standard_errors() == pytest.approx([0.130944], abs=5e-7)
    place = [fitted.names.index(team) for team in ("Cleveland", "Boston", "New York", "Toronto", "Detroit", "Milwaukee")]
    against = [strengths.difference(i, fitted.names.index("Baltimore"))[0] for i in place]
    # The last is 1.61955499, which R, from a looser fit, gives as 1.61956.
    assert against == pytest.approx([0.70469, 1.14380, 1.28134, 1.32711, 1.47536, 1.61956], abs=6e-6)
    home = {team: fitted.strengths[fitted.names.index(team)] for team in TEAMS}
    total = sum(deviance([row], {row[0]: home[row[0]] + fitted.coefficients[0], row[1]: home[row[1]]}) for row in rows)
    assert total == pytest.approx(38.64285, abs=5e-6)
    # Home games are alike: a row holds all wins, or all losses, of a team at home against another.
    assert fitted.design.result.size == sum((won > 0) + (lost > 0) for _, _, won, lost, *_ in rows)


@pytest.mark.parametrize("ties", TIE_RULES)
@pytest.mark.parametrize("ridge", [0.0, 30.0])
def test_slopes_by_numerical_differentiation(log, small_blocks, ties, ridge):
    prior = Prior("gaussian", 300.0) if ridge else None
    fitted = fit(log, covariates=COVARIATES, ties=ties, ridge=ridge, prior=prior)
    x, likelihood = plain_covariates(log), fitted.likelihood
    rng = np.random.default_rng(0)
    point = np.append(rng.normal(0, 0.5, 6 + 3), [0.4] if ties != "half" else [])
    assert likelihood.of_votes(point) == pytest.approx(terms_of_votes(ties, log, x, point).sum(), rel=1e-12)
    gradient, information = likelihood.slopes(point)
    of_priors = np.zeros(point.size)
    if ridge:
        of_priors[:6] = (fitted.origin - point[:6]) * (ELO / 300) ** 2
        of_priors[6:9] = -ridge * point[6:9]
    # Central differences of a sum of 1,500 terms: about 1e-6.
    assert gradient == pytest.approx(scores_of_votes(ties, log, x, point).sum(axis=0) + of_priors, abs=2e-5)
    rows = [(likelihood.slopes(point - h)[0] - likelihood.slopes(point + h)[0]) / 2e-5 for h in np.eye(point.size) * 1e-5]
    assert information == pytest.approx(np.array(rows), abs=2e-5)
    assert np.array_equal(information, information.T)
    quick = likelihood.gradient_and_curvature(point)
    assert quick[0] == pytest.approx(gradient, abs=1e-9)
    assert quick[1] == pytest.approx(np.diagonal(information), rel=1e-12)


def fitted_by_scipy(ties, votes, weights):
    """Strengths, in the order of the log's names and with mean 0, effects of `COVARIATES`, gamma; and the log-likelihood."""
    x, centre = plain_covariates(votes), np.repeat([1.0, 0.0], [6, 3 if ties == "half" else 4])

    def value(parameters):
        return -weights @ terms_of_votes(ties, votes, x, parameters) + (centre @ parameters) ** 2

    def gradient(parameters):
        return 2 * centre * (centre @ parameters) - weights @ scores_of_votes(ties, votes, x, parameters)

    start = np.where(np.arange(centre.size) < 9, 0.0, 0.5)
    slow = minimize(value, start, jac=gradient, method="BFGS", options={"gtol": 1e-4}).x
    # Differences leave 1e-6; two Newton steps, with an information by differences too, take the rest.
    for _ in range(2):
        information = np.array([(gradient(slow + h) - gradient(slow - h)) / 2e-4 for h in np.eye(slow.size) * 1e-4])
        slow = slow - np.linalg.solve(information, gradient(slow))
    slow[:6] -= slow[:6].mean()
    return slow, -value(slow)


@pytest.mark.parametrize("ties", TIE_RULES)
def test_fit_equals_scipy(log, ties):
    for weights in (None, np.random.default_rng(6).gamma(0.7, size=log.n_votes)):
        fitted = fit(log, covariates=COVARIATES, weights=weights, ties=ties)
        slow, log_likelihood = fitted_by_scipy(ties, log, np.ones(log.n_votes) if weights is None else weights)
        assert ELO * np.abs(in_parameters_of(fitted, log) - slow).max() < 1e-6
        assert fitted.rating_error < 1e-7
        assert fitted.log_likelihood == pytest.approx(log_likelihood, rel=1e-10)


def test_roots_are_exact_to_the_last_bit_or_two():
    leads = np.concatenate([np.linspace(-500, 500, 100_001), np.random.default_rng(0).normal(0, 2, 100_000), [0.0, 1e-320, -1e-9]])
    out = np.empty(leads.size)
    roots_of_leads(leads, np.empty(leads.size), out)
    assert np.abs(out / np.exp(leads / 2) - 1).max() < 5e-16
    roots_of_leads(np.array([5000.0, -5000.0]), np.empty(2), out[:2])
    assert out[:2] == pytest.approx([np.exp(300), np.exp(-300)], rel=1e-15)


def test_rows_that_are_alike_are_one(monkeypatch, log):
    covariates = [CategoryEffect("category")]
    together = fit(log, covariates=covariates, ties="davidson")
    monkeypatch.setattr(rows_module, "LARGEST_TABLE", 0)
    each = fit(log, covariates=covariates, ties="davidson")
    assert together.design.result.size < 300
    assert each.design.result.size == together.design.votes.sum() == log.n_votes
    assert together.parameters == pytest.approx(each.parameters, abs=1e-10)
    for by in (None, "voter", ("voter", "prompt")):
        ours, theirs = (with_effects(covariance(f, clusters=clustered(f.design.log, f, by) if by else None)) for f in (together, each))
        assert ours[0].covariance == pytest.approx(theirs[0].covariance, abs=1e-12)
        assert ours[1].covariance == pytest.approx(theirs[1].covariance, abs=1e-12)


def test_any_number_of_threads(log, small_blocks):
    rows = design_of(log, COVARIATES, ties=TieRule.DAVIDSON)
    fits = [certified(RowLikelihood(rows, "davidson", n_threads=n)) for n in (1, 2, 8)]
    assert fits[0].design.blocks.size > 8
    for other in fits[1:]:
        assert np.array_equal(fits[0].parameters, other.parameters)
        assert np.array_equal(fits[0].information, other.information)
    replicates = [with_effects(bootstrap(fits[0], Resampling(n_replicates=6, seed=4), n_threads=n)) for n in (1, 2, 8)]
    for other in replicates[1:]:
        assert np.array_equal(replicates[0][0].values, other[0].values)
        assert np.array_equal(replicates[0][1].replicates, other[1].replicates)


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from(TIE_RULES))
def test_order_names_sides_and_copies(seed, ties):
    votes = random_log(seed, n_votes=600)
    rng = np.random.default_rng(seed)
    usual = fit(votes, covariates=COVARIATES, ties=ties)
    shuffled = fit(rearranged(votes, rng.permutation(600)), covariates=COVARIATES, ties=ties)
    assert shuffled.parameters == pytest.approx(usual.parameters, abs=1e-9)
    order = rng.permutation(6)
    relabelled = Votes(
        tuple(votes.names[i] for i in order), np.argsort(order)[votes.first], np.argsort(order)[votes.second], votes.outcome, votes.columns
    )
    assert fit(relabelled, covariates=COVARIATES, ties=ties).parameters == pytest.approx(usual.parameters, abs=1e-9)
    # Only who has the advantage of the position changes.
    swapped = fit(mirrored(votes), covariates=COVARIATES, ties=ties).parameters * np.where(np.arange(usual.parameters.size) == 6, -1, 1)
    assert swapped == pytest.approx(usual.parameters, abs=1e-9)
    twice = fit(rearranged(votes, np.repeat(np.arange(600), 2)), covariates=COVARIATES, ties=ties)
    assert twice.parameters == pytest.approx(usual.parameters, abs=1e-9)
    assert with_effects(covariance(twice))[0].covariance * 2 == pytest.approx(with_effects(covariance(usual))[0].covariance, rel=0.05)


def test_position_of_a_log_and_its_mirror_image_is_nothing(log):
    both = with_mirror_image(log)
    fitted = fit(both, covariates=[Position()])
    assert fitted.coefficients == pytest.approx([0.0], abs=1e-10)
    assert fitted.strengths == pytest.approx(fit(count(both)).strengths, abs=1e-10)
    # A position that is estimated has its part of every vote's leverage.
    assert with_effects(covariance(fitted))[0].covariance == pytest.approx(covariance(fit(count(both))).covariance, rel=0.005)


def sandwich_of_effects(ties, votes, fitted, labels):
    """Information and scores by differences; of strengths (mean 0) and effects, and degrees of freedom of the strengths."""
    x, parameters = plain_covariates(votes), in_parameters_of(fitted, votes)
    scores = scores_of_votes(ties, votes, x, parameters)
    steps = np.eye(parameters.size) * 1e-4
    informations = np.stack(
        [(scores_of_votes(ties, votes, x, parameters - h) - scores_of_votes(ties, votes, x, parameters + h)) / 2e-4 for h in steps], axis=1
    )
    at = np.arange(votes.n_votes)
    of_leads = scores[at, votes.first], informations[at, votes.first, votes.first]
    matrix, degrees = sandwich_by_definition(6, scores, informations, of_leads, labels)
    centre = np.eye(parameters.size)
    centre[:6, :6] -= 1 / 6
    return centre @ matrix @ centre.T, degrees


@pytest.mark.parametrize("ties", TIE_RULES)
def test_sandwiches_by_definition(small_blocks, ties):
    votes = random_log(3, n_votes=400)
    fitted = fit(votes, covariates=COVARIATES, ties=ties)
    names = [votes.names.index(name) for name in fitted.names]
    for by, labels in ((None, None), ("voter", votes.columns["voter"].tolist())):
        strengths, effects = with_effects(covariance(fitted, clusters=clustered(fitted.design.log, fitted, by) if by else None))
        expected, degrees = sandwich_of_effects(ties, votes, fitted, labels)
        assert strengths.covariance == pytest.approx(expected[np.ix_(names, names)], abs=1e-6)
        assert effects.covariance == pytest.approx(expected[6:9, 6:9], abs=1e-6)
        if by is None:
            assert effects.interval()[0] == pytest.approx(effects.estimates - 1.959964 * effects.standard_errors(), abs=1e-6)
        else:
            found = np.array([strengths.degrees_of_freedom, strengths.degrees_of_differences])
            assert found == pytest.approx(degrees[:, names], rel=1e-4)
            half = stdtrit(effects.degrees_of_freedom, 0.975) * effects.standard_errors()
            assert effects.interval()[0] == pytest.approx(effects.estimates - half)


def test_sandwich_by_two_columns(log):
    """At least that of the intersection, at most that and what either column adds; of one column twice over it is that column's."""
    fitted = fit(log, covariates=COVARIATES)
    crossed = with_effects(covariance(fitted, clusters=clustered(fitted.design.log, fitted, ("voter", "prompt"))))[1].covariance
    of_both = np.unique(log.columns["voter"] * 100 + log.columns["prompt"], return_inverse=True)[1]
    paired = Votes(log.names, log.first, log.second, log.outcome, {**log.columns, "both": of_both, "again": log.columns["voter"]})
    again = fit(paired, covariates=COVARIATES)
    both, one, twice = (
        with_effects(covariance(again, clusters=clustered(again.design.log, again, by)))[1].covariance for by in ("both", "voter", ("both", "voter"))
    )
    assert np.linalg.eigvalsh(crossed - both).min() > -1e-12
    # The intersection of a column with a finer one is the finer one, which adds nothing.
    assert np.linalg.eigvalsh(twice - one).min() > -1e-12


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_fisher_is_the_inverse_information(log, ties):
    fitted = fit(log, covariates=COVARIATES, ties=ties, ridge=50.0)
    strengths, effects = with_effects(covariance(fitted, "fisher"))
    inverse = np.linalg.pinv(fitted.information, rcond=1e-10)
    assert effects.covariance == pytest.approx(inverse[6:9, 6:9], abs=1e-12)
    assert strengths.standard_errors() == pytest.approx(np.sqrt(np.diagonal(inverse)[:6]), rel=1e-8)
    without = with_effects(covariance(fit(log, covariates=COVARIATES, ties=ties), "fisher"))[1]
    assert np.all(effects.standard_errors() < without.standard_errors())
    assert np.all(np.abs(fitted.coefficients) < np.abs(without.estimates))
    with pytest.raises(OptionError, match="neither clusters nor weights"):
        with_effects(covariance(fitted, "fisher", clusters=clustered(fitted.design.log, fitted, "voter")))


def test_davidson_recovers_what_generated_the_votes():
    """Within four standard errors, at 0 % and 40 % ties; coverage is in `benchmarks/contextual.py`."""
    from benchmarks.arenas import usual_arena
    from recount.sims.arenas import simulate

    for share in (0.0, 0.4):
        rng = np.random.default_rng(4)
        a, b = rng.integers(0, 200, (2, 40_000)).astype(float)
        x = a - b
        effect = 0.2 + 0.3 * x / x.std()
        arena = simulate(usual_arena(12, 40_000, tie_share=share), seed=3, leads=effect)
        votes = replace(arena.votes, columns={"a": a, "b": b})
        fitted = fit(votes, covariates=[Position(), Style("a", "b", "difference")], ties="davidson")
        strengths, effects = with_effects(covariance(fitted))
        assert np.abs((effects.estimates - [0.2, 0.3]) / effects.standard_errors()).max() < 4
        assert np.abs((strengths.strengths - arena.parameters.strengths) / strengths.standard_errors()).max() < 4
        assert leaderboard(strengths, fitted.contests.votes_of_each()).n_votes.sum() == 80_000
