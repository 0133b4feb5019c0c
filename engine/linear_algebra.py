"""Linear algebra on one thread, for symmetric positive matrices.

The matrices are small: more threads of BLAS gain nothing, spin on the cores that read and count, and make the last digit depend on the machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from scipy.linalg import cholesky, eigh, lapack
from threadpoolctl import OpenBLASController, ThreadpoolController

from recount.engine.errors import ConvergenceError
from recount.engine.votes import Floats


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


class _Hold:
    """How many threads of this process ask for BLAS on one thread, and what ends that when the last of them does no more."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.n_asking = 0
        self.limit: Any = None


_HOLD = _Hold()


def _let_any_thread_set_limits() -> None:
    """Forget which thread set a limit first: threadpoolctl, from 3.7 on, lets no other one change it, and says nothing."""
    if (clear := getattr(OpenBLASController, "clear_controlling_thread", None)) is not None:
        clear(force=True)


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS to one thread, as long as any thread of this process asks for it."""
    with _HOLD.lock:
        _HOLD.n_asking += 1
        if _HOLD.n_asking == 1:
            _let_any_thread_set_limits()
            _HOLD.limit = _controller().limit(limits=1, user_api="blas")
    try:
        yield
    finally:
        with _HOLD.lock:
            _HOLD.n_asking -= 1
            if _HOLD.n_asking == 0:
                _let_any_thread_set_limits()
                _HOLD.limit.restore_original_limits()


def solve(matrix: Floats, right: Floats) -> Floats:
    """Solve matrix x = right for a symmetric positive definite matrix.

    Raises
    ------
    ConvergenceError
        If the matrix is singular to working precision.
    """
    with one_thread():
        return solve_in_place(matrix.copy(), right)


def solve_in_place(upper: Floats, right: Floats) -> Floats:
    """Solve matrix x = right, given the upper triangle of a symmetric positive definite matrix, which is overwritten.

    The caller holds BLAS to one thread.

    Raises
    ------
    ConvergenceError
        If the matrix is singular to working precision.
    """
    # LAPACK goes by columns: to it the upper triangle is the lower one.
    _, solution, failed = lapack.dposv(upper.T, right, lower=True, overwrite_a=True)
    if failed:
        raise ConvergenceError("the information matrix is singular to working precision; drop competitors with hardly any votes")
    return np.asarray(solution)


def is_positive(matrix: Floats) -> bool:
    """Whether a symmetric matrix is positive definite, to working precision."""
    with one_thread():
        _, failed = lapack.dpotrf(matrix.T, lower=True)
    return not failed


def regular(matrix: Floats, n: int | None = None) -> Floats:
    """Add a multiple of 11^T to the first `n` rows and columns (all by default), which changes nothing on vectors whose first n elements have mean 0.

    A matrix whose null space is the constant vector of those becomes regular.
    """
    n = matrix.shape[0] if n is None else n
    shifted = matrix.copy()
    shifted[:n, :n] += float(np.trace(matrix[:n, :n])) / n**2
    return shifted


def root(matrix: Floats) -> Floats:
    """Return R with R R^T = covariance (rows sum to 0), up to a multiple of 11^T."""
    try:
        factor: Floats = cholesky(regular(matrix), lower=True, check_finite=False)
        return factor
    except np.linalg.LinAlgError:
        # Singular beyond 11^T: some difference is known exactly, as the sandwich has it where all votes are ties.
        values, vectors = eigh(matrix, check_finite=False)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), np.float64)
