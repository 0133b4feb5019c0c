"""Choices as plain values by name: what the shell, manifests and plans hold; and back.

A field that is a value with choices of its own becomes several names: a prior is `prior` and `prior_amount`. If the field can also be something else,
a word stands for the value: `intervals` is "bootstrap", and the choices of a bootstrap have names of their own.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from recount.engine.choices import Choice, DailyCap, Style, Weights, Where, choices_of
from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.specification.blocs import Bloc
from recount.sims.specification.levels import Level

Owner = TypeVar("Owner")
# Values that are written as text; each has `parse`, and `str` is the opposite.
WRITTEN = (Weights, Style, Where, DailyCap, Bloc, Level)
WHOLE = re.compile(r"-?\d+", re.ASCII)
_OPTIONS: dict[type[Any], Mapping[str, "Option"]] = {}


class Option(NamedTuple):
    """A choice under its plain name.

    Attributes
    ----------
    name : str
    field : str
        Field of the owner that it belongs to.
    inner : str
        Field of that field's value; "" if the field is not spread.
    kind, exact : type
        Of the plain value, and of the one that it stands for.
    default : object
        Plain; None where nothing is chosen.
    choice : Choice
    """

    name: str
    field: str
    inner: str
    kind: Any
    exact: Any
    default: Any
    choice: Choice

    @property
    def flag(self) -> str:
        """Name on the command line."""
        return "--" + (self.choice.option or self.name).replace("_", "-")


def options_of(owner: type[Any]) -> Mapping[str, Option]:
    """Options of a dataclass of choices by their plain names, in order."""
    if owner not in _OPTIONS:
        _OPTIONS[owner] = MappingProxyType(_options(owner))
    return _OPTIONS[owner]


def _options(owner: type[Any]) -> dict[str, Option]:
    found: dict[str, Option] = {}
    for field, (stated, kind, default) in choices_of(owner).items():
        spread = spread_kind(kind)
        if spread is None or hasattr(spread, "word"):
            found[stated.name or field] = Option(stated.name or field, field, "", plain_kind(kind), kind, plain(default), stated)
        if spread is not None:
            for inner, (own, inner_kind, inner_default) in choices_of(spread).items():
                found[own.name or inner] = Option(own.name or inner, field, inner, plain_kind(inner_kind), inner_kind, plain(inner_default), own)
    return found


def spread_kind(kind: Any) -> type[Any] | None:
    """Return the dataclass of choices that a kind is or may be, if it is one."""
    return next((one for one in _kinds(kind) if is_dataclass(one) and isinstance(one, type) and choices_of(one)), None)


def plain_kind(kind: Any) -> Any:
    """Return the kind of the plain value that stands for one of a `kind`: text for values that are parsed."""
    kinds = [one for one in _kinds(kind) if one is not NoneType]
    words = [one.word for one in kinds if hasattr(one, "word")]
    # Beyond the type checker.
    one_of: Any = Literal
    several: Any = tuple
    if words and get_origin(kinds[0]) is Literal:
        return one_of[(*get_args(kinds[0]), *words)]
    if get_origin(kinds[0]) is tuple and get_args(kinds[0])[-1] is ...:
        return several[plain_kind(get_args(kinds[0])[0]), ...]
    if len(kinds) > 1 or kinds[0] in WRITTEN:
        return str
    return kinds[0]


def plain(value: Any) -> Any:
    """Return a value as text, numbers and tuples of them."""
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "word"):
        return value.word
    if isinstance(value, (*WRITTEN, Path)):
        return str(value)
    if isinstance(value, tuple):
        return tuple(plain(element) for element in value)
    return value


def to_flat(made: Any) -> dict[str, Any]:
    """Return the choices of a dataclass as plain values by name; choices that belong to one that was not made are None."""
    found = {}
    for option in options_of(type(made)).values():
        value = getattr(made, option.field)
        if option.inner:
            value = getattr(value, option.inner) if is_dataclass(value) else None
        value = plain(value)
        found[option.name] = None if isinstance(value, float) and math.isnan(value) else value
    return found


def from_flat(owner: type[Owner], choices: Mapping[str, Any]) -> Owner:
    """Make a dataclass of choices from plain values by name; None means that nothing was chosen.

    Raises
    ------
    OptionError
        If there is no such choice, a value is invalid, or a choice belongs to one that was not made.
    """
    options = options_of(owner)
    for name in choices:
        if name not in options:
            raise no_such_choice(name, options)
    given = {name: value for name, value in choices.items() if value is not None}
    fields: dict[str, Any] = {}
    for field, (stated, kind, _) in choices_of(owner).items():
        own = stated.name or field
        spread = spread_kind(kind)
        inner = {
            option.inner: _parsed(option, given) for option in options.values() if option.field == field and option.inner and option.name in given
        }
        word = getattr(spread, "word", None)
        if spread is None or (word and given.get(own) != word):
            if inner:
                raise _without_its_choice(next(o for o in options.values() if o.field == field and o.inner in inner), given, f"{own}={word!r}")
            if own in given:
                fields[field] = _parsed(options[own], given)
        elif inner or word:
            fields[field] = spread(**inner)
    return owner(**fields)


def check_fields(owner: type[Any], names: Iterable[str]) -> None:
    """Raise `OptionError` if a dataclass of choices has no field of some name; if that is the plain name of a part of one, say of which."""
    fields = choices_of(owner)
    for name in names:
        if name in fields:
            continue
        option = options_of(owner).get(name)
        spread = option and spread_kind(fields[option.field].kind)
        if not option or not spread:
            raise no_such_choice(name, fields)
        raise OptionError(f"{name!r} is part of the choice {option.field!r} in Python; give {option.field}={spread.__name__}({option.inner}=...)")


def no_such_choice(name: str, known: Iterable[str]) -> OptionError:
    """Return the error that there is no choice of this name, with a similar name."""
    return OptionError(f"there is no choice {name!r}; {did_you_mean(name, known)}")


def _without_its_choice(option: Option, given: Mapping[str, Any], wanted: str) -> OptionError:
    return OptionError(f"{option.name} is {given[option.name]}, which has an effect with {wanted} only; add {wanted}, or leave it out")


def _parsed(option: Option, given: Mapping[str, Any]) -> Any:
    """Return the value for which a plain one stands."""
    value = given[option.name]
    kinds = _kinds(option.exact)
    if get_origin(kinds[0]) is tuple and get_args(kinds[0])[0] in WRITTEN:
        parse = get_args(kinds[0])[0].parse
        return tuple(parse(text) if isinstance(text, str) else text for text in ((value,) if isinstance(value, str) else value))
    parsed = next((kind for kind in kinds if kind in WRITTEN), None)
    if parsed is not None and isinstance(value, str):
        return parsed.parse(value)
    if int in kinds and isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    return value


def _kinds(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
