"""The one decorator of every compiled function.

Kernels are serial and release the interpreter's lock: threads stand outside. They fill an output or return a status; Python raises.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core import event

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile `function` on its first call and keep the machine code on disk."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


class _Listener(event.Listener):
    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell = tell

    def on_start(self, event: Any) -> None:
        self.tell()

    def on_end(self, event: Any) -> None:
        """Nothing is told."""


def at_compilation(tell: Callable[[], None]) -> None:
    """Have `tell` called whenever a kernel is compiled, and not when its machine code is found on disk."""
    register = cast(Callable[[str, event.Listener], None], event.register)
    register("numba:compile", _Listener(tell))
