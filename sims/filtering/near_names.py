"""Errors that name what is not there, with what is like it."""

import difflib
from collections.abc import Sequence

from recount.engine.errors import InputError

N_SHOWN = 8


def no_such_label(column: str, label: str, there: Sequence[str]) -> InputError:
    """The error that no vote has a label, with those that are there."""
    return InputError(f"column {column!r} has no label {label!r}; {near_or_all(label, there) or 'no vote has one'}")


def no_such_competitor(choice: str, name: str, there: Sequence[str], where: str = "in the log") -> InputError:
    """The error that a competitor is not there, with similar names."""
    return InputError(f"{choice} is {name!r}, who is not {where}; {near_or_all(name, there)}")


def near_or_all(name: str, there: Sequence[str]) -> str:
    """Ask whether names that are near were meant, or list those that are there."""
    lower = {one.casefold(): one for one in there}
    near = [lower[one] for one in difflib.get_close_matches(name.casefold(), lower, n=3)]
    # Also what it is a part of, as gpt-4 is of gpt-4-0613.
    near += [one for one in there if name.casefold() in one.casefold() and one not in near][: 3 - len(near)]
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    more = f" and {len(there) - N_SHOWN:,} more" if len(there) > N_SHOWN else ""
    return f"there are {', '.join(map(repr, there[:N_SHOWN]))}{more}" if there else ""
