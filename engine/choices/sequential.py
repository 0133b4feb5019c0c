"""Settings of the sequential systems; the mathematics is in `recount.engine.sequential`."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from recount.engine.choices.declaring import check, choice
from recount.engine.errors import OptionError

TieScore = Literal["half", "drop"]
BothBadScore = Literal["tie", "drop"]
TIES: TieScore = "half"
BOTH_BAD: BothBadScore = "tie"
N_PERMUTATIONS = 100
INITIAL = "Rating before the first vote."
TAU = "Glicko-2: how much volatilities may change. TrueSkill: how much a skill moves between votes."


@dataclass(frozen=True, slots=True)
class Elo:
    """Settings of Elo.

    Attributes
    ----------
    initial : float
        Rating before the first vote.
    k_factor : float
        K, in points: the most that one vote can move a rating.
    k_halved_after : float
        Votes of a competitor after which its K has fallen to a half, as k_factor / (1 + n / k_halved_after); infinite keeps K fixed.
    scale : float
        Points for odds of ten to one.
    """

    system: ClassVar[str] = "elo"
    title: ClassVar[str] = "Elo"
    initial: float = choice(1000.0, INITIAL, least=-1e9, most=1e9)
    k_factor: float = choice(4.0, "Elo: the most points that one vote can move a rating.", above=0.0, most=1e9)
    k_halved_after: float = choice(
        math.inf, "Elo: votes of a competitor after which its K has fallen to a half, later as 1/n.", above=0.0, unset="never"
    )
    scale: float = 400.0

    def __post_init__(self) -> None:
        check(self)
        _check_positive(self, "scale")


@dataclass(frozen=True, slots=True)
class Glicko2:
    """Settings of Glicko-2.

    Attributes
    ----------
    initial, initial_deviation, initial_volatility : float
        Before the first vote, in points; the volatility in units of 173.7178 points.
    period : int or str
        Rating periods: so many consecutive votes of the log, or the votes that share a value of this column, in the order of the values. Glickman
        advises periods in which a competitor has 10 to 15 votes on average.
    tau : float
        How much volatilities may change; 0.3 to 1.2 are usual.
    """

    system: ClassVar[str] = "glicko2"
    title: ClassVar[str] = "Glicko-2"
    initial: float = choice(1500.0, INITIAL, least=-1e9, most=1e9)
    period: int | str = choice(
        1000, "Glicko-2: votes in a rating period, or a column whose values are the periods; COLUMN:day for days.", least=1, most=2**31 - 1
    )
    tau: float = choice(0.5, TAU, above=0.0, most=1e9)
    initial_deviation: float = 350.0
    initial_volatility: float = 0.06

    def __post_init__(self) -> None:
        check(self)
        _check_positive(self, "initial_deviation", "initial_volatility")


@dataclass(frozen=True, slots=True)
class TrueSkill:
    """Settings of TrueSkill.

    Attributes
    ----------
    initial, initial_deviation : float
        Skill before the first vote.
    tau : float
        Deviation by which a skill changes from one of its votes to the next; 0 for skills that stay.
    draw_probability : float
        Probability of a draw between equals, below 1, and at least 1e-6 if ties count; the share of ties in the log is a fair choice.
    beta : float
        Deviation of what a competitor shows in one vote.
    """

    system: ClassVar[str] = "trueskill"
    title: ClassVar[str] = "TrueSkill"
    initial: float = choice(25.0, INITIAL, least=-1e9, most=1e9)
    tau: float = choice(
        25.0 / 300, "Glicko-2: how much volatilities may change. TrueSkill: how much a skill moves between votes.", least=0.0, most=1e9
    )
    draw_probability: float = choice(0.1, "TrueSkill: probability of a draw between equals.", least=0.0, below=1.0)
    initial_deviation: float = 25.0 / 3
    beta: float = 25.0 / 6

    def __post_init__(self) -> None:
        check(self)
        _check_positive(self, "initial_deviation", "beta")


def _check_positive(made: object, *names: str) -> None:
    """Raise `OptionError` unless these fields, which are not choices, are finite and above 0."""
    for name in names:
        value = getattr(made, name)
        if not 0 < value < math.inf:
            raise OptionError(f"{name} is {value}; give a number above 0")
