"""A block of a plan, `[[vary]]`: every combination of the values that it lists, made and checked."""

import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from recount.data.toml_files import Place, TomlFile
from recount.engine.choices import choices_of
from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.perturbations import PERTURBATIONS
from recount.sims.perturbations.perturbing import named
from recount.sims.specification import Specification
from recount.sims.specification.flat import from_flat, options_of, to_flat
from recount.sims.studies.asked_items import AskedItems
from recount.sims.studies.elo_orders import USED, EloOrders, scores_of
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import OUTCOMES, what_is_used
from recount.sims.studies.plan import SIMULATED, Block, Extent, Varied
from recount.sims.studies.plan_faults import check_names, check_numbers, check_times, check_used, fault_in, made
from recount.sims.studies.sources import PARTS

# What has no effect on a benchmark.
OF_VOTES = ("perturbation", "each", "specification", "elo", "grid")
FIELDS = ("what", "perturbation", "each", "arena", "specification", "elo", "grid", "benchmark", "asked", "seeds")


class BlockReading:
    """A table `[[vary]]` in the reading."""

    def __init__(self, file: TomlFile, number: int, table: Mapping[str, Any], raw: Mapping[str, Any], outcomes: Mapping[str, Outcome]) -> None:
        self.file, self.place, self.table, self.raw, self.outcomes = file, ("vary", number), table, raw, outcomes
        check_names(file, table, FIELDS, *self.place)
        for name in ("perturbation", "each", "specification", "elo", "asked", *SIMULATED):
            if not isinstance(table.get(name, {}), dict):
                raise file.fault(f"{name} is no table; give its fields, as {name} = {{...}}", *self.place, name)
        for name in OF_VOTES if "benchmark" in raw else ():
            if name in table:
                raise file.fault(f"{name} is given, which has no effect on a benchmark; leave it out", *self.place, name)
        if "asked" in table and "benchmark" not in raw:
            raise file.fault("asked is given, and the plan simulates no items; add a line [benchmark]", *self.place, "asked")

    def read(self) -> Block:
        """Make every value that is tried."""
        table = self.table
        simulated: tuple[Varied, ...] = ()
        for name, owner in SIMULATED.items():
            if name in table and name not in self.raw:
                raise self.file.fault(f"{name} is varied, and the plan simulates none; add a line [{name}]", *self.place, name)
            if name in self.raw:
                simulated = self._varied(name, partial(_over, owner, self.raw[name]), owner)
        if "each" in table and ("perturbation" in table or "arena" in self.raw):
            other = "perturbation" if "perturbation" in table else "arena"
            raise self.file.fault(
                f"each and {other}: parts of what is given are left out one after the other; leave one of both out", *self.place, "each"
            )
        if "seeds" in table:
            made(self.file, self.place, Extent, {"seeds": table["seeds"]})
        if not isinstance(table.get("what", ""), str):
            raise self.file.fault(f"what is {table['what']!r}; say in words what is varied", *self.place, "what")
        perturbations, each, specifications = self._perturbations(), self._each(), self._specifications()
        return Block(table.get("what", ""), simulated, perturbations, each, specifications, self._rated_by(specifications), table.get("seeds"))

    def _each(self) -> Varied | None:
        if "each" not in self.table:
            return None
        choices, place = dict(self.table["each"]), (*self.place, "each")
        name = self._name(choices, place, PARTS, "of which there are no parts to leave out one by one")
        own, _ = PARTS[name]
        if own in choices:
            raise self.file.fault(f"{own} is what {name} leaves out, each in turn; leave the field out, or write perturbation = {{...}}", *place, own)
        check_names(self.file, choices, tuple(one for one in ("name", *options_of(PERTURBATIONS[name])) if one != own), *place)
        try:
            # Any part will do.
            named(name, {**choices, own: "US"})
        except OptionError as error:
            raise fault_in(self.file, place, str(error), choices) from error
        return Varied(name, choices)

    def _name(self, given: dict[str, Any], place: Place, known: Mapping[str, Any], what_is_wrong: str) -> str:
        """Take the name of a perturbation from its fields, and check it."""
        if "name" not in given:
            raise self.file.fault(f"name is missing; {did_you_mean('', known)}", *place)
        name = given.pop("name")
        if not isinstance(name, str):
            raise self.file.fault(f"name is {name!r}; give one name as text, and each perturbation a [[vary]] of its own", *place, "name")
        if name not in known:
            raise self.file.fault(f"name is {name!r}, {what_is_wrong}; {did_you_mean(name, known)}", *place, "name")
        return name

    def _perturbations(self) -> tuple[Varied, ...]:
        if "perturbation" not in self.table:
            return (Varied(None, {}),)
        given = dict(self.table["perturbation"])
        name = self._name(given, (*self.place, "perturbation"), PERTURBATIONS, "which is no perturbation")
        return self._varied("perturbation", lambda one: named(name, one), PERTURBATIONS[name], given)

    def _specifications(self) -> tuple[Varied, ...]:
        own = self.raw.get("specification", {})
        given = self.table.get("specification", {})
        grid = self.table.get("grid", False)
        if not isinstance(grid, bool):
            raise self.file.fault(f"grid is {grid!r}; give true or false", *self.place, "grid")
        if not grid:
            check_used(self.file, (*self.place, "specification"), given, self.outcomes.values())
            check_times(self.file, (*self.place, "specification"), given, own)
            return self._varied("specification", lambda one: Specification.from_dict({**own, **one}), Specification, given)
        if given:
            raise self.file.fault("grid varies every choice with other reasonable values; leave specification out", *self.place, "grid")
        return tuple(reasonable(Specification.from_dict(own), self.outcomes.values()))

    def _rated_by(self, specifications: tuple[Varied, ...]) -> tuple[Varied, ...]:
        if "asked" in self.table:
            return self._varied("asked", partial(_over, AskedItems, {}), AskedItems, as_usual(AskedItems()) | self.table["asked"])
        if "elo" not in self.table:
            return ()
        self._check_elo(specifications)
        return self._varied("elo", partial(_over, EloOrders, {}), EloOrders, as_usual(EloOrders()) | self.table["elo"])

    def _check_elo(self, specifications: tuple[Varied, ...]) -> None:
        """Raise `InputError` if a block asks of Elo what it does not have."""
        place = (*self.place, "elo")
        if "grid" in self.table or self.raw.get("audit"):
            other = "grid" if "grid" in self.table else "audit"
            raise self.file.fault(f"elo and {other}: of the choices of an analysis Elo has hardly any; leave one of both out", *place)
        for label, outcome in self.outcomes.items():
            if OUTCOMES[outcome.name].of_analysis:
                raise self.file.fault(f"Elo has ratings alone, of which {label!r} cannot be measured; leave one of both out", *place)
        for name in self.table.get("specification", {}):
            if options_of(Specification)[name].field not in USED:
                raise self.file.fault(f"{name} is given, which has no effect on Elo; leave it out", *self.place, "specification", name)
        for one in specifications:
            try:
                scores_of(one.value)
            except OptionError as error:
                given = (*self.place, "specification") if one.fields else place
                raise fault_in(self.file, given, str(error), options_of(Specification)) from error

    def _varied(
        self, what: str, make: Callable[[dict[str, Any]], Any], owner: type[Any], given: Mapping[str, Any] | None = None
    ) -> tuple[Varied, ...]:
        """Make one value of every combination of the values that are listed, of choices of `owner`."""
        given = self.table.get(what, {}) if given is None else given
        place = (*self.place, what)
        known = tuple(options_of(owner))
        check_names(self.file, given, ("name", *known) if what == "perturbation" else known, *place)
        check_numbers(self.file, place, owner, given)
        values = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
        for name, listed in values.items():
            if not listed:
                raise self.file.fault(f"{name} is an empty list; give the values that are tried", *place, name)
            if len({json.dumps(one) for one in listed}) < len(listed):
                raise self.file.fault(f"{name} has a value twice; give each once", *place, name)
        found = []
        for combination in itertools.product(*values.values()):
            fields = dict(zip(values, combination, strict=True))
            try:
                found.append(Varied(make(fields), fields))
            except (OptionError, TypeError) as error:
                raise fault_in(self.file, place, str(error), known) from error
        return tuple(found)


def _over(owner: type[Any], usual: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """Make a dataclass of choices from plain values over others."""
    return from_flat(owner, {**usual, **given})


def as_usual(made: Any) -> dict[str, Any]:
    """Return the plain values of what has no name of its own, so that settings are told apart by them; without those that change nothing."""
    return {name: value for name, value in to_flat(made).items() if value != math.inf}


def reasonable(base: Specification, outcomes: Iterable[Outcome]) -> Iterator[Varied]:
    """Yield every combination of reasonable values of the choices that outcomes depend on, which is possible."""
    used = what_is_used(outcomes)
    every = {name for name, (stated, _, _) in choices_of(Specification).items() if stated.reasonable or stated.optional}
    varied = {name: values for name, values in reasonable_values(base.but(groups=("every",), metrics=("every",))).items() if name in used & every}
    for values in itertools.product(*varied.values()):
        chosen = dict(zip(varied, values, strict=True))
        try:
            made = base.but(**chosen)
        except OptionError:
            # Choices that exclude each other are no specification.
            continue
        flat = to_flat(made)
        yield Varied(made, {name: flat[name] for name, option in options_of(Specification).items() if option.field in varied})
