"""Benchmark scores by country: errors of items, the best of several, parity, orders; closed forms, published figures, simulation."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, norm

from recount.data import read_catalogue, read_scores
from recount.data.scores.stated import Stated
from recount.data.scores.tidy_scores import judged
from recount.engine.errors import InputError
from recount.sims.benchmark_scores.item_errors import scores_on, variance_of_share
from recount.sims.benchmark_scores.order_agreement import kendall_tau
from recount.sims.benchmark_scores.parity import two_one_sided_tests
from recount.sims.benchmark_scores.score_draws import drawn_means, drawn_scores
from recount.sims.benchmark_scores.scored_models import facts_of_scored


def scores(*rows, models=()):
    """Scores of rows (model, share, further columns), on benchmark "B" of 100 items."""
    common = {"benchmark": "B", "maximum": 1.0, "n_items": 100, "file": Path("f"), "row": 1}
    stated = [common | {"model": model, "score": share} | more for model, share, more in rows]
    return judged(Stated(stated, list(models)))


def test_errors_are_those_of_items_unless_they_are_stated():
    found = scores_on(scores(("a", 0.9, {}), ("b", 0.5, {"standard_error": 0.02}), ("c", 1.0, {}), ("d", 0.0, {})), "b")
    assert found.names == ("a", "b", "c", "d")
    assert found.errors == pytest.approx([np.sqrt(0.9 * 0.1 / 100), 0.02, *[np.sqrt(0.01 * 0.99 / 100)] * 2])
    assert variance_of_share(np.array([0.25]), np.array([3.0])) == pytest.approx(1 / 3 * 2 / 3 / 3)


def test_percentages_have_errors_of_shares():
    found = scores_on(scores(("a", 90.0, {"maximum": 100.0, "standard_error": 2.0}), ("b", 50.0, {"maximum": 100.0})), "B")
    assert found.shares == pytest.approx([0.9, 0.5])
    assert found.errors == pytest.approx([0.02, 0.05])


def test_several_scores_of_a_model_and_who_reports_them():
    rows = [
        ("a", 0.9, {"setting": "x", "self_reported": True}),
        ("a", 0.7, {"setting": "y", "self_reported": False}),
        ("b", 0.5, {"self_reported": True}),
    ]
    one = scores(*rows)
    assert scores_on(one, "B").shares == pytest.approx([0.8, 0.5])
    assert scores_on(one, "B", repeated="highest").shares == pytest.approx([0.9, 0.5])
    assert scores_on(one, "B", repeated="lowest").shares == pytest.approx([0.7, 0.5])
    assert scores_on(one, "B").self_reported.tolist() == [True, True]
    independent = scores_on(one, "B", "independent")
    assert (independent.names, independent.shares.tolist()) == (("a",), [0.7])


@pytest.mark.parametrize(
    ("rows", "name", "said"),
    [
        ([("a", 0.9, {})], "C", "no score on 'C'; the most are on 'B'"),
        ([("a", 0.9, {"lower_is_better": True})], "B", "lower is better"),
        ([("a", 0.9, {"n_items": None})], "B", "neither the number of items"),
        ([("a", 90.0, {"maximum": None}), ("b", 50.0, {"maximum": None})], "B", "of what maximum"),
        ([("a", 0.9, {}), ("b", 0.8, {"benchmark": "b"})], "B", "may be any of 'B', 'b'"),
    ],
)
def test_scores_that_cannot_be_compared(rows, name, said):
    with pytest.raises(InputError, match=said) as error:
        scores_on(scores(*rows), name)
    assert "\n" not in str(error.value)


def test_independent_scores_may_be_none():
    with pytest.raises(InputError, match="every score on 'B' is reported by the maker"):
        scores_on(scores(("a", 0.9, {"self_reported": True})), "B", "independent")


def test_models_without_an_error_are_counted():
    assert scores_on(scores(("a", 0.9, {}), ("b", 0.8, {"n_items": None})), "B").n_without_error == 1


def test_the_best_of_many_is_not_as_good_as_its_score():
    """Twelve models of a country that are nearly equal: intervals around the best score miss its truth, and others do not."""
    rng, covered = np.random.default_rng(5), {True: 0, False: 0}
    bias = {True: 0.0, False: 0.0}
    n_worlds = 120
    for number in range(n_worlds):
        true = 0.7 + 0.01 * rng.standard_normal(12)
        seen = rng.binomial(200, true) / 200
        found = scores_on(scores(*[(f"m{i:02}", share, {"n_items": 200}) for i, share in enumerate(seen)]), "B")
        for shrunken in (True, False):
            best = drawn_scores(found, 400, number, shrunken).values[1:].max(axis=1)
            lower, upper = np.quantile(best, (0.025, 0.975))
            covered[shrunken] += lower <= true.max() <= upper
            bias[shrunken] += (np.median(best) - true.max()) / n_worlds
    assert covered[True] / n_worlds > 0.88
    assert covered[False] / n_worlds < 0.5
    assert bias[False] > 0.03
    assert abs(bias[True]) < bias[False] / 2


def test_errors_that_follow_from_the_estimates_do_not_explain_them():
    """Scores of 40 models on 164 items, whose errors are a function of the score: intervals of the best hold, whoever asks."""
    rng, covered = np.random.default_rng(5), []
    for number in range(40):
        true = 1 / (1 + np.exp(-rng.normal(1, 0.7, 40)))
        seen = (rng.binomial(164, true) + 1) / 166
        rows = [(f"m{i:02}", share, {"n_items": 164}) for i, share in enumerate(seen)]
        best = drawn_scores(scores_on(scores(*rows), "B"), 400, number).values[1:].max(axis=1)
        lower, upper = np.quantile(best, (0.025, 0.975))
        covered.append(lower <= true.max() <= upper)
    assert np.mean(covered) > 0.85


def test_draws_keep_to_shares_and_to_their_seed():
    found = scores_on(scores(*[(f"m{i}", share, {"n_items": 20}) for i, share in enumerate((1.0, 0.95, 0.9, 0.0))]), "B")
    first, again = (drawn_scores(found, 50, 7).values for _ in range(2))
    assert (first[1:].min(), first[1:].max()) >= (0.0, 0.0)
    assert first.max() <= 1.0
    assert np.array_equal(first, again)
    assert first[0] == pytest.approx(found.shares)


def test_one_model_has_the_error_of_its_items():
    """Nothing to shrink toward: the error is that of the items."""
    found = scores_on(scores(("a", 0.8, {}), ("b", 0.8, {"n_items": 10**8})), "B")
    draws = drawn_scores(found.only(np.array([True, False])), 4000, 3).values[1:, 0]
    assert draws.std() == pytest.approx(0.04, rel=0.05)


def test_means_have_errors_that_nothing_makes_wider():
    found = scores_on(scores(("a", 0.9, {}), ("b", 0.5, {}), ("c", 0.6, {})), "B")
    draws = drawn_means(found, [np.array([0, 1]), np.array([2])], 20_000, 3)
    assert draws[0] == pytest.approx([0.7, 0.6])
    assert draws[1:].std(axis=0) == pytest.approx([(0.03 + 0.05) / 2, np.sqrt(0.6 * 0.4 / 100)], rel=0.03)
    assert np.corrcoef(draws[1:].T)[0, 1] == pytest.approx(0.0, abs=0.03)


def test_parity_is_that_the_interval_of_ninety_per_cent_lies_within():
    z = norm.ppf(0.95)
    for difference in (-0.018, 0.0, 0.004, 0.012):
        for error in (0.003, 0.006, 0.02):
            found = two_one_sided_tests(difference, error, 0.02)
            inside = abs(difference) + z * error < 0.02
            assert (found.p_value < 0.05) == inside
    assert two_one_sided_tests(0.02, 0.01, 0.02).p_value == pytest.approx(0.5)
    with pytest.raises(InputError, match="margin of 0"):
        two_one_sided_tests(0.1, 0.1, 0.0)


def test_tau_is_scipys():
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 6, (5, 12)).astype(float), rng.standard_normal((5, 12))
    expected = [kendalltau(x, y).statistic for x, y in zip(first, second, strict=True)]
    assert kendall_tau(first, second) == pytest.approx(expected)
    assert np.isnan(kendall_tau(np.ones((1, 4)), np.arange(4.0)[None]))


def test_facts_of_scored_models():
    """The catalogue knows the country of an organisation; the source says the size, and of a country that the catalogue does not know."""
    models = [
        {
            "model": "a",
            "organisation": "Moonshot AI",
            "country": "US",
            "parameters": 1000.0,
            "release_date": pd.Timestamp("2025-09-05"),
            "open_weights": True,
        },
        {"model": "b", "organisation": "Nobody", "country": "FR", "open_weights": False},
        {"model": "c", "organisation": "Nobody else", "country": "France"},
    ]
    facts = facts_of_scored(scores(("a", 0.9, {}), ("b", 0.8, {}), ("c", 0.7, {}), models=models), read_catalogue())
    assert facts.frame["country"].to_dict() == {"a": "CN", "b": "FR", "c": ""}
    assert facts.unknown == ("c",)
    assert (facts.frame.loc["a", "total_parameters_b"], facts.frame.loc["a", "release_date"]) == (1000.0, "2025-09-05")
    assert facts.frame["licence_class"].to_dict() == {"a": "open_weights_noncommercial", "b": "proprietary", "c": ""}


def slow_best(folder, benchmark):
    """Return the best score of each stated country by the files themselves."""
    best = {}
    for place in sorted((folder / "data" / "organizations").glob("*/models/*/benchmarks.json")):
        country = json.loads((place.parents[2] / "organization.json").read_text())["country"]
        for one in json.loads(place.read_text()):
            if one["benchmark_id"] == benchmark:
                best[country] = max(best.get(country, 0.0), one["score"])
    return best


@pytest.mark.parametrize(("name", "n_items", "difference", "half"), [("mmlu", 14_042, 2.3, 0.7), ("humaneval", 164, -0.8, 5.1)])
def test_differences_as_published(shared, name, n_items, difference, half):
    """MMLU: US 92.5, China 90.2, 2.3 +- 0.7; HumanEval: China 94.5, US 93.7, 0.8 +- 5.1."""
    best = slow_best(shared / "benchmark_scores", name)
    found = scores_on(everything := read_scores(shared / "benchmark_scores"), name)
    facts = facts_of_scored(everything, read_catalogue())
    country = facts.frame.loc[list(found.names), "country"].to_numpy(str)
    first, second = (int(np.argmax(np.where(country == code, found.shares, 0))) for code in ("US", "CN"))
    assert (found.shares[first], found.shares[second]) == pytest.approx((best["US"], best["CN"]))
    p, q = best["US"], best["CN"]
    slow = 1.96 * np.sqrt(p * (1 - p) / n_items + q * (1 - q) / n_items)
    assert 1.96 * np.hypot(found.errors[first], found.errors[second]) == pytest.approx(slow)
    assert (round(100 * (p - q), 1), round(100 * slow, 1)) == (difference, half)
    assert found.n_items == (n_items,)
