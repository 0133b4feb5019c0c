"""A run on a simulated benchmark: models answer its items, all of them or a few, and are rated by their scores."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.votes import Bools, Floats
from recount.sims.arenas.random_streams import generator
from recount.sims.simulated_benchmarks.answers import draw_answers
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.simulated_benchmarks.benchmark_parameters import BenchmarkParameters, draw_benchmark
from recount.sims.simulated_benchmarks.few_items import GRID, ItemsOnGrid, asked_adaptively, most_informative
from recount.sims.simulated_benchmarks.random_purposes import Drawn
from recount.sims.studies.seen import Ratings, Reference, Seen

HowChosen = Literal["random", "most informative", "adaptive"]


@dataclass(frozen=True, kw_only=True)
class AskedItems:
    """Which items of a benchmark models are asked.

    Raises
    ------
    OptionError
        If there is no such way, or no item is asked.
    """

    n_asked: int = choice(100, "Items that a model is asked.", least=1)
    chosen: HowChosen = choice(
        "random",
        "How they are chosen: at random (rated by the share that is right), or as the most informative ones for models of all abilities, or for each "
        "model by what it has answered (both rated by the known law of the items).",
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True, eq=False)
class SeenAnswers(Seen):
    """What a run on a benchmark has to show besides.

    Attributes
    ----------
    truth : BenchmarkParameters
    scores : (n,) float64
        Share of all items that each model has right.
    estimated : (n,) float64
        The same, as the items that were asked let expect it.
    """

    truth: BenchmarkParameters
    scores: Floats
    estimated: Floats


def seen_on_benchmark(kind: BenchmarkKind, asked: AskedItems | None, seed: int) -> SeenAnswers:
    """Draw a benchmark and its answers, and rate the models by those to the items that are asked; by all without `asked`."""
    truth = draw_benchmark(kind, seed)
    answers = draw_answers(truth, seed)
    scores: Floats = answers.mean(axis=1)
    rated, estimated = (scores, scores) if asked is None else from_few(truth, answers, asked, seed)
    return SeenAnswers(Ratings(truth.names, rated), Reference(truth.names, truth.abilities, is_truth=True), truth, scores, estimated)


def from_few(truth: BenchmarkParameters, answers: Bools, asked: AskedItems, seed: int) -> tuple[Floats, Floats]:
    """Return what models are rated by, and their estimated scores on all items, (n,) each."""
    if asked.chosen == "random":
        drawn = generator(seed, Drawn.ASKED).choice(truth.items.n, asked.n_asked, replace=False)
        shares: Floats = answers[:, drawn].mean(axis=1)
        return shares, shares
    items = ItemsOnGrid.of(truth.items, truth.kind.abilities.spread)
    if asked.chosen == "most informative":
        best = most_informative(items, asked.n_asked)
        return items.posterior(answers[:, best], best) @ GRID, items.predicted_scores(answers[:, best], best)
    abilities, estimated = np.empty(len(answers)), np.empty(len(answers))
    for model, own in enumerate(answers):
        best = asked_adaptively(items, own, asked.n_asked)
        abilities[model] = (items.posterior(own[None, best], best) @ GRID)[0]
        estimated[model] = items.predicted_scores(own[None, best], best)[0]
    return abilities, estimated
