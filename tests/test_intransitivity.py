"""Intransitivity: the statistic by definition, false alarms, what is found of rock, paper and scissors, and which circles."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.arenas import usual_arena
from recount.engine import ELO, InputError, OptionError, PairCounts, count, fit, pair_weights
from recount.engine.kernels.circles import largest_circle
from recount.engine.scrutiny.circles import cycles
from recount.engine.scrutiny.pair_residuals import residuals
from recount.engine.scrutiny.transitivity import Transitive, intransitivity
from recount.sims.arenas import draw_counts, draw_parameters
from tests.published import citations
from tests.random_logs import counts_of, random_votes
from tests.reference import pair_counts

N = 16
FIRST, SECOND = np.triu_indices(N, 1)
# Rock beats scissors, scissors beat paper, paper beats rock.
KINDS = np.array([0.0, 1.0, -1.0])[np.subtract.outer(np.arange(N), np.arange(N)) % 3]
# Of sixteen the kinds are not equally many: what strengths could say is no part of it.
CIRCLE = (KINDS - np.subtract.outer(KINDS.mean(axis=1), KINDS.mean(axis=1)))[FIRST, SECOND]


def drawn(seed, votes_a_pair=60, tie_share=0.0, circle=0.0, spread=1.0):
    """Votes of a simulated arena, whose pairs' leads deviate by `circle` Elo if they are of different kinds."""
    arena = usual_arena(N, votes_a_pair * FIRST.size, tie_share=tie_share, spread=spread, skew=0.0)
    return draw_counts(draw_parameters(replace(arena, circle=circle), seed), seed)


@pytest.mark.parametrize("ties", ["half", "drop", "davidson", "rao-kupper"])
@pytest.mark.parametrize("free_link", [True, False])
def test_statistic_by_definition(ties, free_link):
    """Weighted least squares of the residuals on strengths and the cube, by a dense pseudo-inverse."""
    fitted = fit(count(random_votes(n=7)), ties=ties)
    r = residuals(fitted)
    design = r.incidence.toarray()
    if free_link:
        design = np.column_stack([design, r.lead**3])
    w = np.diag(r.slope)
    left = (np.eye(r.lead.size) - w @ design @ np.linalg.pinv(design.T @ w @ design) @ design.T) @ (r.points - r.expected)
    found = intransitivity(fitted, free_link=free_link, n_replicates=19)
    assert found.statistic == pytest.approx(float(np.sum((r.slope * left / r.variance) ** 2)), rel=1e-6)
    assert found.degrees_of_freedom == 21 - 6 - free_link
    null = Transitive(r, free_link)
    assert null.observed == pytest.approx(left, abs=1e-6)
    # What is left is orthogonal to what was taken, and nothing is taken twice.
    assert design.T @ left == pytest.approx(0, abs=1e-4)
    assert null.left_over(null.observed) == pytest.approx(null.observed, abs=1e-9)
    if free_link:
        slope = np.linalg.pinv(design.T @ w @ design) @ design.T @ (r.points - r.expected)
        assert found.curvature == pytest.approx(slope[-1], rel=1e-5)


def test_statistic_of_coins():
    """Stigler's journals: without ties, with the fit's own link, the sum of squared residuals."""
    fitted = fit(citations())
    played = fitted.contests
    n = played.wins + played.losses
    p = 1 / (1 + np.exp(fitted.strengths[played.second] - fitted.strengths[played.first]))
    found = intransitivity(fitted, free_link=False, n_replicates=999)
    assert found.statistic == pytest.approx(np.sum((played.wins - n * p) ** 2), rel=1e-9)
    # With so many votes residuals are normal, M V M^T their covariance.
    v = n * p * (1 - p)
    x = residuals(fitted).incidence.toarray()
    covariance = np.diag(v) - np.diag(v) @ x @ np.linalg.pinv(x.T @ np.diag(v) @ x) @ x.T @ np.diag(v)
    assert found.expected == pytest.approx(np.trace(covariance), rel=0.1)
    draws = np.random.default_rng(0).multivariate_normal(np.zeros(6), covariance, 20_000, method="eigh")
    assert found.p_value == pytest.approx(np.mean((draws**2).sum(axis=1) >= found.statistic), abs=0.05)


