"""One command's work from votes to a table shown, or written with its manifest."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from recount.data import ARENA_VOTES, Columns, Quarantine, column_names, read_counts, read_votes, with_days
from recount.engine import InputError, OptionError, PairCounts, Votes, count
from recount.sims.command_line.tell import tell
from recount.sims.presentation import Table, show
from recount.sims.presentation.files import check_output, write_manifest, write_table

SECONDS_BEFORE_PROGRESS = 2.0


class Work:
    """What a command reads and writes.

    Parameters
    ----------
    output : Path or None
        File to write; None shows the result.
    seed : int

    Attributes
    ----------
    inputs : list of Path
        Files read, for the manifest.
    specification : dict
        The analyst's choices, for the manifest.

    Raises
    ------
    OptionError, InputError
        Before the work, if its result could not be written.
    """

    def __init__(self, output: Path | None, seed: int = 0) -> None:
        self.output = output
        self.seed = seed
        self.inputs: list[Path] = []
        self.specification: dict[str, Any] = {}
        self.started = time.perf_counter()
        if seed < 0:
            raise OptionError(f"seed is {seed}; give a whole number, 0 or more")
        check_output(output)

    def read(
        self,
        votes: list[Path] | None,
        first: str,
        second: str,
        outcome: str,
        max_rejected: float,
        clusters: Sequence[str] = (),
        single_votes: bool = False,
    ) -> tuple[PairCounts, Votes | None, Quarantine]:
        """Count the votes, with progress where it takes long; single votes are kept, with the columns of `clusters`, where those are needed."""
        paths = votes or [ARENA_VOTES]
        for path, n in Counter(path.resolve() for path in paths).items():
            if n > 1:
                raise InputError(f"{str(path)!r} is given {n} times; its votes would count as often")
        columns, log = Columns(first, second, outcome), None
        with showing_progress("reading", "rows") as progress:
            if clusters or single_votes:
                log, quarantine = read_votes(*paths, columns=columns, keep=column_names(clusters), max_rejected=max_rejected, progress=progress)
                log = with_days(log, clusters)
                counts = count(log)
            else:
                counts, quarantine = read_counts(*paths, columns=columns, max_rejected=max_rejected, progress=progress)
        self.inputs += paths
        return counts, log, quarantine

    def finish(self, frame: pd.DataFrame, title: str) -> None:
        """Write the result with its manifest, or show it."""
        if self.output is None:
            show(Table("", frame, title=title))
        else:
            self.write(frame, self.output)

    def write(self, frame: pd.DataFrame, path: Path) -> None:
        """Write a table, with its manifest beside it, but not over what was read."""
        if path.exists() and any(path.samefile(source) for source in self.inputs):
            raise InputError(f"output {str(path)!r} is one of the inputs; give another name")
        write_table(frame, path)
        self.write_manifest(path)
        tell(f"{len(frame)} rows in {path}")

    def write_manifest(self, path: Path) -> None:
        """Write beside a result how it was made."""
        seconds = time.perf_counter() - self.started
        command = ["recount", *sys.argv[1:]]
        write_manifest(path, inputs=self.inputs, specification=self.specification, seed=self.seed, seconds=seconds, command=command)


@contextmanager
def showing_progress(work: str, units: str) -> Iterator[Callable[[int, float], None]]:
    """Show what is done, rate and time left on a terminal's stderr once it takes long."""
    started = time.perf_counter()
    done = TextColumn(f"{{task.fields[n]:,}} {units}, {{task.fields[rate]:,.0f}}/s")
    console = Console(stderr=True)
    parts = (TextColumn(work), BarColumn(), done, TimeRemainingColumn())
    shown = Progress(*parts, console=console, transient=True, disable=not console.is_terminal)
    task = shown.add_task(work, total=1.0, n=0, rate=0.0)

    def progress(n: int, share: float) -> None:
        seconds = time.perf_counter() - started
        if seconds > SECONDS_BEFORE_PROGRESS:
            shown.start()
            shown.update(task, completed=0.0 if share != share else share, n=n, rate=n / seconds)

    try:
        yield progress
    finally:
        if shown.live.is_started:
            shown.stop()
