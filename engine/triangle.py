"""The triangle: votes of every pair (i, j), i < j, row by row, whether it met or not.

Resampling works on it, because there the opponents of a competitor lie side by side; (3, n (n - 1) / 2) are wins of i, wins of j, ties.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recount.engine.kernels.folding import spread
from recount.engine.pair_contests import Contests
from recount.engine.votes import Floats, Ints


def pair_place(first: Ints, second: Ints, n: int) -> Ints:
    """Place of the pairs (first, second), first < second < n, on the triangle, int64."""
    low = first.astype(np.int64)
    return low * (2 * n - low - 1) // 2 + second - low - 1


def on_triangle(contests: Contests, power: int = 1) -> Floats:
    """Votes of contests on the triangle, (3, n (n - 1) / 2) float64; of weighted ones the sums of the weights to a power."""
    n = len(contests.names)
    votes = np.zeros((3, n * (n - 1) // 2))
    if power == 1:
        spread(contests.first, contests.second, (contests.wins, contests.losses, contests.ties), n, votes)
    else:
        votes[:, pair_place(contests.first, contests.second, n)] = contests.weight_sums(power)
    return votes


def cell_on_triangle(contests: Contests, cell: Ints) -> Ints:
    """Cells on the triangle, pair + outcome x n_pairs, of cells of contests, which number only the pairs that met."""
    n = len(contests.names)
    outcome, pair = np.divmod(cell, contests.first.size)
    places: Ints = pair_place(contests.first, contests.second, n)[pair] + outcome * (n * (n - 1) // 2)
    return places


def off_triangle(names: tuple[str, ...], votes: NDArray[Any]) -> Contests:
    """Contests with these `votes` (3, n (n - 1) / 2); pairs without votes are left out."""
    met = np.flatnonzero(votes.any(axis=0))
    rows = np.arange(len(names) - 1)
    # Where the pairs (i, i + 1), (i, i + 2), ... begin.
    begins = pair_place(rows, rows + 1, len(names))
    first = np.searchsorted(begins, met, side="right") - 1
    second = met - begins[first] + first + 1
    return Contests(names, first.astype(np.int32), second.astype(np.int32), *votes[:, met].astype(np.float64))
