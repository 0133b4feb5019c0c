r"""Whether a benchmark orders models as ratings do: Kendall's tau-b of both, over the models that both know.

Errors of both make the tau of what is measured smaller than that of what is true. So it is computed on draws of true scores and true strengths, each
given its own estimates, which are independent: votes and items have nothing in common.
"""

import numpy as np

from recount.engine.votes import Floats


def kendall_tau(first: Floats, second: Floats) -> Floats:
    """Kendall's tau-b of each row of two arrays (n_rows, n_models); NaN where all values of a row are equal."""
    i, j = np.triu_indices(first.shape[1], 1)
    found = np.empty(first.shape[0])
    for row, (x, y) in enumerate(zip(first, second, strict=True)):
        one, other = np.sign(x[i] - x[j]), np.sign(y[i] - y[j])
        untied = np.sqrt(float(np.count_nonzero(one)) * float(np.count_nonzero(other)))
        found[row] = (one * other).sum() / untied if untied else np.nan
    return found
