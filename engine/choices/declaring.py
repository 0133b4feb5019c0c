"""A choice: a field of a frozen dataclass that states its default, help, bounds and the other reasonable values, and is checked by them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from recount.engine.errors import OptionError
from recount.engine.near_names import near_to

KEY = "choice"
Given = TypeVar("Given")
# What is not a choice may be a whole table.
LONGEST_SHOWN = 120
_DECLARED: dict[type[Any], Mapping[str, "Declared"]] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a field states beside its type and default.

    Attributes
    ----------
    help : str
        One sentence, for help and docs.
    least, most, above, below : float
        Smallest and largest value that is allowed; bounds that the value itself must not reach.
    reasonable : tuple
        Values that published analyses have used or could have used, the default among them; the grid goes through them.
    span : (float, float)
        Of a number: between which it is reasonable; where all numbers between are asked about, every one is as likely.
    optional : bool
        Whether the grid also leaves it at its default, where something else is chosen.
    name : str
        Name in messages, manifests and plans, if it is not that of the field.
    option : str
        Name on the command line, if it is yet another.
    short : str
        Short name on the command line, such as -o.
    unset : str
        What it means to give nothing, for help, if the default does not say so.
    metavar : str
        What stands for the value in help.
    example : str
        A value that can be given, for messages.
    """

    help: str
    least: float = -math.inf
    most: float = math.inf
    above: float = -math.inf
    below: float = math.inf
    reasonable: tuple[Any, ...] = ()
    span: tuple[float, float] | None = None
    optional: bool = False
    name: str = ""
    option: str = ""
    short: str = ""
    unset: str = ""
    metavar: str = ""
    example: str = ""

    def bounds(self) -> str:
        """Say which numbers are allowed."""
        least, most = (str(end) if isinstance(end, int) else f"{end:.16g}" for end in (self.least, self.most))
        parts = [
            f"{least} or more" if math.isfinite(self.least) and not math.isfinite(self.most) else "",
            f"from {least} to {most}" if math.isfinite(self.least) and math.isfinite(self.most) else "",
            f"above {self.above:g}" if math.isfinite(self.above) else "",
            f"below {self.below:g}" if math.isfinite(self.below) else "",
            f"at most {most}" if math.isfinite(self.most) and not math.isfinite(self.least) else "",
        ]
        return " and ".join(part for part in parts if part)

    def allows(self, number: float) -> bool:
        """Whether a number lies within the bounds; NaN does not."""
        return (
            self.least <= number <= self.most and (number > self.above or self.above == -math.inf) and (number < self.below or self.below == math.inf)
        )


class Spanned(NamedTuple):
    """The number in a choice that is a value of its own, and between which ends it is reasonable."""

    field: str
    span: tuple[float, float]


class Declared(NamedTuple):
    """A choice with its type and default."""

    choice: Choice
    kind: Any
    default: Any


def choice(default: Any, help: str, **stated: Any) -> Any:
    """Return a dataclass field with this default that states what `Choice` holds."""
    return field(default=default, metadata={KEY: Choice(help, **stated)})


def choices_of(owner: type[Any]) -> Mapping[str, Declared]:
    """Choices of a dataclass by the name of their field, in order."""
    if owner not in _DECLARED:
        hints = get_type_hints(owner)
        found = {f.name: Declared(f.metadata[KEY], hints[f.name], f.default) for f in fields(owner) if KEY in f.metadata}
        _DECLARED[owner] = MappingProxyType(found)
    return _DECLARED[owner]


def check(made: Any) -> None:
    """Check every choice of a dataclass that was just made, and give text its proper type.

    Raises
    ------
    OptionError
        If a field does not allow its value.
    """
    for name, (stated, kind, default) in choices_of(type(made)).items():
        given = getattr(made, name)
        if given is None and default is None and NoneType not in get_args(kind):
            raise OptionError(f"{stated.name or name} is missing; give {allowed(kind, stated)}")
        # A grid makes thousands of specifications, of which nearly all choices are the usual ones.
        if given is default:
            continue
        checked = checked_value(stated.name or name, given, kind, stated)
        if checked is not given:
            object.__setattr__(made, name, checked)


