"""Answers to the items of a benchmark, and the scores that are made of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from recount.engine.choices.resampling import LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.votes import Bools, freeze
from recount.sims.arenas.drawn_truth import numbered_names
from recount.sims.arenas.log_files import write_arrays
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.simulated_benchmarks.benchmark_parameters import BenchmarkParameters, draw_benchmark
from recount.sims.simulated_benchmarks.item_law import AnswerLaw
from recount.sims.simulated_benchmarks.random_purposes import Drawn


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SimulatedBenchmark(Shown):
    """Answers and their truth.

    Attributes
    ----------
    answers : (n, n_items) bool
        Whether the answer of a model to an item agrees with the key.
    parameters : BenchmarkParameters
        All that was drawn before the answers.
    """

    answers: Bools
    parameters: BenchmarkParameters

    @property
    def truth(self) -> pd.DataFrame:
        """A row a competitor; see `BenchmarkParameters.frame`."""
        return self.parameters.frame

    @property
    def scores(self) -> pd.DataFrame:
        """Mean scores in the columns that `recount.read_scores` reads, a row a model."""
        names = self.parameters.names
        stated = {"model": names, "benchmark": self.parameters.kind.items.name, "score": self.answers.mean(axis=1), "maximum": 1.0}
        return pd.DataFrame(stated | {"n_items": self.answers.shape[1], "source": "simulated"})

    def summary(self) -> str:
        """Say how many answers there are, of whom, and between which scores."""
        n, n_items = self.answers.shape
        scores = self.answers.mean(axis=1)
        return (
            f"{plural(n * n_items, 'answer')} of {plural(n, 'competitor')} to {plural(n_items, 'item')}; scores from "
            f"{100 * scores.min():.1f} to {100 * scores.max():.1f} %"
        )


def simulate_benchmark(kind: BenchmarkKind, seed: int = SEED) -> SimulatedBenchmark:
    """Draw a truth, and its answers.

    Parameters
    ----------
    kind : BenchmarkKind
    seed : int
        0 to 2^62 - 1; the same seed gives the same answers.

    Raises
    ------
    OptionError
        As in `draw_benchmark`.
    """
    truth = draw_benchmark(kind, seed)
    return SimulatedBenchmark(draw_answers(truth, seed), truth)


def draw_answers(truth: BenchmarkParameters, seed: int = SEED) -> Bools:
    """Draw an answer of every model to every item, (n, n_items) bool; a model has a stream of its own.

    Raises
    ------
    OptionError
        If the seed is none.
    """
    seed = whole("seed", seed, 0, LARGEST_SEED)
    answers = np.empty((len(truth.names), truth.items.n), np.bool_)
    for model, law in enumerate(truth.laws()):
        answers[model] = draw_answers_of(model, law, seed)
    freeze(answers)
    return answers


def draw_answers_of(model: int, law: AnswerLaw, seed: int) -> Bools:
    """Draw the answers of one model, (n_items,), by its law."""
    drawn: Bools = np.random.default_rng([seed, Drawn.ANSWERS, model]).random(law.right.size) < law.right[0]
    return drawn


def write_answers(simulated: SimulatedBenchmark, path: Path) -> None:
    """Write a row an answer: model, item, correct; Parquet or CSV as the ending says.

    Raises
    ------
    OptionError
        If the ending is neither.
    """
    n, n_items = simulated.answers.shape
    labels = {
        "model": (np.repeat(np.arange(n, dtype=np.int32), n_items), simulated.parameters.names),
        "item": (np.tile(np.arange(n_items, dtype=np.int32), n), numbered_names(n_items, "item")),
    }
    arrays = {name: pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(levels)) for name, (codes, levels) in labels.items()}
    write_arrays(arrays | {"correct": pa.array(simulated.answers.ravel())}, path)
