"""Settings of a study: every combination of what a plan varies, in a fixed order, and the runs of each."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.arenas.arena import Arena
from recount.sims.perturbations.perturbing import name_of
from recount.sims.perturbations.protocols import Perturbation
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.specification import Specification
from recount.sims.specification.flat import to_flat
from recount.sims.studies.asked_items import AskedItems
from recount.sims.studies.elo_orders import EloOrders
from recount.sims.studies.plan import SIMULATED, Plan, Varied
from recount.sims.studies.sources import Impossible

MOST_RUNS = 10_000_000
# What may be in a setting, by the table of a plan that has it.
TABLES: Mapping[type[Any], str] = {owner: name for name, owner in SIMULATED.items()} | {EloOrders: "elo", AskedItems: "asked"}
# In place of values where something is not there.
NOTHING = (Varied(None, {}),)


class Setting(NamedTuple):
    """What is varied, at one value each.

    Attributes
    ----------
    block : int
        Number of the block of the plan.
    simulated : Arena, BenchmarkKind or None
        None where votes or a board are given.
    perturbation : Perturbation or None
        Or `Impossible`, of which the run fails.
    specification : Specification
    rated_by : EloOrders, AskedItems or None
        Elo in place of a fit, or which items of a benchmark are asked.
    varied : mapping of str to object
        What makes it what it is, as plain values by the names of columns: perturbation, perturbation.share, specification.ties, arena.n_votes,
        elo.k_factor, ...
    n_runs : int
    is_drawn : bool
        Whether a run depends on its seed.
    """

    block: int
    simulated: Arena | BenchmarkKind | None
    perturbation: Perturbation | Impossible | None
    specification: Specification
    rated_by: EloOrders | AskedItems | None
    varied: Mapping[str, Any]
    n_runs: int
    is_drawn: bool


class Run(NamedTuple):
    """One run: its number, its setting by number, and its seed."""

    number: int
    setting: int
    seed: int


Parts = Callable[[str, Mapping[str, Any]], Sequence[Perturbation | Impossible]]


def settings_of(plan: Plan, parts: Parts) -> list[Setting]:
    """Return the settings of a plan; `parts` gives the perturbations that leave out one part of the source each, by name and choices."""
    found = [setting for number in range(len(plan.blocks)) for setting in _of_block(plan, number, parts)]
    if (n := sum(setting.n_runs for setting in found)) > MOST_RUNS:
        raise OptionError(f"the plan has {plural(n, 'run')}, and {MOST_RUNS:,} can be held; lower seeds, or vary less")
    return found


def _of_block(plan: Plan, number: int, parts: Parts) -> Iterator[Setting]:
    block = plan.blocks[number]
    perturbations = block.perturbations
    if block.each is not None:
        perturbations = tuple(Varied(one, {} if isinstance(one, Impossible) else to_flat(one)) for one in parts(block.each.value, block.each.fields))
    for combination in itertools.product(block.simulated or NOTHING, perturbations, block.specifications, block.rated_by or NOTHING):
        simulated, perturbation, specification, rated_by = (one.value for one in combination)
        is_drawn = simulated is not None or rated_by is not None or draws(perturbation)
        n_runs = block.seeds or plan.extent.seeds if is_drawn else 1
        yield Setting(number, simulated, perturbation, specification, rated_by, _columns(*combination), n_runs, is_drawn)


def _columns(simulated: Varied, perturbation: Varied, specification: Varied, rated_by: Varied) -> dict[str, Any]:
    columns: dict[str, Any] = {"perturbation": name_of_kind(perturbation.value)}
    parts = {table_of(simulated): simulated, "perturbation": perturbation, "specification": specification, table_of(rated_by): rated_by}
    for what, one in parts.items():
        columns |= {f"{what}.{name}": value for name, value in one.fields.items() if value is not None}
    return columns


def table_of(one: Varied) -> str:
    """Return the name of the table of a plan that holds such a value."""
    return TABLES.get(type(one.value), "")


def name_of_kind(perturbation: Perturbation | Impossible | None) -> str:
    """Return the name of a perturbation; "" for none."""
    if perturbation is None:
        return ""
    return perturbation.name if isinstance(perturbation, Impossible) else name_of(perturbation)


def draws(perturbation: Perturbation | Impossible | None) -> bool:
    """Whether a perturbation draws anything at random, so that another seed gives other votes."""
    if perturbation is None or isinstance(perturbation, Impossible):
        return False
    name, share = name_of(perturbation), getattr(perturbation, "share", None)
    # What is left out by its name, or whole, is the same for any seed.
    fixed = {
        "release_window": True,
        "time_window": share is None,
        "edge_thinning": share in (0.0, 1.0),
        "subsample": share == 1.0,
        "drop": share == 0.0,
    }
    return not (name.startswith("leave_") or fixed.get(name, False))


def runs_of(settings: Sequence[Setting], seed: int) -> list[Run]:
    """Return all runs: those of the first seed of every setting, then those of the next one, so that time left is soon known."""
    starts = list(itertools.accumulate((setting.n_runs for setting in settings), initial=0))
    most = max(setting.n_runs for setting in settings)
    return [Run(starts[i] + k, i, seed + k) for k in range(most) for i, setting in enumerate(settings) if k < setting.n_runs]


def in_words(varied: Mapping[str, Any]) -> str:
    """Say what a setting is."""
    said = [varied["perturbation"]] if varied.get("perturbation") else []
    said += [f"{name.partition('.')[2]}={shown(value)}" for name, value in varied.items() if "." in name]
    return " ".join(said) or "as it is"


def shown(value: Any) -> str:
    """Write a plain value as a plan has it, several with commas."""
    if isinstance(value, list | tuple):
        return ",".join(map(shown, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)
