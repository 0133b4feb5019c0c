"""Runs of a study at the same time: by threads one by one, in other processes many in a task, of which each costs a cluster milliseconds.

What all runs share is sent with the first batches and kept by every process that got it; one that has none says so, and gets it. A batch ends after a
second with the runs that it has finished, and the others go into another one: a finished run is known a second later at most, and runs that take long
are tasks of one.
"""

import hashlib
import pickle
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from typing import Any, NamedTuple

from recount.engine.executors import N_WAITING, as_they_end, executor_or_threads
from recount.engine.linear_algebra import one_thread
from recount.sims.studies.one_run import PASSING, Finished, Studied, cut_off, run_once
from recount.sims.studies.settings import Run, Setting

# Runs that end together, by their numbers, until all have.
Ending = Generator[Mapping[int, Finished], None, None]
# How long a batch goes on; how many there are at least, of many runs, and how many runs one has at most.
SECONDS, N_BATCHES, MOST_RUNS = 1.0, 64, 1000
# Batches that wait before it is known that processes keep what was sent.
N_FIRST = 8


class Shared(NamedTuple):
    """What all runs of a study need."""

    studied: Studied
    settings: Sequence[Setting]

    def finished(self, run: Run) -> Finished:
        """Run a run; of one that fails for want of something say so."""
        try:
            return run_once(self.studied, self.settings[run.setting], run.seed)
        except PASSING as error:
            return cut_off(error, len(self.studied.outcomes))


# In another process: what it was sent last, by its checksum.
_KEPT: dict[str, Shared] = {}


def run_batch(checksum: str, content: bytes | None, runs: Sequence[Run], seconds: float) -> dict[int, Finished] | None:
    """Run runs for some time, at least one, and return those that ended by their numbers; None if this process has not been sent what they share."""
    started = time.perf_counter()
    shared = _KEPT.get(checksum)
    if shared is None:
        if content is None:
            return None
        shared = pickle.loads(content)
        _KEPT.clear()
        _KEPT[checksum] = shared
    ended: dict[int, Finished] = {}
    with one_thread():
        for run in runs:
            ended[run.number] = shared.finished(run)
            if time.perf_counter() - started > seconds:
                break
    return ended


def in_processes(shared: Shared, runs: Sequence[Run], executor: Executor) -> Ending:
    """Yield runs as they end, by their numbers, from processes that an executor has here or elsewhere."""
    content = pickle.dumps(shared)
    checksum = hashlib.sha256(content).hexdigest()
    n = max(1, min(-(-len(runs) // N_BATCHES), MOST_RUNS))
    left: deque[tuple[Sequence[Run], bytes | None]] = deque((runs[i : i + n], content) for i in range(0, len(runs), n))
    waiting: dict[Future[dict[int, Finished] | None], Sequence[Run]] = {}
    n_waiting = N_FIRST
    try:
        while left or waiting:
            while left and len(waiting) < n_waiting:
                batch, sent = left.popleft()
                waiting[executor.submit(run_batch, checksum, sent, batch, SECONDS)] = batch
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                batch = waiting.pop(future)
                if (error := error_of(future)) is None:
                    ended = future.result()
                    if ended is None:
                        left.appendleft((batch, content))
                        continue
                    yield ended
                    if n_waiting == N_FIRST:
                        n_waiting, left = N_WAITING, deque((one, None) for one, _ in left)
                    if rest := [run for run in batch if run.number not in ended]:
                        left.append((rest, None))
                elif len(batch) > 1:
                    # One of them may be what a worker dies of.
                    left.extend(([run], content) for run in batch)
                else:
                    yield {batch[0].number: cut_off(error, len(shared.studied.outcomes))}
    finally:
        for future in waiting:
            future.cancel()


def in_threads(shared: Shared, runs: Sequence[Run], executor: Executor | None) -> Ending:
    """Yield runs as they end, by their numbers, from threads of this process: those of an executor, or of our own."""
    with one_thread(), executor_or_threads(executor) as (pool, n_waiting):
        for ended in as_they_end(lambda run: pool.submit(shared.finished, run), runs, n_waiting):
            yield {run.number: future.result() for run, future in ended if future.exception() is None}
            for _, future in ended:
                # What interrupted it.
                future.result()


def error_of(future: Future[Any]) -> BaseException | None:
    """Return what a batch ended with, in place of runs; raise it if it is an interruption."""
    if future.cancelled():
        return CancelledError("a worker was lost")
    error = future.exception()
    if isinstance(error, KeyboardInterrupt | SystemExit):
        raise error
    return error
