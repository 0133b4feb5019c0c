"""Names written from right to left: each stands in the order of the sentence, by itself and as a whole."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from recount.sims.presentation.wording import clean, name

LETTERS = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
# Words that begin with such a letter, up to what may separate names: for names that are not known.
WORDS = re.compile(rf"[{LETTERS}][^\s,;:.&<()]*(?: [{LETTERS}][^\s,;:.&<()]*)*")
# Unicode's FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX 9).
ISOLATE, POP = "\u2068", "\u2069"
# In a text of others these could leave an isolate open.
NONE_OF_OTHERS = dict.fromkeys(range(0x2066, 0x206A))


def whole_names(names: Iterable[object]) -> re.Pattern[str]:
    """Return the pattern of those of the names that have letters written from right to left, in full or as a sentence cuts them, and of words."""
    found = {said for one in names for said in (clean(one), name(one)) if re.search(f"[{LETTERS}]", said)}
    known = "".join(f"{re.escape(one)}(?![{LETTERS}])|" for one in sorted(found, key=len, reverse=True))
    return re.compile(f"{known}{WORDS.pattern}")


def set_apart(text: object, names: re.Pattern[str] = WORDS) -> str:
    """Return a plain text in which each name is isolated by characters, as titles need it."""
    return names.sub(rf"{ISOLATE}\g<0>{POP}", str(text).translate(NONE_OF_OTHERS))


def isolated(text: object, names: re.Pattern[str] = WORDS) -> Markup:
    """Return a text as HTML, in which each name is isolated by an element."""
    return Markup(str(escape(set_apart(text, names))).replace(ISOLATE, "<bdi>").replace(POP, "</bdi>"))
