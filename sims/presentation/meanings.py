"""What a column of a kind of table is, and all columns for the documentation."""

import re
from collections.abc import Iterable
from dataclasses import replace

from recount.sims.presentation.column import Column
from recount.sims.presentation.columns import COLUMNS

# Names of columns that have a part of their own.
PATTERNS = (r"p_top_(?P<top>\d+)(_\w+)?", r"rating_(?P<category>category-\d+)", r"(arena|perturbation|specification)\.(?P<choice>\w+)")


def column_of(name: str, kind: str = "") -> Column:
    """Return what a column of a kind of table is; of an unknown one, its name."""
    found = next((match for pattern in PATTERNS if (match := re.fullmatch(pattern, name))), None)
    word = next(iter(found.groupdict())) if found else ""
    entry = _entry(name, kind) if found is None else _entry(name[: found.start(word)] + f"<{word}>" + name[found.end(word) :], kind)
    if entry is None:
        return Column(name, "", name.replace("_", " ").capitalize(), "", 3)
    if found:
        label, meaning = (text.replace(f"<{word}>", found[word]) for text in (entry.label, entry.meaning))
        return replace(entry, name=name, label=label, meaning=meaning)
    return entry


def columns_as_markdown(columns: Iterable[Column] = COLUMNS) -> str:
    """Return the columns as a Markdown table, for the documentation."""
    lines = ["| column | of | unit | meaning |", "|---|---|---|---|"]
    lines += [f"| `{c.name}` | {', '.join(c.kinds)} | {c.unit} | {c.meaning} |" for c in columns]
    return "\n".join(lines) + "\n"


def _entry(name: str, kind: str) -> Column | None:
    return _OF_KIND.get((kind, name)) or _OF_KIND.get(("", name))


_OF_KIND = {(kind, column.name): column for column in COLUMNS for kind in column.kinds or ("",)}
