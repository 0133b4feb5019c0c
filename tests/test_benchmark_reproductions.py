"""The studies behind the benchmarks of `docs/reproductions.md`, small: what would be seen if one of them went wrong."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from benchmarks.reproductions import few_items, saturation_index, saturation_power
from benchmarks.reproductions.arena_models import arena_models, like_mmlu
from benchmarks.reproductions.learnt_items import learn_items
from recount.engine import InputError
from recount.sims.arenas import Strengths
from recount.sims.simulated_benchmarks import Abilities, BenchmarkKind, Items, disagreement_on_leader, draw_benchmark, simulate_benchmark
from recount.sims.simulated_benchmarks.few_items import GRID, asked_adaptively, most_informative

SECTIONS = (Path(__file__).parents[1] / "docs" / "reproductions.md").read_text(encoding="utf-8").split("\n## ")[1:]


@pytest.mark.parametrize("section", SECTIONS, ids=[section.partition("\n")[0] for section in SECTIONS])
def test_a_section_is_what_its_script_prints(section):
    """Whatever in it has no number, to its last line, which names the script; nothing else is written beneath it by hand."""
    _, *lines = section.rstrip().splitlines()
    script = re.match(r"`python -m benchmarks\.reproductions\.(\w+)", lines[-1])[1]
    printed = Path(few_items.__file__).with_name(f"{script}.py").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.match(r"\||.*\d", line) and line not in printed] == []
    assert lines[-1] in printed


def test_the_section_of_the_index_has_the_published_counts(shared):
    path = shared / "benchmark_saturation" / "manual_annotation_data.csv"
    authors = saturation_index.as_the_authors_count(path)
    assert (authors["S 0.5"] - authors["stated"]).abs().max() < 1e-6
    text = saturation_index.section(path)
    for line in ("| n^0.5 | 29 of 60 | 29 of 60 |", "| n^0.75 |  | 9 of 60 |", "| n^1 |  | 3 of 60 |"):
        assert line in text


def test_power_decays_toward_the_ceiling():
    """Of GPQA diamond: scores rise, S rises, and fewer are told apart, by fewer votes."""
    votes = np.linspace(0.001, 0.02, 45)
    mean, index, told, half, _, as_many = np.array(list(saturation_power.curve("GPQA diamond", votes, (-2.0, 0.0, 2.0)))).T
    assert (np.diff([mean, index, half]) > 0).all()
    assert (np.diff([told, as_many]) < 0).all()


def test_the_models_have_the_scores_that_are_published():
    scores = draw_benchmark(like_mmlu(), 5).expected_scores
    assert scores.mean() == pytest.approx(0.652, abs=0.01)
    assert scores.std() == pytest.approx(0.160, abs=0.01)
    assert arena_models().countries[0] == "US"


def test_leaders_disagree_as_abilities_do():
    """Two models in two countries: an order that is drawn anew is another in half of the benchmarks, one that is the same in none."""
    strengths = Strengths.given([1000, 1050])
    found = {
        correlation: disagreement_on_leader(
            BenchmarkKind(strengths=strengths, abilities=Abilities(correlation), items=Items(n=20_000)), ("US", "CN"), 200, 1
        )
        for correlation in (0.0, 1.0)
    }
    assert found[1.0] == (0.0, 0.0, 0.0)
    assert abs(found[0.0].by_ability - 0.5) < 4 * np.sqrt(0.25 / 200)
    assert abs(found[0.0].by_score - found[0.0].by_ability) < 0.05
    few = disagreement_on_leader(BenchmarkKind(strengths=strengths, abilities=Abilities(1.0, 0.1), items=Items(n=10)), ("US", "CN"), 200, 1)
    assert few.by_ability == 0.0
    assert few.by_score > 0.1
    with pytest.raises(InputError, match="1 country for 2 competitors"):
        disagreement_on_leader(BenchmarkKind(strengths=strengths), ("US", ""), 1)


def test_equal_best_scores_are_no_disagreement():
    kind = BenchmarkKind(strengths=Strengths.given([1000, 1050]), abilities=Abilities(1.0, 0.0), items=Items(n=1, difficulty=-50))
    assert disagreement_on_leader(kind, ("US", "CN"), 20) == (0.0, 0.0, 0.0)


def test_seen_items_that_flip_the_leader_do():
    models = arena_models()
    share = saturation_power.seen_to_lead(models.strengths, models.countries, "US", "CN")
    scores = draw_benchmark(saturation_power.kind_of("MMLU", 0.0), saturation_power.SEED).expected_scores
    first, second = (scores[np.array(models.countries) == country].max() for country in ("US", "CN"))
    assert second + share * (1 - second) == pytest.approx(first)


@pytest.fixture(scope="module")
def taught():
    """Items of a benchmark learnt from 300 models; answers and abilities of 60 others."""
    kind = BenchmarkKind(n_competitors=360, items=Items(n=1500, guessing=0.0), abilities=Abilities(0.0, 1.5))
    simulated = simulate_benchmark(kind, 3)
    return learn_items(simulated.answers[:300]), simulated.answers[300:], simulated.parameters


def test_learnt_items_are_the_true_ones(taught):
    """In the unit of the teachers' scores, but for shrinkage and noise."""
    items, _, truth = taught
    crossing = np.array([np.interp(0.0, row, GRID) for row in items.log_odds])
    inner = np.abs(crossing) < 2
    assert spearmanr(crossing[inner], truth.items.difficulties[inner]).statistic > 0.97
    slopes = np.diff(items.log_odds[:, [0, -1]], axis=1)[:, 0]
    assert spearmanr(slopes, truth.items.discriminations).statistic > 0.7


def test_adaptive_items_tell_more_than_random_ones(taught):
    items, answers, truth = taught
    true, n = truth.abilities[300:], 15
    found = []
    for own in answers:
        asked = asked_adaptively(items, own, n)
        assert len(set(asked)) == n
        found.append((items.posterior(own[None, asked], asked) @ GRID)[0])
    adaptive = spearmanr(found, true).statistic
    assert adaptive > spearmanr(answers[:, :n].mean(axis=1), true).statistic
    assert few_items.items_for(adaptive, answers, true) > 2 * n


def test_predicted_scores(taught):
    """All items asked leave nothing to predict; few of them predict better than their mean."""
    items, answers, _ = taught
    every = np.arange(answers.shape[1])
    assert items.predicted_scores(answers, every) == pytest.approx(answers.mean(axis=1))
    chosen, drawn = most_informative(items, 40), every[:40]
    assert len(set(chosen)) == 40
    scores = answers.mean(axis=1)
    errors = [np.sqrt(np.mean((found - scores) ** 2)) for found in (items.predicted_scores(answers[:, drawn], drawn), answers[:, drawn].mean(axis=1))]
    assert errors[0] < errors[1]
    assert np.sqrt(np.mean((items.predicted_scores(answers[:, chosen], chosen) - scores) ** 2)) < errors[1]
