"""What is stated of a column of a table."""

from dataclasses import dataclass

VOTES, P = "votes", "probability"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        In frames and files; a number in it, as in `p_top_10`, is written `<top>`.
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
