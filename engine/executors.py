"""Work in parallel: items to an executor of `concurrent.futures`, results in the order of the items.

What an item gives depends on the item only, so it is the same in threads, in processes or on other machines, however many there are.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Enough for any number of workers that nobody told, and few enough to wait in memory.
N_WAITING = 128


def n_cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def executor_or_threads(executor: Executor | None, n_threads: int | None = None) -> Iterator[tuple[Executor, int]]:
    """Hold an executor, and how many items to hand to it at once: the one given, or else threads of our own, as many as there are cores."""
    if executor is not None:
        yield executor, N_WAITING
        return
    n = n_cores() if n_threads is None else n_threads
    with ThreadPoolExecutor(n) as threads:
        yield threads, 2 * n


def in_order(submit: Callable[[Item], Future[Result]], items: Iterable[Item], n_waiting: int) -> Iterator[Result]:
    """Yield the results of items in their order; at most `n_waiting` are submitted and not yet yielded, and none after an error."""
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(submit(item))
            if len(waiting) >= n_waiting:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def as_they_end(submit: Callable[[Item], Future[Result]], items: Iterable[Item], n_waiting: int) -> Iterator[list[tuple[Item, Future[Result]]]]:
    """Yield items with their futures in the order in which they end, several where they end together; at most `n_waiting` are submitted at once."""
    waiting: dict[Future[Result], Item] = {}
    rest = iter(items)
    try:
        while True:
            for item in islice(rest, n_waiting - len(waiting)):
                waiting[submit(item)] = item
            if not waiting:
                return
            ended, _ = wait(waiting, return_when=FIRST_COMPLETED)
            yield [(waiting.pop(future), future) for future in list(waiting) if future in ended]
    finally:
        for future in waiting:
            future.cancel()
