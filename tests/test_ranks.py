"""Tiers, superiority and places from joint draws; rank sets where some draws could not be rated."""

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arenas import usual_arena
from recount.engine import JointNormal, Replicates, count, covariance, fit, marginal_rank_bounds, simultaneous_rank_sets, top_probabilities
from recount.engine.ranks import rank_sets, shown_better, superiority, tiers
from recount.sims.arenas import simulate
from tests.random_logs import random_votes
from tests.reference import shown_better_by_definition


def superiority_by_definition(draws):
    n = draws.shape[1]
    return [[np.mean([0.5 if not (x[i] > x[j] or x[i] < x[j]) else x[i] > x[j] for x in draws]) for j in range(n)] for i in range(n)]


def test_superiority():
    rng = np.random.default_rng(1)
    draws = rng.integers(0, 4, (60, 5)).astype(float)
    draws[:7, 0], draws[:9, 1], draws[4:12, 2], draws[50:, 3] = np.inf, np.inf, -np.inf, np.nan
    found = superiority(draws)
    assert found == pytest.approx(np.array(superiority_by_definition(draws)))
    assert found + found.T == pytest.approx(1)
    assert np.diag(found) == pytest.approx(0.5)


def test_superiority_of_two_normals():
    """P(difference > 0) = Phi(difference / error)."""
    uncertain = JointNormal(("x", "y"), np.array([0.5, -0.5]), np.array([[0.25, -0.25], [-0.25, 0.25]]))
    assert superiority(uncertain.draws(40_000, 1))[0, 1] == pytest.approx(0.8413, abs=0.01)


def test_places_are_shared():
    """Three undefeated share one place, or two; who is missing is last; all places are given."""
    draws = np.array([[np.inf, np.inf, 0.0, np.inf, np.nan], [3.0, 2.0, 1.0, 0.0, np.nan]])
    assert top_probabilities(draws, 1) == pytest.approx([(1 / 3 + 1) / 2, 1 / 6, 0, 1 / 6, 0])
    assert top_probabilities(draws, 2) == pytest.approx([(2 / 3 + 1) / 2, (2 / 3 + 1) / 2, 0, 1 / 3, 0])
    assert top_probabilities(draws, 4) == pytest.approx([1, 1, 1, 1, 0])
    assert top_probabilities(draws, 5) == pytest.approx([1, 1, 1, 1, 1])


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=40)
def test_places_add_up(seed, k):
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, 5, (9, 6)).astype(float)
    draws[rng.random((9, 6)) < 0.2] = np.inf
    draws[rng.random((9, 6)) < 0.1] = np.nan
    share = top_probabilities(draws, k)
    assert share.sum() == pytest.approx(k)
    assert np.all((share >= 0) & (share <= 1 + 1e-12))


