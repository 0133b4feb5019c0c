"""Errors that name what is not there, with what is like it."""

from collections.abc import Sequence

from recount.engine.errors import InputError
from recount.engine.near_names import did_you_mean


def no_such_label(column: str, label: str, there: Sequence[str]) -> InputError:
    """The error that no vote has a label, with those that are there."""
    return InputError(f"column {column!r} has no label {label!r}; {did_you_mean(label, there) or 'no vote has one'}")


def no_such_competitor(choice: str, name: str, there: Sequence[str], where: str = "in the log") -> InputError:
    """The error that a competitor is not there, with similar names."""
    return InputError(f"{choice} is {name!r}, who is not {where}; {did_you_mean(name, there)}")
