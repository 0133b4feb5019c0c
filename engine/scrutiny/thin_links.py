r"""Groups of competitors whose comparison hangs on hardly any votes.

Of a group S, the *conductance* is the number of votes between S and the others over the number of places that the smaller side has in all votes.
It is 1 for a competitor by itself and near 0 where two groups have many votes within and hardly any across: then a difference between them is as
uncertain as the votes across are few, whatever the votes of each. The smallest conductance is at least half the second eigenvalue of the normalised
Laplacian (Cheeger's inequality); a small one is found by going through competitors in the order of an eigenvector (Chung 1997).
"""

from typing import NamedTuple

import numpy as np

from recount.engine.linear_algebra import one_thread
from recount.engine.votes import Bools, Floats, PairCounts

# Eigenvectors that are gone through.
N_VECTORS = 5


class ThinLink(NamedTuple):
    """The group (n_competitors,) bool with the smallest conductance found, the votes across, the places of the smaller side, and their quotient."""

    group: Bools
    n_across: int
    n_places: int
    conductance: float


def thinnest_link(counts: PairCounts) -> ThinLink:
    """Find the group that hangs on the fewest votes for its size, of three or more competitors that votes join."""
    n = counts.n_competitors
    met = np.zeros((n, n))
    np.add.at(met, (counts.first, counts.second), counts.counts.sum(axis=1).astype(np.float64))
    met += met.T
    places = met.sum(axis=1)
    root = np.sqrt(places)
    with one_thread():
        _, vectors = np.linalg.eigh(np.eye(n) - met / root[:, None] / root)
    best = ThinLink(np.zeros(n, np.bool_), 0, 0, 2.0)
    for vector in vectors.T[1 : 1 + N_VECTORS]:
        order = np.argsort(vector / root, kind="stable")
        across, smaller = _cuts(met[np.ix_(order, order)], places[order])
        k = int(np.argmin(across / smaller))
        if across[k] / smaller[k] < best.conductance:
            group = np.zeros(n, np.bool_)
            group[order[: k + 1]] = True
            best = ThinLink(group, int(across[k]), int(smaller[k]), float(across[k] / smaller[k]))
    return best


def _cuts(met: Floats, places: Floats) -> tuple[Floats, Floats]:
    """Votes across, and places of the smaller side, where the first 1, 2, ... n - 1 are one side, (n - 1,) each."""
    inside = np.cumsum(places)
    # Votes within the first k count twice in their places.
    within = 2 * np.cumsum(np.triu(met, 1).sum(axis=0))
    return (inside - within)[:-1], np.minimum(inside, inside[-1] - inside)[:-1]
