"""Workers that take part in the work: processes on this machine, or a Dask cluster; the option is `--workers`."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from recount.engine.choices import choice
from recount.engine.errors import InputError, OptionError

LOCAL, ADDRESS = re.compile(r"local:([1-9]\d{0,3})"), re.compile(r"(tcp|tls|ws|wss|ucx)://\S+")
SECONDS_TO_CONNECT = 10
# Dask warns of tasks that are larger, and replicates are sent with the votes that they are drawn from.
LARGEST_TASK = "1GB"
# Python's tracker of semaphores outlives a process that ends at once, and then frees them.
QUIET_END = "ignore:resource_tracker:UserWarning"


@dataclass(frozen=True)
class Workers:
    """Who works."""

    workers: str | None = choice(
        None,
        "Count files, resample, rate specifications and run studies in N processes (local:N) or on a Dask cluster (tcp://HOST:PORT); the results are "
        "the same.",
        unset="threads of this process",
        metavar="local:N|ADDRESS",
    )


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back interruptions, also of all that starts meanwhile: they are for this process, with whose end workers end, without a word."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM}) if hasattr(signal, "pthread_sigmask") else None
    warnings = os.environ.get("PYTHONWARNINGS", "")
    os.environ["PYTHONWARNINGS"] = f"{warnings},{QUIET_END}".lstrip(",")
    try:
        yield
    finally:
        os.environ["PYTHONWARNINGS"] = warnings
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def executor_of(workers: str | None) -> Iterator[Executor | None]:
    """Hold the executor of some workers; None if there are none.

    Raises
    ------
    OptionError
        If it is neither local:N nor an address.
    InputError
        If Dask is not installed, or there is no cluster at the address.
    """
    if workers is None:
        yield None
        return
    local = LOCAL.fullmatch(workers)
    if not local and not ADDRESS.fullmatch(workers):
        raise OptionError(
            f"workers is {workers!r}; give local:N with a number of processes, or the address of a Dask cluster such as tcp://host:8786"
        )
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError(f"--workers needs Dask, which is not installed ({error}); in the folder of the project: pip install '.[cluster]'") from error
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": LARGEST_TASK}):
        given: Any = workers
        if local:
            with _uninterrupted():
                given = LocalCluster(n_workers=int(local[1]), threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL")
        try:
            client = Client(given, timeout=SECONDS_TO_CONNECT)
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(
                f"there is no Dask cluster at {workers} ({str(error).partition(chr(10))[0]}); start one, or give another address"
            ) from error
        try:
            yield client.get_executor(pure=False)
        finally:
            client.close()
            if local:
                given.close()
