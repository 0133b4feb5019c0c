"""scikit-learn's logistic regression on the rows that differ, without penalty: LMSYS's notebook, with a sparse matrix in place of its dense one."""

from importlib.metadata import version

import numpy as np
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from benchmarks.peers.inputs import Array, Inputs, Task

VERSION = version("scikit-learn")


def fit_counts(inputs: Inputs) -> Task:
    """Fit with the notebook's tolerance."""
    return _task(inputs, tol=1e-8)


def fit_counts_by_default(inputs: Inputs) -> Task:
    """Fit with the library's own tolerance, 1e-4."""
    return _task(inputs)


def _task(inputs: Inputs, **options: float) -> Task:
    first, second, wins, losses, ties = inputs.pairs()
    m = first.size
    rows, columns, signs = np.repeat(np.arange(m), 2), np.column_stack([first, second]).ravel(), np.tile([1.0, -1.0], m)
    design = csr_array((np.tile(signs, 2), (np.concatenate([rows, rows + m]), np.tile(columns, 2))), shape=(2 * m, inputs.n))
    won, weights = np.repeat([1, 0], m), np.concatenate([wins + ties / 2, losses + ties / 2])

    def run() -> Array:
        return LogisticRegression(C=np.inf, fit_intercept=False, max_iter=1000, **options).fit(design, won, weights).coef_[0]

    return run, inputs.judge
