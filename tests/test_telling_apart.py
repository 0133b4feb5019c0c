"""Errors of scores on the same items, and what tells the best apart: closed forms, simulation, and the votes of an arena."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, ttest_rel

from recount.engine import ELO, InputError, covariance, fit
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters, draw_counts, draw_parameters
from recount.sims.simulated_benchmarks import (
    Abilities,
    BenchmarkKind,
    Items,
    draw_answers,
    draw_benchmark,
    errors_of_differences,
    expected_score_covariance,
    resolution_of,
    score_covariance,
    simulate_benchmark,
)
from recount.sims.simulated_benchmarks.telling_apart import (
    leads_of_items,
    leads_of_votes,
    needed_to_tell_apart,
    share_in_order,
    share_told_apart,
)

LEVEL = 0.95
ONE = BenchmarkKind(n_competitors=12, items=Items(n=400, guessing=0.25, label_errors=0.05), abilities=Abilities(1.0, 0.3))


def test_errors_of_answers_are_those_of_a_paired_test():
    answers = simulate_benchmark(ONE, 3).answers
    errors = errors_of_differences(score_covariance(answers))
    for i, j in ((0, 1), (4, 9)):
        found = ttest_rel(answers[i].astype(float), answers[j].astype(float))
        assert abs(answers[i].mean() - answers[j].mean()) / errors[i, j] == pytest.approx(abs(found.statistic), rel=1e-12)
    assert errors_of_differences(score_covariance(answers), paired=False)[0, 1] == pytest.approx(
        np.sqrt(sum(answers[k].var(ddof=1) / 400 for k in (0, 1))), rel=1e-12
    )


def test_expected_errors_have_closed_forms():
    """Two models, two kinds of items: P is (0.9, 0.5) for one, (0.6, 0.3) for the other."""
    chances = np.array([[0.9, 0.5], [0.6, 0.3]])
    covariance_of_scores = expected_score_covariance(chances)
    assert np.diag(covariance_of_scores) == pytest.approx([0.7 * 0.3 / 2, 0.45 * 0.55 / 2], rel=1e-12)
    differ = (0.9 * 0.4 + 0.1 * 0.6 + 0.5 * 0.7 + 0.5 * 0.3) / 2
    assert errors_of_differences(covariance_of_scores)[0, 1] == pytest.approx(np.sqrt((differ - 0.25**2) / 2), rel=1e-12)
    assert errors_of_differences(covariance_of_scores, paired=False)[0, 1] == pytest.approx(np.sqrt((0.21 + 0.2475) / 2), rel=1e-12)
    assert not errors_of_differences(covariance_of_scores).diagonal().any()


def test_one_item_shows_no_error():
    with pytest.raises(InputError, match="answers are to 1 item"):
        score_covariance(np.ones((3, 1)))


def test_expected_errors_are_those_of_many_samples_of_items():
    """The same models on 400 benchmarks of new items: standard deviations of differences."""
    many = [simulated_differences(seed) for seed in range(400)]
    found = np.std(many, axis=0, ddof=1)
    big = BenchmarkKind(n_competitors=12, items=Items(n=200_000, guessing=0.25, label_errors=0.05), abilities=Abilities(1.0, 0.3))
    chances = np.vstack([law.right for law in draw_benchmark(big, 3).laws()])
    errors = errors_of_differences(expected_score_covariance(chances) * 200_000 / 400)
    i, j = np.triu_indices(12, 1)
    # A standard deviation of 400 has a relative error of 1 / sqrt(800).
    assert np.abs(found / errors[i, j] - 1).max() < 4.5 / np.sqrt(800)


def simulated_differences(seed):
    """Differences of scores on new items; strengths are those of seed 3."""
    strengths = Strengths.given((draw_parameters(Arena(n_competitors=12, n_votes=10), 3).strengths * ELO).tolist())
    kind = BenchmarkKind(strengths=strengths, items=ONE.items, abilities=ONE.abilities)
    scores = simulate_benchmark(kind, seed).answers.mean(axis=1)
    i, j = np.triu_indices(12, 1)
    return scores[i] - scores[j]


def test_so_many_pairs_are_told_apart():
    """By paired tests on 300 benchmarks of new items."""
    abilities = draw_benchmark(ONE, 3).abilities
    best = np.argsort(-abilities)[:10]
    i, j = np.triu_indices(10, 1)
    strengths = Strengths.given((draw_parameters(Arena(n_competitors=12, n_votes=10), 3).strengths * ELO).tolist())
    shares, ordered, expected = [], [], []
    for seed in range(300):
        truth = draw_benchmark(BenchmarkKind(strengths=strengths, items=ONE.items, abilities=ONE.abilities), seed)
        answers = draw_answers(truth, seed)[best]
        differences, errors = answers.mean(axis=1)[i] - answers.mean(axis=1)[j], errors_of_differences(score_covariance(answers))[i, j]
        shares.append((differences > norm.ppf(0.975) * errors).mean())
        ordered.append(((differences > 0) + 0.5 * (differences == 0)).mean())
        expected.append((share_told_apart(leads_of_items(truth), 400, LEVEL), share_in_order(leads_of_items(truth), 400)))
    told, in_order = np.mean(expected, axis=0)
    # Pairs that share a model are not independent: errors by the benchmarks.
    assert abs(np.mean(shares) - told) < 4 * np.std(shares) / np.sqrt(300) + 0.005
    assert abs(np.mean(ordered) - in_order) < 4 * np.std(ordered) / np.sqrt(300) + 0.005
    assert 0.2 < told < 0.8


def test_leads_of_two_in_an_arena_have_a_closed_form():
    """Without ties the error of a difference of strengths from n votes is 1 / sqrt(n p (1 - p))."""
    arena = Arena(n_votes=1000, strengths=Strengths.given([1100, 1000]), pairs=Pairs.uniform(), outcomes=Outcomes.davidson(0.0), voters=Voters(0))
    gap = 100 / ELO
    p = 1 / (1 + np.exp(-gap))
    assert leads_of_votes(draw_parameters(arena)) == pytest.approx([gap * np.sqrt(p * (1 - p))], rel=1e-6)


def test_votes_tell_so_many_pairs_apart():
    """Of 60 logs of votes, fitted."""
    truth = draw_parameters(Arena(n_competitors=12, n_votes=20_000, strengths=Strengths.normal(50), voters=Voters(0)), 5)
    best = np.argsort(-truth.strengths)[:10]
    i, j = np.triu_indices(10, 1)
    shares = []
    for seed in range(60):
        fitted = fit(draw_counts(truth, seed))
        errors = covariance(fitted).difference_errors()[np.ix_(best, best)][i, j]
        shares.append((fitted.strengths[best][i] - fitted.strengths[best][j] > norm.ppf(0.975) * errors).mean())
    expected = share_told_apart(leads_of_votes(truth), 20_000, LEVEL)
    assert 0.3 < expected < 0.9
    assert abs(np.mean(shares) - expected) < 4 * np.std(shares) / np.sqrt(60) + 0.01


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_what_is_needed_tells_as_many_as_asked(share):
    leads = np.array([0.5, 0.02, 0.1])
    assert share_told_apart(leads, needed_to_tell_apart(leads, share, LEVEL), LEVEL) == pytest.approx(share, abs=1e-9)


def test_one_pair_needs_what_a_textbook_says():
    """((z_0.975 + z_0.8) / lead)^2 for a power of 80 %."""
    assert needed_to_tell_apart(np.array([0.1]), 0.8, LEVEL) == pytest.approx(((norm.ppf(0.975) + norm.ppf(0.8)) / 0.1) ** 2, rel=1e-9)


def test_what_no_number_tells_apart():
    """A pair that is level, or in the wrong order."""
    assert needed_to_tell_apart(np.array([0.1, 0.0]), 0.6, LEVEL) == np.inf
    assert needed_to_tell_apart(np.array([0.1, -0.1]), 0.51, LEVEL) == np.inf
    assert needed_to_tell_apart(np.array([0.1, -1e-9]), 0.5, LEVEL) < 1e5
    assert needed_to_tell_apart(np.array([np.inf]), 0.99, LEVEL) == 1.0


def test_power_decays_toward_the_ceiling():
    """The same models on easier and easier items; pairing matters more and more."""
    told, ratio = [], []
    for difficulty in (0.0, -2.0, -4.0, -6.0):
        kind = BenchmarkKind(n_competitors=50, items=Items(sized_as="MMLU", difficulty=difficulty, label_errors=0.065), abilities=Abilities(1.0))
        truth = draw_benchmark(kind, 1)
        paired, unpaired = leads_of_items(truth), leads_of_items(truth, paired=False)
        told.append(share_told_apart(paired, truth.items.n, LEVEL))
        ratio.append(needed_to_tell_apart(unpaired, 0.5, LEVEL) / needed_to_tell_apart(paired, 0.5, LEVEL))
    assert told == sorted(told, reverse=True)
    assert told[0] > 1.5 * told[-1]
    assert ratio == sorted(ratio)
    assert ratio[0] > 1


def test_the_table_of_what_is_needed():
    truth = draw_benchmark(ONE, 3)
    table = resolution_of(truth, seed=3)
    frame = table.frame
    assert frame["told_apart"].tolist()[1:] == [0.5, 0.8, 0.95]
    assert frame["n_items"][0] == 400
    assert frame["told_apart"][0] == share_told_apart(leads_of_items(truth), 400, LEVEL)
    for name, leads in (("n_items", leads_of_items(truth)), ("n_items_unpaired", leads_of_items(truth, paired=False))):
        assert share_told_apart(leads, frame[name][2], LEVEL) >= 0.8 > share_told_apart(leads, frame[name][2] - 1, LEVEL)
    assert table.headline.startswith("400 items are expected to tell ")
    assert resolution_of(truth, 0.5).frame["told_apart"][0] > frame["told_apart"][0]


def test_two_competitors_are_one_pair():
    truth = draw_benchmark(BenchmarkKind(n_competitors=2, items=Items(n=100)), 1)
    assert leads_of_items(truth).shape == (1,)
    assert "the 2 ablest" in resolution_of(truth).notes[0]


@pytest.mark.parametrize("kind", [replace(ONE, abilities=Abilities(spread=0.0)), replace(ONE, items=Items(n=400, label_errors=1.0))])
def test_equal_models_are_never_told_apart(kind):
    """Nor is what no item and no vote shows said to be shown by one of them."""
    table = resolution_of(draw_benchmark(kind, 3), LEVEL)
    first = table.frame.iloc[0]
    assert first["told_apart"] == 0
    assert first[["n_items_unpaired", "n_votes"]].isna().all()
    assert table.headline == "400 items tell no pair of the best apart: they are expected to score the same."


def test_what_chance_would_tell_takes_no_number():
    leads = np.array([0.1, 0.0, -0.2])
    assert share_told_apart(leads, 9.0, LEVEL) == pytest.approx((norm.cdf(0.3 - 1.959964) + norm.cdf(-0.6 - 1.959964)) / 3, abs=1e-6)
    assert needed_to_tell_apart(leads, 0.025, LEVEL) == np.inf
    assert share_told_apart(leads, needed_to_tell_apart(leads, 0.026, LEVEL), LEVEL) == pytest.approx(0.026, abs=1e-9)
    assert any("rough with 12 items" in note for note in resolution_of(draw_benchmark(replace(ONE, items=Items(n=12)), 3), LEVEL).notes)
