"""Blocs of countries that are ranked as one."""

import re
from dataclasses import dataclass
from typing import Self

from recount.engine.errors import OptionError

EU = tuple("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
# Members since 2020-02-01, when the United Kingdom left: before any model that is rated.
KNOWN = {"EU": EU, "EEA": tuple(sorted((*EU, "IS", "LI", "NO")))}
CODE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Bloc:
    """Countries that are ranked as one.

    Attributes
    ----------
    name : str
    members : tuple of str
        Codes (ISO 3166-1 alpha-2).

    Raises
    ------
    OptionError
        If it has no name, or fewer than two members, or one that is no code.
    """

    name: str
    members: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.name.strip() or len(set(self.members)) < 2:
            raise OptionError(f"blocs is {str(self)!r}; give EU, EEA, or NAME=CODE,CODE with two or more countries")
        if odd := [code for code in self.members if not CODE.fullmatch(code)]:
            raise OptionError(f"blocs is {str(self)!r}, and {odd[0]!r} is no code; give two capital letters, as NO,IS")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``EU``, ``EEA`` or ``NAME=CODE,CODE``."""
        name, equals, members = (part.strip() for part in text.partition("="))
        if not equals:
            if name.upper() not in KNOWN:
                raise OptionError(f"blocs is {text!r}; give EU, EEA, or NAME=CODE,CODE")
            return cls(name.upper(), KNOWN[name.upper()])
        return cls(name, tuple(dict.fromkeys(code.strip() for code in members.split(","))))

    def __str__(self) -> str:
        return self.name if KNOWN.get(self.name) == self.members else f"{self.name}={','.join(self.members)}"


def check_blocs(blocs: tuple[Bloc, ...]) -> None:
    """Raise `OptionError` if two blocs have a name or a country in common."""
    for i, one in enumerate(blocs):
        for other in blocs[:i]:
            if one.name == other.name:
                raise OptionError(f"blocs is {one.name!r} twice; name each bloc once")
            if both := sorted({*one.members} & {*other.members}):
                raise OptionError(f"blocs is {other.name!r} and {one.name!r}, and {both[0]} is in both; give blocs without a country in common")
