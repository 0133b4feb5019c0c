"""Names that are different text but look alike in print, or like a word for a missing value; they are kept apart, and told.

Names look alike if they are equal without space, case, invisible characters, marks of compatibility (Unicode NFKC), letters that Cyrillic and Greek
share with Latin in print, zeros in front of a whole number, and those behind its point; a small part of Unicode Technical Standard 39, which lists
all. So do a name and what became of it where its bytes were read in another encoding, or where it was written for a page of HTML or as a part
of an address.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from recount.data.labels import as_text

# Beside format characters: fillers and selectors, which print nothing (Default_Ignorable_Code_Point).
INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0x180B, 0x1810), *range(0xE0100, 0xE01F0)}
LATIN = {
    "авекмнорстухіјѕһԁӏ": "abekmhopctyxijshdl",
    "αβεζηικμνορτυχ": "abezhikmnoptyx",
}
LETTERS = {ord(letter): latin for letters, latins in LATIN.items() for letter, latin in zip(letters, latins, strict=True)}
CAPITALS = {ord(chr(letter).upper()): latin.upper() for letter, latin in LETTERS.items()}
SIGNS = {0x2212: "-", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
AS_LATIN = {**LETTERS, **CAPITALS, **SIGNS}
# As R, spreadsheets, MySQL and PostgreSQL, C and Stata write them, and people; in small letters.
WORDS_FOR_MISSING = (
    *("na", "n/a", "n.a.", "#n/a", "#n/a n/a", "#na", "<na>", "nan", "-nan", "1.#qnan", "1.#ind", "-1.#ind", "nat", "none", "<none>", "(none)"),
    *("null", "(null)", "<null>", "[null]", "#null!", "#ref!", "#value!", "nil", r"\n", "undefined", "missing", "(missing)", "<missing>", "empty"),
    *("(empty)", "blank", "(blank)", "-", "--", "---", "\N{EN DASH}", "\N{EM DASH}", "?", "??", ".", "*", "_", "unknown", "(unknown)", "<unknown>"),
    *("unk", "<unk>", "unspecified", "not available", "not applicable", "not set", "(not set)", "no data", "nobody", "anonymous", "anon", "guest"),
    "00000000-0000-0000-0000-000000000000",
)
# A whole number that went through a float of 64 bits, which may be beyond what these tell apart, or a spreadsheet.
SHORTENED = re.compile(r"[+-]?\d(\.\d+)?e\+?\d{2,}|[+-]?\d{16,}\.0*", re.ASCII | re.IGNORECASE)


def lookalikes(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of names that look alike."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    skeletons = {name: _skeleton(name) for name in names}
    for name, skeleton in skeletons.items():
        groups[skeleton].append(name)
    # One program writes who made it before a name, and another does not.
    for name, skeleton in skeletons.items():
        own = skeleton.rpartition("/")[2]
        if own != skeleton and own in groups:
            groups[own].append(name)
    return tuple(tuple(sorted(group)) for group in groups.values() if len(group) > 1)


def words_for_missing(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that some programs write where a value is missing."""
    return tuple(sorted(name for name in names if name.strip().casefold() in WORDS_FOR_MISSING))


def shortened(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are whole numbers of which some program wrote the first digits only."""
    return tuple(sorted(name for name in names if SHORTENED.fullmatch(name.strip())))


def told_apart(names: Sequence[str]) -> list[str]:
    """Write names in quotes, those that print alike with the codes of their characters."""
    printed = [unicodedata.normalize("NFC", repr(name)).translate(AS_LATIN) for name in names]
    return [ascii(name) if printed.count(print_) > 1 else repr(name) for name, print_ in zip(names, printed, strict=True)]


def _decoded(name: str) -> str:
    """Return a name whose bytes in UTF-8 were read as those of another encoding, as it was; any other as it is."""
    for encoding in () if name.isascii() else ("cp1252", "latin-1"):
        try:
            return _decoded(name.encode(encoding).decode())
        except UnicodeError:
            continue
    return name


def _skeleton(name: str) -> str:
    """What is left of a name without everything that can hardly be seen, or that programs make of its characters."""
    name = html.unescape(_decoded(unquote(name)))
    if not name.isascii():
        visible = (c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf" and ord(c) not in INVISIBLE)
        folded = unicodedata.normalize("NFKC", "".join(visible).casefold()).translate(AS_LATIN)
        name = "".join("-" if unicodedata.category(c) == "Pd" else c for c in folded)
    # Quotes around it, and stars that point to a remark.
    seen = "".join(name.split()).casefold().strip("*'\"") or name
    # Or writes a whole number as a float.
    seen = str(as_text(seen))
    # A program that takes them for numbers drops zeros in front.
    return seen.lstrip("0") or "0" if seen.isdigit() else seen
