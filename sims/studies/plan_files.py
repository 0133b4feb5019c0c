"""Files of plans: TOML, of which every field is checked before anything runs, and what is wrong is named by file, line and field.

In a table `[[vary]]` a list holds the values that are tried; elsewhere it is one value that has several parts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from recount.data.choices import Reading
from recount.data.toml_files import TomlFile, read_toml
from recount.engine.choices import choices_of
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.claims.bundled import sets
from recount.sims.specification import Specification
from recount.sims.specification.flat import from_flat, options_of
from recount.sims.studies.block_reading import BlockReading
from recount.sims.studies.bundled import plan_path
from recount.sims.studies.outcome import Outcome, label_of
from recount.sims.studies.outcomes import OUTCOMES, check_outcome, check_places, what_is_used
from recount.sims.studies.plan import SIMULATED, Extent, Plan, Source
from recount.sims.studies.plan_faults import check_names, check_numbers, check_times, check_used, fault_in, made, plain_of, tables_of
from recount.sims.studies.settings import shown

TABLES = ("source", *SIMULATED, "specification")


@checked
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
    raw = over(plain_of(file.held), choices, extent)
    known = (*choices_of(Extent), *TABLES, "outcome", "vary")
    check_names(file, raw, known)
    for name in TABLES:
        if not isinstance(raw.get(name, {}), dict):
            raise file.fault(f"{name} is no table; begin it with a line [{name}]", name)
    about = [name for name in ("source", *SIMULATED) if name in raw]
    if len(about) > 1:
        raise file.fault(f"{' and '.join(about)}: a study is about one of them; leave the others out", about[1])
    how_far = made(file, (), Extent, {name: value for name, value in raw.items() if name in choices_of(Extent)})
    source, reading = _source(file, path.parent, raw["source"]) if "source" in raw else (None, {})
    simulated = next((made(file, (name,), owner, raw[name]) for name, owner in SIMULATED.items() if name in raw), None)
    specification = made(file, ("specification",), Specification, raw.get("specification", {}))
    outcomes = _outcomes(file, path.parent, raw, specification)
    check_over(choices, outcomes.values(), tables_of(file, raw, "vary"), "benchmark" in raw)
    for name in ("specification", "audit"):
        if "benchmark" in raw and raw.get(name):
            raise file.fault(f"{name} is given, which has no effect on a benchmark; leave it out", name)
    check_used(file, ("specification",), raw.get("specification", {}), outcomes.values())
    tables = tables_of(file, raw, "vary") or [{}]
    if not how_far.audit:
        varied = [name for table in tables if isinstance(table.get("specification"), dict) for name in table["specification"]]
        check_times(file, ("specification",), raw.get("specification", {}), varied)
    blocks = [BlockReading(file, number, table, raw, outcomes).read() for number, table in enumerate(tables)]
    return Plan(path.stem.replace("_", "-"), how_far, source, reading, simulated, specification, outcomes, tuple(blocks), raw, file)


def over(held: dict[str, Any], choices: Mapping[str, Any], extent: Mapping[str, Any]) -> dict[str, Any]:
    """Put choices and the extent over what a plan holds."""
    of_plan = held.get("specification", {})
    if choices and isinstance(of_plan, dict):
        held = {**held, "specification": {**of_plan, **choices}}
    return {**held, **extent}


def check_over(choices: Mapping[str, Any], outcomes: Iterable[Outcome], blocks: Iterable[Mapping[str, Any]], is_of_benchmark: bool) -> None:
    """Raise `OptionError` if a choice over those of a plan has no effect, or the plan varies it."""
    used = set() if is_of_benchmark else what_is_used(outcomes)
    for name, value in choices.items():
        if options_of(Specification)[name].field not in used:
            raise OptionError(f"{name} is {shown(value)}, which has no effect on the outcomes of this plan; leave it out")
        if any(isinstance(block.get("specification"), dict) and name in block["specification"] for block in blocks):
            raise OptionError(f"{name} is {shown(value)}, and the plan varies it; leave it out, or write a plan of your own")


def _source(file: TomlFile, folder: Path, raw: Mapping[str, Any]) -> tuple[Source, dict[str, Any]]:
    check_names(file, raw, (*choices_of(Source), *options_of(Reading)), "source")
    reading = {name: value for name, value in raw.items() if name in options_of(Reading)}
    made(file, ("source",), Reading, reading)
    own = {name: value for name, value in raw.items() if name in choices_of(Source)}
    source = made(file, ("source",), Source, own)
    if source.board is not None and reading:
        raise file.fault(f"{next(iter(reading))} is given, which has no effect on a board; leave it out", "source", next(iter(reading)))
    # Files are named as they stand from the plan.
    return replace(source, votes=tuple(folder / one for one in source.votes), board=None if source.board is None else folder / source.board), reading


def check_source(outcome: Outcome, raw: Mapping[str, Any]) -> None:
    """Raise `OptionError` if what a plan is about does not have what an outcome needs."""
    measure, arena, name = OUTCOMES[outcome.name], raw.get("arena"), f"name is {outcome.name!r}"
    if measure.of_answers and "benchmark" not in raw:
        raise OptionError(f"{name}, which needs answers to items; simulate a [benchmark], or leave it out")
    if "benchmark" in raw and (measure.of_analysis or measure.of_scale or "competitor" in measure.takes):
        raise OptionError(f"{name}, which cannot be measured on scores of a simulated benchmark; leave it out")
    if measure.of_truth and arena is None:
        raise OptionError(f"{name}, which needs a known truth; simulate an [arena], or leave it out")
    if arena is None:
        return
    if measure.of_countries or "competitor" in measure.takes:
        what = "country" if measure.of_countries else "names that anybody knows"
        raise OptionError(f"{name}, and the models of a simulated arena have no {what}; leave it out")
    arenas = [arena, *(block.get("arena", {}) for block in raw.get("vary", []) if isinstance(block, dict))]
    if measure.of_planted and not any(isinstance(one, dict) and measure.of_planted in one for one in arenas):
        raise OptionError(f"{name}, and the arena has no {measure.of_planted}; give some, or leave it out")


def _outcomes(file: TomlFile, folder: Path, raw: Mapping[str, Any], specification: Specification) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for number, table in enumerate(tables_of(file, raw, "outcome")):
        place = ("outcome", number)
        check_names(file, table, tuple(choices_of(Outcome)), *place)
        check_numbers(file, place, Outcome, table)
        if "name" not in table:
            raise file.fault(f"name is missing; {did_you_mean('', OUTCOMES)}", *place)
        try:
            outcome = from_flat(Outcome, table)
            if outcome.claims not in sets() and (claims := folder / outcome.claims).is_file():
                outcome = replace(outcome, claims=str(claims))
            check_outcome(outcome)
            check_places(outcome, specification)
            check_source(outcome, raw)
        except (OptionError, TypeError) as error:
            raise fault_in(file, place, str(error), choices_of(Outcome)) from error
        label = label_of(outcome, table)
        if label in found:
            raise file.fault(f"outcome {label!r} is there twice; leave one out", *place)
        found[label] = outcome
    if not found:
        raise InputError(f'{file.label}: measures nothing; add a line [[outcome]], and below it a name, such as name = "kendall tau"')
    return found
