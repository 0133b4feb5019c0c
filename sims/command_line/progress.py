"""Progress with rate and time left, on a terminal's stderr, once a step takes long."""

import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from recount.engine.plurals import plural
from recount.sims.command_line.telling import tell

SECONDS_BEFORE = 2.0


class Progress:
    """Shows one step after the other; closed with `close`.

    `of(work, units)` returns a function to call with the amount done and its share.
    """

    def __init__(self, is_quiet: bool = False) -> None:
        self.is_shown = not is_quiet
        self._open = ExitStack()
        self._bar: Any = None

    def of(self, work: str, units: str) -> "_Meter":
        """Return the meter of one step."""
        return _Meter(self, work, units)

    def stages(self, work: str, n_stages: int) -> "_Stages":
        """Return what tells of work in so many stages, which are no steps of one kind."""
        return _Stages(self, work, n_stages)

    def show(self, work: str, text: str, share: float) -> None:
        """Show a line, in place of the one before."""
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            parts = (TextColumn("{task.fields[work]}"), BarColumn(), TextColumn("{task.fields[text]}"), TimeRemainingColumn())
            self._bar = self._open.enter_context(Progress(*parts, console=Console(stderr=True), transient=True))
        if not self._bar.tasks or self._bar.tasks[-1].fields["work"] != work:
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
            self._bar.add_task(work, total=1.0, work=work, text=text)
        self._bar.update(self._bar.task_ids[-1], completed=0.0 if share != share else share, text=text)

    def close(self) -> None:
        """Remove the line."""
        self._open.close()
        self._bar = None


class _Meter:
    def __init__(self, shown: Progress, work: str, units: str) -> None:
        self.shown, self.work, self.units = shown, work, units
        self.started: float | None = None

    def __call__(self, n: int, share: float) -> None:
        now = time.perf_counter()
        # Work may begin again, as when replicates are followed by draws.
        if self.started is None or not n:
            self.started = now
        seconds = now - self.started
        if seconds > SECONDS_BEFORE and self.shown.is_shown and sys.stderr.isatty():
            self.shown.show(self.work, f"{n:,} {self.units}, {n / seconds:,.0f}/s", share)


class _Stages:
    """Tells which stage is under way once it has taken two seconds: as a bar on a terminal, else as a plain line; several may be under way."""

    def __init__(self, shown: Progress, work: str, n_stages: int) -> None:
        self.shown, self.work, self.n_stages = shown, work, n_stages
        self.started, self.n_done = time.perf_counter(), 0
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        timer = threading.Timer(SECONDS_BEFORE, self._tell, (stage,))
        timer.daemon = True
        if self.shown.is_shown:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self.n_done += 1

    def _tell(self, stage: str) -> None:
        with self._lock:
            # Stages are of different lengths, and the first one may compile: before half of them are done they say nothing of the others.
            is_half_done = 2 * self.n_done >= self.n_stages
            if sys.stderr.isatty():
                so_far = f"{stage} ({self.n_done} of {plural(self.n_stages, 'step')} done)"
                self.shown.show(self.work, so_far, self.n_done / self.n_stages if is_half_done else math.nan)
            else:
                seconds = time.perf_counter() - self.started
                left = seconds * (self.n_stages - self.n_done) / self.n_done if is_half_done else math.nan
                until = f", {left:.0f} s left if the others take as long" if is_half_done else ""
                tell(f"{self.work}: {stage} ({self.n_done} of {plural(self.n_stages, 'step')} done, {seconds:.0f} s so far{until})")
