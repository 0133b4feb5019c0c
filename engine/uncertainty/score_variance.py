r"""Variance of the sum of the scores of single votes, right also for competitors with a handful of them.

The sum of squared scores, which is the usual sandwich's (Huber 1967), is too small where a vote has much leverage: the fit follows the vote, and a
competitor whose one vote was a tie would be known exactly. So the square of the score u of a vote with information w and leverage h is drawn toward
what the model expects of it:

.. math:: \frac{u^2 + \nu_0 h \phi w}{1 + (\nu_0 - 1) h}

with :math:`\phi` the dispersion of all votes of the log. At :math:`\nu_0 = 0` this is HC2 (MacKinnon and White 1985), as :math:`\nu_0` grows it is
quasi-likelihood; for any :math:`\nu_0` it is unbiased where the variance of a score is :math:`\phi w`, and where h is small it is the usual sandwich.
How :math:`\nu_0` was chosen is in `docs/methods.md`.
"""

from typing import NamedTuple

import numpy as np

from recount.engine.kernels.influence import sum_of_forms
from recount.engine.likelihood import Cells, CountedCells
from recount.engine.votes import Floats, Ints

# Votes' worth of belief in the model, for each unit of leverage.
PRIOR_DF = 4.0
# Share of one vote, or cluster, in what is known above which the model says half or more.
MOSTLY_MODEL = 1 / (1 + PRIOR_DF)
# Votes' worth of belief that the dispersion is 1.
VOTES_OF_DISPERSION = 2.0
# Votes, beyond rounding.
LEAST_LEFT = 1e-6


class Dispersion(NamedTuple):
    """Mean square of the scores by the lead, over what the model expects of it.

    drawn : toward 1, by a few votes' worth. lacking : what that adds to the dispersion found, if it adds: so many decided votes may have gone unseen
    in a log of nothing but ties, which is not known exactly.
    """

    drawn: float
    lacking: float


class ScoreVariance(NamedTuple):
    """Variance of the sum of all scores.

    matrix : (p, p) float64. largest_share : (n,) float64, of one vote in what all votes say of each competitor, from 0 to 1.
    """

    matrix: Floats
    largest_share: Floats


def variance_of_scores(counted: CountedCells, inverse: Floats, n: int) -> ScoreVariance:
    """Variance of the sum of the scores of votes that are independent.

    Parameters
    ----------
    counted : CountedCells
    inverse : (p, p) float64
        Inverse information of all parameters.
    n : int
        Number of competitors, whose strengths are the first parameters.
    """
    cell, weight, n_votes = counted.kinds
    by_cell = leverages(counted.cells, counted.information, inverse, n)
    leverage = np.minimum(by_cell[cell] if weight is None else weight * by_cell[cell], 1.0)
    phi = dispersion(counted, leverage)
    forms = forms_of_votes(counted.scores[:, cell], counted.information[:, cell], weight, leverage, phi)
    information = counted.information[0][cell] if weight is None else weight * counted.information[0][cell]
    return ScoreVariance(_summed(counted, forms, n, inverse.shape[0]), largest_shares(counted.cells, cell, information, n_votes, n))


def squares_of_scores(counted: CountedCells, n: int, p: int) -> Floats:
    """Sum of the squares of the scores of votes, (p, p): the variance that is not drawn toward any model."""
    cell, weight, _ = counted.kinds
    squares = _squares(counted.scores[:, cell])
    return _summed(counted, squares if weight is None else weight**2 * squares, n, p)


def expected_squares(counted: CountedCells, n: int, p: int) -> Floats:
    """What `squares_of_scores` would be if all votes had the dispersion of the log, whatever their leverage, (p, p)."""
    cell, weight, _ = counted.kinds
    of_log = dispersion(counted, np.zeros(cell.size)).drawn
    information = of_log * counted.information[:, cell]
    return _summed(counted, information if weight is None else weight**2 * information, n, p)


