"""Where the names of columns stand in text, and what separates them.

They are the first line, but for a line ``sep=;`` as spreadsheets write it, empty lines, and comments, which begin with #. A line that begins with #
holds the names if the columns that are asked for are in it, or if it has as many fields as the line below, which does not hold them.
"""

import csv
import io
import itertools
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from recount.data.choices import SEPARATORS, Columns, Separator
from recount.data.fields import field_of
from recount.data.formats import text_streams
from recount.data.formats.kinds import ending_of
from recount.data.places.remote_files import Place
from recount.data.quarantine import shown
from recount.engine.errors import InputError

TABS = (".tsv", ".tab")
# Lines of which it is asked whether a separator cuts all into as many fields, or whether they hold the names.
N_LOOKED_AT = 50
# Of comments and empty lines.
N_ABOVE = 1000
SAYS_SEPARATOR = re.compile(r'"?sep=(.)"?[,;|\t]*', re.IGNORECASE)
# Fields of the first line that occur in their columns again; names do not.
REPEATED = 2
Fits = Callable[[Sequence[str]], bool]


class Heading(NamedTuple):
    """Names of columns.

    Attributes
    ----------
    separator : str
    names : list of str
    n_above : int
        Lines above them.
    fault : str
        Why they are no names, if columns that are asked for are not among them; "" if nothing is known.
    """

    separator: str
    names: list[str]
    n_above: int
    fault: str


def heading_of_log(path: Place, columns: Columns) -> Heading:
    """Return the names of the columns of a log, of which those of the vote are asked for; errors as of `heading_of`."""
    return heading_of(path, columns.separator, lambda names: all(field_of(name, names) for name in columns.names()))


def heading_of(path: Place, separator: Separator, fits: Fits) -> Heading:
    """Return the names of columns of a text.

    The separator is the one that was named; or that with which the names fit; or the only one in their line; or the only one that cuts all lines into
    as many fields.

    Parameters
    ----------
    path : path or RemoteFile
    separator : str
        The word for it, "" to go by the first lines.
    fits : callable
        Whether names have the columns that are asked for.

    Raises
    ------
    InputError
        If the separator is not certain.
    """
    raw, stream = text_streams.open_text(path)
    with raw, stream:
        first = stream.read(text_streams.BLOCK)
    if len(first) == text_streams.BLOCK and b"\n" not in first and b"\r" not in first:
        raise InputError(text_streams.too_long())
    text = first.decode(errors="replace")
    lines = list(itertools.islice(io.StringIO(text, newline=""), N_ABOVE))
    stated = _stated_separator(lines, separator)
    n_above = _n_above(lines, [stated] if stated else list(SEPARATORS.values()), fits)
    text = text[sum(map(len, lines[:n_above])) :]
    if stated:
        if len(names := _fields(text, stated)) < 2 and separator:
            first_line = shown(text.partition("\n")[0])
            raise InputError(f"has no field separated as --separator {separator} says in its first line, {first_line}")
        return Heading(stated, names, n_above, _fault(lines, n_above, stated, names, fits))
    found = {one: names for one in SEPARATORS.values() if len(names := _fields(text, one)) > 1}
    fitting = [one for one, names in found.items() if fits(names)]
    if len(fitting or found) > 1 and not (fitting := [one for one in fitting or found if one == "\t" and ending_of(path) in TABS]):
        fitting = [one for one, names in found.items() if _cuts_evenly(text, one, len(names))]
    separators = fitting or list(found)
    if len(separators) > 1:
        words = [word for word, one in SEPARATORS.items() if one in separators]
        raise InputError(f"has more than one separator in its first line, {' and '.join(words)}; name it with --separator {words[0]} or {words[1]}")
    chosen, names = (separators[0], found[separators[0]]) if separators else (",", _fields(text, ","))
    return Heading(chosen, names, n_above, _fault(lines, n_above, chosen, names, fits))


def _stated_separator(lines: Sequence[str], asked: Separator) -> str:
    """Return the separator that was asked for, or that the first line says; "" if neither."""
    if not lines or (said := SAYS_SEPARATOR.fullmatch(lines[0].rstrip("\r\n"))) is None:
        return SEPARATORS[asked] if asked else ""
    if said[1] not in SEPARATORS.values():
        raise InputError(
            f"says {shown(lines[0].strip())} in its first line; fields are separated by {', '.join(SEPARATORS)}: write it with one of them"
        )
    if asked and SEPARATORS[asked] != said[1]:
        raise InputError(f"says {shown(lines[0].strip())} in its first line, and not --separator {asked}; leave one of them out")
    return said[1]


def _n_above(lines: Sequence[str], separators: Sequence[str], fits: Fits) -> int:
    """Return how many lines stand above the names."""
    start = int(bool(lines) and SAYS_SEPARATOR.fullmatch(lines[0].rstrip("\r\n")) is not None)
    place = start
    while place < len(lines) and (lines[place].startswith("#") or not lines[place].strip()):
        place += 1
    if place == len(lines):
        return start
    if place > start and lines[place - 1].startswith("#"):
        for one in separators:
            above, below = _fields(lines[place - 1], one), _fields(lines[place], one)
            if len(above) > 1 and (fits(above) or (len(above) == len(below) and not fits(below))):
                return place - 1
    return place


def _fault(lines: Sequence[str], n_above: int, separator: str, names: Sequence[str], fits: Fits) -> str:
    """Say why a line holds no names, if the columns that are asked for are not there."""
    if fits(names):
        return ""
    below = [_fields(line, separator) for line in lines[n_above + 1 : n_above + 1 + N_LOOKED_AT]]
    if (place := next((place for place, fields in enumerate(below) if fits(fields)), None)) is not None:
        first = shown(lines[n_above].strip())
        return f"has its names of columns in line {n_above + place + 2}, not in line {n_above + 1}, {first}; remove what is above them"
    columns = list(itertools.zip_longest(*below))
    repeated = [name for name, held in zip(names, columns, strict=False) if name.strip() and name in held]
    if len(repeated) >= REPEATED:
        two = f"{shown(repeated[0])} and {shown(repeated[1])} of line {n_above + 1}"
        return f"has no line of names: {two} stand in the rows below, too; write the names of the columns above"
    return ""


def _fields(text: str, separator: str) -> list[str]:
    """Return the fields of the first line."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error as error:
        raise InputError(f"the first line is no CSV header ({error})") from error


def _cuts_evenly(text: str, separator: str, n_fields: int) -> bool:
    """Whether the first lines have as many fields each."""
    # The last one may be cut.
    lines = text.splitlines()[:-1] if len(text) >= text_streams.BLOCK else text.splitlines()
    rows = csv.reader(io.StringIO("\n".join(lines[1 : N_LOOKED_AT + 1])), delimiter=separator)
    try:
        return all(len(row) == n_fields for row in rows if row)
    except csv.Error:
        return False
