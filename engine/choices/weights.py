"""Weights of votes; the mathematics is in `recount.engine.weighting`."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from recount.engine.choices.declaring import Spanned, check_choice, check_number, check_texts
from recount.engine.errors import OptionError
from recount.engine.numerals import number_in_text

WeightKind = Literal["none", "pairs", "voters", "decay"]
FLOOR = 50.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of votes: `none`, `pairs`, `voters` and `decay` make them.

    Attributes
    ----------
    kind : {"none", "pairs", "voters", "decay"}
    column : str
        Column of the log that the weights need; "" if none.
    amount : float
        Votes of a pair up to which its votes count alike (pairs), or half-life in days (decay); 0 of the others.

    Raises
    ------
    OptionError
        If the amount is not positive, or a column is missing.
    """

    kind: WeightKind = "none"
    column: str = ""
    amount: float = 0.0

    def __post_init__(self) -> None:
        check_choice("the kind of weights", self.kind, get_args(WeightKind))
        check_texts("weights", self.column)
        if self.kind in ("voters", "decay") and not self.column:
            raise OptionError(f"weights by {self.kind} need a column of the log; name it")
        if self.kind in ("pairs", "decay") and not 0 < self.amount < float("inf"):
            what = {"pairs": "floor", "decay": "half-life"}[self.kind]
            raise OptionError(f"the {what} of weights is {self.amount}; give a positive number of {'votes' if self.kind == 'pairs' else 'days'}")

    @classmethod
    def none(cls) -> "Weights":
        """Every vote counts for one."""
        return cls()

    @classmethod
    def pairs(cls, floor: float = FLOOR) -> "Weights":
        """A vote of a pair with n votes counts 1 / max(n, floor)."""
        return cls("pairs", "", check_number("the floor of weights", floor))

    @classmethod
    def voters(cls, column: str) -> "Weights":
        """A vote of a voter with n votes counts 1 / n."""
        return cls("voters", column)

    @classmethod
    def decay(cls, column: str, days: float) -> "Weights":
        """A vote counts half as much as one cast so many days later, by a column of times."""
        return cls("decay", column, check_number("the half-life of weights", days))

    @classmethod
    def parse(cls, text: str) -> "Weights":
        """Read weights as the shell writes them; `str` is the opposite.

        Raises
        ------
        OptionError
            If the text has none of the forms.
        """
        kind, _, rest = text.partition(":")
        column, _, number = rest.rpartition(":")
        if kind == "none" and not rest:
            return cls.none()
        if kind == "pairs" and not (rest and math.isnan(number_in_text(rest))):
            return cls.pairs(number_in_text(rest)) if rest else cls.pairs()
        if kind == "voters" and rest:
            return cls.voters(rest)
        if kind == "decay" and column and not math.isnan(number_in_text(number)):
            return cls.decay(column, number_in_text(number))
        raise OptionError(f"weights is {text!r}; give none, pairs, pairs:FLOOR, voters:COLUMN or decay:COLUMN:DAYS")

    @property
    def number(self) -> Spanned | None:
        """Its amount, as a number that can vary: a floor around the usual one, or a half-life from a month to a year."""
        span = {"pairs": (FLOOR / 5, FLOOR * 5), "decay": (30.0, 365.0)}.get(self.kind)
        return None if span is None else Spanned("amount", span)

    def __bool__(self) -> bool:
        return self.kind != "none"

    def __str__(self) -> str:
        return ":".join([self.kind, *([self.column] if self.column else []), *([repr(self.amount).removesuffix(".0")] if self.amount else [])])
