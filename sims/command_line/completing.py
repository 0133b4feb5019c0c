"""What a shell completes where a value is a name: bundled sets of claims, and competitors of the votes that the line names, or the bundled ones."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recount.engine.errors import RecountError
from recount.sims.specification.flat import Option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
# Options whose values are competitors.
OF_COMPETITORS = ("pair", "anchor", "only", "without")
# Bytes of votes that are read while somebody waits for names.
MOST_READ = 20_000_000


def claim_sets(_: click.Context, __: click.Parameter, begun: str) -> "list[CompletionItem]":
    """Return the bundled sets of claims that begin so, and have the shell add files."""
    from click.shell_completion import CompletionItem

    from recount.sims.claims.bundled import sets

    return [*_beginning(sets(), begun), CompletionItem(begun, type="file")]


def completion_of(option: Option, options: Mapping[str, Option]) -> Complete | None:
    """Return what completes the values of an option of a command with these options; None where the kind of value says enough."""
    if option.name == "claims":
        return claim_sets
    if option.name not in OF_COMPETITORS:
        return None
    return lambda context, _, begun: _beginning(_competitors(context, options), begun)


def _competitors(context: click.Context, options: Mapping[str, Option]) -> tuple[str, ...]:
    """Return who is in the votes that were named; nobody where they cannot be read, or not at once."""
    from recount.data.choices import Reading
    from recount.sims.analysis.log import read
    from recount.sims.specification.flat import from_flat, options_of

    given = context.params
    # Without the value that is to be completed the line is no whole one, and files are what is left of it.
    votes = given.get("votes") or context.args
    with contextlib.suppress(RecountError, OSError):
        if given.get("board") or sum(Path(one).stat().st_size for one in votes) > MOST_READ:
            return ()
        of_reading = {name: given[name] for name in options_of(Reading) if name in options and given.get(name)}
        # click has a tuple of what may be given once.
        single = {name: value[0] if isinstance(value, tuple) and len(value) == 1 else value for name, value in of_reading.items()}
        return read(*votes, reading=from_flat(Reading, single)).names
    return ()


def _beginning(names: Any, begun: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(begun)]
