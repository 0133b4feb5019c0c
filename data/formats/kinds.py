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
AGAIN_PACKED = "unpack it, and compress it as .gz or .zst if at all"
UNREADABLE = {
    rb"PK\x03\x04": "is a workbook or another zip archive; save the table as CSV",
    rb"\xd0\xcf\x11\xe0": "is a workbook; save the table as CSV",
    rb"FEA1": "is Feather version 1; write it again as version 2",
    rb"PARE(?![A-Za-z]{2})": "is encrypted Parquet; decrypt it first",
    rb"SQLite format 3": "is a database; write the table as Parquet or CSV",
    rb"ORC(?![A-Za-z]{2})": "is ORC; write it again as Parquet",
    rb"Obj\x01": "is Avro; write it again as Parquet",
    rb"%PDF": "is a PDF page; the votes themselves are needed",
    rb"BZh[1-9]1AY&SY": f"is compressed by bzip2; {AGAIN_PACKED}",
    rb"\xfd7zXZ\x00": f"is compressed by xz; {AGAIN_PACKED}",
    rb"\x04\x22\x4d\x18": f"is compressed by lz4; {AGAIN_PACKED}",
    rb"\xff\x06\x00\x00sNaPpY": f"is compressed by snappy; {AGAIN_PACKED}",
    rb"\x1f\x9d": f"is compressed by compress (.Z); {AGAIN_PACKED}",
    rb"7z\xbc\xaf\x27\x1c|Rar!\x1a": "is an archive of files; unpack it",
    rb"[^\x00]{1,100}\x00[\x00-\xff]{100,256}ustar": "is a tar archive of files; unpack it",
    rb"\x1f\x8b|\x28\xb5\x2f\xfd": f"is compressed twice; {AGAIN_PACKED}",
    rb"[\x00-\xff]{8}DUCK": "is a database of DuckDB; write the table as Parquet or CSV",
    rb"<stata_dta>|[\x71-\x73][\x01\x02]\x01\x00": "is of Stata; write the table as CSV",
    rb"\$FL[23]@": "is of SPSS; write the table as CSV",
    rb"\x00{12}\xc2\xea\x81\x60": "is of SAS; write the table as CSV",
    rb"\x89HDF": "is HDF5; write the table as Parquet or CSV",
    rb"\x93NUMPY|\x80[\x02-\x05]": "holds Python's own arrays or objects; write the table as Parquet or CSV",
    rb"RDX[23]|X\n\x00": "holds R's own objects; write the table as Parquet or CSV",
    rb"version https://git-lfs": "is a pointer of Git LFS, and not the file itself; fetch that with git lfs pull",
    rb"(?i:\s*<(!doctype|html|head|\?xml))": "is a page or XML, perhaps of an error in place of the file; the votes themselves are needed",
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
        if re.match(start, head):
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
