"""How often a benchmark names another leading country than the arena: because abilities are not strengths, because of its items, or by chance."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recount.engine.choices.usual import SEED
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Floats
from recount.sims.simulated_benchmarks.answers import draw_answers_of
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.simulated_benchmarks.benchmark_parameters import draw_benchmark


class Disagreement(NamedTuple):
    """Shares of benchmarks on which the country of the best model is another than by strength in the arena.

    Attributes
    ----------
    by_ability : float
        By true abilities: the benchmark measures something else.
    by_expected_score : float
        By expected scores: wrong keys, seen items and guessing besides.
    by_score : float
        By the scores themselves: the chance of answers besides.
    """

    by_ability: float
    by_expected_score: float
    by_score: float


def disagreement_on_leader(kind: BenchmarkKind, countries: Sequence[str], n_benchmarks: int, seed: int = SEED) -> Disagreement:
    """Draw benchmarks of a kind, and see whose best model is first.

    Parameters
    ----------
    kind : BenchmarkKind
        Strengths that are drawn are drawn anew for each benchmark; given ones stay.
    countries : (n,) sequence of str
        Of each competitor.
    n_benchmarks, seed : int

    Raises
    ------
    InputError
        If there is not one country a competitor.
    """
    if len(countries) != kind.size or not all(countries):
        raise InputError(
            f"{plural(len(list(filter(None, countries))), 'country', 'countries')} for {plural(kind.size, 'competitor')}; give one a competitor"
        )
    found = np.array([_differ(kind, np.asarray(countries), seed + k) for k in range(n_benchmarks)])
    return Disagreement(*map(float, found.mean(axis=0)))


def _differ(kind: BenchmarkKind, countries: NDArray[np.str_], seed: int) -> tuple[bool, bool, bool]:
    """Whether the country of the best differs from that of the strongest: by ability, expected score, and score."""
    truth = draw_benchmark(kind, seed)

    def differs(values: Floats) -> bool:
        # Where countries share the best score, the arena's leader among them is no other.
        return bool(countries[truth.strengths.argmax()] not in countries[values == values.max()])

    drawn = [(law.right.mean(), draw_answers_of(model, law, seed).mean()) for model, law in enumerate(truth.laws())]
    expected, scores = np.array(drawn).T
    return differs(truth.abilities), differs(expected), differs(scores)
