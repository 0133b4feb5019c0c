"""Which votes test predictions by fits of the others; the mathematics is in `recount.engine.scrutiny.splits`."""

from dataclasses import dataclass
from typing import Literal, get_args

from recount.engine.choices.declaring import check_texts
from recount.engine.choices.resampling import whole
from recount.engine.errors import OptionError

FoldKind = Literal["votes", "voters", "time"]
N_FOLDS = 10
# Each is a fit.
MOST_FOLDS = 1000


@dataclass(frozen=True, slots=True)
class Folds:
    """Which votes test predictions by fits of the others: `votes`, `voters` and `time` make them.

    Attributes
    ----------
    kind : {"votes", "voters", "time"}
    column : str
        Column of the log that they need; "" if none.
    n : int
        Number of folds of votes. Voters are split into the default number of folds, or one fold each if there are fewer; time gives one split.

    Raises
    ------
    OptionError
        If the kind is not one of those, a column is missing, or the number of folds is not allowed.
    """

    kind: FoldKind = "votes"
    column: str = ""
    n: int = N_FOLDS

    def __post_init__(self) -> None:
        if self.kind not in get_args(FoldKind):
            raise OptionError(f"the kind of folds is {self.kind!r}; give one of {', '.join(map(repr, get_args(FoldKind)))}")
        check_texts("held_out", self.column)
        if self.kind != "votes" and not self.column:
            raise OptionError(f"folds by {self.kind} need a column of the log; name it")
        object.__setattr__(self, "n", whole("the number of folds", self.n, 2, MOST_FOLDS))
        if self.kind != "votes" and self.n != N_FOLDS:
            raise OptionError(f"the number of folds is {self.n}, but only folds of votes have one; leave it out")

    @classmethod
    def votes(cls, n: int = N_FOLDS) -> "Folds":
        """Each vote tests in one of n folds, at random."""
        return cls("votes", "", n)

    @classmethod
    def voters(cls, column: str) -> "Folds":
        """All votes of a voter, or of any other label in the column, test in the same fold."""
        return cls("voters", column)

    @classmethod
    def time(cls, column: str) -> "Folds":
        """The last fifth of the votes tests, by a column of times."""
        return cls("time", column)

    @classmethod
    def parse(cls, text: str) -> "Folds":
        """Read folds as the shell writes them, or raise `OptionError`; `str` is the opposite."""
        kind, _, rest = text.partition(":")
        if kind == "votes" and (not rest or (rest.isascii() and rest.isdecimal() and len(rest) < 10 and int(rest) > 1)):
            return cls.votes(int(rest)) if rest else cls.votes()
        if kind == "voters" and rest:
            return cls.voters(rest)
        if kind == "time" and rest:
            return cls.time(rest)
        raise OptionError(f"held_out is {text!r}; give votes, votes:FOLDS (2 to {MOST_FOLDS:,}), voters:COLUMN or time:COLUMN")

    def __str__(self) -> str:
        detail = self.column or (str(self.n) if self.n != N_FOLDS else "")
        return f"{self.kind}:{detail}" if detail else self.kind
