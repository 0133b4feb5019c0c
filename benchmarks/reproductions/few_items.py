"""How many items are enough, chosen or asked adaptively: ``python -m benchmarks.reproductions.few_items``."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from benchmarks.pages import table
from benchmarks.reproductions.arena_models import LABEL_ERRORS, SEED
from benchmarks.reproductions.learnt_items import learn_items
from recount.engine.votes import Bools, Floats
from recount.sims.arenas import Strengths
from recount.sims.simulated_benchmarks import Abilities, BenchmarkKind, Items, draw_answers, draw_benchmark
from recount.sims.simulated_benchmarks.few_items import GRID, ItemsOnGrid, asked_adaptively, most_informative

HEADING = "Few items: Fluid Benchmarking (2509.11106), metabench (2407.12844), tinyBenchmarks (2402.14992)"
# Models that teach the items, and models that are tested.
N_TEACHERS, N_TESTED = 400, 100
NUMBERS = (10, 50, 100, 281, 500)
# Items of each benchmark of metabench, how many it keeps, and the chance of a guess.
SPARSE = {
    "ARC": (1172, 145, 0.25),
    "GSM8K": (1319, 237, 0.0),
    "HellaSwag": (10_042, 93, 0.25),
    "MMLU": (14_042, 96, 0.25),
    "TruthfulQA": (817, 154, 0.25),
    "WinoGrande": (1267, 133, 0.5),
}
# Mean difficulty, as on MMLU.
DIFFICULTY = -0.57


@dataclass(frozen=True, slots=True)
class World:
    """How abilities at two benchmarks correlate, how they spread (log-odds; 1.67 on MMLU), and how the logarithms of discriminations do."""

    between: float = 0.8
    spread: float = 1.67
    discriminations: float = 0.3


WORLDS = (World(), World(0.95, 1.0), World(0.95, 1.0, 1.0))


def answers_of(name: str, strengths: Strengths, correlation: float, seed: int, world: World = WORLDS[0]) -> tuple[Bools, Floats]:
    """Return answers to all items of a benchmark, (n_models, n_items), and the abilities of those who gave them, (n_models,)."""
    n_items, _, guessing = SPARSE[name]
    wrong = LABEL_ERRORS if name == "MMLU" else 0.0
    items = Items(n=n_items, difficulty=DIFFICULTY, guessing=guessing, label_errors=wrong, discrimination_spread=world.discriminations)
    truth = draw_benchmark(BenchmarkKind(strengths=strengths, abilities=Abilities(correlation, world.spread), items=items), seed)
    return draw_answers(truth, seed), truth.abilities


def standard_strengths(n: int) -> Strengths:
    """Return so many strengths, normal."""
    return Strengths.given(np.random.default_rng(SEED).normal(0.0, 100.0, n).tolist())


def on_mmlu(n_teachers: int, n_tested: int, numbers: Sequence[int] = NUMBERS) -> Iterator[list[float]]:
    """Yield for each number of items: errors of the score (mean, random, chosen), correlations with ability (mean, random, adaptive)."""
    answers, abilities = answers_of("MMLU", standard_strengths(n_teachers + n_tested), 1.0, SEED)
    items, tested, true = learn_items(answers[:n_teachers]), answers[n_teachers:], abilities[n_teachers:]
    scores, rng = tested.mean(axis=1), np.random.default_rng(SEED)
    for n in numbers:
        drawn = rng.choice(tested.shape[1], n, replace=False)
        chosen = most_informative(items, n)
        errors = [tested[:, drawn].mean(axis=1), items.predicted_scores(tested[:, drawn], drawn), items.predicted_scores(tested[:, chosen], chosen)]
        adaptive = np.array([_adaptively(items, own, n) for own in tested])
        of_drawn = items.posterior(tested[:, drawn], drawn) @ GRID
        orders = [spearmanr(found, true).statistic for found in (errors[0], of_drawn, adaptive)]
        yield [n, *(float(np.sqrt(np.mean((found - scores) ** 2))) for found in errors), *map(float, orders)]


def _adaptively(items: ItemsOnGrid, answers: Bools, n: int) -> float:
    """Ability of a model that is asked n items adaptively."""
    asked = asked_adaptively(items, answers, n)
    return float((items.posterior(answers[None, asked], asked) @ GRID)[0])


def items_for(correlation: float, answers: Bools, true: Floats, seed: int = SEED) -> int:
    """How many random items a mean score needs to order models as well, on average over 20 draws; all if it does not."""
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(answers.shape[1]) for _ in range(20)]
    for n in np.unique(np.geomspace(5, answers.shape[1], 200).astype(int)):
        if np.mean([spearmanr(answers[:, order[:n]].mean(axis=1), true).statistic for order in orders]) >= correlation:
            return int(n)
    return answers.shape[1]


def on_six(n_teachers: int, n_tested: int, world: World) -> tuple[dict[str, float], float]:
    """Root mean square error of the score on each of six benchmarks from metabench's numbers of items, and of the mean score over all six."""
    strengths = standard_strengths(n_teachers + n_tested)
    found, missed, every = {}, [], []
    for k, (name, (_, n, _)) in enumerate(SPARSE.items()):
        answers, _ = answers_of(name, strengths, np.sqrt(world.between), SEED + k, world)
        items = learn_items(answers[:n_teachers])
        chosen = most_informative(items, n)
        every.append((items.posterior(answers[:, chosen], chosen) @ GRID, answers.mean(axis=1)))
    features = np.column_stack([abilities**power for abilities, _ in every for power in range(4)])
    for name, (_, scores) in zip(SPARSE, every, strict=True):
        fitted, *_ = np.linalg.lstsq(features[:n_teachers], scores[:n_teachers], rcond=None)
        errors = features[n_teachers:] @ fitted - scores[n_teachers:]
        found[name] = float(np.sqrt(np.mean(errors**2)))
        missed.append(errors)
    return found, float(np.sqrt(np.mean(np.mean(missed, axis=0) ** 2)))


