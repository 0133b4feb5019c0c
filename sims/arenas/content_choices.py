"""What is asked and how it is answered, as values that are checked when they are made."""

import math
from dataclasses import dataclass

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.arenas.parts import MOST_CODES, MOST_ELO, refuse_idle


@dataclass(frozen=True)
class Categories:
    """Categories of prompts, in each of which competitors have strengths of their own; their mix may drift from the first vote to the last.

    Prompts of the Arena change so in time (Singh et al. 2025, arXiv 2504.20879).

    Raises
    ------
    OptionError
        If there is not one share a category, or a choice has no effect.
    """

    n: int = choice(0, "Categories of prompts; 0 for a log without them.", least=0, most=1000, name="n_categories", option="categories")
    spread: float = choice(
        0.0,
        "Spread of strengths over categories, in Elo: strengths of a competitor in two categories differ by 1.41 times this (standard deviation).",
        least=0.0,
        most=MOST_ELO,
        name="category_spread",
    )
    shares: tuple[float, ...] = choice(
        (), "Share of each category at the first vote, up to a factor.", least=0.0, name="category_share", unset="equal"
    )
    shares_at_end: tuple[float, ...] = choice(
        (),
        "Share of each category at the last vote; shares change evenly in between.",
        least=0.0,
        name="category_share_at_end",
        unset="as at the first",
    )

    def __post_init__(self) -> None:
        check(self)
        if not self.n:
            refuse_idle(self, "n_categories", 0, ("n",))
        for name, shares in (("category_share", self.shares), ("category_share_at_end", self.shares_at_end)):
            if shares and len(shares) != self.n:
                raise OptionError(f"{name} has {plural(len(shares), 'value')} for {plural(self.n, 'category', 'categories')}; give one a category")
            if shares and not 0 < sum(shares) < math.inf:
                raise OptionError(f"{name} sums to {sum(shares):g}; give shares that are not all 0")


@dataclass(frozen=True)
class AnswerLengths:
    """Answers have lengths, in the columns length_a and length_b, which voters like (LMSYS 2024, style control).

    Raises
    ------
    OptionError
        If a choice is out of its bounds, or has no effect.
    """

    median: int = choice(
        0, "Median length of an answer, in the columns length_a and length_b; 0 for a log without them.", least=0, most=MOST_CODES // 2, name="length"
    )
    effect: float = choice(
        0.0, "Log-odds for the first answer at (length_a - length_b) / (length_a + length_b) = 1.", least=-20.0, most=20.0, name="length_effect"
    )
    spread: float = choice(0.3, "Standard deviation, between competitors, of the logarithm of length.", least=0.0, most=2.0, name="length_spread")
    within: float = choice(0.5, "Standard deviation, between answers of a competitor, of that.", least=0.0, most=2.0, name="length_within")

    def __post_init__(self) -> None:
        check(self)
        if not self.median:
            refuse_idle(self, "length", 0, ("median",))
