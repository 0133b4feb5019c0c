"""The truth of one benchmark: everything that is drawn before answers are."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recount.engine.choices import of_kind
from recount.engine.choices.resampling import LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.room import check_room
from recount.engine.scale import Scale
from recount.engine.votes import Bools, Floats, freeze
from recount.sims.arenas.drawn_truth import numbered_names
from recount.sims.arenas.random_streams import Purpose, generator
from recount.sims.arenas.strengths import strengths_of
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.simulated_benchmarks.item_choices import Abilities, Contamination, Items
from recount.sims.simulated_benchmarks.item_law import AnswerLaw, ItemParameters, ability_errors, answer_law
from recount.sims.simulated_benchmarks.random_purposes import Drawn


@dataclass(frozen=True, slots=True, eq=False)
class BenchmarkParameters:
    """The truth of one benchmark.

    Attributes
    ----------
    kind : BenchmarkKind
        What was chosen.
    names : tuple of str
        Competitors.
    strengths : (n,) float64
        In the arena, log-odds, mean 0.
    abilities : (n,) float64
        At the items, log-odds.
    items : ItemParameters
    seen_items : (n_items,) bool
        Whether some models have seen an item.
    has_seen : (n,) bool
        Whether a model has seen them.
    """

    kind: BenchmarkKind
    names: tuple[str, ...]
    strengths: Floats
    abilities: Floats
    items: ItemParameters
    seen_items: Bools
    has_seen: Bools

    def law(self, model: int) -> AnswerLaw:
        """Law of the answers of a model, (1, n_items)."""
        return answer_law(self.abilities[[model]], self.items, self.recalled(model))

    def recalled(self, model: int) -> Floats:
        """Chance that a model answers each item as its key says because it has seen it, (1, n_items)."""
        return np.asarray(self.kind.contamination.recall * (self.seen_items & self.has_seen[model]))[None, :]

    def laws(self) -> Iterator[AnswerLaw]:
        """Yield the law of each model's answers; those of all at once would take much memory."""
        return (self.law(model) for model in range(len(self.names)))

    @property
    def expected_scores(self) -> Floats:
        """Expected mean score of each model on these items, (n,)."""
        return np.array([law.right.mean() for law in self.laws()])

    @property
    def frame(self) -> pd.DataFrame:
        """A row a competitor: strength and rating in the arena, ability and expected score at the benchmark with their errors, what it has seen."""
        scores = self.expected_scores
        recalled = (self.recalled(model) for model in range(len(self.names)))
        return pd.DataFrame(
            {
                "competitor": self.names,
                "strength": self.strengths,
                "rating": Scale().ratings(self.strengths),
                "ability": self.abilities,
                "ability_error": [float(ability_errors(self.abilities[[k]], self.items, own)[0]) for k, own in enumerate(recalled)],
                "expected_score": scores,
                "score_error": np.sqrt(scores * (1.0 - scores) / self.items.n),
                "has_seen": self.has_seen,
            }
        )

    @property
    def items_frame(self) -> pd.DataFrame:
        """A row an item: difficulty, discrimination, guessing, whether its key is wrong, whether some models have seen it."""
        items = self.items
        return pd.DataFrame(
            {
                "item": numbered_names(items.n, "item"),
                "difficulty": items.difficulties,
                "discrimination": items.discriminations,
                "guessing": items.guessing,
                "wrong_key": items.wrong_keys,
                "seen": self.seen_items,
            }
        )


def draw_benchmark(kind: BenchmarkKind, seed: int = SEED) -> BenchmarkParameters:
    """Draw the truth of a benchmark; the same seed draws the same strengths as for an arena of as many competitors.

    Raises
    ------
    OptionError
        If the kind is of another type, the seed is none, or there is no room for the items.
    """
    of_kind("kind", kind, BenchmarkKind)
    seed = whole("seed", seed, 0, LARGEST_SEED)
    check_room("this benchmark", 200.0 * kind.items.size + 20.0 * kind.size * kind.items.size, "ask for fewer items or competitors")
    n = kind.size
    strengths = strengths_of(kind.strengths, n, generator(seed, Purpose.STRENGTHS))
    abilities = _abilities(kind.abilities, strengths, generator(seed, Drawn.ABILITIES))
    seen_items, has_seen = _seen(kind.contamination, kind.items.size, n, seed)
    names = kind.strengths.names or numbered_names(n)
    return BenchmarkParameters(kind, names, freeze(strengths), freeze(abilities), _items(kind.items, seed), freeze(seen_items), freeze(has_seen))


def _abilities(choice: Abilities, strengths: Floats, rng: np.random.Generator) -> Floats:
    """Draw abilities whose correlation with strengths is that of the choice, in the mean."""
    spread = strengths.std()
    standing = strengths / spread if spread else strengths
    own = np.sqrt(1.0 - choice.correlation**2) * rng.standard_normal(strengths.size)
    return np.asarray(choice.spread * (choice.correlation * standing + own))


def _items(choice: Items, seed: int) -> ItemParameters:
    """Draw the items."""
    n = choice.size
    difficulties = generator(seed, Drawn.DIFFICULTIES).normal(choice.difficulty, choice.difficulty_spread, n)
    discriminations = choice.discrimination * np.exp(choice.discrimination_spread * generator(seed, Drawn.DISCRIMINATIONS).standard_normal(n))
    wrong_keys = _some(n, choice.label_errors, generator(seed, Drawn.WRONG_KEYS))
    return ItemParameters(freeze(difficulties), freeze(discriminations), freeze(np.full(n, choice.chance_of_a_guess)), freeze(wrong_keys))


def _seen(choice: Contamination, n_items: int, n_models: int, seed: int) -> tuple[Bools, Bools]:
    """Draw which items some models have seen, and which models."""
    return (
        _some(n_items, choice.seen_items, generator(seed, Drawn.SEEN_ITEMS)),
        _some(n_models, choice.seen_by if choice.seen_items else 0.0, generator(seed, Drawn.SEEN_BY)),
    )


def _some(n: int, share: float, rng: np.random.Generator) -> Bools:
    """Draw exactly this share of n, rounded, (n,)."""
    drawn = np.zeros(n, np.bool_)
    drawn[rng.permutation(n)[: round(share * n)]] = True
    return drawn
