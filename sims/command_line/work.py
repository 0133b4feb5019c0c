"""The work of one command, from votes to a table that is shown, or written with its manifest."""

import gc
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeVar

import pandas as pd

from recount.data import read_catalogue, read_replicates, write_replicates
from recount.data.catalogue import CATALOGUE
from recount.data.choices import Reading
from recount.engine.errors import InputError, OptionError
from recount.engine.kernels.accelerate import at_compilation
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.replicates import Replicates
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, read
from recount.sims.command_line.options import Given, in_options
from recount.sims.command_line.progress import Progress
from recount.sims.command_line.shell import Shown
from recount.sims.command_line.telling import tell, tell_compiling
from recount.sims.presentation import Table, show
from recount.sims.presentation.files import check_output, write_manifest, write_table
from recount.sims.specification import Specification
from recount.sims.specification.flat import Option, from_flat, options_of, to_flat

N_SHOWN = 30
Choices = TypeVar("Choices")


class Work:
    """What a command was given, what it reads and writes.

    Parameters
    ----------
    given : mapping of str to value
        Options that were given, by plain name.
    options : mapping of str to Option
        All that the command has.

    Attributes
    ----------
    specification : Specification
    shown : Shown
    inputs : list of Path
        Files read, for the manifest.
    recorded : dict
        Every choice made, for the manifest.

    Raises
    ------
    OptionError, InputError
        Before the work, if a choice is invalid or the result could not be written.
    """

    def __init__(self, given: Given, options: Mapping[str, Option]) -> None:
        self.started = time.perf_counter()
        gc.freeze()
        gc.enable()
        at_compilation(tell_compiling)
        self.given = given
        self.options = options
        self.specification = self.choices(Specification)
        self.shown = self.choices(Shown)
        self.inputs: list[Path] = []
        self.progress = Progress()
        self.recorded = {name: value for name, value in to_flat(self.specification).items() if name in options}
        check_output(self.shown.output)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.close()

    def choices(self, owner: type[Choices]) -> Choices:
        """Make a dataclass of choices from the options given."""
        own = options_of(owner)
        return from_flat(owner, {name: value for name, value in self.given.items() if name in own and name in self.options})

    def refuse(self, why: str, *owners_or_names: str) -> None:
        """Raise `OptionError` if an option was given that has no effect, which `why` says."""
        for name in owners_or_names:
            if name in self.given:
                raise OptionError(f"{name} is {_plain(self.given[name])}, which has no effect {why}; leave it out")

    def log(self) -> Log:
        """Open the votes; nothing is read yet."""
        reading = self.choices(Reading)
        log = read(*self.given.get("votes", ()), reading=reading, progress=self.progress.of("reading", "rows"))
        self.inputs += log.paths
        self.recorded |= to_flat(reading)
        return log

    def analysis(self, log: Log | None = None) -> Analysis:
        """Analyse the votes under the specification."""
        return Analysis(self.log() if log is None else log, self.specification, progress=self.progress.of("resampling", "replicates"))

    def analysis_of_replicates(self, path: Path) -> Analysis:
        """Analyse saved replicates in place of votes."""
        self.inputs.append(path)
        return Analysis(read_replicates(path), self.specification)

    def catalogue(self, path: Path | None) -> pd.DataFrame:
        """Read a catalogue of models, the bundled one if none is named."""
        self.inputs.append(path or CATALOGUE)
        return read_catalogue(path or CATALOGUE)

    def record(self, **choices: object) -> None:
        """Note further choices for the manifest."""
        self.recorded |= choices

    def finish(self, table: Table) -> None:
        """Write a table with its manifest, or show it; then print its notes."""
        self.progress.close()
        table = replace(table, notes=tuple(in_options(note, self.options.values()) for note in table.notes))
        if self.shown.output is None:
            show(table, columns=self.shown.columns, format=self.shown.format, n_rows=N_SHOWN)
        else:
            if self.shown.columns or self.shown.format:
                raise OptionError("`columns` and `format` are for tables that are shown, and a file holds everything; leave them out with `output`")
            self.write(table, self.shown.output)
        # A terminal shows them below the table.
        if self.shown.output or self.shown.format or not sys.stdout.isatty():
            self.tell_notes(table)

    def tell_notes(self, table: Table) -> None:
        """Print the notes of a table."""
        for note in table.notes:
            tell(note)

    def write_beside(self, name: str, table: Table) -> None:
        """Write a further table beside the output, if there is one."""
        output = self.shown.output
        if output is not None:
            self.write(table, output.with_name(f"{output.stem}.{name}{output.suffix}"))

    def finish_beside(self, name: str, table: Table) -> None:
        """Write a further table beside the output; print its headline."""
        self.write_beside(name, table)
        for line in table.headline.splitlines():
            tell(line)

    def write_replicates(self, rated: Uncertainty, path: Path) -> None:
        """Save replicates, with a manifest beside them."""
        if isinstance(rated, Replicates):
            write_replicates(rated, path)
            self.write_manifest(path)

    def write(self, table: Table, path: Path) -> None:
        """Write a table, with its manifest beside it, but not over an input."""
        self.write_with(path, lambda path: write_table(table.frame, path), f"{len(table.frame)} rows")

    def write_with(self, path: Path, write: Callable[[Path], None], what: str) -> None:
        """Have a file written, with its manifest beside it, but not over an input; say that it holds `what`."""
        if path.exists() and any(path.samefile(source) for source in self.inputs):
            raise InputError(f"output {str(path)!r} is one of the inputs; give another name")
        write(path)
        self.write_manifest(path)
        tell(f"{what} in {path}")

    def write_manifest(self, path: Path) -> None:
        """Write the manifest of a result beside it."""
        write_manifest(
            path,
            inputs=self.inputs,
            specification=self.recorded,
            seed=self.specification.seed,
            seconds=time.perf_counter() - self.started,
            command=["recount", *sys.argv[1:]],
        )


def names_of(*owners: type[Any]) -> tuple[str, ...]:
    """Plain names of all choices of some dataclasses."""
    return tuple(name for owner in owners for name in options_of(owner))


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