def test_a_simulated_fit_is_a_fit():
    """The Newton step against fits of the same simulated votes."""
    r = residuals(fit(drawn(3)))
    null = Transitive(r, free_link=False)
    by_step, by_fit = [], []
    for replicate in range(20):
        left, *_ = null.simulated(0, replicate)
        wins = np.random.default_rng([0, replicate]).binomial(r.n_votes.astype(int), r.probabilities[0])
        refit = residuals(fit(PairCounts(r.fit.names, FIRST, SECOND, np.column_stack([wins, r.n_votes.astype(int) - wins, 0 * wins, 0 * wins]))))
        by_step.append(np.sum(left**2))
        by_fit.append(np.sum((refit.points - refit.expected) ** 2))
    error = (np.array(by_step) - by_fit) / np.std(by_fit)
    assert np.abs(error).max() < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("tie_share", "ties"), [(0.0, "half"), (0.3, "half"), (0.3, "davidson")])
def test_no_false_alarm(tie_share, ties):
    """At most 6 of 40 at 5 %; more have probability 0.003. `benchmarks/intransitivity.py` does it at length."""
    p = np.array([intransitivity(fit(drawn(seed, tie_share=tie_share), ties=ties), n_replicates=59, seed=seed).p_value for seed in range(40)])
    assert np.sum(p <= 0.05) <= 6
    assert 0.35 < p.mean() < 0.65


@pytest.mark.slow
@pytest.mark.parametrize(("tie_share", "ties"), [(0.0, "half"), (0.3, "half"), (0.3, "davidson")])
def test_rock_paper_scissors_of_50_elo_are_found(tie_share, ties):
    found = [intransitivity(fit(drawn(seed, 100, tie_share, 50.0), ties=ties), n_replicates=99, seed=seed) for seed in range(20)]
    assert all(one.p_value <= 0.05 for one in found)
    if ties == "davidson" or not tie_share:
        # Of independent deviations, of which strengths take up as many as there are.
        true = 50 * np.sqrt((CIRCLE**2).sum() / (FIRST.size - N + 1))
        assert ELO * np.mean([one.deviation for one in found]) == pytest.approx(true, rel=0.1)
        assert sum(one.lower <= true / ELO <= one.upper for one in found) >= 16


def test_a_bent_link_is_no_intransitivity():
    """Half-wins of very many votes of Davidson's model: not Bradley-Terry's law, but one number is enough, and the test knows."""
    fitted = fit(drawn(1, 20_000, 0.3, spread=2.0))
    free, given = (intransitivity(fitted, free_link=free_link, n_replicates=199) for free_link in (True, False))
    assert free.p_value > 0.05
    assert given.p_value <= 0.01
    assert abs(free.curvature) > 5 * free.curvature_error


def test_votes_that_strengths_fit_exactly():
    """Odds of 2 : 1 twice, and of 4 : 1: nothing is left, and hardly a log is less extreme."""
    rows = [("a", "b", 20, 10, 0, 0), ("b", "c", 20, 10, 0, 0), ("a", "c", 24, 6, 0, 0)]
    found = intransitivity(fit(counts_of(rows)), free_link=False, n_replicates=99)
    assert found.statistic == pytest.approx(0, abs=1e-12)
    # A few simulated logs are fitted as exactly.
    assert found.p_value > 0.9
    assert (found.deviation, found.lower, found.degrees_of_freedom) == (0.0, 0.0, 1)


def test_equals_have_no_cube():
    """Without a lead there is no telling whether the link is bent."""
    rows = [("a", "b", 10, 10, 0, 0), ("b", "c", 10, 10, 0, 0), ("a", "c", 10, 10, 0, 0)]
    found = intransitivity(fit(counts_of(rows)), n_replicates=19)
    assert found.degrees_of_freedom == 1
    assert found.curvature == 0
    assert np.isnan(found.curvature_error)


def test_the_same_seed_says_the_same():
    fitted = fit(drawn(1))
    assert intransitivity(fitted, n_replicates=49, seed=1) == intransitivity(fitted, n_replicates=49, seed=1)
    assert intransitivity(fitted, n_replicates=49, seed=1) != intransitivity(fitted, n_replicates=49, seed=2)


