"""Files of plans: TOML, of which every field is checked before anything runs, and what is wrong is named by file, line and field.

In a table `[[vary]]` a list holds the values that are tried; elsewhere it is one value that has several parts.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from recount.data.choices import Reading
from recount.data.toml_files import TomlFile, read_toml
from recount.engine.choices import choices_of
from recount.engine.errors import InputError, OptionError
from recount.sims.arenas.arena import Arena
from recount.sims.claims.claim import near
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.perturbations import PERTURBATIONS
from recount.sims.perturbations.perturbing import named
from recount.sims.specification import Specification
from recount.sims.specification.flat import from_flat, options_of, plain
from recount.sims.studies.bundled import plan_path
from recount.sims.studies.outcome import Outcome, label_of
from recount.sims.studies.outcomes import OUTCOMES, check_outcome, check_places, what_is_used
from recount.sims.studies.plan import Block, Extent, Plan, Source, Varied
from recount.sims.studies.settings import shown
from recount.sims.studies.sources import PARTS

Made = TypeVar("Made")
TABLES = ("source", "arena", "specification")
OF_BLOCKS = ("perturbation", "each", "arena", "specification", "grid", "seeds")


def read_plan(path: str | Path, choices: Mapping[str, Any] = MappingProxyType({}), **extent: Any) -> Plan:
    """Read a plan.

    Parameters
    ----------
    path : path
        A file, or the name of a bundled plan.
    choices : mapping of str to object, optional
        Choices of the analysis over those of the plan, as plain values by name.
    **extent
        What else is to be other than in the plan: seeds, seed.

    Raises
    ------
    InputError
        Naming the line and the field, if the file cannot be read or something in it cannot be.
    OptionError
        If a choice over those of the plan is invalid, is varied by the plan, or has no effect on its outcomes.
    """
    path = plan_path(str(path))
    file = read_toml(path, "a plan")
    Specification.from_dict(choices)
    raw = over(_plain(file.held), choices, extent)
    known = (*choices_of(Extent), *TABLES, "outcome", "vary")
    _check_names(file, raw, known)
    for name in TABLES:
        if not isinstance(raw.get(name, {}), dict):
            raise file.fault(f"{name} is no table; begin it with a line [{name}]", name)
    if "source" in raw and "arena" in raw:
        raise file.fault("source and arena: votes are either given or simulated; leave one of them out", "arena")
    extent = _made(file, (), Extent, {name: value for name, value in raw.items() if name in choices_of(Extent)})
    source, reading = _source(file, path.parent, raw["source"]) if "source" in raw else (None, {})
    arena = _made(file, ("arena",), Arena, raw["arena"]) if "arena" in raw else None
    specification = _made(file, ("specification",), Specification, raw.get("specification", {}))
    outcomes = _outcomes(file, raw, arena is not None, specification)
    check_over(choices, outcomes.values(), _tables(file, raw, "vary"))
    _check_used(file, ("specification",), raw.get("specification", {}), outcomes.values())
    tables = _tables(file, raw, "vary") or [{}]
    blocks = [_Block(file, number, table, raw, outcomes).read() for number, table in enumerate(tables)]
    return Plan(path.stem.replace("_", "-"), extent, source, reading, arena, specification, outcomes, tuple(blocks), raw)


def over(held: dict[str, Any], choices: Mapping[str, Any], extent: Mapping[str, Any]) -> dict[str, Any]:
    """Put choices and the extent over what a plan holds."""
    of_plan = held.get("specification", {})
    if choices and isinstance(of_plan, dict):
        held = {**held, "specification": {**of_plan, **choices}}
    return {**held, **extent}


def check_over(choices: Mapping[str, Any], outcomes: Iterable[Outcome], blocks: Iterable[Mapping[str, Any]]) -> None:
    """Raise `OptionError` if a choice over those of a plan has no effect, or the plan varies it."""
    used = what_is_used(outcomes)
    for name, value in choices.items():
        if options_of(Specification)[name].field not in used:
            raise OptionError(f"{name} is {shown(value)}, which has no effect on the outcomes of this plan; leave it out")
        if any(isinstance(block.get("specification"), dict) and name in block["specification"] for block in blocks):
            raise OptionError(f"{name} is {shown(value)}, and the plan varies it; leave it out, or write a plan of your own")


def _source(file: TomlFile, folder: Path, raw: Mapping[str, Any]) -> tuple[Source, dict[str, Any]]:
    _check_names(file, raw, (*choices_of(Source), *options_of(Reading)), "source")
    reading = {name: value for name, value in raw.items() if name in options_of(Reading)}
    _made(file, ("source",), Reading, reading)
    own = {name: value for name, value in raw.items() if name in choices_of(Source)}
    made = _made(file, ("source",), Source, own)
    if made.board is not None and reading:
        raise file.fault(f"{next(iter(reading))} is given, which has no effect on a board; leave it out", "source", next(iter(reading)))
    # Files are named as they stand from the plan.
    return replace(made, votes=tuple(folder / one for one in made.votes), board=None if made.board is None else folder / made.board), reading


def _outcomes(file: TomlFile, raw: Mapping[str, Any], is_arena: bool, specification: Specification) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for number, table in enumerate(_tables(file, raw, "outcome")):
        place = ("outcome", number)
        _check_names(file, table, tuple(choices_of(Outcome)), *place)
        try:
            outcome = from_flat(Outcome, table)
            check_outcome(outcome)
            check_places(outcome, specification)
            measure = OUTCOMES[outcome.name]
            if measure.of_truth and not is_arena:
                raise OptionError(f"name is {outcome.name!r}, which needs a known truth; simulate an [arena], or leave it out")
            if is_arena and (measure.of_countries or measure.takes == ("competitor",)) and not raw["arena"].get("ratings"):
                raise OptionError(
                    f"name is {outcome.name!r}, and the models of this arena have no {'country' if measure.of_countries else 'names'}; leave it out"
                )
        except (OptionError, TypeError) as error:
            raise _fault_in(file, place, str(error), choices_of(Outcome)) from error
        label = label_of(outcome, table)
        if label in found:
            raise file.fault(f"outcome {label!r} is there twice; leave one out", *place)
        found[label] = outcome
    if not found:
        raise InputError(f'{file.label}: measures nothing; add a line [[outcome]], and below it a name, such as name = "kendall tau"')
    return found


class _Block:
    """A table `[[vary]]` in the reading."""

    def __init__(self, file: TomlFile, number: int, table: Mapping[str, Any], raw: Mapping[str, Any], outcomes: Mapping[str, Outcome]) -> None:
        self.file, self.place, self.table, self.raw, self.outcomes = file, ("vary", number), table, raw, outcomes
        _check_names(file, table, OF_BLOCKS, *self.place)
        for name in ("perturbation", "each", "arena", "specification"):
            if not isinstance(table.get(name, {}), dict):
                raise file.fault(f"{name} is no table; give its fields, as {name} = {{...}}", *self.place, name)

    def read(self) -> Block:
        """Make every value that is tried."""
        table = self.table
        if "arena" in table and "arena" not in self.raw:
            raise self.file.fault("arena is varied, and the plan simulates none; add a line [arena]", *self.place, "arena")
        arenas = self._varied("arena", lambda given: from_flat(Arena, self.raw["arena"] | given), options_of(Arena)) if "arena" in self.raw else ()
        if "each" in table and ("perturbation" in table or "arena" in self.raw):
            other = "perturbation" if "perturbation" in table else "arena"
            raise self.file.fault(
                f"each and {other}: parts of what is given are left out one after the other; leave one of both out", *self.place, "each"
            )
        if "seeds" in table:
            _made(self.file, self.place, Extent, {"seeds": table["seeds"]})
        return Block(arenas, self._perturbations(), self._each(), self._specifications(), table.get("seeds"))

    def _each(self) -> Varied | None:
        if "each" not in self.table:
            return None
        choices, place = dict(self.table["each"]), (*self.place, "each")
        name = choices.pop("name", None)
        if name not in PARTS:
            raise self.file.fault(f"name is {name!r}, of which there are no parts to leave out one by one; {near(str(name), PARTS)}", *place, "name")
        own, _ = PARTS[name]
        _check_names(self.file, choices, tuple(one for one in options_of(PERTURBATIONS[name]) if one != own), *place)
        return Varied(name, choices)

    def _perturbations(self) -> tuple[Varied, ...]:
        given = dict(self.table.get("perturbation", {}))
        if not given:
            return (Varied(None, {}),)
        place = (*self.place, "perturbation")
        name = given.pop("name", None)
        if name not in PERTURBATIONS:
            raise self.file.fault(f"name is {name!r}, which is no perturbation; {near(str(name), PERTURBATIONS)}", *place, "name")
        return self._varied("perturbation", lambda one: named(name, one), options_of(PERTURBATIONS[name]), given)

    def _specifications(self) -> tuple[Varied, ...]:
        own = self.raw.get("specification", {})
        given = self.table.get("specification", {})
        grid = self.table.get("grid", False)
        if grid not in (True, False):
            raise self.file.fault(f"grid is {grid!r}; give true or false", *self.place, "grid")
        if not grid:
            _check_used(self.file, (*self.place, "specification"), given, self.outcomes.values())
            return self._varied("specification", lambda one: Specification.from_dict({**own, **one}), options_of(Specification), given)
        if given:
            raise self.file.fault("grid varies every choice with other reasonable values; leave specification out", *self.place, "grid")
        return tuple(_reasonable(Specification.from_dict(own), self.outcomes.values()))

    def _varied(
        self, what: str, make: Callable[[dict[str, Any]], Any], known: Iterable[str], given: Mapping[str, Any] | None = None
    ) -> tuple[Varied, ...]:
        """Make one value of every combination of the values that are listed."""
        given = self.table.get(what, {}) if given is None else given
        place = (*self.place, what)
        _check_names(self.file, given, tuple(known), *place)
        values = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
        for name, listed in values.items():
            if not listed:
                raise self.file.fault(f"{name} is an empty list; give the values that are tried", *place, name)
            if len({json.dumps(one) for one in listed}) < len(listed):
                raise self.file.fault(f"{name} has a value twice; give each once", *place, name)
        made = []
        for combination in itertools.product(*values.values()):
            fields = dict(zip(values, combination, strict=True))
            try:
                made.append(Varied(make(fields), fields))
            except (OptionError, TypeError) as error:
                raise _fault_in(self.file, place, str(error), known) from error
        return tuple(made)


def _reasonable(base: Specification, outcomes: Iterable[Outcome]) -> Iterable[Varied]:
    """Yield every combination of reasonable values of the choices that outcomes depend on, which is possible."""
    used = what_is_used(outcomes)
    every = {name for name, (stated, _, _) in choices_of(Specification).items() if stated.reasonable or stated.optional}
    varied = {name: values for name, values in reasonable_values(base.but(groups=("every",), metrics=("every",))).items() if name in used & every}
    for values in itertools.product(*varied.values()):
        chosen = dict(zip(varied, values, strict=True))
        try:
            yield Varied(base.but(**chosen), {name: plain(value) for name, value in chosen.items()})
        except OptionError:
            # Choices that exclude each other are no specification.
            continue


def _check_used(file: TomlFile, place: tuple[str | int, ...], given: Mapping[str, Any], outcomes: Iterable[Outcome]) -> None:
    """Raise `InputError` if a choice has no effect on any outcome, or on none of them as it is given."""
    used = what_is_used(outcomes)
    options = options_of(Specification)
    for name in given:
        if name in options and options[name].field not in used:
            raise file.fault(f"{name} is given, which has no effect on these outcomes; leave it out", *place, name)


def _tables(file: TomlFile, raw: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    tables = raw.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise file.fault(f"{name} is no list of tables; begin each with a line [[{name}]]", name)
    return tables


def _check_names(file: TomlFile, given: Iterable[str], known: tuple[str, ...], *place: str | int) -> None:
    for name in given:
        if name not in known:
            raise file.fault(f"there is no field {name!r}{f' in {place[0]}' if place else ''}; {near(name, known)}", *place, name)


def _made(file: TomlFile, place: tuple[str | int, ...], owner: type[Made], given: Mapping[str, Any]) -> Made:
    """Make a dataclass of choices from plain values."""
    if place:
        _check_names(file, given, tuple(options_of(owner)), *place)
    try:
        return from_flat(owner, given)
    except (OptionError, TypeError) as error:
        raise _fault_in(file, place, str(error), options_of(owner)) from error


def _fault_in(file: TomlFile, place: tuple[str | int, ...], message: str, known: Iterable[str]) -> InputError:
    """Return the error at the field of a table that a message names first."""
    found = {
        name: named.start() for name in known if (*place, name) in file.lines and (named := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message))
    }
    return file.fault(message, *place, *([min(found, key=found.__getitem__)] if found else []))


def _plain(held: Any) -> Any:
    """Return what TOML holds with days and times as text."""
    if isinstance(held, dict):
        return {name: _plain(value) for name, value in held.items()}
    if isinstance(held, list):
        return [_plain(value) for value in held]
    return held.isoformat() if isinstance(held, date | datetime | time) else held
