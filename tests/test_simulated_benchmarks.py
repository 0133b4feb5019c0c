"""Simulated benchmarks: the law of an answer against closed forms and a slow oracle, each mechanism on what it moves, truth that is given back."""

from decimal import Decimal, getcontext

import numpy as np
import pytest
from scipy import stats

from recount.engine import ELO, InputError, OptionError
from recount.sims.arenas import Arena, Strengths, draw_parameters
from recount.sims.simulated_benchmarks import (
    Abilities,
    BenchmarkKind,
    Contamination,
    ItemParameters,
    Items,
    ability_errors,
    answer_law,
    draw_benchmark,
    estimated_abilities,
    item_information,
    simulate_benchmark,
)


def items_of(*rows):
    """Items of rows (difficulty, discrimination, guessing, wrong key)."""
    difficulties, discriminations, guessing, wrong = zip(*rows, strict=True)
    return ItemParameters(np.array(difficulties, float), np.array(discriminations, float), np.array(guessing, float), np.array(wrong, bool))


def exactly(ability, difficulty, discrimination, guessing):
    """P, 1 - P and the information of Birnbaum's law with 60 digits (Lord 1980, eq. 4-43)."""
    getcontext().prec = 60
    a, c = Decimal(discrimination), Decimal(guessing)
    known = 1 / (1 + (-a * (Decimal(ability) - Decimal(difficulty))).exp())
    p = c + (1 - c) * known
    return float(p), float(1 - p), float(a * a * (1 - p) / p * ((p - c) / (1 - c)) ** 2)


def test_the_law_and_the_information_are_the_closed_forms():
    rows = [(b, a, c, False) for b in (-3.0, 0.25, 2.0) for a in (0.3, 1.0, 2.5) for c in (0.0, 0.25, 0.5)]
    abilities = np.array([-30.0, -8.0, -1.0, 0.0, 0.25, 3.0, 9.0, 30.0])
    law = answer_law(abilities, items_of(*rows))
    expected = np.array([[exactly(ability, *row[:3]) for row in rows] for ability in abilities.tolist()])
    assert law.right == pytest.approx(expected[..., 0], rel=1e-12, abs=0)
    assert law.wrong == pytest.approx(expected[..., 1], rel=1e-12, abs=0)
    assert item_information(law) == pytest.approx(expected[..., 2], rel=1e-12, abs=0)
    errors = ability_errors(abilities, items_of(*rows))
    assert errors == pytest.approx(expected[..., 2].sum(axis=1) ** -0.5, rel=1e-12, abs=0)


def test_slopes_are_those_of_the_law():
    items = items_of((0.5, 1.3, 0.25, False), (-1.0, 0.7, 0.25, True), (0.0, 1.0, 0.0, True))
    recalled, step = np.array([[0.0, 0.3, 0.0]]), 1e-6
    law, above, below = (answer_law(np.array([0.4 + d]), items, recalled) for d in (0.0, step, -step))
    assert law.slope == pytest.approx((above.right - below.right) / (2 * step), abs=1e-9)
    assert law.right + law.wrong == pytest.approx(np.ones((1, 3)), abs=1e-15)


def test_certain_answers_tell_nothing():
    items = items_of((0.0, 1.0, 0.0, True), (0.0, 1.0, 0.0, False))
    law = answer_law(np.array([0.0, 900.0, -900.0]), items, np.array([[0.0, 1.0]] * 3))
    assert not item_information(law).any()
    assert np.isinf(ability_errors(np.array([0.0]), items, np.array([[0.0, 1.0]]))).all()


