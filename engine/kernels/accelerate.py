"""The one decorator of every compiled function.

Kernels are serial and release the interpreter's lock: threads stand outside. They fill an output or return a status; Python raises.
"""

import contextlib
import hashlib
import pickle
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core import event
from numba.core.caching import FunctionCache, IndexDataCacheFile

Function = TypeVar("Function", bound=Callable[..., object])
# Called with whether machine code can be kept on disk.
Tell = Callable[[bool], None]
_TOLD: list[Tell] = []
# Why it could not.
_FAULTS: list[Exception] = []


def kernel(function: Function) -> Function:
    """Compile `function` on its first call and keep the machine code on disk, if that is possible."""
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    # Where numba is told not to compile, it hands the function back.
    if dispatcher is function:
        return function
    try:
        # As its `enable_caching` does, with a cache that is no reason to fail.
        dispatcher._cache = _Cache(dispatcher.py_func)
    except (RuntimeError, OSError) as error:
        _note(error)
    return cast(Function, dispatcher)


class _CheckedFile(IndexDataCacheFile):
    """Machine code on disk with its checksum: damaged code would run."""

    def _save_data(self, name: str, data: Any) -> None:
        dumped = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(dumped).digest() + dumped)

    def _load_data(self, name: str) -> Any:
        with open(self._data_path(name), "rb") as file:
            checksum, dumped = file.read(32), file.read()
        if hashlib.sha256(dumped).digest() != checksum:
            raise ValueError(f"{self._data_path(name)} is damaged")
        return pickle.loads(dumped)


class _Cache(FunctionCache):
    """Machine code on disk; what cannot be read there is compiled, and what cannot be written is kept in memory."""

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        plain = self._cache_file
        self._cache_file = _CheckedFile(plain._cache_path, self._impl.filename_base, plain._source_stamp)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(signature, target_context)
        # A damaged file makes numba, pickle and LLVM raise anything; the kernel is then compiled anew.
        except Exception:
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def save_overload(self, signature: Any, data: Any) -> None:
        try:
            super().save_overload(signature, data)
        # Whatever keeps it from the disk, the kernel is in memory; it is told.
        except Exception as error:
            _note(error)


def _note(error: Exception) -> None:
    _FAULTS.append(error)
    for tell in _TOLD:
        tell(False)


class _Listener(event.Listener):
    def on_start(self, event: Any) -> None:
        for tell in _TOLD:
            tell(not _FAULTS)

    def on_end(self, event: Any) -> None:
        """Nothing is told."""


def at_compilation(tell: Tell) -> None:
    """Have `tell` called when a kernel is compiled, and not when its machine code is found on disk; with whether it can be kept there."""
    if not _TOLD:
        register = cast(Callable[[str, event.Listener], None], event.register)
        register("numba:compile", _Listener())
    if tell not in _TOLD:
        _TOLD.append(tell)
