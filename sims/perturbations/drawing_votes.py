"""Random votes out of cells: exact laws, whatever the number of votes."""

import numpy as np

from recount.engine.votes import Ints


def drawn(n_votes: Ints, n: int, rng: np.random.Generator) -> Ints:
    """Draw votes without replacement, each as likely, and say how many came from each cell: the multivariate hypergeometric law.

    A binomial draw of each cell has, given its total, this law; and so it has after single votes at random are added or taken away until the total is
    right. numpy draws the law itself, but of fewer than 10^9 votes only.

    Parameters
    ----------
    n_votes : (n_cells,) int64
        In each cell.
    n : int
        Votes to draw, as many as there are at most.
    rng : Generator

    Returns
    -------
    (n_cells,) int64
    """
    total = int(n_votes.sum())
    if not 0 < n < total:
        return n_votes.copy() if n else np.zeros_like(n_votes)
    taken = rng.binomial(n_votes, n / total)
    n_more = n - int(taken.sum())
    urn = n_votes - taken if n_more > 0 else taken
    balls = rng.choice(int(urn.sum()), abs(n_more), replace=False)
    cells = np.searchsorted(np.cumsum(urn), balls, side="right")
    moved: Ints = np.bincount(cells, minlength=n_votes.size)
    return taken + moved if n_more > 0 else taken - moved


def share_of(n: int, share: float) -> int:
    """Return the whole number of votes that is nearest to a share of `n`."""
    return round(n * share)
