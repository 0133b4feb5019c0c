"""Files of TOML, and the line on which each of their fields stands, so that what is wrong with one is named by its place."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recount.engine.errors import InputError

LARGEST = 10_000_000
STRING = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
HEADER = re.compile(r"^[ \t]*(\[\[?)([^\[\]\n=]*)\]\]?[ \t]*$", re.MULTILINE)
TOKEN = re.compile(r"([\w.-]+)[ \t]*=|[\[\]{},]")

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file of TOML holds, and where.

    Attributes
    ----------
    label : str
        The name of the file, for messages.
    held : dict
    lines : dict of tuple to int
        The line of each field and table, by its place: names of tables and fields, and numbers (from 0) in lists.
    """

    label: str
    held: dict[str, Any]
    lines: dict[Place, int]

    def line_of(self, *place: str | int) -> int:
        """Return the line of a field; of what it belongs to, if it is not there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, what: str, *place: str | int) -> InputError:
        """Return the error that something is wrong at a place."""
        return InputError(f"{self.label}, line {self.line_of(*place)}: {what}")


def read_toml(path: Path, what: str) -> TomlFile:
    """Read a file of TOML.

    Parameters
    ----------
    path : Path
    what : str
        What the file should be, for messages, such as "a file of claims".

    Raises
    ------
    InputError
        If it cannot be read, is no TOML, or is too large.
    """
    label = repr(str(path))[1:-1]
    if path.is_dir():
        raise InputError(f"{label} is a folder; give {what}")
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{label}: is larger than {LARGEST // 1_000_000} MB; is it {what}?")
        text = path.read_text(encoding="utf-8-sig")
        return TomlFile(label, tomllib.loads(text), lines_of_fields(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{label}: is no TOML: {error}") from error
    except (OSError, UnicodeError, RecursionError) as error:
        raise InputError(f"{label} cannot be read ({str(error)[:200]!r})") from error


def lines_of_fields(text: str) -> dict[Place, int]:
    """Return the line of every table and field of a text that is TOML, by its place."""
    # Quoted keys keep their names, other strings and comments become blanks, so that nothing in them is taken for a field.
    plain = STRING.sub(_blank, text)
    lines: dict[Place, int] = {}
    n_of_list: dict[Place, int] = {}
    start = 0
    base: Place = ()
    for header in [*HEADER.finditer(plain), None]:
        _scan(plain, start, len(plain) if header is None else header.start(), base, lines)
        if header is not None:
            base = _table(header, n_of_list)
            lines.setdefault(base, plain.count("\n", 0, header.start(2)) + 1)
            start = header.end()
    return lines


def _blank(found: re.Match[str]) -> str:
    quoted = found.group()
    after = found.string[found.end() :].lstrip(" \t")
    if after.startswith(("=", "]", ".")) and re.fullmatch(r"[\"'][\w.-]*[\"']", quoted):
        return f" {quoted[1:-1]} "
    return re.sub(r"[^\n]", " ", quoted)


def _table(header: re.Match[str], n_of_list: dict[Place, int]) -> Place:
    """Return the place of a table that a header begins; a list of tables has one more."""
    place: Place = ()
    parts = [part.strip() for part in header[2].split(".")]
    for depth, part in enumerate(parts, 1):
        place = (*place, part)
        if depth == len(parts) and header[1] == "[[":
            n_of_list[place] = n_of_list.get(place, -1) + 1
        if place in n_of_list:
            place = (*place, n_of_list[place])
    return place


def _scan(plain: str, start: int, end: int, base: Place, lines: dict[Place, int]) -> None:
    """Note the fields between two headers, also those of tables that stand in a line."""
    # What is open: a list with the number of its element, or a table in a line; and the place of each.
    open_at: list[tuple[str, Place, int]] = []
    place = base
    for token in TOKEN.finditer(plain, start, end):
        sign, name = token.group(), token[1]
        inside = place if not open_at or open_at[-1][0] == "{" else (*open_at[-1][1], open_at[-1][2])
        if name is not None:
            place = (*(open_at[-1][1] if open_at else base), *name.split("."))
            lines.setdefault(place, plain.count("\n", 0, token.start(1)) + 1)
        elif sign in "[{":
            open_at.append((sign, inside, 0))
            lines.setdefault(inside, plain.count("\n", 0, token.start()) + 1)
            place = inside
        elif sign in "]}" and open_at:
            place = open_at.pop()[1]
        elif sign == "," and open_at and open_at[-1][0] == "[":
            open_at[-1] = ("[", open_at[-1][1], open_at[-1][2] + 1)
