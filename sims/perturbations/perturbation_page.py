"""All perturbations for the documentation."""

import inspect
from collections.abc import Iterator
from typing import Any

from recount.engine.choices import choices_of
from recount.sims.perturbations.every_perturbation import PERTURBATIONS
from recount.sims.specification.flat import plain

WHERE = {"staying": "votes, counts, boards", "changed": "votes, counts", "passing": "single votes"}


def perturbations_as_markdown() -> str:
    """Return what each perturbation does, on what, and its choices, as Markdown."""
    return "\n".join(line for name, kind in PERTURBATIONS.items() for line in _lines_of(name, kind))


def _lines_of(name: str, kind: type[Any]) -> Iterator[str]:
    on = next(words for method, words in WHERE.items() if hasattr(kind, method))
    yield f"## `{name}`\n"
    yield f"{' '.join((inspect.getdoc(kind) or '').split())} On {on}.\n"
    for field, (stated, _, default) in choices_of(kind).items():
        unset = stated.unset or (f"{plain(default)}" if default not in (None, ()) else "")
        yield f"- `{field}`: {stated.help}" + (f" By default {unset}." if unset else "")
    yield ""
