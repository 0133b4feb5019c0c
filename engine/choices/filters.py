"""Which votes of a log are rated, by what they are and who cast them; applied by `recount.sims.filtering`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from numbers import Integral

from recount.engine.choices.declaring import check, check_texts, choice
from recount.engine.errors import OptionError
from recount.engine.instants import instant

TIME, VOTER = "tstamp", "voter"
A_TIME = "an ISO 8601 day or time, such as 2024-12-31 or 2024-12-31T23:59:00+00:00"
NANOSECONDS_A_DAY = 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends included; a day as the end is included whole. Times without a zone are UTC.

    Attributes
    ----------
    since, until : str, optional
        ISO 8601 days or times.
    column : str, optional
        Column of times; the one with a usual name, such as tstamp, if none is named.

    Raises
    ------
    OptionError
        If an end is no time, or the window is empty.
    """

    since: str | None = choice(
        None,
        "Leave out votes before this time, a day or a time (ISO 8601, UTC unless it says otherwise); those at it stay.",
        metavar="TIME",
        example="'2024-12-31'",
    )
    until: str | None = choice(
        None, "Leave out votes after this time; those at it stay, and of a day the whole day.", metavar="TIME", example="'2024-12-31'"
    )
    column: str | None = choice(
        None,
        "Column of times, for --since and --until, and for answers through time.",
        name="time_column",
        unset="one with a usual name, as tstamp",
        metavar="COLUMN",
    )

    def __post_init__(self) -> None:
        check(self)
        for name in ("since", "until"):
            given = getattr(self, name)
            if given is not None and instant(given.strip()) is None:
                raise OptionError(f"{name} is {given!r}; give {A_TIME}")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise OptionError(f"since is {self.since!r}, which is after until={self.until!r}; no vote is cast between")

    @property
    def start(self) -> int | None:
        """First instant that is included, nanoseconds since 1970."""
        return None if self.since is None else instant(self.since.strip())

    @property
    def end(self) -> int | None:
        """First instant that is no longer included, nanoseconds since 1970."""
        last = None if self.until is None else instant(self.until.strip())
        if last is None or self.until is None:
            return None
        return last + (NANOSECONDS_A_DAY if _is_day(self.until.strip()) else 1)

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Where:
    """A label that votes need to have in a column.

    Attributes
    ----------
    column, label : str
        A label that is a number or a truth value is written as text, as labels of the log are: 1.0 is 1.
    """

    column: str
    label: str

    def __post_init__(self) -> None:
        check_texts("where", self.column)
        object.__setattr__(self, "label", _as_label("where", self.label))
        if not self.column or not self.label.strip():
            raise OptionError(f"where is {str(self)!r}; give COLUMN=LABEL")

    @classmethod
    def parse(cls, text: str) -> "Where":
        """Read what the shell writes, COLUMN=LABEL; `str` is the opposite."""
        column, equals, label = text.partition("=")
        if not equals:
            raise OptionError(f"where is {text!r}; give COLUMN=LABEL")
        return cls(column, label)

    def among(self, columns: Iterable[str]) -> "Where":
        """Return the same, split where the longest of these names of columns ends, as names may have "=" themselves; as it is, if it names none."""
        text = str(self)
        named = [column for column in columns if text.startswith(f"{column}=") and text.removeprefix(f"{column}=").strip()]
        return self if not named else Where(longest := max(named, key=len), text.removeprefix(f"{longest}="))

    def __str__(self) -> str:
        return f"{self.column}={self.label}"


@dataclass(frozen=True, slots=True)
class DailyCap:
    """The most votes of a voter on a day (UTC) that count: the first in time, of the same time the first in the log.

    Attributes
    ----------
    n : int
    voter, time : str, optional
        Columns of the log; those with a usual name, such as voter and tstamp, if none is named.
    """

    n: int
    voter: str | None = None
    time: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.n, bool) or not isinstance(self.n, int) or self.n < 1:
            raise OptionError(f"daily_cap is {self.n!r}; give a whole number of votes, 1 or more, as N, N:VOTER or N:VOTER:TIME")
        check_texts("daily_cap", *(column for column in (self.voter, self.time) if column is not None))

    @classmethod
    def parse(cls, text: str) -> "DailyCap":
        """Read what the shell writes, N, N:VOTER or N:VOTER:TIME, the names of columns; `str` is the opposite."""
        n, *columns = text.split(":")
        if not (n.isascii() and n.isdecimal() and len(n) < 19) or len(columns) > 2:
            raise OptionError(f"daily_cap is {text!r}; give N, N:VOTER or N:VOTER:TIME, the names of columns")
        return cls(int(n), *(column or None for column in columns))

    def __str__(self) -> str:
        return ":".join([str(self.n), self.voter or "", self.time or ""]).rstrip(":")


def _as_label(name: str, value: object) -> str:
    """Return a label as labels of a log are written: a number that is whole as a whole number, a truth value as Python writes it.

    Raises
    ------
    OptionError
        If it is neither text, nor a truth value, nor a whole number.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # NumPy has truth values of its own.
    if str(value) in ("True", "False"):
        return str(value)
    raise OptionError(f"{name} is the label {value!r}; give text, a whole number, True or False")


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
