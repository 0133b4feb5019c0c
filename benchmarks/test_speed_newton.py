"""Fits as a ratio to a dense Newton, in one run.

Timed is what a user waits for who has counts: `fit`, with its check of existence and its certificate, against `benchmarks.dense_newton`, which builds
its matrices from the same counts, goes on to the same tolerance, says how large its last step was, and checks nothing. Calls take turns; both have
one thread of BLAS, ours by itself. The time of a dense Newton that is given its matrices is printed beside it, and is not what the bound is for.
"""

import numpy as np
import pytest

from benchmarks.dense_newton import bradley_terry, davidson, dense_votes
from benchmarks.timing import medians
from recount.engine import ELO, fit
from recount.engine.linear_algebra import one_thread

BOUND = 1.3
TOLERANCE = 1e-7


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_fit_against_dense_newton(counts, ties):
    ours = fit(counts, ties=ties, tolerance=TOLERANCE)

    def newton(points, votes, n_ties):
        # BLAS spins on more threads and gains nothing; ours has one too.
        with one_thread():
            return bradley_terry(points, votes, TOLERANCE) if ties == "half" else davidson(points, votes, n_ties, TOLERANCE)

    given = dense_votes(counts)
    theirs, error = newton(*given)
    rated = [counts.names.index(name) for name in ours.names]
    assert len(rated) == counts.n_competitors
    assert max(ours.rating_error, error) <= TOLERANCE
    assert ELO * np.abs(theirs[rated] - ours.strengths).max() <= TOLERANCE
    one, from_counts, from_matrices = medians(
        lambda: fit(counts, ties=ties, tolerance=TOLERANCE), lambda: newton(*dense_votes(counts)), lambda: newton(*given), n_rounds=101
    )
    print(
        f"\nties={ties!r}: {one * 1e3:.2f} ms, {one / from_counts:.2f} times a dense Newton from the same counts (bound {BOUND}), "
        f"{one / from_matrices:.2f} times one that is given its matrices"
    )
    assert one <= BOUND * from_counts
