"""JSON documents: an array of objects, or one object whose values are columns."""

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recount.data.choices import Columns
from recount.data.columns import Chunk
from recount.data.fields import field_of
from recount.data.formats import text_streams
from recount.data.formats.json_keys import KeysTwice
from recount.data.formats.records import Row, record_chunks, with_values
from recount.data.further_columns import MARKING
from recount.data.places.remote_files import Place
from recount.data.quarantine import shown
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError
from recount.engine.plurals import plural

# Of one element of an array; an object whose values are columns is held whole.
LONGEST_ELEMENT = 1 << 26
LARGEST_OBJECT = 1 << 29
LONGEST_WORD = 64
LEADERBOT = "leaderbot"
CUT: Any = object()
FAULT: Any = object()
SPACE = " \t\r\n"


def json_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of a JSON document."""
    rows = json_rows(path, columns, unparsable)
    yield from (with_values(record_chunks(rows, columns, keep), columns, keep))


def json_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read the rows of a JSON document; elements of an array that are no objects go to `unparsable`."""
    raw, stream = text_streams.open_text(path)
    with raw, stream:
        texts = _texts(stream)
        start = next(texts, "")
        if start.lstrip(SPACE).startswith("["):
            keys = KeysTwice()
            for number, element in enumerate(_elements(start, texts, keys), 1):
                twice = keys.among(None)
                if isinstance(element, dict) and twice is None:
                    yield Row(number, element, raw.tell() / raw.size())
                else:
                    unparsable.add(number, (f"{twice} stands twice in " if twice else "") + shown(element))
                    unparsable.check()
            return
        records = _records(_whole(start, texts), columns)
        for number, record in enumerate(records, 1):
            yield Row(number, record, number / len(records))


def _texts(stream: Any) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")(MARKING)
    while piece := stream.read(text_streams.BLOCK):
        yield decoder.decode(piece)


def _elements(text: str, more: Iterator[str], keys: KeysTwice) -> Iterator[object]:
    """Draw the elements of an array one by one, with `keys` of each."""
    decoder = json.JSONDecoder(object_pairs_hook=keys.object_of)
    place, number = text.index("[") + 1, 0
    while True:
        keys.clear()
        # A comma between two, none before the first.
        start = _after_space(text, place)
        if text[start : start + 1] == "]":
            _check_end(text, start + 1, more)
            return
        if number and start < len(text):
            has_comma = text[start] == ","
            start = _after_space(text, start + 1)
            element = _element_at(decoder, text, start) if has_comma else FAULT
        else:
            element = _element_at(decoder, text, start)
        if element is FAULT or (element is CUT and len(text) - place > LONGEST_ELEMENT):
            raise InputError(f"element {number + 1} cannot be parsed, or is too long, at {shown(text[start : start + 40])}; repair the file")
        if element is CUT:
            piece = next(more, None)
            if piece is None:
                raise InputError(f"ends within its array, after {plural(number, 'element')}; is it complete?")
            text, place = text[place:] + piece, 0
            continue
        value, place = element
        number += 1
        yield value


def _element_at(decoder: json.JSONDecoder, text: str, start: int) -> Any:
    """Return the element at a place of a text and the place after it; `CUT` if the text ends before it does, `FAULT` if there is none."""
    if start == len(text):
        return CUT
    try:
        element, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        # A string that does not end is told by where it begins.
        return CUT if error.pos > len(text) - LONGEST_WORD or error.msg.startswith("Unterminated") else FAULT
    except (ValueError, RecursionError):
        return FAULT
    # A number may go on.
    return CUT if end == len(text) and isinstance(element, int | float) else (element, end)


def _check_end(text: str, place: int, more: Iterator[str]) -> None:
    rest = text[place:].strip() or next((piece for piece in more if piece.strip()), "")
    if rest:
        raise InputError(f"goes on after its array, with {shown(rest[:40])}; repair the file")


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in SPACE:
        place += 1
    return place


