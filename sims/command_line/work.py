"""The work of one command, from votes to a table that is shown, or written with its manifest."""

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from recount.data import read_replicates
from recount.data.checksums import sha256
from recount.data.choices import Reading
from recount.data.manifests import check_as_written, manifest_path, outdated_by
from recount.data.whole_files import WholeFiles
from recount.engine.errors import InputError, OptionError
from recount.engine.kernels.accelerate import at_compilation
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, read
from recount.sims.command_line.board_option import board_asked, refuse_what_needs_votes
from recount.sims.command_line.options import Given, Idle, chosen, in_options
from recount.sims.command_line.progress import Progress
from recount.sims.command_line.shell import Published, Saved, Shown
from recount.sims.command_line.telling import tell, tell_compiling
from recount.sims.command_line.workers import Workers, executor_of
from recount.sims.presentation import Table, show
from recount.sims.presentation.files import check_nothing_is_lost, check_output, check_place, manifest_of, write_table, write_with_manifest
from recount.sims.presentation.showing import says_sentence
from recount.sims.presentation.terminal import MORE, MORE_COLUMNS
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
    writes : sequence of str
        Those that name files to write; every other file that is named is read.
    idle : sequence of (str, sequence of str)
        Why options have no effect, and which; refused before another is said to need one of them.
    by_times : bool
        Whether the answer is about times.

    Attributes
    ----------
    specification : Specification
    shown : Shown
    inputs : dict of str to str
        SHA-256 of the files read, by path, for the manifest; taken before they are read, and only if something is written.
    recorded : dict
        Every choice made, for the manifest.
    manifest : dict
        What else the manifest says.

    Raises
    ------
    OptionError, InputError
        Before the work, if a choice is invalid or the result could not be written.
    """

    def __init__(
        self, given: Given, options: Mapping[str, Option], writes: Sequence[str] = ("output",), idle: Sequence[Idle] = (), by_times: bool = False
    ) -> None:
        self.started = time.perf_counter()
        gc.freeze()
        gc.enable()
        self.is_quiet = "quiet" in given
        at_compilation((lambda kept: None) if self.is_quiet else tell_compiling)
        self.given, self.options = given, options
        if "board" in given:
            refuse_what_needs_votes(self)
        for why, names in idle:
            self.refuse(why, *names)
        self.specification = self.choices(Specification)
        if not by_times and not self.specification.window:
            self.refuse("without --since or --until", "time_column")
        self.shown = self.choices(Shown)
        self.choices(Saved)  # Refused before the work.
        self.progress, self._files, self._open = Progress(self.is_quiet), WholeFiles(), ExitStack()
        self.inputs: dict[str, str] = {}
        self.recorded = {name: value for name, value in to_flat(self.specification).items() if name in options}
        self.manifest: dict[str, Any] = {}
        self._log: Log | None = None
        self.found, self._written = "", list[str]()  # What the last line says, with which files were written.
        named = {name: value for name, value in given.items() if isinstance(value, Path)}
        several = [path for value in given.values() if isinstance(value, tuple) for path in value if isinstance(path, Path)]
        self._read = [*map(Path, given.get("votes", ())), *several, *(path for name, path in named.items() if name not in writes)]
        self._outputs: list[Path] = []
        check_output(self.shown.output)
        if self.shown.output is not None and (self.shown.columns or self.shown.format):
            raise OptionError("`columns` and `format` are for tables that are shown, and a file holds everything; leave them out with `output`")
        self.will_write(*(named[name] for name in writes if name in named))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give the files that were written their places, also if nobody reads on what is shown; after any other error nothing is left of them."""
        self.progress.close()
        self._open.close()
        try:
            if kind is None or issubclass(kind, BrokenPipeError):
                outdated = outdated_by(self._outputs) if self._written else []
                self._files.publish(without=[*outdated, *map(manifest_path, outdated)])
                for path in outdated:
                    self.tell(f"removed {path}, which was written with the file that is replaced")
                if self._written:
                    self.tell(f"{self.found} {', '.join(self._written)}")
        finally:
            self._files.discard()

    def will_write(self, *paths: Path) -> None:
        """Say before the work which files it writes; raise `InputError` if one cannot be, or would be written over something that is needed."""
        for path in paths:
            check_place(path)
        self._outputs += paths
        check_nothing_is_lost(self._outputs, self._read)

    def beside(self, name: str) -> Path | None:
        """Where a further table goes, beside the output; None if nothing is written."""
        output = self.shown.output
        return None if output is None else output.with_name(f"{output.stem}.{name}{output.suffix}")

    def will_write_beside(self, name: str) -> None:
        """Say before the work that a further table is written beside the output."""
        if (path := self.beside(name)) is not None:
            self.will_write(path)

    def will_read(self, path: Path) -> None:
        """Note a file for the manifest before it is read."""
        if self._outputs:
            try:
                self.inputs[str(path)] = sha256(path)
            except OSError as error:
                raise InputError(f"{str(path)!r} cannot be read ({error.strerror})") from error

    def choices(self, owner: type[Choices]) -> Choices:
        """Make a dataclass of choices from the options given."""
        own = options_of(owner)
        return from_flat(owner, {name: value for name, value in self.given.items() if name in own and name in self.options})

    def refuse(self, why: str, *owners_or_names: str) -> None:
        """Raise `OptionError` if an option was given that has no effect, which `why` says."""
        for name in owners_or_names:
            if name in self.given:
                said = ", ".join(map(str, value)) if isinstance(value := self.given[name], list | tuple) else value
                raise OptionError(f"{name} is {said}, which has no effect {why}; leave it out")

    @cached_property
    def executor(self) -> Executor | None:
        """What works at the same time, until the work ends; None for threads of our own."""
        return self._open.enter_context(executor_of(self.choices(Workers).workers))

    def log(self) -> Log:
        """Open the votes; nothing is read yet."""
        reading = self.choices(Reading)
        log = read(*self.given.get("votes", ()), reading=reading, progress=self.progress.of("reading", "rows"), executor=self.executor)
        check_nothing_is_lost(self._outputs, [*self._read, *(path for path in log.paths if isinstance(path, Path))])
        if self._outputs:
            self.inputs |= log.checksums
        self._log = log
        if self.specification.without_voters is not None:
            self.will_read(self.specification.without_voters)
        self.recorded |= to_flat(reading)
        return log

    def analysis(self, log: Log | None = None) -> Analysis:
        """Analyse the votes under the specification, or the published board that stands in their place."""
        if "board" in self.given:
            return Analysis(board_asked(self), self.specification)
        self.refuse("without --board", *chosen(Published))
        return Analysis(self.log() if log is None else log, self.specification, progress=self.progress.of("drawing", "draws"))

    def analysis_of_replicates(self, path: Path) -> Analysis:
        """Analyse saved replicates in place of votes."""
        self.will_read(path)
        check_as_written(path)
        return Analysis(read_replicates(path), self.specification)

    def record(self, **choices: object) -> None:
        """Note further choices for the manifest."""
        self.recorded |= choices

    def finish(self, table: Table) -> None:
        """Write a table with its manifest, or show it; then print its notes."""
        self.progress.close()
        table = replace(table, notes=() if self.is_quiet else tuple(in_options(note, self.options.values()) for note in table.notes))
        if self.shown.output is None:
            # The output of a study is a folder.
            of_table = "output" in self.options and self.options["output"].field == "output"
            show(table, columns=self.shown.columns, format=self.shown.format, n_rows=N_SHOWN, more=MORE if of_table else MORE_COLUMNS)
        else:
            self.found = table.headline
            self.write(table, self.shown.output)
        # A terminal shows them below the table.
        if self.shown.output or self.shown.format or not sys.stdout.isatty():
            self.tell_notes(table)

    def tell_notes(self, table: Table) -> None:
        """Print the notes of a table."""
        for note in table.notes:
            self.tell(in_options(note, self.options.values()))

    def tell(self, line: str) -> None:
        """Print a line on stderr, unless nothing is to be said."""
        if not self.is_quiet:
            tell(line)

    def write_beside(self, name: str, table: Table) -> None:
        """Write a further table beside the output, if there is one; `will_write_beside` has said so."""
        if (path := self.beside(name)) is not None:
            self.write(table, path)

    def finish_beside(self, name: str, table: Table, then: Table | None = None) -> None:
        """Write a further table beside the output; print its headline, unless the table that is finished `then` says the same."""
        self.write_beside(name, table)
        said = then.headline if then is not None and (self.shown.output or says_sentence(self.shown.format, sys.stdout)) else ""
        for line in (one for one in table.headline.splitlines() if one not in said):
            self.tell(line)

    def write(self, table: Table, path: Path) -> None:
        """Write a table and its manifest, which take their places when the work is done."""
        self.write_with(path, lambda path: write_table(table.frame, path), plural(len(table.frame), "row"))

    def made(self) -> dict[str, Any]:
        """Say how what is written was made, as a manifest does."""
        seconds, command = time.perf_counter() - self.started, ["recount", *sys.argv[1:]]
        made = manifest_of(inputs=self.inputs, specification=self.recorded, seed=self.specification.seed, seconds=seconds, command=command)
        left_out = {"unreadable": dict(self._log.quarantine.unreadable)} if self._log is not None and self._log.quarantine.unreadable else {}
        return made | left_out | self.manifest

    def write_with(self, path: Path, write: Callable[[Path], None], what: str, found: str = "") -> None:
        """Have a file written, and its manifest, which take their places when the work is done; say then what was found, and that it holds `what`."""
        self.progress.close()
        self.found = found or self.found
        write_with_manifest(self._files, path, write, self.made())
        self._written.append(f"{what} in {path}")
