"""How a vote log is read, as values that are checked when they are made; free of pandas and pyarrow, so that help is quick."""

from dataclasses import dataclass

from recount.engine.choices.declaring import check, choice
from recount.engine.errors import InputError

MAX_REJECTED = 0.01


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of a vote log; the defaults are LMArena's.

    Attributes
    ----------
    first, second : str
        Names of the competitor shown first and second.
    outcome : str
        Who won; see `recount.data.outcomes`.

    Raises
    ------
    InputError
        If two of them are the same column.
    """

    first: str = choice("model_a", "Column of the competitor shown first.", name="model_a", metavar="COLUMN")
    second: str = choice("model_b", "Column of the competitor shown second.", name="model_b", metavar="COLUMN")
    outcome: str = choice("winner", "Column of the outcome.", name="winner", metavar="COLUMN")

    def __post_init__(self) -> None:
        check(self)
        if len({*self.names()}) != 3:
            raise InputError(f"columns {self.names()} name one column twice; competitors and outcome need three")

    def names(self) -> tuple[str, str, str]:
        """First, second, outcome."""
        return self.first, self.second, self.outcome


@dataclass(frozen=True, slots=True)
class Reading:
    """How a vote log is read.

    Attributes
    ----------
    columns : Columns
    max_rejected : float
        Largest share of rows that may not be votes.
    """

    columns: Columns = choice(Columns(), "Columns of the log.")
    max_rejected: float = choice(MAX_REJECTED, "Largest share of rows that may be left out because they are not votes.", least=0.0, most=1.0)

    def __post_init__(self) -> None:
        check(self)