@pytest.mark.parametrize("wrong_key", [False, True])
def test_answers_are_of_models_that_know_or_guess(wrong_key):
    """The slow oracle has options: who knows picks the true one, another any; the key is the true one, or another."""
    rng = np.random.default_rng(3)
    n, n_options, ability, difficulty = 200_000, 4, 0.7, 0.2
    knows = rng.random(n) < 1 / (1 + np.exp(-(ability - difficulty)))
    picked = np.where(knows, 0, rng.integers(0, n_options, n))
    key = rng.integers(1, n_options, n) if wrong_key else np.zeros(n, int)
    law = answer_law(np.array([ability]), items_of((difficulty, 1.0, 1 / n_options, wrong_key)))
    p = law.right[0, 0]
    assert abs((picked == key).mean() - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_same_seed_same_answers_and_the_strengths_of_the_arena():
    kind = BenchmarkKind(n_competitors=7, items=Items(n=50, label_errors=0.1), contamination=Contamination(0.2))
    one, other = simulate_benchmark(kind, 5), simulate_benchmark(kind, 5)
    assert one.answers.tobytes() == other.answers.tobytes()
    assert not np.array_equal(one.answers, simulate_benchmark(kind, 6).answers)
    arena = draw_parameters(Arena(n_competitors=7, n_votes=10), 5)
    assert one.parameters.names == arena.names
    assert np.array_equal(one.parameters.strengths, arena.strengths)


def test_a_mechanism_changes_no_draw_of_another():
    plain = simulate_benchmark(BenchmarkKind(n_competitors=5, items=Items(n=40)), 2)
    wrong = simulate_benchmark(BenchmarkKind(n_competitors=5, items=Items(n=40, label_errors=0.25)), 2)
    keys = wrong.parameters.items.wrong_keys
    assert keys.sum() == 10
    assert np.array_equal(plain.answers[:, ~keys], wrong.answers[:, ~keys])
    assert np.array_equal(plain.parameters.abilities, wrong.parameters.abilities)


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.6, 1.0])
def test_ability_correlates_with_strength_as_stated(correlation):
    kind = BenchmarkKind(n_competitors=2000, items=Items(n=1), abilities=Abilities(correlation, spread=2.0))
    truth = draw_benchmark(kind, 11)
    found = np.corrcoef(truth.strengths, truth.abilities)[0, 1]
    # Fisher's z has standard error 1 / sqrt(n - 3).
    assert abs(found - correlation) <= 3 * (1 - correlation**2) / np.sqrt(2000) + 1e-12
    assert truth.abilities.std() == pytest.approx(2.0, rel=0.06)


def test_items_are_drawn_as_stated():
    items = draw_benchmark(
        BenchmarkKind(items=Items(n=20_000, difficulty=-1.5, difficulty_spread=0.8, discrimination=1.7, discrimination_spread=0.4, guessing=0.2)), 4
    ).items
    assert stats.kstest(items.difficulties, stats.norm(-1.5, 0.8).cdf).pvalue > 0.01
    assert stats.kstest(np.log(items.discriminations), stats.norm(np.log(1.7), 0.4).cdf).pvalue > 0.01
    assert set(items.guessing) == {0.2}


@pytest.mark.parametrize(
    ("name", "n_items", "guessing"),
    [("MMLU", 14_042, 0.25), ("gpqa", 448, 0.25), ("GPQA Diamond", 198, 0.25), ("MATH", 5_000, 0.0), ("HumanEval", 164, 0.0)],
)
def test_real_sizes(name, n_items, guessing):
    items = Items(sized_as=name)
    assert (items.size, items.chance_of_a_guess) == (n_items, guessing)
    assert Items(sized_as=name, n=10, guessing=0.5).size == 10
    assert Items(sized_as=name, n=10, guessing=0.5).chance_of_a_guess == 0.5


def test_answers_have_their_expected_scores():
    """Of all models and mechanisms together: squared distances in standard errors are chi-square."""
    kind = BenchmarkKind(n_competitors=200, items=Items(n=1500, guessing=0.25, label_errors=0.1), contamination=Contamination(0.2, 0.5, 0.7))
    simulated = simulate_benchmark(kind, 21)
    variances = np.array([(law.right * law.wrong).sum() for law in simulated.parameters.laws()]) / 1500**2
    z = (simulated.answers.mean(axis=1) - simulated.truth["expected_score"]) / np.sqrt(variances)
    assert stats.kstest(z, stats.norm.cdf).pvalue > 0.01
    assert abs(z).max() < 4.5


def test_seen_items_raise_the_scores_of_those_who_have_seen_them():
    """By the share of items times recall times what is left to gain."""
    kind = BenchmarkKind(n_competitors=40, items=Items(n=4000), contamination=Contamination(0.25, 0.5, 0.8))
    truth, clean = draw_benchmark(kind, 1), draw_benchmark(BenchmarkKind(n_competitors=40, items=Items(n=4000)), 1)
    assert truth.has_seen.sum() == 20
    assert truth.seen_items.sum() == 1000
    gain = truth.expected_scores - clean.expected_scores
    assert not gain[~truth.has_seen].any()
    left = np.array([law.wrong[0, truth.seen_items].sum() for law in clean.laws()])
    assert gain[truth.has_seen] == pytest.approx((0.8 * left / 4000)[truth.has_seen], rel=1e-12)


def test_wrong_keys_are_a_ceiling():
    """The ablest misses every wrong key, and is not above a model that guesses there."""
    kind = BenchmarkKind(
        n_competitors=2, strengths=Strengths.given([0, 6000]), abilities=Abilities(1.0, 50.0), items=Items(n=1000, label_errors=0.065)
    )
    assert draw_benchmark(kind, 0).expected_scores.max() == pytest.approx(0.935, abs=1e-6)


