"""A plan: what is studied, what is varied, what is measured, and how often; checked whole before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from recount.data.toml_files import TomlFile
from recount.engine.choices import check, choice
from recount.engine.choices.resampling import LARGEST_SEED
from recount.engine.choices.usual import SEED
from recount.engine.errors import OptionError
from recount.sims.arenas.arena import Arena
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.specification import Specification
from recount.sims.studies.outcome import Outcome

MOST_SEEDS = 1_000_000
# What may be simulated, by the table that says so.
SIMULATED: Mapping[str, type[Any]] = {"arena": Arena, "benchmark": BenchmarkKind}


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a study asks, and how often it runs."""

    question: str = choice("", "What the study asks, in a sentence.")
    seeds: int = choice(20, "Runs of each setting in which something is drawn, with other seeds.", least=1, most=MOST_SEEDS)
    seed: int = choice(SEED, "Seed of the first run of a setting; the others have the next ones.", least=0, most=LARGEST_SEED - MOST_SEEDS)
    audit: bool = choice(False, "Also look for what is known to go wrong in logs, with every probe of the audit.")
    voter_column: str | None = choice(
        None, "With audit: column that names voters, who are left out one by one and tested.", unset="one with a usual name", metavar="COLUMN"
    )

    def __post_init__(self) -> None:
        check(self)
        if self.voter_column is not None and not self.audit:
            raise OptionError(f"voter_column is {self.voter_column!r}, which has an effect with audit = true only; leave it out")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Votes or a published board that a plan names itself.

    Attributes
    ----------
    votes : tuple of path
        Files of votes.
    board : path, optional
    category, date, subset, board_columns : str, optional
        Which board of those in the file, and what its columns hold.
    """

    votes: tuple[Path, ...] = choice((), "Files of votes.", example="'votes.parquet'")
    board: Path | None = choice(None, "A published board in place of votes.", example="'board.csv'")
    category: str | None = choice(None, "Category of the board.")
    date: str | None = choice(None, "Day of the board.")
    subset: str | None = choice(None, "Which board of several in the file.")
    board_columns: str | None = choice(None, "What columns of the board hold.")

    def __post_init__(self) -> None:
        check(self)
        if bool(self.votes) == (self.board is not None):
            raise OptionError("votes and board: give one of them")
        for name in ("category", "date", "subset", "board_columns"):
            if self.votes and getattr(self, name) is not None:
                raise OptionError(f"{name} is {getattr(self, name)!r}, which has no effect on votes; leave it out")


class Varied(NamedTuple):
    """One of several values of something that is varied, with the plain values of the fields that make it what it is."""

    value: Any
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Values of which every combination is run.

    Attributes
    ----------
    what : str
        What is varied, as a phrase.
    simulated : tuple of Varied
        Arenas or benchmarks; empty where votes are given.
    perturbations : tuple of Varied
        Perturbations; None as a value for none.
    each : Varied, optional
        Name of a perturbation that leaves one part out, of which each part of the source is left out in turn, and its other choices.
    specifications : tuple of Varied
        Specifications, by what differs from the plan's own.
    rated_by : tuple of Varied
        Elo in place of a fit, or which items of a benchmark are asked; empty where votes are fitted and all items asked.
    seeds : int, optional
        In place of the plan's.
    """

    what: str = ""
    simulated: tuple[Varied, ...] = ()
    perturbations: tuple[Varied, ...] = (Varied(None, {}),)
    each: Varied | None = None
    specifications: tuple[Varied, ...] = ()
    rated_by: tuple[Varied, ...] = ()
    seeds: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    Attributes
    ----------
    name : str
        That of its file.
    extent : Extent
    source : Source, optional
        None where an arena or a benchmark is simulated, or whoever runs the plan says which votes or board.
    reading : mapping of str to object
        How the votes of `source` are read, as plain values by name.
    simulated : Arena or BenchmarkKind, optional
        What is simulated, where blocks do not vary it.
    specification : Specification
        Where blocks do not vary it.
    outcomes : mapping of str to Outcome
        By their labels.
    blocks : tuple of Block
    raw : mapping of str to object
        What the file holds, by which two plans are the same.
    file : TomlFile
        Where each of its fields stands.
    """

    name: str
    extent: Extent
    source: Source | None
    reading: Mapping[str, Any]
    simulated: Arena | BenchmarkKind | None
    specification: Specification
    outcomes: Mapping[str, Outcome]
    blocks: tuple[Block, ...]
    raw: Mapping[str, Any]
    file: TomlFile
