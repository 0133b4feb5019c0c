"""Studies of simulated benchmarks: few items, the saturation index and the pairs that are told apart, against computations of our own."""

import io
import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from recount import read_plan, run_study
from recount.engine.errors import InputError, OptionError
from recount.sims.arenas.random_streams import generator
from recount.sims.simulated_benchmarks import Abilities, BenchmarkKind, ItemParameters, Items, simulate_benchmark
from recount.sims.simulated_benchmarks.few_items import GRID, ItemsOnGrid, asked_adaptively
from recount.sims.simulated_benchmarks.random_purposes import Drawn
from recount.sims.studies.running import prepare
from tests.small_studies import TAU, check_fault, check_goes_on, of_faults

BENCHMARK = "[benchmark]\nn_competitors = 12\nn_items = 300\nguessing = 0.25\nability_spread = 1.5\n"
KIND = BenchmarkKind(n_competitors=12, items=Items(n=300, guessing=0.25), abilities=Abilities(spread=1.5))
ERROR = '[[outcome]]\nname = "score error"\n'
EVERY = "".join(
    f'[[outcome]]\nname = "{name}"\n{field}\n'
    for name, field in (
        ("kendall tau", ""),
        ("first place kept", ""),
        ("score error", ""),
        ("saturation index", ""),
        ("saturation index", "size_exponent = 1"),
        ("pairs told apart", "k = 4"),
    )
)


def study(write, text, **more):
    return run_study(read_plan(write("plan.toml", text)), **more)


def values(results):
    return results.runs.frame.pivot_table(index=["setting", "seed"], columns="outcome", values="value")


def law(truth, ability):
    """Chances by the three-parameter law, as it is written down."""
    items = truth.items
    return items.guessing + (1 - items.guessing) / (1 + np.exp(-items.discriminations * (ability - items.difficulties)))


def test_all_items_by_hand(write):
    found = values(study(write, "seeds = 3\nseed = 4\n" + BENCHMARK + EVERY))
    for seed in (4, 5, 6):
        simulated = simulate_benchmark(KIND, seed)
        scores, truth = simulated.answers.mean(axis=1), simulated.parameters
        own = found.loc[0, seed]
        assert own["kendall tau"] == pytest.approx(scipy.stats.kendalltau(scores, truth.abilities).statistic, abs=1e-12)
        # Where the best are level, first is not only the ablest.
        assert own["first place kept"] == (np.flatnonzero(scores == scores.max()).tolist() == [truth.abilities.argmax()])
        assert own["score error"] == 0
        best = sorted(scores)[::-1]
        for label, n in (("saturation index", math.sqrt(300)), ("saturation index (size_exponent=1)", 300)):
            squared = (best[0] - best[4]) ** 2 / sum(share * (1 - share) / n for share in (best[0], best[4]))
            assert own[label] == pytest.approx(math.exp(-squared), abs=1e-12)
        # Of each pair a test on differences of answers to the same items, drawn from many like them.
        ablest = np.argsort(-truth.abilities)[:4]
        chances = {model: law(truth, truth.abilities[model]) for model in ablest}
        powers = []
        for k, better in enumerate(ablest):
            for other in ablest[k + 1 :]:
                p, q = chances[better], chances[other]
                gap = (p - q).mean()
                variance = (p + q - 2 * p * q).mean() - gap**2
                powers.append(scipy.stats.norm.cdf(gap / math.sqrt(variance / 300) - scipy.stats.norm.ppf(0.975)))
        assert own["pairs told apart (k=4)"] == pytest.approx(np.mean(powers), abs=1e-9)


def posterior_mean(truth, answers, asked, spread=1.5):
    """Ability as its grid has it, by the law written down, item by item."""
    weights = scipy.stats.norm.pdf(GRID)
    for item in asked:
        chances = np.array([law(truth, spread * at)[item] for at in GRID])
        weights = weights * (chances if answers[item] else 1 - chances)
    return weights / weights.sum()


