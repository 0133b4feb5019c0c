"""What a column of a kind of table is, and all columns for the documentation."""

import re
from collections.abc import Iterable
from dataclasses import replace

from recount.sims.presentation.column import Column
from recount.sims.presentation.columns import COLUMNS


def column_of(name: str, kind: str = "") -> Column:
    """Return what a column of a kind of table is; of an unknown one, its name."""
    if of_choice := re.fullmatch(r"(arena|perturbation|specification)\.(\w+)", name):
        entry = _entry(f"{of_choice[1]}.<choice>", kind)
        return replace(entry or Column(name, "", "", ""), name=name, label=of_choice[2].replace("_", " ").capitalize())
    number = re.fullmatch(r"p_top_(\d+)(_\w+)?", name)
    entry = _entry(f"p_top_<top>{number[2] or ''}" if number else name, kind)
    if entry is None:
        return Column(name, "", name.replace("_", " ").capitalize(), "", 3)
    if number:
        label, meaning = (text.replace("<top>", number[1]) for text in (entry.label, entry.meaning))
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
