"""What a layout is: a function from the rows of a log to its votes, and what it has to be told."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

Record = dict[str, Any]
NO_RESULT = "score or rank is no number"
TWICE = "competitor twice in a match"
TOO_FEW = "fewer than two competitors in a match"
UNEVEN = "not as many results as competitors in a match"
NO_WINS = "wins are no whole number, 0 or more"
MORE_THAN_TWO = "more competitors than two"
NO_PAIR = "no pair with counts by outcome"
# What to do where they are many.
REMEDY_OF = {
    NO_RESULT: "write scores and ranks as numbers, and leave the cell of who took no part empty",
    TWICE: "name each competitor of a match once",
    TOO_FEW: "check that the layout is told every column of a match",
    MORE_THAN_TWO: "a vote between more is none between two; leave such rows out, or read matches of many with --layout",
    NO_WINS: "write how often each won in whole numbers; where a tie is half a win, give counts by outcome in their place",
}
# The number of a row, and its values by column.
NumberedRow = tuple[int, Record]


class Asked(NamedTuple):
    """What a layout is told: what stands after its name, and the columns of the competitors."""

    words: tuple[str, ...]
    first: str
    second: str


class Layout(NamedTuple):
    """A layout.

    Attributes
    ----------
    votes_of : callable
        Takes the rows of a log, and what was asked; draws a row for each vote, with model_a, model_b, winner, and count if rows are counted.
    words : str
        What stands after its name: BASELINE, or names of columns; "" if nothing does.
    help : str
    fewest : int
        Number of words at least.
    outcomes : str
        What labels mean unless it is said otherwise, as in `recount.data.choices.Columns.outcomes`.
    counts : str
        The column of votes a row, if rows are counted.
    has_names : bool
        Whether the competitors stand in the columns model_a and model_b.
    """

    votes_of: Callable[[Iterable[NumberedRow], Asked], Iterator[NumberedRow]]
    words: str
    help: str
    fewest: int = 1
    outcomes: str = ""
    counts: str = ""
    has_names: bool = False


class NoVote(NamedTuple):
    """Why what a layout found is no vote, and the column and value that are wrong; it stands in the place of the first competitor."""

    reason: str
    column: str
    value: object


def no_vote(record: Record, reason: str, column: str, value: object) -> Record:
    """Return the record of what is no vote, with the other values of its row."""
    return vote(record, NoVote(reason, column, value), None, None)


def vote(record: Record, first: object, second: object, winner: object, **further: object) -> Record:
    """Return the record of a vote, with the other values of its row."""
    return record | {"model_a": first, "model_b": second, "winner": winner} | further