def test_few_items_by_hand(write):
    asked = "[[vary]]\nasked = {n_asked = [7, 40], chosen = ['random', 'adaptive']}\n"
    found = values(study(write, "seeds = 1\nseed = 4\n" + BENCHMARK + TAU + ERROR + asked))
    simulated = simulate_benchmark(KIND, 4)
    answers, truth = simulated.answers, simulated.parameters
    scores = answers.mean(axis=1)
    for setting, n in ((0, 7), (2, 40)):
        drawn = generator(4, Drawn.ASKED).choice(300, n, replace=False)
        few = answers[:, drawn].mean(axis=1)
        own = found.loc[setting, 4]
        assert own["score error"] == pytest.approx(math.sqrt(((few - scores) ** 2).mean()), abs=1e-12)
        assert own["kendall tau"] == pytest.approx(scipy.stats.kendalltau(few, truth.abilities).statistic, abs=1e-12)
    # Adaptive: each next item has the most information at the mean of what is known.
    abilities, estimated = [], []
    for own in answers:
        asked, weights = [], scipy.stats.norm.pdf(GRID)
        for _ in range(7):
            at = 1.5 * GRID[np.searchsorted(GRID, weights @ GRID / weights.sum())]
            p = law(truth, at)
            c, a = truth.items.guessing, truth.items.discriminations
            information = a**2 * (1 - p) / p * ((p - c) / (1 - c)) ** 2
            information[asked] = -1
            asked.append(int(information.argmax()))
            weights = posterior_mean(truth, own, asked)
        abilities.append(weights @ GRID)
        others = [item for item in range(300) if item not in asked]
        expected = np.array([law(truth, 1.5 * at)[others].sum() for at in GRID])
        estimated.append((own[asked].sum() + weights @ expected) / 300)
    own = found.loc[1, 4]
    assert own["kendall tau"] == pytest.approx(scipy.stats.kendalltau(abilities, truth.abilities).statistic, abs=1e-12)
    assert own["score error"] == pytest.approx(math.sqrt(((np.array(estimated) - scores) ** 2).mean()), abs=1e-9)


def test_chosen_items_tell_more_than_random_ones_and_all_of_them_the_same(write):
    asked = "[[vary]]\nasked = {n_asked = [15, 300], chosen = ['random', 'most informative', 'adaptive']}\n"
    results = study(write, "seeds = 20\n" + BENCHMARK.replace("12", "40") + TAU + ERROR + asked)
    found = results.summary.frame.pivot_table(index="setting", columns="outcome", values="mean")
    tau, error = found["kendall tau"].tolist(), found["score error"].tolist()
    assert tau[2] > tau[1] > tau[0]
    assert error[2] < error[1] < error[0]
    assert error[3:] == pytest.approx([0, 0, 0], abs=1e-12)
    # Of random items the error has a closed form: a sample without replacement from items whose answers vary.
    scores = [
        simulate_benchmark(BenchmarkKind(n_competitors=40, items=KIND.items, abilities=KIND.abilities), seed).answers.mean(axis=1)
        for seed in range(20)
    ]
    expected = math.sqrt(np.mean([s * (1 - s) / 15 * (300 - 15) / 299 for s in scores]))
    assert math.sqrt((values(results).loc[0]["score error"] ** 2).mean()) == pytest.approx(expected, rel=0.08)


def test_extreme_items_have_a_law():
    """Certain answers have no infinite log-odds, of which nothing could be computed."""
    steep = ItemParameters(np.array([-400.0, 0.0, 400.0]), np.array([50.0, 50.0, 50.0]), np.zeros(3), np.zeros(3, bool))
    items = ItemsOnGrid.of(steep, 50.0)
    assert np.isfinite(items.log_odds).all()
    assert np.isfinite(items.posterior(np.array([[True, False, False]]), np.arange(3))).all()
    assert sorted(asked_adaptively(items, np.array([True, True, False]), 3)) == [0, 1, 2]


WRONG = [
    ("[benchmark]\nn_item = 3\n" + TAU, 2, "there is no field 'n_item' in benchmark; did you mean 'n_items'"),
    ('[benchmark]\nsized_as = "MMLUU"\n' + TAU, 2, "sized_as is 'MMLUU', of no known size"),
    ("benchmark = 3\n" + TAU, 1, "benchmark is no table"),
    ("[arena]\n[benchmark]\n" + TAU, 2, "arena and benchmark: a study is about one of them"),
    ('[benchmark]\n[specification]\nties = "half"\n' + TAU, 2, "specification is given, which has no effect on a benchmark"),
    ("audit = true\n[benchmark]\n" + TAU, 1, "audit is given, which has no effect on a benchmark"),
    ('[benchmark]\n[[outcome]]\nname = "rating error"\n', 3, "name is 'rating error', which cannot be measured on scores"),
    ('[benchmark]\n[[outcome]]\nname = "coverage"\n', 3, "name is 'coverage', which cannot be measured on scores"),
    ('[benchmark]\n[[outcome]]\nname = "places gained"\ncompetitor = "x"\n', 3, "name is 'places gained', which cannot be measured on scores"),
    ('[[outcome]]\nname = "score error"\n', 2, "name is 'score error', which needs answers to items; simulate a [benchmark]"),
    ('[arena]\n[[outcome]]\nname = "saturation index"\n', 3, "name is 'saturation index', which needs answers to items"),
    ('[benchmark]\n[[outcome]]\nname = "saturation index"\nsize_exponent = 2\n', 4, "size_exponent is 2"),
    ('[benchmark]\n[[outcome]]\nname = "pairs told apart"\nk = 1\n', 4, "k is 1, and a pair has two"),
    ("[benchmark]\n" + ERROR + "size_exponent = 0.7\n", 4, "size_exponent is 0.7, which 'score error' does not use"),
    (TAU + "[[vary]]\nasked = {n_asked = 3}\n", 4, "asked is given, and the plan simulates no items; add a line [benchmark]"),
    (TAU + "[[vary]]\nbenchmark = {n_items = 3}\n", 4, "benchmark is varied, and the plan simulates none; add a line [benchmark]"),
    ("[benchmark]\n" + TAU + "[[vary]]\nasked = 3\n", 5, "asked is no table"),
    ("[benchmark]\n" + TAU + "[[vary]]\nasked = {n_asked = [5, 0]}\n", 5, "n_asked is 0"),
    ("[benchmark]\n" + TAU + '[[vary]]\nasked = {chosen = "best"}\n', 5, "chosen is 'best'"),
    ("[benchmark]\n" + TAU + "[[vary]]\nasked = {n = 3}\n", 5, "there is no field 'n' in asked"),
    ("[benchmark]\n" + TAU + "[[vary]]\nelo = {}\n", 5, "elo is given, which has no effect on a benchmark"),
    ("[benchmark]\n" + TAU + '[[vary]]\nperturbation = {name = "drop"}\n', 5, "perturbation is given, which has no effect on a benchmark"),
    ("[benchmark]\n" + TAU + '[[vary]]\nspecification = {ties = "half"}\n', 5, "specification is given, which has no effect on a benchmark"),
    ("[benchmark]\n" + TAU + "[[vary]]\ngrid = true\n", 5, "grid is given, which has no effect on a benchmark"),
]