def test_abilities_are_given_back():
    """Within their errors, and these are right: of 300 models, with guessing and known wrong keys."""
    kind = BenchmarkKind(n_competitors=300, items=Items(n=1200, guessing=0.25, label_errors=0.05))
    simulated = simulate_benchmark(kind, 8)
    truth = simulated.parameters
    found = estimated_abilities(simulated.answers, truth.items)
    z = (found - truth.abilities) / simulated.truth["ability_error"]
    assert abs(z).max() < 4.5
    assert abs(z.mean()) < 3 / np.sqrt(300)
    assert abs(z.std() - 1) < 3 / np.sqrt(600)
    for model in range(0, 300, 37):
        # Where the slope of the log-likelihood, by differences of it, is 0.
        step = 1e-4
        laws = [answer_law(np.array([found[model] + d]), truth.items) for d in (-step, step)]
        logs = [np.log(np.where(simulated.answers[model], law.right[0], law.wrong[0])).sum() for law in laws]
        assert abs(logs[1] - logs[0]) / (2 * step) < 1e-4 / simulated.truth["ability_error"][model] ** 2


def test_estimates_of_one_item_parameters_have_a_closed_form():
    """n alike items, k right: the log-odds of k of n, plus the difficulty."""
    items = items_of(*[(0.4, 1.5, 0.0, False)] * 20)
    answers = np.arange(20)[None, :] < np.array([0, 1, 7, 19, 20])[:, None]
    found = estimated_abilities(answers, items)
    assert found[[0, 4]].tolist() == [-np.inf, np.inf]
    assert found[1:4] == pytest.approx([0.4 + np.log(k / (20 - k)) / 1.5 for k in (1, 7, 19)], abs=1e-9)
    guessed = estimated_abilities(answers[2:3], items_of(*[(0.0, 1.0, 0.4, False)] * 20))
    assert guessed.tolist() == [-np.inf]


def test_answers_to_other_items_are_refused():
    with pytest.raises(InputError, match=r"answers have shape \(2, 3\) for 1 item"):
        estimated_abilities(np.ones((2, 3), bool), items_of((0, 1, 0, False)))


def test_ratings_are_strengths():
    kind = BenchmarkKind(strengths=Strengths.given([900.0, 1100.0, 1000.0], ["a", "b", "c"]), items=Items(n=10), abilities=Abilities(1.0))
    truth = draw_benchmark(kind)
    assert truth.names == ("a", "b", "c")
    assert truth.strengths * ELO == pytest.approx([-100.0, 100.0, 0.0])
    assert truth.abilities == pytest.approx(np.array([-1.0, 1.0, 0.0]) * np.sqrt(1.5))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Items(sized_as="nothing"), "sized_as is 'nothing', of no known size; there are MMLU"),
        (lambda: Items(sized_as="BBH"), "the chance of a right guess differs from item to item; give `guessing`"),
        (lambda: Items(guessing=1.0), "guessing is 1.0; give a number, 0 or more and below 1"),
        (lambda: Items(label_errors=1.1), "label_errors is 1.1"),
        (lambda: Items(discrimination=0.0), "discrimination is 0.0"),
        (lambda: Items(n=0), "n_items is 0"),
        (lambda: Items(difficulty=float("nan")), "difficulty is nan"),
        (lambda: Abilities(correlation=1.2), "correlation is 1.2; give a number, from -1 to 1"),
        (lambda: Contamination(recall=0.5), "recall is 0.5, which has no effect without seen items"),
        (lambda: Contamination(seen_by=0.1), "seen_by is 0.1, which has no effect without seen items"),
        (lambda: BenchmarkKind(strengths=Strengths.equal()), "correlation is 0.9, but strengths are all alike; give correlation=0"),
        (lambda: BenchmarkKind(strengths=Strengths.given([5, 5])), "strengths are all alike"),
        (lambda: BenchmarkKind(strengths=Strengths.given([5])), "strengths have 1 competitor"),
        (lambda: BenchmarkKind(n_competitors=3, strengths=Strengths.given([1, 2])), "n_competitors is 3, but strengths have 2 competitors"),
        (lambda: draw_benchmark(BenchmarkKind(items=Items(n=10_000_000), n_competitors=3000)), "this benchmark would take"),
        (lambda: draw_benchmark(BenchmarkKind(), seed=-1), "seed is -1"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(OptionError) as raised:
        make()
    assert message in str(raised.value)