def check_choice(label: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise `OptionError` unless `value` is one of `allowed`."""
    if value not in allowed:
        near = near_to(value, allowed) if isinstance(value, str) else []
        meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        raise OptionError(f"{label} is {value!r}; {meant}allowed are {', '.join(map(repr, allowed))}")


def of_kind(label: str, value: Given, *kinds: type) -> Given:
    """Return a value; raise `OptionError` unless it is of one of some kinds."""
    if not isinstance(value, kinds):
        raise OptionError(f"{label} is {shown(value)}; give {', or '.join(kind_in_words(kind) for kind in kinds if kind is not NoneType)}")
    return value


def shown(value: object) -> str:
    """Write a value as Python does, or its type where that would be long."""
    written = repr(value)
    return written if len(written) <= LONGEST_SHOWN and "\n" not in written and not written.startswith("<") else kind_in_words(type(value))


def kind_in_words(kind: type) -> str:
    """Name a kind with its article; text and numbers in plain words."""
    if kind in (str, int, float):
        return {str: "text", int: "a whole number", float: "a number"}[kind]
    return f"{'an' if kind.__name__[0] in 'AEIO' else 'a'} {kind.__name__}"


def check_texts(label: str, *columns: object) -> None:
    """Raise `OptionError` unless every name of a column is text."""
    for column in columns:
        if not isinstance(column, str):
            raise OptionError(f"{label} names a column {column!r}; give its name as text")


def check_number(label: str, value: object) -> float:
    """Return a value as a float; raise `OptionError` unless it is a number, which text and True are not."""
    number = _as_number(value, float, Choice(""))
    if number is NOT_OF_KIND:
        raise OptionError(f"{label} is {value!r}; give a number")
    return float(number)


def checked_value(name: str, value: Any, kind: Any, stated: Choice) -> Any:
    """Return `value` as a `kind`; raise `OptionError` naming it if it cannot be one, or lies outside what is `stated`."""
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    for one in kinds:
        found = _as_kind(name, value, one, stated)
        if found is not NOT_OF_KIND:
            return found
    near = near_to(value, _names_of(kind)) if isinstance(value, str) else []
    meant = f"did you mean {' or '.join(map(repr, near))}? If not, " if near else ""
    raise OptionError(f"{name} is {shown(value)}; {meant}give {allowed(kind, stated)}")


NOT_OF_KIND = object()


def _names_of(kind: Any) -> list[str]:
    """The names that a kind is one of, if it is one of names."""
    if get_origin(kind) is Literal:
        return [name for name in get_args(kind) if isinstance(name, str)]
    if get_origin(kind) in (Union, UnionType, tuple):
        return [name for one in get_args(kind) if one is not ... for name in _names_of(one)]
    return [str(member.value) for member in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _as_kind(name: str, value: Any, kind: Any, stated: Choice) -> Any:
    """Return `value` as one `kind` that is not a union, or `NOT_OF_KIND`."""
    if kind is NoneType:
        return None if value is None else NOT_OF_KIND
    if get_origin(kind) is Literal:
        return value if value in get_args(kind) else NOT_OF_KIND
    if get_origin(kind) is tuple:
        return _as_tuple(name, value, get_args(kind), stated)
    if issubclass(kind, Enum):
        return next((member for member in kind if value == member.value), NOT_OF_KIND)
    if kind in (int, float):
        return _as_number(value, kind, stated)
    if kind is Path and isinstance(value, str):
        return Path(value)
    return value if isinstance(value, kind) else NOT_OF_KIND


def _as_number(value: Any, kind: type[int] | type[float], stated: Choice) -> Any:
    try:
        # numpy's numbers are numbers too; text and True are not.
        number = NOT_OF_KIND if isinstance(value, bool | str) else kind(value)
    except (TypeError, ValueError, OverflowError):
        return NOT_OF_KIND
    return number if number is not NOT_OF_KIND and number == value and stated.allows(float(value)) else NOT_OF_KIND


def _as_tuple(name: str, value: Any, kinds: tuple[Any, ...], stated: Choice) -> Any:
    """Return `value` as a tuple, of any length if the `kinds` end in an ellipsis; one value is then a tuple of it."""
    if kinds[-1] is not ... and not (isinstance(value, list | tuple) and len(value) == len(kinds)):
        return NOT_OF_KIND
    if not isinstance(value, list | tuple):
        value = (value,)
    found = tuple(checked_value(name, element, kinds[0], stated) for element in value)
    return value if isinstance(value, tuple) and found == value else found


def allowed(kind: Any, stated: Choice) -> str:
    """Say which values a `kind` allows."""
    kinds = [one for one in (get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)) if one is not NoneType]
    words: list[str] = []
    for one in kinds:
        if get_origin(one) is Literal or (isinstance(one, type) and issubclass(one, Enum)):
            names = [str(value) for value in (get_args(one) if get_origin(one) is Literal else one)]
            words.append("one of " + ", ".join(map(repr, names)) if len(names) > 1 else repr(names[0]))
        elif one in (int, float):
            number = {int: "a whole number", float: "a number"}[one]
            words.append(", ".join(part for part in (number, stated.bounds()) if part))
        elif get_origin(one) is tuple:
            many = "one or several" if get_args(one)[-1] is ... else f"{len(get_args(one))} of them"
            words.append(f"{allowed(get_args(one)[0], stated)}, {many}")
        else:
            words.append({str: "text", bool: "True or False"}.get(one) or kind_in_words(one))
    return ", or ".join(words) + (f", for example {stated.example}" if stated.example else "")