@of_faults(WRONG)
def test_what_is_wrong_is_named(write, text, line, said):
    check_fault(read_plan, write("plan.toml", text), line, said)


NOT_THERE = [
    (ERROR + "[[vary]]\nasked = {n_asked = [50, 301]}\n", 9, "n_asked is 301, and a benchmark has 300 items; ask fewer"),
    (ERROR + "[[vary]]\nasked = {}\nbenchmark = {n_items = [200, 20]}\n", 9, "n_asked is 100, and a benchmark has 20 items"),
    ('[[outcome]]\nname = "pairs told apart"\nk = 13\n', 8, "k is 13, and a benchmark has 12 competitors"),
    ('[[outcome]]\nname = "saturation index"\n[[vary]]\nbenchmark = {n_competitors = 4}\n', 7, "is of the fifth best score, and a benchmark has 4"),
]


@of_faults(NOT_THERE)
def test_what_a_benchmark_does_not_have_is_named_before_anything_runs(write, text, line, said):
    check_fault(lambda path: prepare(read_plan(path)), write("plan.toml", BENCHMARK + text), line, said)


def test_choices_and_votes_have_no_effect(write, recount):
    path = write("plan.toml", BENCHMARK + TAU)
    with pytest.raises(OptionError, match="ties is drop, which has no effect on the outcomes of this plan"):
        read_plan(path, {"ties": "drop"})
    said = recount("study", "plan.toml", "votes.csv", "--dry-run")
    assert (said.code, "on plan 'plan', which simulates what it is about" in " ".join(said.err.split())) == (2, True)


def test_a_run_that_fails_is_a_row(write):
    """Nobody is abler than others, so that there is no order to compare; the other outcomes are there."""
    results = study(write, "seeds = 2\n" + BENCHMARK.replace("1.5", "0") + TAU + ERROR + "[[vary]]\nasked = {n_asked = 5}\n")
    errors = results.runs.frame.groupby("outcome")["error"].unique()
    assert errors["kendall tau"].tolist() == ["all ratings of the reference are equal, so that there is no order to compare"]
    assert errors["score error"].tolist() == [""]


def test_a_study_goes_on_and_processes_give_the_same(write, tmp_path):
    text = "seeds = 4\n" + BENCHMARK + EVERY + "[[vary]]\n[[vary]]\nasked = {n_asked = 9, chosen = ['random', 'adaptive']}\n"
    whole = check_goes_on(read_plan(write("plan.toml", text)), None, tmp_path / "runs", 12)
    assert whole.runs.notes[0] == "runs are compared with the truth that is simulated"
    with pytest.raises(InputError, match="another"):
        study(write, text.replace("0.25", "0.2"), folder=tmp_path / "runs")


def test_the_bundled_plans_can_run(recount):
    """As many kinds of settings are tried as there is time for."""
    for name, n_settings in (("few-items", 13), ("saturation", 12), ("order-and-k", 8)):
        said = recount("study", name, "--dry-run", "--seeds", "2", "--format", "csv")
        trials = pd.read_csv(io.StringIO(said.out), keep_default_na=False)["trial"]
        assert (said.code, len(trials)) == (0, n_settings)
        assert set(trials) - {""} == {"every outcome has a value"}
        assert {*trials} <= {"every outcome has a value", ""}
    assert recount("study", "list").out.count("a simulated benchmark") == 2