@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0, 1))
@settings(max_examples=60)
def test_tiers_by_definition(seed, n, density):
    """The tier is 1 + the number of those in the longest chain of shown superiority above."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    shown = np.triu(rng.random((n, n)) < density, 1)[np.ix_(order, order)]

    def depth(i):
        return 1 + max((depth(j) for j in np.flatnonzero(shown[:, i])), default=0)

    found = tiers(shown)
    assert found.tolist() == [depth(i) for i in range(n)]
    best, worst = rank_sets(shown)
    assert np.all(best <= worst)


def test_tiers_of_clear_groups():
    """Two leaders, a middle, two trailing, told apart by 10 errors."""
    uncertain = JointNormal(tuple("abcde"), np.array([2.0, 2.01, 0.0, -2.0, -2.02]), 0.01 * np.eye(5))
    shown = shown_better(uncertain, uncertain.draws(2000, 1))
    assert tiers(shown).tolist() == [1, 1, 2, 3, 3]
    assert [part.tolist() for part in simultaneous_rank_sets(uncertain, uncertain.draws(2000, 1))] == [[1, 1, 3, 4, 4], [2, 2, 3, 5, 5]]
    assert tiers(np.zeros((4, 4), bool)).tolist() == [1, 1, 1, 1]
    assert tiers(np.zeros((0, 0), bool)).size == 0


def test_nothing_worse_is_shown_better():
    """Draws far off their centre: the critical value would be negative, and a worse one 'better' than a better one."""
    uncertain = JointNormal(("x", "y"), np.array([0.1, -0.1]), np.array([[0.25, -0.25], [-0.25, 0.25]]))
    draws = np.tile([-5.0, 5.0], (100, 1))
    for shift in (1, -1):
        assert not shown_better(uncertain, shift * draws)[1, 0]
    tiers(shown_better(uncertain, draws))


def test_rank_sets_where_draws_could_not_be_rated():
    """A competitor missing or infinite in many draws is compared with nobody; the others as if it were not there."""
    uncertain = covariance(fit(count(random_votes(n=6, n_votes=4000))))
    values = uncertain.draws(1000, 1)
    plain = Replicates(uncertain.names, uncertain.strengths, values, "votes", 0, 0, 0.0)
    spoiled = values.copy()
    spoiled[::7, 2], spoiled[3::7, 2], spoiled[5::70, 2] = np.inf, -np.inf, np.nan
    unrated = Replicates(uncertain.names, uncertain.strengths, spoiled, "votes", 0, 0, 0.0)
    shown = shown_better(unrated, unrated.draws())
    assert not shown[2].any()
    assert not shown[:, 2].any()
    others = np.delete(np.arange(6), 2)
    centred = Replicates(tuple("abcde"), uncertain.strengths[others], values[:, others], "votes", 0, 0, 0.0)
    assert np.array_equal(shown[np.ix_(others, others)], shown_better(centred, centred.draws()))
    assert shown_better(plain, plain.draws())[np.ix_(others, others)].sum() > 0
    best, worst = marginal_rank_bounds(unrated)
    assert (best[2], worst[2]) == (1, 6)


def joint_normal(strengths, covariance):
    covariance = covariance - covariance.mean(axis=0)
    covariance = covariance - covariance.mean(axis=1, keepdims=True)
    return JointNormal(tuple(f"m{i}" for i in range(len(strengths))), strengths, (covariance + covariance.T) / 2)


def covariances(kind, n, rng):
    """Errors of differences that are nearly alike, very unlike, small within groups, small between neighbours, 0 within twins, of low rank."""
    if kind == "alike":
        return 0.01 * np.diag(rng.uniform(0.5, 2, n))
    if kind == "unlike":
        return np.diag(10.0 ** rng.uniform(-6, 1, n))
    if kind == "groups":
        group = rng.integers(0, 3, n)
        return 0.001 * np.eye(n) + 1.0 * (group[:, None] == group)
    if kind == "chain":
        return np.minimum.outer(np.arange(n), np.arange(n)) + 1.0
    if kind == "twins":
        return 0.01 * (np.arange(n)[:, None] // 2 == np.arange(n) // 2)
    factors = rng.normal(size=(n, 2))
    return factors @ factors.T


@pytest.mark.parametrize("kind", ["alike", "unlike", "groups", "chain", "twins", "low rank"])
@given(st.integers(0, 10_000), st.integers(3, 40), st.sampled_from([1, 2, 37, 400]), st.sampled_from([0.5, 0.9, 0.95, 0.999]), st.booleans())
@settings(max_examples=25)
def test_shown_better_is_that_of_the_definition(kind, seed, n, n_draws, level, rounded):
    """Also where draws tie or equal what is observed: the same pairs, to the last."""
    rng = np.random.default_rng(seed)
    strengths = rng.choice([0.1, 1.0, 10.0]) * rng.normal(size=n)
    uncertain = joint_normal(strengths - strengths.mean(), covariances(kind, n, rng))
    draws = uncertain.draws(n_draws, seed)
    if rounded:
        draws = uncertain.strengths + np.round(4 * (draws - uncertain.strengths)) / 4
    assert np.array_equal(shown_better(uncertain, draws, level), shown_better_by_definition(uncertain, draws, level))


@given(st.integers(0, 10_000), st.integers(3, 12), st.sampled_from([2, 5, 60]), st.floats(0, 0.3), st.floats(0, 0.3))
@settings(max_examples=60)
def test_shown_better_of_replicates_is_that_of_the_definition(seed, n, n_replicates, infinite, missing):
    """Skewed replicates, of which some competitors stand at infinity or are missing, and one never moves."""
    rng = np.random.default_rng(seed)
    strengths = rng.normal(size=n)
    values = strengths + rng.choice([0.05, 0.5]) * rng.exponential(1.0, (n_replicates, n)) * rng.uniform(0.1, 3, n)
    values[:, 0] = strengths[0]
    values[(rng.random(values.shape) < infinite) & (rng.random(n) < 0.3)] = rng.choice([-np.inf, np.inf])
    values[(rng.random(values.shape) < missing) & (rng.random(n) < 0.3)] = np.nan
    uncertain = Replicates(tuple(f"m{i}" for i in range(n)), strengths, values, "votes", 0, 0, 0.0)
    assert np.array_equal(shown_better(uncertain, values), shown_better_by_definition(uncertain, values))
    # Errors of one uncertainty, draws of another: infinite leads under finite errors.
    normal = joint_normal(strengths, np.eye(n))
    assert np.array_equal(shown_better(normal, values), shown_better_by_definition(normal, values))


@pytest.mark.parametrize("n", [100, 300])
def test_shown_better_of_a_log_is_that_of_the_definition(n):
    uncertain = covariance(fit(count(simulate(usual_arena(n, 400 * n), seed=n).votes), existence="largest"))
    draws = uncertain.draws(250, 1)
    shown = shown_better(uncertain, draws)
    assert np.array_equal(shown, shown_better_by_definition(uncertain, draws))
    assert n < shown.sum() < n * (n - 1) / 2


@pytest.mark.parametrize(
    ("n_draws", "level", "shows"), [(2, 0.95, False), (10, 0.95, False), (19, 0.95, False), (20, 0.95, True), (9, 0.9, False), (10, 0.9, True)]
)
def test_few_draws_show_nothing(n_draws, level, shows):
    """Competitors some fifty errors apart: with few draws a value beyond all of them is no wonder at this level."""
    uncertain = joint_normal(np.array([50.0, 0.0, -50.0]), np.eye(3))
    shown = shown_better(uncertain, uncertain.draws(n_draws, 1), level)
    assert shown.tolist() == [[False, shows, shows], [False, False, shows], [False, False, False]]
    drawn = uncertain.draws(n_draws, 1)
    replicates = Replicates(uncertain.names, uncertain.strengths, drawn, "votes", 0, 0, 0.0)
    assert shown_better(replicates, drawn, level)[0, 1] == shows


@pytest.mark.parametrize("errors", np.round(np.arange(1.8, 2.4, 0.02), 2))
@pytest.mark.parametrize("degrees", [None, 9.0])
def test_of_two_the_interval_decides(errors, degrees):
    """Also where the difference is hardly more than the critical value of normal or Student's law (1.960, 2.262), which draws know by some 0.06."""
    critical = 1.959964 if degrees is None else 2.262157
    uncertain = joint_normal(np.array([errors / 2, -errors / 2]), np.eye(2) / 2)
    uncertain = replace(uncertain, degrees_of_freedom=None if degrees is None else np.full(2, degrees))
    excludes = uncertain.difference_intervals()[0][0, 1] > 0
    assert excludes == (errors > critical)
    shown = shown_better(uncertain, uncertain.draws(1000, 5))
    assert shown.tolist() == [[False, excludes], [False, False]]
    assert [ends.tolist() for ends in rank_sets(shown)] == [ends.tolist() for ends in marginal_rank_bounds(uncertain)]