def test_progress_is_told():
    fitted, told = fit(drawn(1)), []
    for call in (intransitivity, cycles):
        call(fitted, n_replicates=20, progress=lambda *so_far: told.append(so_far))
    assert told == [(k, k / 20) for k in range(20)] * 2


def test_kernel_of_circles():
    rng = np.random.default_rng(0)
    flow = rng.normal(size=(9, 9))
    flow = flow - flow.T
    variance = rng.uniform(0.5, 2, (9, 9))
    variance = variance + variance.T
    variance[2, 5] = variance[5, 2] = np.inf
    slow = max(
        (flow[i, j] + flow[j, k] + flow[k, i]) ** 2 / (variance[i, j] + variance[j, k] + variance[k, i])
        for i, j, k in itertools.combinations(range(9), 3)
    )
    assert largest_circle(flow, variance) == pytest.approx(slow, rel=1e-12)


def test_circle_by_definition():
    """Of three competitors, by hand: the curl is the sum of the log-odds that the votes add to the fit's."""
    rows = [("rock", "scissors", 900, 600, 0, 0), ("scissors", "paper", 900, 600, 0, 0), ("paper", "rock", 900, 600, 0, 0)]
    found = cycles(fit(counts_of(rows)), n_replicates=99)
    assert [found.names[k] for k in found.members[0]] in (["rock", "scissors", "paper"], ["scissors", "paper", "rock"], ["paper", "rock", "scissors"])
    assert found.n_circles == 1
    # The fit says 1/2 of each: a residual of 150 points over a slope of 1500 / 4, and variances of 4 / 1500.
    assert found.curl[0] == pytest.approx(3 * 150 / 375)
    assert found.standard_errors[0] == pytest.approx(np.sqrt(3 * 4 / 1500))
    assert found.points[0] == pytest.approx([0.6, 0.6, 0.6])
    assert found.p_values[0] == pytest.approx(0.01)


def test_a_planted_circle_is_named():
    counts = drawn(4, 400, spread=0.3)
    planted = [("model-002", "model-007", 300, 100), ("model-007", "model-011", 300, 100), ("model-011", "model-002", 300, 100)]
    votes = {(counts.names[i], counts.names[j]): row for i, j, row in zip(counts.first, counts.second, counts.counts, strict=True)}
    for a, b, won, lost in planted:
        votes.pop((a, b), None), votes.pop((b, a), None)
        votes[a, b] = (won, lost, 0, 0)
    found = cycles(fit(pair_counts(counts.names, [(a, b, *row) for (a, b), row in votes.items()])), n_shown=5, n_replicates=99)
    ring = [found.names[k] for k in found.members[0]]
    turned = ring[ring.index("model-002") :] + ring[: ring.index("model-002")]
    assert turned == ["model-002", "model-007", "model-011"]
    assert found.p_values[0] == pytest.approx(0.01)
    assert found.members.shape == (5, 3)
    z = found.curl / found.standard_errors
    assert (np.diff(z) <= 1e-9).all()
    assert found.n_circles == N * (N - 1) * (N - 2) / 6


@pytest.mark.slow
@pytest.mark.parametrize("votes_a_pair", [6, 60])
def test_circles_of_noise_are_rarely_called(votes_a_pair):
    """At most 6 of 40 at 5 %; more have probability 0.003. With few votes a pair, too, whose curls are far from normal."""
    fits = [fit(drawn(seed, votes_a_pair, 0.3), existence="prior") for seed in range(40)]
    p = [cycles(one, n_shown=1, n_replicates=59, seed=seed).p_values[0] for seed, one in enumerate(fits)]
    assert np.sum(np.array(p) <= 0.05) <= 6


def test_what_cannot_be():
    line = fit(counts_of([("a", "b", 5, 3, 0, 0), ("b", "c", 4, 2, 0, 0)]))
    with pytest.raises(InputError, match="3 strengths fit any votes of 2 pairs"):
        intransitivity(line, free_link=False)
    with pytest.raises(InputError, match="no three competitors"):
        cycles(line)
    with pytest.raises(OptionError, match="n_replicates is 5"):
        intransitivity(fit(drawn(1)), n_replicates=5)
    with pytest.raises(OptionError, match="without weights"):
        intransitivity(fit(pair_weights(drawn(1))))
