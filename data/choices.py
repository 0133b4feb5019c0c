"""How a vote log is read, as values that are checked when they are made; free of pandas and pyarrow, so that help is quick."""

from dataclasses import dataclass

from recount.engine.choices.declaring import check, choice
from recount.engine.errors import InputError, OptionError

MAX_REJECTED = 0.01
# For `Columns.count`: there is none.
NO_COUNT = "none"
# For `Columns.outcomes`: what a label can mean, and words that say what labels are.
MEANINGS = ("first", "second", "tie", "both_bad", "skip")
NAMES, SIDES = WORDS = ("names", "sides")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a log holds a vote, and what its labels mean; the defaults are LMArena's.

    Attributes
    ----------
    first, second : str
        Names of the columns of the competitor shown first and second.
    outcome : str
        Name of the column of who won; or of three or four columns, joined by commas, of which the one that is 1 says so: first, second, tie, both
        bad.
    outcomes : str
        What labels of the outcome mean; see `recount.data.outcomes`.
    count : str
        Name of the column of the number of votes that a row stands for; "none" if every row is one vote; "" to go by the name.

    Raises
    ------
    InputError
        If two of them are the same column.
    OptionError
        If the outcomes are not as they are written.
    """

    first: str = choice("model_a", "Column of the competitor shown first.", name="model_a", metavar="COLUMN")
    second: str = choice("model_b", "Column of the competitor shown second.", name="model_b", metavar="COLUMN")
    outcome: str = choice(
        "winner",
        "Column of the outcome; or three or four columns that are 0 or 1: FIRST,SECOND,TIE,BOTHBAD.",
        name="winner",
        metavar="COLUMN",
    )
    outcomes: str = choice(
        "",
        "What labels of the outcome mean: LABEL=first, second, tie, both_bad or skip, joined by commas; names if the winner is named; sides if "
        "labels that are also names of competitors are sides.",
        metavar="LABEL=MEANING,...",
    )
    count: str = choice(
        "",
        "Column of the number of votes that a row stands for; none if every row is one vote.",
        unset="the column named count, if there is one",
        metavar="COLUMN",
    )

    def __post_init__(self) -> None:
        check(self)
        names = [*self.names(), *([self.count] if self.count not in ("", NO_COUNT) else [])]
        if len({*names}) != len(names):
            raise InputError(f"columns {tuple(names)} name one column twice; competitors, outcome and count need one each")
        if len(self.outcome_columns()) not in (1, 3, 4):
            raise OptionError(f"winner is {self.outcome!r}; give one column, or three or four: first, second, tie, both bad")
        meanings_of(self.outcomes)

    def outcome_columns(self) -> tuple[str, ...]:
        """Columns that say who won."""
        return tuple(self.outcome.split(","))

    def names(self) -> tuple[str, ...]:
        """First, second, and the columns of the outcome."""
        return self.first, self.second, *self.outcome_columns()


def meanings_of(outcomes: str) -> dict[str, str]:
    """Read what labels mean, as `Columns.outcomes` has it; of words that are no label, the meaning is "".

    Raises
    ------
    OptionError
        If a part is not LABEL=MEANING, or a label has two meanings.
    """
    found: dict[str, str] = {}
    for part in outcomes.split(",") if outcomes else ():
        # A label may hold equals signs.
        label, equals, meaning = part.rpartition("=")
        label, meaning = (part, "") if part in WORDS else (label.strip().casefold(), meaning.strip())
        if (not equals and part not in WORDS) or (equals and meaning not in MEANINGS):
            raise OptionError(f"outcomes has {part!r}; give LABEL=MEANING, the meaning one of {', '.join(MEANINGS)}, or {' or '.join(WORDS)}")
        if found.setdefault(label, meaning) != meaning:
            raise OptionError(f"outcomes gives {label!r} two meanings, {found[label]!r} and {meaning!r}; give one")
    if all(word in found for word in WORDS):
        raise OptionError(f"outcomes has both {WORDS[0]!r} and {WORDS[1]!r}; give one")
    return found


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