@given(st.integers(0, 10_000), st.floats(0, 1))
@settings(max_examples=60)
def test_of_two_the_interval_of_replicates_decides(seed, apart):
    """Skewed ones, of which some have no finite rating."""
    rng = np.random.default_rng(seed)
    lead = apart + rng.choice([0.2, 0.5]) * (rng.exponential(1.0, 200) - 1)
    lead[:: rng.integers(2, 300)] = rng.choice([np.inf, -np.inf, np.nan])
    uncertain = Replicates(("x", "y"), np.array([apart / 2, -apart / 2]), np.array([lead / 2, -lead / 2]).T, "votes", 0, 0, 0.0)
    lower, upper = (ends[0, 1] for ends in uncertain.difference_intervals())
    assert shown_better(uncertain, uncertain.values).tolist() == [[False, lower > 0], [upper < 0, False]]


@pytest.mark.slow
@pytest.mark.parametrize("n_draws", [20, 39, 100])
def test_no_more_is_shown_than_promised(n_draws):
    """All equal: with k of n + 1 places above the critical value something is shown in (n + 1 - place) / (n + 1) of the cases, at most 5 %."""
    rng = np.random.default_rng(n_draws)
    n_logs, wrong = 3000, 0
    for _ in range(n_logs):
        strengths = rng.normal(size=3)
        uncertain = joint_normal(strengths - strengths.mean(), np.eye(3))
        wrong += bool(shown_better(uncertain, uncertain.draws(n_draws, int(rng.integers(2**31)))).any())
    exact = (n_draws - np.floor(0.95 * (n_draws + 1))) / (n_draws + 1)
    assert exact <= 0.05
    assert wrong / n_logs == pytest.approx(exact, abs=0.012)


def test_one_infinite_replicate_in_a_thousand():
    """A rank set does not become [1, n] by it, and stays that of the other replicates; one in twenty is more than the level leaves."""
    strengths = np.array([3.0, 1.0, -1.0, -3.0])
    values = strengths + 0.2 * np.random.default_rng(0).normal(size=(1000, 4))
    for spoil, rated in (({0: np.inf}, True), ({3: -np.inf, 7: np.inf, 11: np.nan}, True), (dict.fromkeys(range(0, 1000, 20), np.inf), False)):
        spoiled = values.copy()
        spoiled[list(spoil), 0] = list(spoil.values())
        uncertain = Replicates(tuple("abcd"), strengths, spoiled, "votes", 0, 0, 0.0)
        best, worst = simultaneous_rank_sets(uncertain, spoiled)
        assert (best[0], worst[0]) == ((1, 1) if rated else (1, 4))
        assert worst[1] - best[1] == (0 if rated else 1)


@pytest.mark.parametrize("n_threads", [1, 3, 8])
def test_shown_better_on_any_number_of_threads(monkeypatch, n_threads):
    uncertain = covariance(fit(count(random_votes(n=6, n_votes=4000))))
    draws = uncertain.draws(101, 1)
    expected = shown_better(uncertain, draws)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(n_threads))
    assert np.array_equal(shown_better(uncertain, draws), expected)
