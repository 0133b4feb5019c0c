"""What an analyst chooses of the saturation index; free of numpy, so that help is quick."""

from dataclasses import dataclass
from typing import Literal

from recount.engine.choices import check, choice

# From here on a benchmark is called saturated (arXiv 2602.16763: high, and from 0.9 on very high).
SATURATED = 0.7


@dataclass(frozen=True)
class OfSaturation:
    """Choices of the saturation index.

    Raises
    ------
    OptionError
        If one is out of its bounds.
    """

    size_exponent: float = choice(
        0.5,
        "A benchmark of n items counts as one of n to this power: 0.5 as published, 1 for all of them.",
        least=0.0,
        most=1.0,
        reasonable=(0.5, 0.75, 1.0),
    )
    best_of: Literal["scores", "models"] = choice(
        "scores",
        "Of what the fifth best is taken: of scores, whoever has them, as published, or of models, each by its best score.",
        reasonable=("scores", "models"),
    )

    def __post_init__(self) -> None:
        check(self)
