"""Results, kept under the choices that they depend on."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Kept:
    """Results by step and key; shared by analyses of one log under several specifications."""

    def __init__(self) -> None:
        self._results: dict[Hashable, Any] = {}

    def once(self, step: str, key: Hashable, compute: Callable[[], Result]) -> Result:
        """Return the result of a step for a key, computed the first time it is asked for."""
        if (step, key) not in self._results:
            self._results[step, key] = compute()
        result: Result = self._results[step, key]
        return result
