"""What a simulated benchmark is made of, as values that are checked when they are made; free of numpy, so that help is quick."""

from dataclasses import dataclass
from typing import Any

from recount.data.scores.benchmarks import BENCHMARKS, known_benchmark
from recount.engine.choices import check, choice
from recount.engine.errors import OptionError

N_ITEMS = 1000
MOST_ITEMS = 10_000_000
# Log-odds; more cannot be told from certainty.
MOST_LOGITS = 50.0
# Of Arena ratings of August 2024 with scores on MMLU, as the Arena's own table lists them, over the 81 models that have both: 0.91.
CORRELATION = 0.9
SPREAD = 1.0


@dataclass(frozen=True)
class Abilities:
    """How able competitors are at the items, in log-odds; their law has mean 0.

    Raises
    ------
    OptionError
        If a number is out of its bounds.
    """

    correlation: float = choice(CORRELATION, "Correlation of ability at the benchmark with strength in the arena.", least=-1.0, most=1.0)
    spread: float = choice(
        SPREAD, "Standard deviation of abilities, in log-odds of an item of discrimination 1.", least=0.0, most=MOST_LOGITS, name="ability_spread"
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Items:
    """The items of a benchmark, of the three-parameter logistic law (Birnbaum 1968).

    Raises
    ------
    OptionError
        If a number is out of its bounds, no benchmark is known by the name, or its chance of guessing right is not one number.
    """

    sized_as: str | None = choice(
        None,
        "Number of items, and the chance of guessing right, of a published benchmark: MMLU, GPQA, GPQA diamond, MATH, HumanEval, or another of "
        "known size.",
        metavar="BENCHMARK",
    )
    n: int | None = choice(
        None, "Items.", least=1, most=MOST_ITEMS, name="n_items", option="items", unset=f"{N_ITEMS:,}, or as many as --sized-as has"
    )
    difficulty: float = choice(
        0.0, "Mean difficulty: log-odds by which the mean model misses an item; negative ones bring scores to the ceiling.", most=50.0, least=-50.0
    )
    difficulty_spread: float = choice(1.5, "Standard deviation of difficulties, in log-odds.", least=0.0, most=MOST_LOGITS)
    discrimination: float = choice(1.0, "Median discrimination: log-odds of an item for one of ability.", above=0.0, most=MOST_LOGITS)
    discrimination_spread: float = choice(0.3, "Standard deviation of the logarithm of discriminations.", least=0.0, most=5.0)
    guessing: float | None = choice(
        None,
        "Chance of a right guess where the answer is not known.",
        least=0.0,
        below=1.0,
        unset="0, or one in as many answers as --sized-as offers",
    )
    label_errors: float = choice(
        0.0,
        "Share of items whose key is wrong, so that who knows the answer misses it, and a guess hits it as often as any other. Of MMLU "
        "0.065 have an error of some kind (arXiv 2406.04127).",
        least=0.0,
        most=1.0,
    )

    def __post_init__(self) -> None:
        check(self)
        if self.sized_as is None:
            return
        known = known_benchmark(self.sized_as)
        if known is None:
            names = ", ".join(one.spellings[0] for one in BENCHMARKS)
            raise OptionError(f"sized_as is {self.sized_as!r}, of no known size; there are {names}; or give `n_items`")
        if known.guessing is None and self.guessing is None:
            raise OptionError(f"sized_as is {self.sized_as!r}, where the chance of a right guess differs from item to item; give `guessing`")

    @property
    def size(self) -> int:
        """Number of items."""
        if self.n is not None:
            return self.n
        known = known_benchmark(self.sized_as) if self.sized_as else None
        return N_ITEMS if known is None else known.n_items

    @property
    def chance_of_a_guess(self) -> float:
        """Chance of a right guess."""
        if self.guessing is not None:
            return self.guessing
        known = known_benchmark(self.sized_as) if self.sized_as else None
        return 0.0 if known is None or known.guessing is None else known.guessing

    @property
    def name(self) -> str:
        """What scores are said to be on."""
        known = known_benchmark(self.sized_as) if self.sized_as else None
        return "simulated" if known is None else f"simulated {known.spellings[0]}"


@dataclass(frozen=True)
class Contamination:
    """Items that some models have seen in training, with their keys.

    Raises
    ------
    OptionError
        If a number is out of its bounds, or has no effect because no item was seen.
    """

    seen_items: float = choice(0.0, "Share of items that some models have seen.", least=0.0, most=1.0)
    seen_by: float = choice(0.5, "Share of models that have seen them.", least=0.0, most=1.0)
    recall: float = choice(
        1.0, "Chance that a model answers an item that it has seen as the key says, whether it is able to or not.", least=0.0, most=1.0
    )

    def __post_init__(self) -> None:
        check(self)
        usual: Any = type(self)
        for name in ("seen_by", "recall"):
            if not self.seen_items and getattr(self, name) != getattr(usual, name):
                raise OptionError(f"{name} is {getattr(self, name):g}, which has no effect without seen items; give seen_items, or leave it out")
