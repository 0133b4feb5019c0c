"""Which format a file is of: by what it begins with, and by its ending where that leaves a choice."""

import codecs
import json
import re
from pathlib import Path
from typing import Literal

from recount.data.choices import SEPARATORS
from recount.data.formats.text_streams import check_text, encoding_of
from recount.data.places.remote_files import Place
from recount.engine.errors import InputError

Kind = Literal["parquet", "arrow file", "arrow stream", "delimited", "json lines", "json"]
COMPRESSED = (".gz", ".zst")
JSON, JSON_LINES = ".json", (".jsonl", ".ndjson")
READABLE = "Parquet, Arrow, text with separators, JSON lines and JSON, each also as .gz or .zst"
STARTS: dict[bytes, Kind] = {b"PAR1": "parquet", b"ARROW1": "arrow file", b"\xff\xff\xff\xff": "arrow stream"}
UNREADABLE = {
    b"PK\x03\x04": "is a workbook or another zip archive; save the table as CSV",
    b"\xd0\xcf\x11\xe0": "is a workbook; save the table as CSV",
    b"FEA1": "is Feather version 1; write it again as version 2",
    b"PARE": "is encrypted Parquet; decrypt it first",
    b"SQLite format 3": "is a database; write the table as Parquet or CSV",
    b"ORC": "is ORC; write it again as Parquet",
    b"Obj\x01": "is Avro; write it again as Parquet",
    b"%PDF": "is a PDF page; the votes themselves are needed",
}
ARRAY, OBJECT = re.compile(r"\[\s*[{\]]"), re.compile(r'\{\s*("|\}|$)')


def ending_of(path: Place) -> str:
    """Return the ending of a file's name, without that of a compression."""
    return (Path(path.stem) if path.suffix.lower() in COMPRESSED else path).suffix.lower()


def kind_of(head: bytes, ending: str) -> Kind:
    """Return the format of a file.

    Parameters
    ----------
    head : bytes
        Its first bytes, decompressed.
    ending : str
        Of its name, as `ending_of` returns it.

    Raises
    ------
    InputError
        If it is of no format that is read.
    """
    for start, kind in STARTS.items():
        if head.startswith(start):
            return kind
    for start, why in UNREADABLE.items():
        if head.startswith(start):
            raise InputError(f"{why}; readable are {READABLE}")
    text = codecs.decode(head, encoding_of(head), errors="replace").lstrip()
    first, _, rest = text.partition("\n")
    check_text(first.encode())
    # An empty list may be a damaged line.
    if ARRAY.match(text) and not (ending in JSON_LINES and text.startswith("[]")):
        return "json"
    if OBJECT.match(text):
        return "json lines" if _is_line(first, rest, ending) else "json"
    if ending == JSON and text[:1] in ("[", "{"):
        return "json"
    # A first line that is damaged makes no other format, but one with columns does.
    has_columns = "{" not in text and text[:1] not in ("[", '"') and any(separator in first for separator in SEPARATORS.values())
    return "json lines" if ending in JSON_LINES and not has_columns else "delimited"


def _is_line(first: str, rest: str, ending: str) -> bool:
    """Whether an object is a line among lines, and no document of its own."""
    if ending in JSON_LINES:
        return first.strip() != "{"
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        # A damaged line among lines that are whole.
        return rest.lstrip().startswith("{")
    return True
