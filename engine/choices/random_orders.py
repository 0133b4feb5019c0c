"""Many random orders of the same votes."""

from dataclasses import dataclass
from typing import ClassVar

from recount.engine.choices.declaring import check, choice
from recount.engine.choices.resampling import LARGEST_COUNT
from recount.engine.choices.sequential import N_PERMUTATIONS
from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED


@dataclass(frozen=True, slots=True)
class RandomOrders:
    """Random orders of the votes, for what depends on their order.

    Attributes
    ----------
    n_permutations : int
        At least 2, so that there is a spread.
    confidence_level : float
        Share of the orders between the ends that are shown.
    seed : int

    Raises
    ------
    OptionError
        If an option is invalid.
    """

    word: ClassVar[str] = "random"
    n_permutations: int = choice(N_PERMUTATIONS, "Random orders that are drawn.", least=2, most=LARGEST_COUNT)
    confidence_level: float = choice(
        CONFIDENCE_LEVEL, "Share of the random orders that lie between order_lower and order_upper.", above=0.0, below=1.0, example="0.95"
    )
    seed: int = choice(SEED, "Seed of the random orders.", least=0, most=2**63 - 1)

    def __post_init__(self) -> None:
        check(self)