def _summed(counted: CountedCells, forms: Floats, n: int, p: int) -> Floats:
    """Sum over all votes, (p, p), of what one vote of each kind has, (3, n_kinds)."""
    cell, weight, n_votes = counted.kinds
    forms = n_votes * forms
    if weight is not None:
        forms = np.stack([np.bincount(cell, form, counted.scores.shape[1]) for form in forms])
    matrix = np.empty((p, p))
    sum_of_forms(*counted.cells, forms, n, matrix)
    return matrix


def _squares(scores: Floats) -> Floats:
    """Products of the scores (2, n_votes) of a vote: by the lead, by lead and gamma, by gamma, (3, n_votes)."""
    return np.stack([scores[0] * scores[0], scores[0] * scores[1], scores[1] * scores[1]])


def leverages(cells: Cells, information: Floats, inverse: Floats, n: int) -> Floats:
    """Leverage of one vote of weight 1 in each cell, (n_cells,).

    That is the trace of its `information` (3, n_cells) times the covariance of its lead and gamma.
    """
    first, second, x = cells
    m = x.shape[0]
    diagonal = np.diagonal(inverse)
    variance = diagonal[first] + diagonal[second] - 2 * inverse[first, second]
    if m:
        mixed, own = inverse[:n, n : n + m], inverse[n : n + m, n : n + m]
        variance = variance + np.einsum("kr,kr->r", x, 2 * (mixed[first] - mixed[second]).T + own @ x)
    leverage: Floats = information[0] * variance
    if inverse.shape[0] > n + m:
        by_gamma = inverse[-1]
        leverage += 2 * information[1] * (by_gamma[first] - by_gamma[second] + by_gamma[n : n + m] @ x) + information[2] * by_gamma[-1]
    return leverage


def dispersion(counted: CountedCells, leverage: Floats) -> Dispersion:
    """Find the dispersion of all votes; `leverage` (n_kinds,) as votes have it."""
    cell, _, n_votes = counted.kinds
    information = counted.information[0][cell]
    left = np.where(information > 0, n_votes * (1 - leverage), 0.0)
    n_left = float(left.sum())
    # Where every vote is all that is known of someone, nothing is left to estimate from.
    if n_left < LEAST_LEFT:
        return Dispersion(1.0, 0.0)
    found = float(n_votes @ counted.scores[0][cell] ** 2) / float(left @ information)
    drawn = (n_left * found + VOTES_OF_DISPERSION) / (n_left + VOTES_OF_DISPERSION)
    return Dispersion(drawn, max(0.0, drawn - found))


def forms_of_votes(scores: Floats, information: Floats, weight: Floats | None, leverage: Floats, phi: Dispersion) -> Floats:
    """Square of the score of each vote, drawn toward the model, (3, n_votes): by the lead, by lead and gamma, by gamma.

    Parameters
    ----------
    scores, information : (2, n_votes), (3, n_votes) float64
        Of one vote of weight 1.
    weight : (n_votes,) float64, or None if all are 1
    leverage : (n_votes,) float64
    phi : Dispersion
    """
    squares = _squares(scores) + phi.lacking * information
    forms: Floats = (squares + PRIOR_DF * phi.drawn * leverage * information) / (1 + (PRIOR_DF - 1) * leverage)
    return forms if weight is None else weight**2 * forms


def largest_shares(cells: Cells, cell: Ints, of_one: Floats, n_votes: Floats, n: int) -> Floats:
    """Largest share of a vote in the information on each competitor, (n,), from that of `of_one` vote of each kind (n_kinds,) on the lead."""
    most, total = np.zeros((2, n))
    for side in (cells.first[cell], cells.second[cell]):
        np.maximum.at(most, side, np.where(n_votes > 0, of_one, 0.0))
        total += np.bincount(side, n_votes * of_one, n)
    return np.where(total > 0, most / np.where(total > 0, total, 1.0), 0.0)
