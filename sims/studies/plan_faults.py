"""What is wrong in a plan, named by file, line and field."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar, get_args

from recount.data.toml_files import Place, TomlFile
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.specification import Specification
from recount.sims.specification.flat import from_flat, options_of
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import what_is_used

Made = TypeVar("Made")


def made(file: TomlFile, place: Place, owner: type[Made], given: Mapping[str, Any]) -> Made:
    """Make a dataclass of choices from plain values."""
    if place:
        check_names(file, given, tuple(options_of(owner)), *place)
    check_numbers(file, place, owner, given)
    try:
        return from_flat(owner, given)
    except (OptionError, TypeError) as error:
        raise fault_in(file, place, str(error), options_of(owner)) from error


def fault_in(file: TomlFile, place: Place, message: str, known: Iterable[str]) -> InputError:
    """Return the error at the field of a table that a message names first."""
    field = field_named(file, place, message, known)
    return file.fault(in_toml(message), *place, *([field] if field else []))


def field_named(file: TomlFile, place: Place, message: str, known: Iterable[str]) -> str:
    """Return the field of a table that a message names first; "" if it names none that the table has."""
    found = {
        name: named.start() for name in known if (*place, name) in file.lines and (named := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message))
    }
    return min(found, key=found.__getitem__, default="")


def in_toml(message: str) -> str:
    """Write True and False in a message as TOML has them; what is quoted stays."""
    return re.sub(r"(?<![\w'\"])(True|False)(?![\w'\"])", lambda word: word[1].lower(), message)


def check_names(file: TomlFile, given: Iterable[str], known: tuple[str, ...], *place: str | int) -> None:
    """Raise `InputError` at the first field of a table that is not known."""
    for name in given:
        if name not in known:
            raise file.fault(f"there is no field {name!r}{in_table(place)}; {did_you_mean(name, known)}", *place, name)


def in_table(place: Place) -> str:
    """Say in which table a place is: the innermost one that has a name."""
    names = [part for part in place if isinstance(part, str)]
    return f" in {names[-1]}" if names else ""


def check_numbers(file: TomlFile, place: Place, owner: type[Any], given: Mapping[str, Any]) -> None:
    """Raise `InputError` at the first number that is written as text; a list holds several values."""
    for name, value in given.items():
        option = options_of(owner).get(name)
        kinds = () if option is None else get_args(option.exact) or (option.exact,)
        if {int, float} & {*kinds} and str not in kinds:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    raise file.fault(f"{name} is {one!r}, which is text; write the number without quotes", *place, name)


def check_used(file: TomlFile, place: Place, given: Mapping[str, Any], outcomes: Iterable[Outcome]) -> None:
    """Raise `InputError` if a choice has no effect on any outcome, or on none of them as it is given."""
    used = what_is_used(outcomes)
    options = options_of(Specification)
    for name in given:
        if name in options and options[name].field not in used:
            raise file.fault(f"{name} is given, which has no effect on these outcomes; leave it out", *place, name)


def check_times(file: TomlFile, place: Place, given: Mapping[str, Any], beside: Iterable[str]) -> None:
    """Raise `InputError` if a column of times is named, and no choice here or beside it is about times."""
    if "time_column" in given and not {"since", "until"} & {*given, *beside}:
        raise file.fault("time_column is given, which has an effect with since or until only; add one, or leave it out", *place, "time_column")


def tables_of(file: TomlFile, raw: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the tables of a list; raise `InputError` if it is none."""
    tables = raw.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise file.fault(f"{name} is no list of tables; begin each with a line [[{name}]]", name)
    return tables


def plain_of(held: Any) -> Any:
    """Return what TOML holds with days and times as text."""
    if isinstance(held, dict):
        return {name: plain_of(value) for name, value in held.items()}
    if isinstance(held, list):
        return [plain_of(value) for value in held]
    return held.isoformat() if isinstance(held, date | datetime | time) else held
