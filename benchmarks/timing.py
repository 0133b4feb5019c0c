"""Times of calls that take turns, so that a busy machine slows all of them alike: quote their ratios."""

from collections.abc import Callable
from statistics import median
from time import perf_counter


def medians(*calls: Callable[[], object], n_rounds: int = 11) -> list[float]:
    """Median seconds of each call, after one round that is not counted."""
    seconds = [[_seconds(call) for call in calls] for _ in range(n_rounds + 1)]
    return [median(column) for column in zip(*seconds[1:], strict=True)]


def _seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started
