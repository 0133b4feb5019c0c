r"""What votes that are not cast yet will say: the information of one, and how much its score varies.

Let :math:`\hat\theta` be the estimate from the votes so far, with information H and scores of variance J. N further votes have information
:math:`N H_1` and scores of variance :math:`N J_1`. If the truth is :math:`\theta`, the estimate from all of them is, to first order,

.. math:: \hat\theta' = (H + N H_1)^{-1} (H \hat\theta + N H_1 \theta + \epsilon), \quad \epsilon \sim (0, N J_1),

and its covariance is stated as :math:`(H + N H_1)^{-1} (J + N J_1) (H + N H_1)^{-1}`, the sandwich.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices.ties import TieRule
from recount.engine.fitting import Fit
from recount.engine.likelihood import outcome_shares
from recount.engine.votes import Floats, Ints, freeze


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Between whom further votes are cast.

    Attributes
    ----------
    first, second : (n_pairs,) int64
        first < second.
    share : (n_pairs,) float64
        Of all further votes; they add up to 1.
    """

    first: Ints
    second: Ints
    share: Floats

    def __post_init__(self) -> None:
        for array in (self.first, self.second, self.share):
            freeze(array)

    def counts(self, n_votes: int) -> Ints:
        """Divide `n_votes` over the pairs, (n_pairs,): what is left over by rounding goes where most of a vote is missing."""
        wanted = n_votes * self.share
        whole = np.floor(wanted).astype(np.int64)
        short = np.argsort(whole - wanted, kind="stable")[: n_votes - int(whole.sum())]
        whole[short] += 1
        return whole


def plan_of(weights: Floats) -> Plan:
    """Make a plan of the weights of all pairs, (n, n), above the diagonal; those without any have no votes."""
    first, second = np.nonzero(np.triu(weights, 1))
    share = weights[first, second]
    return Plan(first, second, share / share.sum())


def information_of_new_votes(fit: Fit, plan: Plan, tie_share: float) -> tuple[Floats, Floats]:
    """Return the information that one vote of each pair of a plan is expected to have, and the variance of its score, (n_pairs,), by its lead.

    Where a tie is half a win the model does not say how many there are; then a share `tie_share` of the votes are ties, of a pair that is far apart
    no more than can be. A vote is one that counts.
    """
    n, (_, n_triangle) = len(fit.names), fit.likelihood.shape
    pair = plan.first * (2 * n - plan.first - 1) // 2 + plan.second - plan.first - 1
    lead = fit.strengths[plan.first] - fit.strengths[plan.second]
    shares = outcome_shares(fit.ties, fit.tie_parameter, lead)
    if fit.ties is TieRule.HALF:
        ties = np.minimum(tie_share, 2 * np.minimum(shares[0], shares[1]))
        shares = np.stack([shares[0] - ties / 2, shares[1] - ties / 2, ties])
    cells = np.arange(3)[:, None] * n_triangle + pair
    information = fit.likelihood.information_of_cells(fit.parameters)[0][cells]
    scores = fit.likelihood.scores(fit.parameters)[0][cells]
    return (shares * information).sum(axis=0), (shares * scores**2).sum(axis=0)


def laplacian(first: Ints, second: Ints, weights: Floats, n: int) -> Floats:
    """Add up w (e_i - e_j)(e_i - e_j)^T over pairs (i, j), (n, n)."""
    found = np.zeros((n, n))
    np.add.at(found, (first, second), -weights)
    found += found.T
    found[np.arange(n), np.arange(n)] = -found.sum(axis=1)
    return found
