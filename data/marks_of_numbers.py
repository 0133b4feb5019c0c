"""Numbers as people write them: with a decimal point or comma, and perhaps the other one between thousands.

1,234 and 1.234 may be either. Which it is, is decided for all numbers of a board, or of a column of a log, by those that can be read in one way only:
1234,5 and 1.234,5; 1234.5, 1,234.5 and 1,234,567; 0.512; and, of votes and ranks, which are whole, 12,345 and 12.345. If none says it, or they
contradict each other, the numbers are refused. A log is read with decimal points and nothing between thousands; what is written otherwise is refused.
"""

import re
from collections.abc import Iterable

from recount.engine.errors import InputError
from recount.engine.numerals import number_in_text

POINT, COMMA = ".", ","
POINTS = "write decimals with a point, and nothing between thousands"
# What begins with 0 has nothing between thousands.
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*", re.ASCII)
MARKED = re.compile(r"[+-]?\d[\d.,]*", re.ASCII)


class Marks:
    """What numbers in text say of their marks, as an example each.

    Attributes
    ----------
    proofs : dict of str to str
        A number that has no other decimal mark than this, a point or a comma.
    doubtful : str
        A number whose mark may stand before decimals or between thousands.
    plain : str
        A whole number without marks.
    unread : str
        A number that is none with decimal points and nothing between thousands.
    """

    def __init__(self) -> None:
        self.proofs: dict[str, str] = {}
        self.doubtful = self.plain = self.unread = ""

    def add(self, values: Iterable[object], are_whole: bool = False) -> None:
        """Note values, of which those that are text may have marks; numbers that `are_whole` have no decimals."""
        for value in values:
            text = value.strip() if isinstance(value, str) else ""
            if not MARKED.fullmatch(text):
                continue
            if POINT not in text and COMMA not in text:
                self.plain = self.plain or text
            elif mark := _mark_in(text, are_whole):
                self.proofs.setdefault(mark, text)
            elif GROUPED.fullmatch(text):
                self.doubtful = self.doubtful or text
            if not self.unread and number_in_text(text) != number_in_text(text):
                self.unread = text

    def add_all(self, later: "Marks") -> None:
        """Note what a later part of a log says."""
        self.proofs = later.proofs | self.proofs
        self.doubtful, self.plain, self.unread = self.doubtful or later.doubtful, self.plain or later.plain, self.unread or later.unread

    def check_counts(self) -> None:
        """Raise `InputError` unless whole numbers have no marks but for a decimal point and zeros."""
        if odd := self.unread or self.proofs.get(COMMA) or ("" if self.proofs else self.doubtful):
            raise InputError(
                f"a number of votes is {odd!r}{either_number(odd)}; "
                "write counts as whole numbers, or, where rows are single votes, name another column with --count, or none"
            )

    def check_scores(self, column: str) -> None:
        """Raise `InputError` unless numbers have decimal points, and nothing between thousands, for certain."""
        self.check_certain(column)
        if self.unread:
            raise InputError(f"{column!r} has {self.unread!r}{either_number(self.unread)}; {POINTS}")

    @property
    def are_doubtful(self) -> bool:
        """Whether a number may have a point between thousands: 1.164 beside 887 may be 1164, if no number proves a decimal point."""
        return bool(self.plain and self.doubtful and not self.proofs)

    def check_certain(self, column: str) -> None:
        """Raise `InputError` if a number may have a point between thousands."""
        if self.are_doubtful:
            raise InputError(f"{column!r} has {self.plain!r}, and {self.doubtful!r}{either_number(self.doubtful)}; {POINTS}")


def either_number(text: str) -> str:
    """Say what a number may be, if it may be two."""
    mark = COMMA if COMMA in text else POINT
    return f", which may be {text.replace(mark, '')} or {text.replace(mark, POINT)}" if GROUPED.fullmatch(text) and text.count(mark) == 1 else ""


def _mark_in(text: str, is_whole: bool) -> str:
    """Return the decimal mark that a number with marks proves; "" if it proves none."""
    last = max(POINT, COMMA, key=text.rfind)
    other = COMMA if last == POINT else POINT
    if text.count(other):
        return last if text.count(last) == 1 else ""
    grouped = GROUPED.fullmatch(text)
    # What stands several times, or in a whole number, is between thousands; but programs write whole numbers with a point and zeros.
    if grouped and (text.count(last) > 1 or (is_whole and (last == COMMA or text.partition(POINT)[2].strip("0")))):
        return other
    return "" if grouped or text.count(last) > 1 else last