def _whole(start: str, more: Iterator[str]) -> dict[str, Any]:
    pieces, n_characters = [start], len(start)
    for piece in more:
        pieces.append(piece)
        n_characters += len(piece)
        if n_characters > LARGEST_OBJECT:
            raise InputError(f"is one JSON object of more than {LARGEST_OBJECT >> 20} MB, which is held whole; write a line for each vote")
    keys = KeysTwice()
    try:
        found = json.loads("".join(pieces), object_pairs_hook=keys.object_of)
    except (ValueError, RecursionError) as error:
        if str(error).startswith("Extra data"):
            raise InputError(
                f"holds several JSON objects one after the other ({shown(str(error))}); write one a line, or all as one array"
            ) from error
        raise InputError(f"is JSON that cannot be parsed ({shown(str(error))}); is it complete?") from error
    if not isinstance(found, dict):
        raise InputError("is no JSON object")
    if (twice := keys.among(None)) is not None:
        raise InputError(f"is JSON in which {shown(twice)} stands twice in one object; repair the file")
    return found


def _records(document: dict[str, Any], columns: Columns) -> list[dict[str, Any]]:
    """Return the rows of an object: its columns side by side; or rows by their index; or rows under one name; or itself as the one row."""
    values = list(document.values())
    if columns.layout == LEADERBOT:
        # Its lists may be equally long.
        return [document]
    if (rows := _rows_below(document, columns)) is not None:
        return rows
    if isinstance(names := document.get("columns"), list) and isinstance(data := document.get("data"), list) and {"columns", "data"} <= set(document):
        if not all(isinstance(row, list) and len(row) == len(names) for row in data):
            raise InputError("has rows under 'data' with more or fewer values than there are 'columns'; repair the file")
        return [dict(zip(map(str, names), row, strict=True)) for row in data]
    if values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
        # Of one row or none, lists may be values of the one row.
        return [dict(zip(document, row, strict=True)) for row in zip(*values, strict=True)]
    if values and all(isinstance(value, dict) for value in values):
        return _by_index(document, columns)
    tables = [value for value in values if isinstance(value, list) and value and all(isinstance(row, dict) for row in value)]
    if len(tables) == 1 and not all(field_of(name, document) for name in columns.names()):
        return list(tables[0])
    return [document]


def _rows_below(document: Mapping[str, Any], columns: Columns) -> list[dict[str, Any]] | None:
    """Return the rows that stand under a name of an object, such as data or votes; None if none there has both competitors."""
    wanted = columns.names()[:2]
    tables = {
        name: value
        for name, value in document.items()
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value) and all(field_of(side, value[0]) for side in wanted)
    }
    if len(tables) > 1:
        raise InputError(f"has votes under several names, {', '.join(map(shown, tables))}; write those of each to a file of its own")
    return list(*tables.values()) if tables and not any(field_of(name, document) for name in wanted) else None


def _by_index(document: Mapping[str, Mapping[str, Any]], columns: Columns) -> list[dict[str, Any]]:
    """Return the rows of an object of objects, whose outer names are columns, or those of rows."""
    inner = list(dict.fromkeys(name for value in document.values() for name in value))
    wanted = columns.names()[:2]
    outer_has, inner_has = (all(field_of(name, names) for name in wanted) for names in (document, inner))
    if outer_has and not any(field_of(name, inner) for name in wanted):
        return [{name: value.get(key) for name, value in document.items()} for key in inner]
    if inner_has and not any(field_of(name, document) for name in wanted):
        return [dict(value) for value in document.values()]
    if outer_has or inner_has or columns.layout:
        raise InputError("is JSON whose outer names may be those of columns or of rows; write it as an array of rows, or as CSV")
    # Numbers, as pandas writes them, are those of rows.
    if all(name.isdigit() for name in document):
        return [dict(value) for value in document.values()]
    return [{name: value.get(key) for name, value in document.items()} for key in inner]
