"""A column of a table, and the words that several share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        In frames and files; a part that varies, as in `p_top_10`, is written `<top>`.
    unit : str
        Empty where there is none.
    label : str
        Shown above the column.
    meaning : str
        One phrase.
    digits : int or None
        Decimals shown; None for texts, for counts (all digits), and for numbers of any size (three digits).
    kinds : tuple of str
        Tables in which the name has this meaning; if empty, all tables without an entry of their own.
    """

    name: str
    unit: str
    label: str
    meaning: str
    digits: int | None = None
    kinds: tuple[str, ...] = ()


POINTS, VOTES, RANK, LOG_ODDS, NATS, P, SHARE = "points", "votes", "rank", "log-odds", "nats", "probability", "share"
METRIC = "unit of the metric"
WHICH = "shrunken with sandwich and fisher, the share of replicates with a bootstrap"
UNSHRUNKEN = "joint draws of the estimates"
TESTED = ("cycles", "quality")
WHOSE = "; of a pair, of an effect between equals, or of two competitors as far apart as a gap"


def ends(of: str, unit: str, digits: int, name: str = "", label: str = "", kinds: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Return the columns of the lower and the upper end of an interval."""
    return tuple(
        Column(f"{name}_{end}".lstrip("_"), unit, f"{label} {end}" if label else end.capitalize(), f"{end} end of {of}", digits, kinds)
        for end in ("lower", "upper")
    )
