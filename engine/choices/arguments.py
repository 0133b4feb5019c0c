"""Arguments of public functions: one of a kind that the annotation of its parameter does not name is told in a line, before anything is done."""

import functools
import inspect
import numbers
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from recount.engine.choices.declaring import kind_in_words, shown
from recount.engine.errors import OptionError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def checked(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Have a function raise `OptionError` for an argument that is of none of the kinds which its annotation names.

    What no annotation says, as which names there are or that a number is above 0, the function says itself.
    """
    signature = inspect.signature(function)

    @functools.cache
    def kinds() -> dict[str, Any]:
        return get_type_hints(function)

    @functools.wraps(function)
    def with_checks(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        for name, value in signature.bind(*arguments, **named).arguments.items():
            kind, of = kinds()[name], signature.parameters[name].kind
            several = {name: [value]}
            if of is inspect.Parameter.VAR_POSITIONAL:
                several = {name: value}
            elif of is inspect.Parameter.VAR_KEYWORD:
                several = {key: [one] for key, one in value.items()}
            for own, values in several.items():
                for one in values:
                    if not is_of(one, kind):
                        raise OptionError(f"{own} is {shown(one)}; give {in_words(kind)}")
        return function(*arguments, **named)

    return with_checks


def is_of(value: object, kind: Any) -> bool:
    """Whether a value is of a kind as annotations name it."""
    origin, of = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin in (Union, UnionType):
        return any(is_of(value, one) for one in of)
    if origin is Literal:
        # Which names there are the function says, with the one that was meant.
        return any(type(value) is type(name) for name in of)
    if origin is Callable:
        return callable(value)
    if origin is Sequence or origin in (list, tuple):
        return isinstance(value, list | tuple) and all(is_of(one, of[0]) for one in value)
    if origin is Mapping:
        return isinstance(value, Mapping)
    if origin is not None:
        return _is_array(value)
    if isinstance(value, bool) and kind in (int, float):
        return False
    plain: dict[Any, type] = {int: numbers.Integral, float: numbers.Real, None: NoneType}
    return isinstance(value, plain.get(kind, kind))


def _is_array(value: object) -> bool:
    """Whether a value is numbers in an array, or can be made one."""
    import numpy as np

    try:
        # Anything may be asked; numpy's types name only what becomes an array for certain.
        return np.asarray(value).dtype.kind in "biuf" and np.ndim(value) > 0  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return False


def in_words(kind: Any) -> str:
    """Say what can be given: all kinds of an annotation but None."""
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return ", or ".join(dict.fromkeys(in_words(one) for one in of if one is not NoneType))
    if origin is Literal:
        return f"one of {', '.join(map(repr, of))}"
    if origin is Callable:
        return "a function"
    if origin is Sequence or origin in (list, tuple):
        return f"a list of {of[0].__name__ if isinstance(of[0], type) else in_words(of[0])}"
    if origin is Mapping:
        return "a mapping"
    if origin is not None:
        return "an array of numbers"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"one of {', '.join(repr(one.value) for one in kind)}"
    return kind_in_words(kind)
