"""Options of a command from choices: name, type, help, default; and messages that name options in place of Python keywords."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click

from recount.engine.errors import OptionError
from recount.engine.room import check_addresses
from recount.sims.command_line.completing import claim_sets, completion_of
from recount.sims.specification.flat import Option, options_of

Given = Mapping[str, Any]
# Why options have no effect on what is asked, and which.
Idle = tuple[str, Sequence[str]]
# A text as Python writes it; an apostrophe follows a letter and opens none.
QUOTED = re.compile(r"""(?<!\w)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
VOTES = "VOTES are vote logs or saved counts (Parquet, Arrow, CSV and its like, JSON, also .gz .zst); by default the bundled Arena votes."


def chosen(owner: type[Any], *names: str) -> dict[str, Option]:
    """Options of a dataclass of choices: those of the fields named, or all."""
    return {name: option for name, option in options_of(owner).items() if not names or option.field in names}


def without(options: Mapping[str, Option], *fields: str) -> dict[str, Option]:
    """Options except those of some fields."""
    return {name: option for name, option in options.items() if option.field not in fields}


def command(
    name: str,
    run: Callable[[Given], None],
    options: Mapping[str, Option],
    subjects: tuple[str, ...] = (),
    file: str = "",
    named: str = "",
    on_votes: bool = True,
    examples: tuple[str, ...] = (),
) -> click.Command:
    """Return `run` as a command with these options, on votes or on one of some `subjects`; it gets only the options that were given.

    With `file`, the name of an argument, that file is named before the votes, or alone. After a subject, it takes names of what is `named` so. Help
    shows the `examples`, each as it is typed.
    """

    def called(**values: Any) -> None:
        given = {name: _once(options[name], value) if name in options else value for name, value in values.items()}
        check_addresses()
        run({name: value for name, value in given.items() if value is not None and value != ()})

    about: list[click.Parameter] = []
    if subjects:
        about = [click.Argument(["subject"], type=_OneOf(subjects), metavar="|".join(subjects))]
    elif on_votes:
        about = [click.Argument(["votes"], nargs=-1, metavar="[VOTES]...")]
    before = [click.Argument([file], metavar=file.upper(), shell_complete=claim_sets if file == "claims" else None)] if file else []
    after = [click.Argument(["names"], nargs=-1, metavar=f"[{named}]...")] if named else []
    words = inspect.cleandoc(run.__doc__ or "") + (f"\n\n{VOTES}" if on_votes and not subjects else "")
    if examples:
        # Lines after the mark are not wrapped.
        words += "\n\n\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)
    return click.Command(
        name, callback=called, params=[*before, *about, *after, *(_click_option(one, options) for one in options.values())], help=words
    )


def is_repeatable(option: Option) -> bool:
    """Whether an option may be given several times."""
    return get_origin(option.kind) is tuple and get_args(option.kind)[-1] is ...


def _once(option: Option, value: Any) -> Any:
    """Return the one value of an option; all of one that may be given several times, None if it is not given.

    Raises
    ------
    OptionError
        If another is given twice; one of them would be ignored.
    """
    if option.kind is bool or is_repeatable(option) or not value:
        return value or None
    if len(value) > 1:
        raise OptionError(f"{option.flag} is given {len(value)} times ({', '.join(repr(str(one)) for one in value)}); give it once")
    return value[0]


def _click_option(option: Option, options: Mapping[str, Option]) -> click.Option:
    """The option for click, of a command with these options; None means not given."""
    kind, stated = option.kind, option.choice
    # So that `_once` sees all values.
    further: dict[str, Any] = {"multiple": True}
    if is_repeatable(option):
        kind = get_args(kind)[0]
    elif get_origin(kind) is tuple:
        kind, further["nargs"] = get_args(kind)[0], len(get_args(kind))
    if kind is bool:
        further = {"is_flag": True, "flag_value": True}
    else:
        further |= {"type": _click_type(kind), "metavar": stated.metavar or {int: "NUMBER", float: "NUMBER", str: "TEXT"}.get(kind)}
    default = stated.unset or ("" if option.default is False or option.default in (None, "", ()) else _short(option.default))
    words = stated.help + (f" [default: {default}]" if default else "")
    further["shell_complete"] = completion_of(option, options)
    return click.Option([option.name, *([stated.short] if stated.short else []), option.flag], default=None, help=words, **further)


def _click_type(kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return _OneOf(get_args(kind))
    if issubclass(kind, Enum):
        return _OneOf([member.value for member in kind])
    if kind in (int, float):
        return _Number(kind)
    return click.Path(path_type=Path) if kind is Path else kind


# Generic in the newest click only, as `_Number`.
class _OneOf(click.Choice):  # type: ignore[type-arg]
    """One of some names, with the one that was meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value not in self.choices:
            from recount.engine.near_names import near_to

            near = near_to(value, self.choices)
            meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            self.fail(f"{value!r} is not one of {', '.join(map(repr, self.choices))}{meant}", param, ctx)
        return value


class _Number(click.ParamType):  # type: ignore[type-arg]
    """A number in digits 0 to 9 without marks between them, as everywhere (`recount.engine.numerals`)."""

    def __init__(self, kind: type[int] | type[float]) -> None:
        self.plain = click.INT if kind is int else click.FLOAT
        self.name = self.plain.name

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        if isinstance(value, str) and ("_" in value or not value.isascii()):
            self.fail(f"{value!r} is not a valid {self.name}.", param, context)
        return self.plain.convert(value, param, context)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def in_options(message: str, options: Iterable[Option]) -> str:
    """Rename choices in a message to their options on the command line; what is quoted in it is data, and stays as it is."""
    # At odd places what is quoted, at even ones what stands between.
    parts = QUOTED.split(message)
    for option in options:
        # A keyword of Python is the field of a choice, which may have another name, as `best` has.
        for name in dict.fromkeys((option.name, option.inner or option.field)):
            for place in range(0, len(parts), 2):
                if name in parts[place]:
                    _rename(parts, place, re.escape(name), option)
    return "".join(parts)


def _rename(parts: list[str], place: int, name: str, option: Option) -> None:
    """Rename a choice in the part of a message at `place`; the value that a choice is said to have loses its quotes."""
    part, flag = parts[place], option.flag
    if option.field != "columns":
        # The name of a column with a value is a cell of the log.
        if place + 1 < len(parts) and re.search(rf"\b{name}=$", part):
            part, parts[place + 1] = f"{part.removesuffix(f'{name}=')}{flag} ", parts[place + 1][1:-1]
        part = re.sub(rf"\b{name}=(\d[\d.]*\b)", rf"{flag} \1", part)
    if place == 0:
        part = re.sub(rf"^{name} is ", f"{flag} is ", part)
    part = part.replace(f"`{name}`", flag)
    if "_" in name:
        # Not in a path, nor in a list of columns.
        part = re.sub(rf"(?<![\w=/\\.,:-]){name}(?![\w=/\\]|\.\w)", flag, part)
    parts[place] = part