def section(n_teachers: int = N_TEACHERS, n_tested: int = N_TESTED) -> str:
    """Write the section."""
    found = list(on_mmlu(n_teachers, n_tested))
    answers, abilities = answers_of("MMLU", standard_strengths(n_teachers + n_tested), 1.0, SEED)
    needed = [items_for(row[6], answers[n_teachers:], abilities[n_teachers:]) for row in found]
    lines = [
        [f"{n:.0f}", *(f"{100 * error:.1f} %" for error in row[:3]), *(f"{order:.3f}" for order in row[3:]), f"{many:,}"]
        for (n, *row), many in zip(found, needed, strict=True)
    ]
    head = ["items", "error: mean", "random, p-IRT", "chosen, p-IRT", "order: mean", "random, p-IRT", "adaptive", "as by random items"]
    sparse = [(world, *on_six(n_teachers, n_tested, world)) for world in WORLDS]
    n_kept, n_all = sum(n for _, n, _ in SPARSE.values()), sum(n for n, _, _ in SPARSE.values())
    worlds = [
        [f"{world.between:g}", f"{world.spread:g}", f"{world.discriminations:g}"]
        + [f"{100 * error:.2f} %" for error in (*each.values(), np.mean(list(each.values())), total)]
        for world, each, total in sparse
    ]
    hundred = next(row for row in found if row[0] == 100)
    return f"""
They report: fifty times fewer items of MMLU at equal validity, asked adaptively (Fluid); an error of 1.24 % (root mean square) of the score on a
benchmark and of 0.58 % of the total from under 3 % of the items of six benchmarks (metabench); about 2 % from 100 items (tinyBenchmarks).

We get, on simulated benchmarks: {n_teachers} models teach the items, {n_tested} others are tested. Answers are of the three-parameter law,
on MMLU with {100 * LABEL_ERRORS:g} % wrong keys; the items are learnt with two parameters and without knowing of the keys, as in these papers. On
MMLU, the error of the whole score, and the Spearman correlation with true ability, from

{table(head, lines)}

- tinyBenchmarks: from 100 items chosen by information the error is {100 * hundred[3]:.1f} %, from 100 random ones {100 * hundred[2]:.1f} % with and
  {100 * hundred[1]:.1f} % without the law of items.
- Fluid: {found[0][0]:.0f} adaptive items order models as the mean of {needed[0]:,} random ones does, {needed[0] / found[0][0]:.0f} times as many;
  {found[-1][0]:.0f} as {needed[-1]:,}, {needed[-1] / found[-1][0]:.0f} times as many.
- metabench: {n_kept} of {n_all:,} items ({100 * n_kept / n_all:.1f} %), by how abilities at two benchmarks correlate, and how abilities and the
  logarithms of discriminations spread:

{table(["between", "abilities", "discriminations", *SPARSE, "mean", "total"], worlds)}

Why they differ: tinyBenchmarks and we agree within a percentage point. Fluid measures validity by the order of models on other benchmarks,
which accuracy may follow no better from more items; where the truth is known, the order by accuracy keeps getting better, so that the factor is
smaller, and falls with the number of items. metabench's errors are smaller than ours. Ours fall as benchmarks are more alike, models closer together
and items more different, but do not reach theirs. Here, answers of two models of one ability are independent; those of models that are fine-tuned
from one another, of which a leaderboard holds many, are not, and are then told from few items. Whether that is the reason only their answers could
show.

`python -m benchmarks.reproductions.few_items`, and with a known law of items `recount study few-items`
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teachers", type=int, default=N_TEACHERS, help="models that teach the items")
    parser.add_argument("--tested", type=int, default=N_TESTED, help="models that are tested")
    asked = parser.parse_args()
    print(f"## {HEADING}\n{section(asked.teachers, asked.tested)}")
