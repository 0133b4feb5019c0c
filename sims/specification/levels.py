"""A rating that models reach: so many points below the best model, or a rating on a fixed scale."""

import math
from dataclasses import dataclass
from typing import Self

from recount.engine.choices.declaring import Spanned
from recount.engine.errors import OptionError

BELOW = "best-"
HOW = "give best-POINTS, such as best-100, or a rating, such as 1300"


@dataclass(frozen=True, slots=True)
class Level:
    """A rating that models reach.

    Attributes
    ----------
    points : float
        Below the best model of the group, 0 or more; or the rating itself.
    is_absolute : bool
        Whether it is a rating: one on a scale that an anchor or a board fixes.

    Raises
    ------
    OptionError
        If it is no finite number, or above the best.
    """

    points: float
    is_absolute: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.points) or (self.points < 0 and not self.is_absolute):
            raise OptionError(f"above is {str(self)!r}; {HOW}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``best-POINTS`` or a rating."""
        is_absolute = not text.strip().startswith(BELOW)
        try:
            return cls(float(text.strip().removeprefix(BELOW)), is_absolute)
        except ValueError as error:
            raise OptionError(f"above is {text!r}; {HOW}") from error

    @property
    def number(self) -> Spanned | None:
        """Its points below the best, as a number that can vary; a rating on a fixed scale is what the question is."""
        return None if self.is_absolute else Spanned("points", (50.0, 200.0))

    def __str__(self) -> str:
        return f"{self.points:.16g}" if self.is_absolute else f"{BELOW}{self.points:.16g}"
