"""Covariates: what influences a vote besides the competitors, declared by columns of the log; `recount.engine.contextual.covariates` reads them.

An effect is in log-odds and favours the competitor shown first where its covariate is positive.
"""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from recount.engine.choices.declaring import check_texts
from recount.engine.errors import OptionError

StyleForm = Literal["normalised", "difference"]


@dataclass(frozen=True, slots=True)
class Position:
    """An advantage of being shown first, the same in every vote; the log has to say who was shown first."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the log that it needs."""
        return ()


@dataclass(frozen=True, slots=True)
class CategoryEffect:
    """An advantage of being shown first that depends on the label of the vote: one effect for each level of a column.

    Attributes
    ----------
    column : str
    """

    column: str

    def __post_init__(self) -> None:
        check_texts("category_effect", self.column)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the log that it needs."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class Style:
    """A numeric property of both answers, as the difference of the first's and the second's, over its standard deviation.

    LMSYS (2024) also subtracts the mean, which by itself gives one side a fixed advantage; with a position effect it changes no other number.

    Attributes
    ----------
    first, second : str
        Columns of the answer shown first and second: length, headers, lists.
    form : {"normalised", "difference"}
        (a - b) / (a + b), where 0 and 0 make 0; or a - b.

    Raises
    ------
    OptionError
        If both columns are the same, or the form is not one of those.
    """

    first: str
    second: str
    form: StyleForm = "normalised"

    def __post_init__(self) -> None:
        check_texts("style", self.first, self.second)
        if self.form not in get_args(StyleForm):
            raise OptionError(f"the form of a style is {self.form!r}; allowed are {', '.join(map(repr, get_args(StyleForm)))}")
        if self.first == self.second:
            raise OptionError(f"style names column {self.first!r} for both sides; name one column a side")

    @property
    def name(self) -> str:
        """The formula."""
        difference = f"{self.first} - {self.second}"
        return difference if self.form == "difference" else f"({difference}) / ({self.first} + {self.second})"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the log that it needs."""
        return self.first, self.second

    @classmethod
    def parse(cls, text: str) -> "Style":
        """Read a style as the shell writes it, COLUMN_A,COLUMN_B or COLUMN_A,COLUMN_B,FORM; `str` is the opposite."""
        parts = text.split(",")
        if not 2 <= len(parts) <= 3 or not all(parts):
            raise OptionError(f"style is {text!r}; give COLUMN_A,COLUMN_B, or COLUMN_A,COLUMN_B,difference")
        # The check refuses what is no form.
        return cls(parts[0], parts[1], *cast("list[StyleForm]", parts[2:]))

    def __str__(self) -> str:
        return ",".join([self.first, self.second, *([self.form] if self.form != "normalised" else [])])


Covariate = Position | Style | CategoryEffect
